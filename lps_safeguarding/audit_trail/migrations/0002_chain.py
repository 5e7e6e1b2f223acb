"""The database's half of the trail: what stamps, links and keeps the entries. Works on PostgreSQL 15 to 18, no pgcrypto.

All functions that write are SECURITY DEFINER, owned by the owner, with a fixed search_path: the application's role can
neither link nor sign by itself.
"""

from django.db import migrations

from lps_safeguarding.audit_trail.append_only import append_only_reverse_sql, append_only_sql

APPEND_ONLY = [
    "audit_trail_trailentry",
    "audit_trail_traillink",
    "audit_trail_checkpoint",
    "vault_sealedfile",
    "vault_sealedfilecontent",
]

REFUSE = """
CREATE FUNCTION audit_trail_refuse_change() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% only grows: rows are never changed or removed (% refused)', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'insufficient_privilege';
END $$;
"""

# The time is the database's own, the number the sequence's own: nobody dates back and nobody fills a gap.
STAMP = """
ALTER TABLE audit_trail_trailentry ALTER COLUMN id SET GENERATED ALWAYS;

CREATE FUNCTION audit_trail_stamp() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF NEW.id IS DISTINCT FROM currval('public.audit_trail_trailentry_id_seq') THEN
        RAISE EXCEPTION 'The number of a trail entry is not chosen' USING ERRCODE = 'insufficient_privilege';
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;

CREATE TRIGGER stamp BEFORE INSERT ON audit_trail_trailentry
FOR EACH ROW EXECUTE FUNCTION audit_trail_stamp();
"""

# What is hashed: every field with its length before it, so that no two entries have the same content.
# audit_trail/chain.py computes the same in Python.
HASH = """
CREATE FUNCTION audit_trail_field(content text) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN content IS NULL THEN '\\x00'::bytea
        ELSE '\\x01'::bytea || int4send(octet_length(content)) || convert_to(content, 'UTF8') END
$$;

CREATE FUNCTION audit_trail_hash(
    previous bytea, place bigint, linked timestamptz, entry public.audit_trail_trailentry
) RETURNS bytea
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT sha256(
        'lps-trail/1'::bytea || previous || int8send(place)
        || int8send((extract(epoch FROM linked) * 1000000)::bigint)
        || int8send(entry.id)
        || int8send((extract(epoch FROM entry.at) * 1000000)::bigint)
        || public.audit_trail_field(entry.person_id::text)
        || public.audit_trail_field(entry.act)
        || public.audit_trail_field(entry.record_type)
        || public.audit_trail_field(entry.record_id)
        || public.audit_trail_field(entry.reference)
        || public.audit_trail_field(entry.child_file_id)
        || public.audit_trail_field(entry.service_id::text)
        || public.audit_trail_field(entry.why)
        || public.audit_trail_field(entry.request_id)
    )
$$;
"""

# Linking happens last of all in a commit, in two steps. Foreign keys are checked at commit too and may wait for
# another transaction's rows; were the head locked before that, the two could wait for each other. So the first step
# only makes a row, and that row's own deferred trigger, which fires after every check already waiting, takes the lock.
# Whoever holds the head then waits for nobody.
LINK = """
CREATE UNLOGGED TABLE audit_trail_waiting (entry_id bigint PRIMARY KEY);

INSERT INTO audit_trail_trailhead (id, position, hash, linked_at)
VALUES (1, 0, sha256('lps-trail/1'::bytea), '1970-01-01 00:00:00+00');

CREATE FUNCTION audit_trail_wait() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    INSERT INTO public.audit_trail_waiting (entry_id) VALUES (NEW.id);
    RETURN NULL;
END $$;

CREATE FUNCTION audit_trail_link() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    entry public.audit_trail_trailentry;
    head public.audit_trail_trailhead;
    linked timestamptz;
    new_hash bytea;
BEGIN
    DELETE FROM public.audit_trail_waiting WHERE entry_id = NEW.entry_id;
    SELECT * INTO STRICT entry FROM public.audit_trail_trailentry WHERE id = NEW.entry_id;
    SELECT * INTO STRICT head FROM public.audit_trail_trailhead WHERE id = 1 FOR UPDATE;
    linked := greatest(clock_timestamp(), head.linked_at);
    new_hash := public.audit_trail_hash(head.hash, head.position + 1, linked, entry);
    INSERT INTO public.audit_trail_traillink (position, entry_id, linked_at, previous_hash, hash)
        VALUES (head.position + 1, entry.id, linked, head.hash, new_hash);
    UPDATE public.audit_trail_trailhead
        SET position = head.position + 1, hash = new_hash, linked_at = linked WHERE id = 1;
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER wait_for_commit AFTER INSERT ON audit_trail_trailentry
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_trail_wait();

CREATE CONSTRAINT TRIGGER link_last AFTER INSERT ON audit_trail_waiting
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_trail_link();
"""

