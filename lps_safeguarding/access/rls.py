"""Row-level security: SQL for the policies that repeat need to know below the ORM. Used in hand-written migrations.

How a policy is built, and why (ADR 0003):

* It believes the settings of the transaction (acting.py) only with a valid seal (seal.py): `access_seal_holds()`,
  checked once per statement.
* The fence is on columns of the row (service, author, person): nearly free. What depends on other rows (assignments,
  express shares, break glass, conflicts) comes as an array of keys from one function per record table, called once per
  statement: `id = ANY((SELECT concerns_concern_open_to_me('full')))`. Cheap conditions stand first.
* Policies hold for the application's role. The owner is forced too, and has one policy: as the system, or within the
  look-up functions (SECURITY DEFINER: there the session's user is another), so that these read plain tables and nothing
  recurses.
* A part of a record (a decision, a history row) is read where its record is read, at the level it belongs to, through
  the views `<table>_in_full` and `<table>_in_summary` (security_invoker: the record's own policy applies).
* Tables that need to know itself asks on every page (shares, sharings, conflicts, assignments) must have flat
  policies: PostgreSQL plans every policy inside a policy, whether it is used or not, and a few levels of that cost a
  second. There the record is asked through a function, `<table>_is_in_full(key)`, for rows not the person's own.

Everything works on PostgreSQL 15 to 18 without extensions. Every setting is read as
`nullif(current_setting(..., true), '')`: after one SET LOCAL a setting is '' and not NULL.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from lps_safeguarding.access.database_roles import application_role
from lps_safeguarding.access.levels import Level

# Once per statement (a sub-select is planned as such); the others are cheap enough for each row.
GATE = "(SELECT access_seal_holds())"
SERVICES = "(SELECT nullif(current_setting('app.services', true), '')::bigint[])::bigint[]"
PERSON = "nullif(current_setting('app.person', true), '')::bigint"
ROLES = "nullif(current_setting('app.roles', true), '')::text[]"
SYSTEM = "coalesce(current_setting('app.system', true), '') <> ''"


def holds_role(*roles: str) -> str:
    """A condition: the person holds one of these roles today. The roles come from the program, never from input."""
    return "(" + " OR ".join(f"'{role}' = ANY ({ROLES})" for role in roles) + ")"


SEAL_FUNCTIONS = """
CREATE OR REPLACE FUNCTION access_seal_holds() RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED SET search_path = pg_catalog, public, pg_temp AS $body$
DECLARE
    seal text := nullif(current_setting('app.seal', true), '');
    sealed text;
    is_right boolean;
BEGIN
    IF seal IS NULL THEN
        RETURN false;
    END IF;
    sealed := pg_backend_pid()
        || '|' || coalesce(current_setting('app.person', true), '')
        || '|' || coalesce(current_setting('app.services', true), '')
        || '|' || coalesce(current_setting('app.roles', true), '')
        || '|' || coalesce(current_setting('app.system', true), '');
    SELECT encode(sha256(k.outer_pad || sha256(k.inner_pad || convert_to(sealed, 'UTF8'))), 'hex') = seal
        INTO is_right FROM public.access_sealkey k WHERE k.id = 1;
    RETURN coalesce(is_right, false);
END $body$;

-- No policy at all: nobody but the owner reads or writes the key, whatever is granted.
ALTER TABLE access_sealkey ENABLE ROW LEVEL SECURITY;
"""


def enable(table: str) -> str:
    """Row-level security on, for the owner too, who sees rows as the system and within this module's functions only."""
    system = f"({GATE} AND {SYSTEM})"
    return f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS owner ON {table};
