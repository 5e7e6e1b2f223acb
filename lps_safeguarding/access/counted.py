"""Counts over many records under row-level security: SQL for hand-written migrations, beside rls.py.

A trend over a term asks every record of the term. With policies that is read row by row, and a table of ready counts
would tell everybody of everything. So both at once:

* `<table>_counted` holds counts by service and day, added to by triggers. Nobody but its owner may read it (row-level
  security and no policy, as the seal's key). It holds no record, no person and no child.
* `<table>_counts(services, first, last)` reads it as the owner, for the person of the transaction: the services they
  are a DSL of, **less** each record there that a conflict of interest shuts to them, **plus** each record elsewhere that
  was opened to them in full (passed on, shared, break glass). Both lists are short and are the very ones the policies
  use; what comes out is what a count of the records themselves would give, and tests hold the two together.

Triggers only ever insert (a change is a row of minus one and a row of one): sending a concern waits for nobody's count
and cannot deadlock with one. `<table>_counts_joined()`, called now and then as the system, adds rows of the same kind
together; until then the sums are the same, only slower.
"""

from typing import Any

from lps_safeguarding.access.levels import Level
from lps_safeguarding.access.rls import PERSON, SERVICES, SYSTEM, _Root

CLOCK = "Europe/London"
"""The school's clock: what was noticed at 00:30 in July is counted on that day, not on the one before."""


def on_the_clock(moment: str) -> str:
    """SQL for a moment as the school's clock showed it."""
    return f"timezone('{CLOCK}', {moment})"