# A checkpoint is signed in Python under the head's lock, so that nothing is on its way while it is dated.
SEAL = """
CREATE FUNCTION audit_trail_hold_head() RETURNS TABLE (size bigint, head_hash bytea, at timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    RETURN QUERY
        SELECT head.position, head.hash, greatest(clock_timestamp(), head.linked_at)
        FROM public.audit_trail_trailhead AS head WHERE head.id = 1 FOR UPDATE;
END $$;

CREATE FUNCTION audit_trail_seal(
    new_size bigint, new_head_hash bytea, new_at timestamptz, new_key_id text, new_signature bytea
) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    head public.audit_trail_trailhead;
BEGIN
    SELECT * INTO STRICT head FROM public.audit_trail_trailhead WHERE id = 1 FOR UPDATE;
    IF new_size <> head.position OR new_head_hash <> head.hash THEN
        RAISE EXCEPTION 'A checkpoint is made for the present end of the trail only'
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF new_at < head.linked_at OR new_at < clock_timestamp() - interval '1 minute'
        OR new_at > clock_timestamp() + interval '1 minute'
    THEN
        RAISE EXCEPTION 'A checkpoint bears the present time only' USING ERRCODE = 'insufficient_privilege';
    END IF;
    INSERT INTO public.audit_trail_checkpoint (size, head_hash, at, key_id, signature)
        VALUES (new_size, new_head_hash, new_at, new_key_id, new_signature);
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("audit_trail", "0001_initial"), ("vault", "0001_initial")]

    operations = [
        migrations.RunSQL(REFUSE, "DROP FUNCTION audit_trail_refuse_change();"),
        migrations.RunSQL(
            STAMP,
            """
            DROP TRIGGER stamp ON audit_trail_trailentry;
            DROP FUNCTION audit_trail_stamp();
            ALTER TABLE audit_trail_trailentry ALTER COLUMN id SET GENERATED BY DEFAULT;
            """,
        ),
        migrations.RunSQL(
            HASH,
            """
            DROP FUNCTION audit_trail_hash(bytea, bigint, timestamptz, public.audit_trail_trailentry);
            DROP FUNCTION audit_trail_field(text);
            """,
        ),
        migrations.RunSQL(
            LINK,
            """
            DROP TRIGGER wait_for_commit ON audit_trail_trailentry;
            DROP TABLE audit_trail_waiting;
            DROP FUNCTION audit_trail_link();
            DROP FUNCTION audit_trail_wait();
            DELETE FROM audit_trail_trailhead;
            """,
        ),
        migrations.RunSQL(
            SEAL,
            """
            DROP FUNCTION audit_trail_seal(bigint, bytea, timestamptz, text, bytea);
            DROP FUNCTION audit_trail_hold_head();
            """,
        ),
        *[migrations.RunSQL(append_only_sql(table), append_only_reverse_sql(table)) for table in APPEND_ONLY],
    ]
