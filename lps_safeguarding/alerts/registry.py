"""What the apps tell this one at start: reasons for alerts, with their words, and sweeps that look for escalations."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

Sweep = Callable[[dt.datetime], None]

SAYS_TOO_MUCH = re.compile(
    r"\b(pink|concerns?|referrals?|referred|allegations?|abuse|harm|child(ren)?|pupils?|students?|famil(y|ies)|parents?"
    r"|police|social|lado|reporters?|worried|follow-ups?|glass|emergency|whistle\w*)\b",
    re.IGNORECASE,
)
"""Words that tell a reader over somebody's shoulder what an e-mail is about (CON-11)."""


def says_too_much(words: str) -> bool:
    return SAYS_TOO_MUCH.search(words) is not None


@dataclass(frozen=True)
class Reason:
    """A kind of alert and its words, fixed in the code, so that they can never hold a name or what somebody typed.

    subject      subject of the e-mail: that something waits, never what
    line         the sentence in the e-mail, e.g. "Something urgent is waiting for you."; one that says what it is
                 about (SAYS_TOO_MUCH) is replaced in the e-mail by that sentence, because mail is read by others
    screen_line  the sentence on screen, behind the sign-in (the same as `line` when empty)
    urgent       shown as a banner; sent before all others
    private      nobody but the recipient is told that it exists: if its e-mail fails, neither the headteacher nor
                 anyone else learns of it by name of the reason (for matters about the headteacher)
    """

    slug: str
    subject: str
    line: str
    screen_line: str = ""
    urgent: bool = False
    private: bool = False

    def __post_init__(self) -> None:
        for words in (self.slug, self.subject, self.line, self.screen_line):
            if any(unicodedata.category(letter) in ("Cc", "Zl", "Zp") for letter in words):
                raise ValueError(f"The words of {self.slug!r} hold a line break or a control character.")
        if not (self.slug and self.subject and self.line):
            raise ValueError("A reason has a slug, a subject and a line.")
        if says_too_much(self.subject):
            raise ValueError(f"The subject of {self.slug!r} says what it is about.")

    @property
    def in_mail(self) -> str:
        """The sentence of the e-mail."""
        if says_too_much(self.line):
            return "Something urgent is waiting for you." if self.urgent else "Something is waiting for you."
        return self.line

    @property
    def on_screen(self) -> str:
        return self.screen_line or self.line


class UnknownReason(LookupError):
    """An alert was raised for a reason that no app has registered."""


_reasons: dict[str, Reason] = {}
_sweeps: dict[str, Sweep] = {}


def register(reason: Reason) -> None:
    """Called from an app's AppConfig.ready. The same slug with other words is an error (ValueError)."""
    if _reasons.setdefault(reason.slug, reason) != reason:
        raise ValueError(f"Two apps use the reason {reason.slug!r} for different things.")


def reason(slug: str) -> Reason:
    """Raises UnknownReason."""
    try:
        return _reasons[slug]
    except KeyError:
        raise UnknownReason(slug) from None


def reasons() -> list[Reason]:
    return list(_reasons.values())


def register_sweep(sweep: Sweep, name: str = "") -> Sweep:
    """Have `sweep(now)` called at each sweep, as the system, in a transaction of its own; usable as a decorator.

    It looks for what is overdue *by query from facts* and raises alerts; it may run twice, so it relies on
    `raise_alert` being idempotent for each round. If it fails, the others still run.
    """
    _sweeps[name or f"{sweep.__module__}.{sweep.__qualname__}"] = sweep
    return sweep


def sweeps() -> list[tuple[str, Sweep]]:
    return list(_sweeps.items())
