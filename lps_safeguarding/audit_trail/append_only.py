"""Tables that only grow, for everybody, the owner of the database included."""


def append_only_sql(table: str) -> str:
    """SQL that makes ``table`` append-only: UPDATE, DELETE and TRUNCATE are refused by a trigger.

    For hand-written migrations of any app: every ``*historical*`` table of a case model gets it. The migration depends
    on ``("audit_trail", "0002_chain")``, which makes the trigger's function.
    """
    return f"""
        CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON {_quoted(table)}
        FOR EACH STATEMENT EXECUTE FUNCTION audit_trail_refuse_change();
    """


def append_only_reverse_sql(table: str) -> str:
    """SQL that takes the trigger away again."""
    return f"DROP TRIGGER IF EXISTS only_grows ON {_quoted(table)};"


def _quoted(table: str) -> str:
    return '"' + table.replace('"', '""') + '"'