CREATE POLICY owner ON {table} TO CURRENT_USER
USING (session_user <> current_user OR {system}) WITH CHECK {system};
"""


def policy(table: str, name: str, command: str, *, using: str = "", check: str = "") -> str:
    """One policy for the application: `command` is SELECT, INSERT, UPDATE, DELETE or ALL.

    The gate and the system's access are added.
    """
    parts = [
        f"DROP POLICY IF EXISTS {name} ON {table};",
        f'CREATE POLICY {name} ON {table} FOR {command} TO "{application_role()}"',
    ]
    if using:
        parts.append(f"USING ({GATE} AND ({SYSTEM} OR {using}))")
    if check:
        parts.append(f"WITH CHECK ({GATE} AND ({SYSTEM} OR {check}))")
    return "\n".join(parts) + ";\n"


def custom(table: str, *, read: str, insert: str, update: str | None = None, delete: str | None = None) -> str:
    """Policies for a table that fits none of the patterns. `update` None: as read. `delete` None: nobody deletes."""
    statements = [
        enable(table),
        policy(table, "reading", "SELECT", using=read),
        policy(table, "inserting", "INSERT", check=insert),
        policy(table, "updating", "UPDATE", using=update or read, check=update or read),
    ]
    if delete:
        statements.append(policy(table, "deleting", "DELETE", using=delete))
    return "".join(statements)


@dataclass(frozen=True)
class _Root:
    """Everything that makes a record of one table readable or shut."""

    table: str
    record_type: str
    service_column: str | None
    author_column: str | None
    person_columns: tuple[str, ...]
    assignment: tuple[str, str, str, str] | None
    shares: str | None
    child_link: tuple[str, str, str] | None
    child_column: str | None
    break_glass: bool
    more: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def at(self, level: Level, alias: str) -> str:
        """The condition that a row is readable at exactly this level, by its own grounds."""
        grounds = []
        if level == Level.FULL:
            if self.service_column:
                grounds.append(f"{alias}.{self.service_column} = ANY ({SERVICES})")
            grounds += [f"{alias}.{column} = {PERSON}" for column in self.person_columns]
        grounds += [condition.format(row=alias) for condition in self.more.get(level, ())]
        if level == Level.OWN_ENTRY:
            if self.author_column:
                grounds.append(f"{alias}.{self.author_column} = {PERSON}")
        elif self.has_openings(level):
            grounds.append(f"{alias}.id = ANY ((SELECT {self.table}_open_to_me('{level.value}'))::uuid[])")
        return "(" + (" OR ".join(grounds) or "false") + ")"

    def has_openings(self, level: Level) -> bool:
        """Whether rows elsewhere can open a record at this level."""
        return bool(self.shares or (level == Level.FULL and (self.assignment or self.break_glass)))

    def not_shut(self, alias: str) -> str:
        shut = [f"{alias}.id = ANY ((SELECT {self.table}_shut_to_me())::uuid[])"]
        if self.child_column:
            shut.append(
                f"coalesce({alias}.{self.child_column} = ANY ((SELECT access_children_shut_to_me())::uuid[]), false)"
            )
        return f"NOT ({' OR '.join(shut)})"

    def readable(self, alias: str) -> str:
        levels = " OR ".join(self.at(level, alias) for level in (Level.OWN_ENTRY, Level.FULL, Level.SUMMARY))
        return f"(({levels}) AND {self.not_shut(alias)})"

    def opening_queries(self) -> str:
        full: list[str] = []
        summary: list[str] = []
        if self.assignment:
            table, key, person, condition = self.assignment
            where = f" AND ({condition})" if condition else ""
            full.append(f"SELECT {key} AS id FROM {table} WHERE {person} = me{where}")
        if self.shares:
            for level, target in ((Level.FULL, full), (Level.SUMMARY, summary)):
                target.append(
                    f"SELECT g.content_object_id AS id FROM {self.shares} g "
                    f"JOIN auth_permission p ON p.id = g.permission_id AND p.codename = 'read_{level.value}' "
                    f"JOIN access_sharingrecord s ON s.record_id = g.content_object_id AND s.with_person_id = me "
                    f"AND s.record_type = '{self.record_type}' AND s.level = '{level.value}' AND s.ended_at IS NULL "
                    f"AND (s.expires_at IS NULL OR s.expires_at > now()) WHERE g.user_id = me"
                )
        if self.break_glass:
            full.append(
                f"SELECT b.record_id AS id FROM access_breakglass b WHERE b.person_id = me "
                f"AND b.record_type = '{self.record_type}' AND b.closed_at IS NULL AND b.expires_at > now() "
                f"AND roles && ARRAY['lead_dsl', 'headteacher', 'acting_senior_teacher']"
            )
        nothing = "SELECT NULL::uuid AS id WHERE false"
        return (
            f"IF level = 'full' THEN SELECT array_agg(o.id) INTO ids FROM ({' UNION ALL '.join(full) or nothing}) o;\n"
            f"    ELSE SELECT array_agg(o.id) INTO ids FROM ({' UNION ALL '.join(summary) or nothing}) o; END IF;"
        )

    def shut_query(self) -> str:
        queries = [
            f"SELECT c.record_id AS id FROM access_conflict c WHERE c.person_id = me AND c.ended_at IS NULL "
            f"AND c.record_type = '{self.record_type}' AND c.record_id IS NOT NULL"
        ]
        if self.child_link:
            table, key, child = self.child_link
            queries.append(
                f"SELECT l.{key} AS id FROM access_conflict c JOIN {table} l ON l.{child} = c.child_id "
                f"WHERE c.person_id = me AND c.ended_at IS NULL AND c.child_id IS NOT NULL"
            )
        return " UNION ALL ".join(queries)


def _lookup_function(name: str, arguments: str, body: str) -> str:
    return f"""
