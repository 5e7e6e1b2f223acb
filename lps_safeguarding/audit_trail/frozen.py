"""Columns that nobody changes once they are written, the owner of the database included (CON-09)."""


def frozen_sql(table: str, columns: tuple[str, ...], *, name: str = "frozen", stays: bool = True) -> str:
    """SQL that refuses any change of these columns by a trigger; with `stays` also that rows are deleted.

    For hand-written migrations. `name` tells several such triggers of one table apart.
    """
    changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)
    sql = f"""
CREATE OR REPLACE FUNCTION {table}_{name}() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    IF {changed} THEN
        RAISE EXCEPTION 'What was sent is never changed: add to it instead (CON-09)' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $body$;
CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_{name}();
"""
    if stays:
        sql += f"""
CREATE OR REPLACE FUNCTION {table}_stays() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    RAISE EXCEPTION 'Case records are never deleted' USING ERRCODE = 'check_violation';
END $body$;
CREATE TRIGGER stays BEFORE DELETE OR TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_stays();
"""
    return sql


def frozen_reverse_sql(table: str, *, name: str = "frozen", stays: bool = True) -> str:
    """Takes away what `frozen_sql` with the same arguments made."""
    sql = f"""
DROP TRIGGER IF EXISTS {name} ON {table};
DROP FUNCTION IF EXISTS {table}_{name}();
"""
    if stays:
        sql += f"""
DROP TRIGGER IF EXISTS stays ON {table};
DROP FUNCTION IF EXISTS {table}_stays();
"""
    return sql
