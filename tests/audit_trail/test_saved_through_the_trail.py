"""Records with versions are written through `trail.save` alone: reads the source of every app."""

import ast
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parent.parent.parent

WRITES_OF_A_RECORD = {"save", "delete", "save_base", "asave", "adelete"}
WRITES_OF_A_QUERYSET = {
    "update", "bulk_create", "bulk_update", "create", "get_or_create", "update_or_create", "_raw_delete", "add", "set",
    "remove", "clear", "acreate", "aupdate",
}  # fmt: skip

# What may write without trail.save, and why: "file" (all of it) or "file::function".
ALLOWED: dict[str, str] = {
    "lps_safeguarding/audit_trail/trail.py": "trail.save itself, and the entries",
    "lps_safeguarding/people/operations.py": "people: versions with who and why by its own one writer, below the trail",
    # A draft is its writer's own until it is sent: it has no versions, and nobody else can open it.
    "concerns/operations/drafts.py": "drafts",
    "concerns/operations/reporting.py::submit_concern": "the draft that was sent is removed",
    "allegations/operations.py::save_draft": "drafts",
    "allegations/operations.py::_delete": "drafts",
    "allegations/operations.py::delete_old_drafts": "drafts",
}


def apps_with_versions() -> dict[str, set[str]]:
    """The folders of apps that keep versions, with the names of the models that have them."""
    found: dict[str, set[str]] = {}
    for model in apps.get_models():
        if hasattr(model._meta, "simple_history_manager_attribute"):
            folder = str(Path(apps.get_app_config(model._meta.app_label).path).relative_to(ROOT))
            found.setdefault(folder, set()).add(model.__name__)
    return found


def names_in(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)} | {
        n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)
    }


def breaches(source: str, where: str, models: set[str], *, keeps_versions: bool) -> list[str]:
    """Writes in a file that pass `trail.save` by.

    In an app that keeps versions every write of an instance or a queryset counts, unless it names a model without
    versions; elsewhere only writes that name a model with versions.
    """
    tree = ast.parse(source)
    function_of = {}
    for outer in ast.walk(tree):
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef):
            for inner in ast.walk(outer):
                function_of[inner] = outer.name
    others = {model.__name__ for model in apps.get_models()} - models
    found = []
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        receiver, method = node.func.value, node.func.attr
        named = names_in(receiver)
        about_versions = bool(named & models)
        if method in WRITES_OF_A_RECORD:
            writes = not (isinstance(receiver, ast.Name) and receiver.id == "trail") and (
                about_versions or (keeps_versions and not named & others and not (method == "delete" and node.args))
            )
        elif method in WRITES_OF_A_QUERYSET:
            by_manager = bool(
                named & {"objects", "filter", "exclude", "all", "select_for_update", "history", "_base_manager"}
            )
            # A dictionary's or a set's methods take a value without a name; a queryset's update takes names only.
            writes = by_manager and (about_versions or (keeps_versions and not named & others))
        else:
            continue
        function = function_of.get(node, "")
        if writes and where not in ALLOWED and f"{where}::{function}" not in ALLOWED:
            found.append(f"{where}:{node.lineno} in {function or 'the module'}: {ast.unparse(node.func)}(…)")
    return found


@pytest.mark.rule("ACC-05")
def test_records_with_versions_are_written_through_the_trail_alone():
    versioned = apps_with_versions()
    assert versioned
    models = set().union(*versioned.values())
    found = []
    for top in ("lps_safeguarding", "concerns", "allegations"):
        for path in sorted((ROOT / top).rglob("*.py")):
            where = str(path.relative_to(ROOT))
            if "/migrations/" in where:
                continue
            keeps = any(where.startswith(f"{folder}/") for folder in versioned)
            found += breaches(path.read_text(encoding="utf-8"), where, models, keeps_versions=keeps)
    assert found == [], "Use trail.save, or add a line to ALLOWED with the reason:\n" + "\n".join(found)


@pytest.mark.rule("ACC-05")
def test_every_table_of_versions_only_grows(as_superuser):
    guarded = {
        row[0]
        for row in as_superuser.execute(
            "SELECT relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE tgname = 'only_grows' AND tgenabled IN ('O', 'A')"
        ).fetchall()
    }
    tables = {
        model.history.model._meta.db_table
        for model in apps.get_models()
        if hasattr(model._meta, "simple_history_manager_attribute")
    }
    assert tables - guarded == set(), "Add append_only_sql(table) in a migration of the app."


@pytest.mark.parametrize(
    ("code", "caught"),
    [
        ("def f(c):\n    c.save()", True),
        ("def f(c):\n    c.delete()", True),
        ("Widget.objects.filter(x=1).update(state='x')", True),
        ("Widget.objects.bulk_create([])", True),
        ("Widget.objects.create(x=1)", True),
        ("concern.widgets.all().update(x=1)", True),
        ("trail.save(c, by=x, why='y')", False),
        ("context.update({'a': 1})", False),
        ("seen.add(3)", False),
        ("cache.delete('x')", False),
        ("digest.update(b'x')", False),
    ],
)
def test_the_check_bites(code, caught):
    assert bool(breaches(code, "concerns/x.py", {"Widget"}, keeps_versions=True)) is caught


def test_elsewhere_only_models_with_versions_count():
    assert breaches("Widget.objects.create(x=1)", "lps_safeguarding/web/x.py", {"Widget"}, keeps_versions=False)
    assert not breaches("session.save()", "lps_safeguarding/web/x.py", {"Widget"}, keeps_versions=False)