CREATE OR REPLACE FUNCTION {name}({arguments}) RETURNS uuid[]
LANGUAGE plpgsql STABLE SECURITY DEFINER PARALLEL RESTRICTED
SET search_path = pg_catalog, public, pg_temp AS $body$
DECLARE
    roles text[] := coalesce({ROLES}, '{{}}');
    me bigint := nullif(current_setting('app.person', true), '')::bigint;
    ids uuid[];
BEGIN
    IF me IS NULL OR NOT access_seal_holds() THEN
        RETURN '{{}}';
    END IF;
    {body}
    RETURN coalesce(ids, '{{}}');
END $body$;
"""


CHILDREN_SHUT_FUNCTION = _lookup_function(
    "access_children_shut_to_me",
    "",
    "SELECT array_agg(c.child_id) INTO ids FROM access_conflict c "
    "WHERE c.person_id = me AND c.ended_at IS NULL AND c.child_id IS NOT NULL;",
)


def policy_for_root(
    table: str,
    *,
    record_type: str,
    service_column: str | None = "service_id",
    author_column: str | None = "author_id",
    person_columns: Iterable[str] = ("assigned_to_id",),
    assignment: tuple[str, str, str, str] | None = None,
    shares: str | None = None,
    child_link: tuple[str, str, str] | None = None,
    child_column: str | None = None,
    break_glass: bool = True,
    more: dict[str, tuple[str, ...]] | None = None,
    insert: str | None = None,
) -> str:
    """Policies, look-up functions and level views of a table of records (uuid key `id`).

    Full: the service (for its DSLs), `person_columns`, `assignment` (table, key of the record, person column, SQL
    condition), shares at full, break glass. Summary: shares at summary. Own entry: `author_column`. Shut, whatever the
    ground: conflicts on the record, on a child of `child_link` (table, key of the record, child column) or of
    `child_column`. `more` adds SQL conditions per level with `{row}` for the row. `insert` replaces who may insert
    (else the author, and the DSLs of the service). Nobody deletes.

    Must equal the app's `need_to_know.readable_by`; the differential test proves it.
    """
    root = _Root(
        table=table,
        record_type=record_type,
        service_column=service_column,
        author_column=author_column,
        person_columns=tuple(person_columns),
        assignment=assignment,
        shares=shares,
        child_link=child_link,
        child_column=child_column,
        break_glass=break_glass,
        more=more or {},
    )
    inserters = []
    if author_column:
        inserters.append(f"{table}.{author_column} = {PERSON}")
    if service_column:
        inserters.append(f"{table}.{service_column} = ANY ({SERVICES})")
    full_row, summary_row = root.at(Level.FULL, "r"), root.at(Level.SUMMARY, "r")
    return "".join(
        [
            _lookup_function(f"{table}_open_to_me", "level text", root.opening_queries()),
            _lookup_function(
                f"{table}_shut_to_me", "", f"SELECT array_agg(o.id) INTO ids FROM ({root.shut_query()}) o;"
            ),
            custom(
                table,
                read=root.readable(table),
                insert=insert or "(" + (" OR ".join(inserters) or "false") + ")",
            ),
            _view(f"{table}_in_full", table, full_row),
            _view(f"{table}_in_summary", table, f"({full_row} OR {summary_row})"),
            _asked(table),
            policies_about(table, record_type),
        ]
    )


def word_search(table: str, column: str = "search_words", *, order: str, **root: Any) -> str:
    """Word search that can use its index: `<table>_with_words(wanted, most)` gives keys of the newest rows that fit.

    The operator `@>` is not leakproof, so that PostgreSQL asks the policy about each row of the table before it, and
    never the index. Therefore the hashes stand a second time in `<table>_words`, which nobody but its owner may read
    (row-level security and no policy, as the seal's key), kept by a trigger. The function reads it as the owner, and
    gives only keys of rows that the person may open in full by a ground (`root` as for `policy_for_root`), so that
    calling it tells nothing of others. What is shut is left to the policy, through which each key must go.

    `order`: column by which newest comes first.
    """
    kept = f"{table}_words"
    full = _Root(
        table=table,
        record_type=root["record_type"],
        service_column=root.get("service_column", "service_id"),
        author_column=None,
        person_columns=tuple(root.get("person_columns", ())),
        assignment=root.get("assignment"),
        shares=root.get("shares"),
        child_link=None,
        child_column=None,
        break_glass=root.get("break_glass", True),
    ).at(Level.FULL, "c")
    arguments = "wanted bigint[], most integer"
    return f"""
CREATE TABLE {kept} (
    record_id uuid PRIMARY KEY REFERENCES {table} (id) ON DELETE CASCADE,
    words bigint[] NOT NULL
);
CREATE INDEX {kept}_gin ON {kept} USING gin (words);
ALTER TABLE {kept} ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION {kept}_keep() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $body$
BEGIN
    INSERT INTO {kept} (record_id, words) VALUES (NEW.id, NEW.{column})
    ON CONFLICT (record_id) DO UPDATE SET words = excluded.words;
    RETURN NULL;
END $body$;
CREATE TRIGGER words AFTER INSERT OR UPDATE OF {column} ON {table} FOR EACH ROW EXECUTE FUNCTION {kept}_keep();
{
        _lookup_function(
            f"{table}_with_words",
            arguments,
            f"SELECT array_agg(o.id) INTO ids FROM (SELECT c.id FROM {table} c JOIN {kept} w ON w.record_id = c.id "
            f"WHERE w.words @> wanted AND {full} ORDER BY c.{order} DESC, c.id DESC LIMIT most) o;",
        )
    }
-- How many rows hold a word differs by thousands: each search is planned for its own words.
ALTER FUNCTION {table}_with_words({arguments.replace("wanted ", "").replace("most ", "")})
    SET plan_cache_mode = force_custom_plan;
"""


def word_search_reverse(table: str) -> str:
    """Takes away what `word_search` made."""
    return f"""
DROP TRIGGER words ON {table};
DROP FUNCTION {table}_with_words(bigint[], integer);
DROP FUNCTION {table}_words_keep();
DROP TABLE {table}_words;
"""


def _view(name: str, table: str, condition: str) -> str:
    return f"""
CREATE OR REPLACE VIEW {name} WITH (security_invoker = true, security_barrier = true) AS
SELECT r.id FROM {table} r WHERE {SYSTEM} OR {condition};
GRANT SELECT ON {name} TO PUBLIC;
"""


def _asked(table: str) -> str:
    """`<table>_is_readable(key)` and `<table>_is_in_full(key)`: the record's own policy, asked for one key, as caller."""
    return "".join(
        f"""
CREATE OR REPLACE FUNCTION {table}_is_{name}(key uuid) RETURNS boolean
LANGUAGE plpgsql STABLE SECURITY INVOKER PARALLEL RESTRICTED AS $body$
BEGIN
    RETURN EXISTS (SELECT 1 FROM public.{relation} asked WHERE asked.id = key);
END $body$;
"""
        for name, relation in (("readable", table), ("in_full", f"{table}_in_full"))
    )


def _parent(parent_table: str, level: str | None) -> str:
    return parent_table if level in (None, Level.OWN_ENTRY) else f"{parent_table}_in_{Level(level).value}"


def policy_through(
    table: str,
    fk_column: str,
    parent_table: str,
    *,
    level: str | None = Level.FULL,
    author_column: str | None = None,
    person_column: str | None = None,
    insert_level: str | None = Level.OWN_ENTRY,
    deletable: bool = False,
) -> str:
    """Policies of a part of a record: readable where its record is readable at `level`, or when the person wrote it.

    `level` own_entry (or None): wherever the record itself is readable. `author_column`: who wrote the row may read it
    (an INSERT that returns its key needs to). `person_column`: of a table that is itself a ground (assignments): the
    person named reads the row, and the policy is flat, so that need to know stays quick. `insert_level`: what the
    record must be readable at to add a part.
    """

    def where(wanted):
        return f"EXISTS (SELECT 1 FROM {_parent(parent_table, wanted)} parent WHERE parent.id = {table}.{fk_column})"

    read = where(level)
    if author_column:
        mine = f"{table}.{author_column} = {PERSON} AND {where(None)}"
        read = f"({read} OR ({mine}))"
    if person_column:
        asked = "readable" if level in (None, Level.OWN_ENTRY) else "in_full"
        read = f"({table}.{person_column} = {PERSON} OR {parent_table}_is_{asked}({table}.{fk_column}))"
    return custom(table, read=read, insert=where(insert_level), delete=where(level) if deletable else None)


def policy_for_history(table: str, parent_table: str, *, key_column: str = "id", level: str = Level.FULL) -> str:
    """Policies of the simple-history table of a root record: full readers, and who wrote the version."""
    return policy_through(table, key_column, parent_table, level=level, author_column="history_user_id")


def policy_for_shares(table: str, parent_table: str) -> str:
    """Policies of an app's table of express shares: the person's own; set and removed by full readers of the record."""
    full = f"{parent_table}_is_in_full({table}.content_object_id)"
    return custom(table, read=f"({table}.user_id = {PERSON} OR {full})", insert=full, update=full, delete=full)


def policy_person_only(table: str, column: str) -> str:
    """Only the person named in `column` reads, writes and deletes the row (drafts)."""
    mine = f"{table}.{column} = {PERSON}"
    return custom(table, read=mine, insert=mine, update=mine, delete=mine)


def policies_about(parent_table: str, record_type: str) -> str:
    """Let full readers of a record read and write the sharings about it, and readers of it the conflicts set on it."""
    name = parent_table
    statements = []
    for table in ("access_sharingrecord", "access_historicalsharingrecord"):
        full = f"({table}.record_type = '{record_type}' AND {parent_table}_is_in_full({table}.record_id))"
        statements += [
            policy(table, f"{name}_reading", "SELECT", using=full),
            policy(table, f"{name}_inserting", "INSERT", check=full),
            policy(table, f"{name}_updating", "UPDATE", using=full, check=full),
        ]
    for table in ("access_conflict", "access_historicalconflict"):
        seen = (
            f"({table}.record_type = '{record_type}' AND {holds_role('lead_dsl', 'headteacher', 'chair')} "
            f"AND {parent_table}_is_readable({table}.record_id))"
        )
        statements += [
            policy(table, f"{name}_reading", "SELECT", using=seen),
            policy(table, f"{name}_inserting", "INSERT", check=seen),
            policy(table, f"{name}_updating", "UPDATE", using=seen, check=seen),
        ]
    return "".join(statements)


def own_tables() -> str:
    """Policies of this app's own tables. What one person may see of another's comes from `policies_about`."""
    statements = [SEAL_FUNCTIONS, CHILDREN_SHUT_FUNCTION]
    setters = holds_role("lead_dsl", "headteacher", "chair")
    openers = holds_role("lead_dsl", "headteacher", "acting_senior_teacher")
    reviewers = holds_role("lead_dsl", "headteacher", "acting_senior_teacher", "chair", "vice_chair")
    for prefix in ("access_", "access_historical"):
        mine = f"{prefix}sharingrecord.with_person_id = {PERSON}"
        statements.append(custom(f"{prefix}sharingrecord", read=mine, insert="false", update="false"))

        table = f"{prefix}conflict"
        not_about_me = (
            f"({setters} AND {table}.person_id <> {PERSON} AND {table}.child_id IS NOT NULL "
            f"AND NOT ({table}.child_id = ANY ((SELECT access_children_shut_to_me())::uuid[])))"
        )
        own = f"({table}.person_id = {PERSON} OR {table}.set_by_id = {PERSON} OR {not_about_me})"
        declared = f"({table}.set_by_id = {PERSON} AND ({table}.person_id = {PERSON} OR {setters}))"
        ending = f"({setters} AND {table}.person_id <> {PERSON} AND ({table}.set_by_id = {PERSON} OR {not_about_me}))"
        if prefix == "access_":
            statements.append(custom(table, read=own, insert=declared, update=ending))
        else:
            statements.append(custom(table, read=own, insert=own, update="false"))

        table = f"{prefix}breakglass"
        opened = f"({table}.person_id = {PERSON} AND {openers})"
        seen = f"({table}.person_id = {PERSON} OR {table}.reviewer_id = {PERSON} OR {reviewers})"
        if prefix == "access_":
            statements.append(custom(table, read=seen, insert=opened, update=seen))
        else:
            statements.append(custom(table, read=seen, insert=seen, update="false"))
    return "".join(statements)