def counted(table: str, *, moment: str, counted_as: str, watched: tuple[str, ...], **root: Any) -> str:
    """Counts of a table of records (uuid key `id`, `service_id`) by day of `moment`, for those who may open them in full.

    `counted_as`: a query of rows (what, value) for the record `c`, SQL of ours. One `what` must be there exactly once
    for each record and be called 'record'. `watched`: the columns it depends on. `root` as for `policy_for_root`.
    """
    kept = f"{table}_counted"
    full = _Root(
        table=table,
        record_type=root["record_type"],
        service_column=None,
        author_column=None,
        person_columns=(),
        assignment=root.get("assignment"),
        shares=root.get("shares"),
        child_link=None,
        child_column=None,
        break_glass=root.get("break_glass", True),
    )
    opened = f"{table}_open_to_me('full')" if full.has_openings(Level.FULL) else "'{}'::uuid[]"
    day = on_the_clock(f"c.{moment}") + "::date"
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in (moment, "service_id", *watched))
    add = f"""INSERT INTO {kept} (service_id, day, what, value, number)
    SELECT c.service_id, {day}, x.what, x.value, {{number}} FROM (SELECT {{row}}.*) c, {table}_counted_as({{row}}) x;"""
    return f"""
CREATE TABLE {kept} (
    service_id bigint NOT NULL,
    day date NOT NULL,
    what text NOT NULL,
    value text NOT NULL,
    number integer NOT NULL
);
CREATE INDEX {kept}_by_day ON {kept} (service_id, day) INCLUDE (what, value, number);
ALTER TABLE {kept} ENABLE ROW LEVEL SECURITY;

CREATE FUNCTION {table}_counted_as(c {table}) RETURNS TABLE (what text, value text)
LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog, public, pg_temp AS $body$
    {counted_as}
$body$;

CREATE FUNCTION {kept}_keep() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $body$
BEGIN
    IF TG_OP = 'UPDATE' THEN
    {add.format(number=-1, row="OLD")}
    END IF;
    {add.format(number=1, row="NEW")}
    RETURN NULL;
END $body$;
CREATE TRIGGER counted_new AFTER INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {kept}_keep();
CREATE TRIGGER counted_again AFTER UPDATE ON {table} FOR EACH ROW WHEN ({changed}) EXECUTE FUNCTION {kept}_keep();

CREATE FUNCTION {table}_counts(services bigint[], first date, last date)
RETURNS TABLE (what text, value text, number bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
SET search_path = pg_catalog, public, pg_temp AS $body$
DECLARE
    me bigint := {PERSON};
    covered bigint[] := coalesce({SERVICES}, '{{}}');
    mine bigint[];
    shut uuid[];
    opened uuid[];
BEGIN
    IF me IS NULL OR NOT access_seal_holds() THEN
        RETURN;
    END IF;
    SELECT coalesce(array_agg(s), '{{}}') INTO mine FROM unnest(covered) s WHERE services IS NULL OR s = ANY (services);
    shut := {table}_shut_to_me();
    opened := {opened};
    RETURN QUERY
    WITH all_of_it AS (
        SELECT t.service_id, t.day, t.what, t.value, t.number::bigint FROM {kept} t
        WHERE t.service_id = ANY (mine) AND t.day BETWEEN first AND last
        UNION ALL
        SELECT c.service_id, {day}, x.what, x.value, -1 FROM {table} c, {table}_counted_as(c) x
        WHERE c.id = ANY (shut) AND c.service_id = ANY (mine) AND {day} BETWEEN first AND last
        UNION ALL
        SELECT c.service_id, {day}, x.what, x.value, 1 FROM {table} c, {table}_counted_as(c) x
        WHERE c.id = ANY (opened) AND NOT (c.id = ANY (shut)) AND NOT (c.service_id = ANY (covered))
          AND (services IS NULL OR c.service_id = ANY (services)) AND {day} BETWEEN first AND last
    ), by_value AS (
        SELECT a.what, a.value, sum(a.number) AS number FROM all_of_it a GROUP BY 1, 2
    ), by_day AS (
        SELECT a.service_id, a.day, sum(a.number) AS number FROM all_of_it a WHERE a.what = 'record' GROUP BY 1, 2
    )
    SELECT b.what, b.value, b.number::bigint FROM by_value b WHERE b.number <> 0
    UNION ALL SELECT 'service', d.service_id::text, sum(d.number)::bigint FROM by_day d
        GROUP BY d.service_id HAVING sum(d.number) <> 0
    UNION ALL SELECT 'day', d.day::text, sum(d.number)::bigint FROM by_day d GROUP BY d.day HAVING sum(d.number) <> 0;
END $body$;

-- Without an argument that names a row: adds up what stands in several rows. A second one at the same time does nothing.
CREATE FUNCTION {table}_counts_joined() RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $body$
BEGIN
    IF NOT access_seal_holds() OR NOT ({SYSTEM}) THEN
        RAISE EXCEPTION 'Only the system adds counts together' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT pg_try_advisory_xact_lock(hashtext('{kept}')) THEN
        RETURN;
    END IF;
    WITH several AS (
        SELECT t.service_id, t.day FROM {kept} t GROUP BY t.service_id, t.day
        HAVING count(*) > count(DISTINCT (t.what, t.value))
    ), taken AS (
        DELETE FROM {kept} t USING several s WHERE t.service_id = s.service_id AND t.day = s.day RETURNING t.*
    )
    INSERT INTO {kept} (service_id, day, what, value, number)
    SELECT k.service_id, k.day, k.what, k.value, sum(k.number) FROM taken k GROUP BY 1, 2, 3, 4 HAVING sum(k.number) <> 0;
END $body$;

-- From the records themselves, for those that were there before (the owner alone may call it).
CREATE FUNCTION {table}_counts_anew() RETURNS void
LANGUAGE sql SET search_path = pg_catalog, public, pg_temp AS $body$
    TRUNCATE {kept};
    INSERT INTO {kept} (service_id, day, what, value, number)
    SELECT c.service_id, {day}, x.what, x.value, count(*) FROM {table} c, {table}_counted_as(c) x GROUP BY 1, 2, 3, 4;
$body$;
REVOKE ALL ON FUNCTION {table}_counts_anew() FROM PUBLIC;
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
SELECT {table}_counts_anew();
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
"""


def counted_reverse(table: str) -> str:
    """Takes away what `counted` made."""
    return f"""
DROP TRIGGER counted_new ON {table};
DROP TRIGGER counted_again ON {table};
DROP FUNCTION {table}_counts(bigint[], date, date);
DROP FUNCTION {table}_counts_joined();
DROP FUNCTION {table}_counts_anew();
DROP FUNCTION {table}_counted_keep();
DROP FUNCTION {table}_counted_as({table});
DROP TABLE {table}_counted;
"""
