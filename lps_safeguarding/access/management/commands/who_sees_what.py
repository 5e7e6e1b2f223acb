"""`manage.py who_sees_what` writes docs/who-sees-what.md from the program itself: kinds of records and every address."""

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import URLPattern, URLResolver, get_resolver

from lps_safeguarding.access import registry
from lps_safeguarding.access.levels import Level

PAGE = Path(settings.BASE_DIR) / "docs" / "who-sees-what.md"
OF_LIBRARIES = ("allauth.",)


class Command(BaseCommand):
    help = "Writes docs/who-sees-what.md: which kinds of records there are, and who may open each address."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; fail when the page is out of date")

    def handle(self, *args, check: bool = False, **options) -> None:
        text = page()
        if check:
            if not PAGE.exists() or PAGE.read_text() != text:
                raise CommandError("docs/who-sees-what.md is out of date. Run: manage.py who_sees_what")
            return
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(text)
        self.stdout.write(f"Wrote {PAGE}")


def page() -> str:
    """The whole page as Markdown."""
    return "\n".join(
        [
            "# Who sees what",
            "",
            "Written by `manage.py who_sees_what` from the program; do not edit. A signed-in person's sight comes from "
            "`need_to_know.py` of each app and is repeated by row-level security in the database (ADR 0003). What one "
            "may not see does not exist: it answers like something missing.",
            "",
            "## Levels",
            "",
            *[f"- **{level.label}** (`{level.value}`)" for level in reversed(Level)],
            "",
            "## Kinds of records",
            "",
            *_kinds(),
            "## Addresses",
            "",
            "“Record” addresses go through the door: whoever may not open the record gets the page for missing ones. "
            "“Proof” means that the person shows again who they are, within 5 minutes.",
            "",
            "| Address | Name | Open to | What it is, in the words of its code |",
            "|---|---|---|---|",
            *_addresses(),
            "",
        ]
    )


def _kinds() -> Iterator[str]:
    for kind in registry.kinds():
        yield f"### {kind.name[:1].upper()}{kind.name[1:]} (`{kind.slug}`)"
        yield ""
        yield _words(kind.readable_by)
        yield ""
        shared_by = _words(kind.can_share) or "whom its `need_to_know.py` names"
        yield f"- Shared by: {shared_by}"
        glass = "by the lead DSL and the headteacher" if kind.openable_by_break_glass else "never"
        yield f"- Opened by break glass: {glass}"
        yield ""


def _words(function: Callable) -> str:
    return " ".join((inspect.getdoc(function) or "").split())


def _addresses() -> Iterator[str]:
    for address, name, pattern in sorted(_patterns(get_resolver()), key=lambda found: found[:2]):
        view = pattern.callback
        module = getattr(inspect.unwrap(view), "__module__", "")
        words = "sign-in library" if module.startswith(OF_LIBRARIES) else _words(inspect.unwrap(view)).split(". ")[0]
        open_to = "everybody" if not getattr(view, "login_required", True) else "signed in"
        if "<str:reference>" in address or "reference" in pattern.pattern.converters:
            open_to += ", record"
        if getattr(view, "is_grave_step", False):
            open_to += ", proof"
        yield f"| `/{address}` | `{name}` | {open_to} | {words.replace('|', '/')} |"


def _patterns(resolver: URLResolver, before: str = "", names: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    """Every address with the full name of its page."""
    for pattern in resolver.url_patterns:
        address = before + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLResolver):
            yield from _patterns(pattern, address, f"{names}{pattern.namespace}:" if pattern.namespace else names)
        else:
            yield address, f"{names}{pattern.name}" if pattern.name else "", pattern
