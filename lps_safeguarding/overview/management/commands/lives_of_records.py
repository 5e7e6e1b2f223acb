"""`manage.py lives_of_records`: docs/states/ from the apps' own tables of states and moves."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from allegations import states as allegations
from concerns import states as concerns

FOLDER = Path(settings.BASE_DIR) / "docs" / "states"


def pages() -> dict[str, str]:
    """File name and text of each page."""
    return {
        "concern.md": page("A concern", concerns.MOVES),
        "referral.md": page("A referral", concerns.REFERRAL_MOVES),
        "follow-up.md": page("A follow-up", concerns.FOLLOW_UP_MOVES),
        "meeting.md": page("A meeting about a child", concerns.MEETING_MOVES),
        "fgm-report.md": page("A teacher’s report of FGM", concerns.FGM_MOVES),
        "staff-concern.md": page("A concern about an adult", allegations.MOVES),
    }


def page(title: str, moves: dict) -> str:
    """One record's life: the states with their words, and what may follow what."""
    lines = [f"# {title}", "", "Written by `manage.py lives_of_records` from the program; do not edit.", ""]
    lines += ["```mermaid", "stateDiagram-v2"]
    for state in moves:
        lines.append(f"    {state.value}: {state.label}")
    for state, following in moves.items():
        lines += [f"    {state.value} --> {other.value}" for other in sorted(following)]
    lines += ["```", "", "| from | to |", "|---|---|"]
    for state, following in moves.items():
        words = ", ".join(other.label for other in sorted(following)) or "nothing: it ends here"
        lines.append(f"| {state.label} | {words} |")
    return "\n".join(lines) + "\n"


class Command(BaseCommand):
    help = "Write docs/states/ from the tables of states and moves."

    def handle(self, *args, **options):
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name, text in pages().items():
            (FOLDER / name).write_text(text)
        self.stdout.write(f"Wrote {len(pages())} pages to {FOLDER.relative_to(settings.BASE_DIR)}.")
