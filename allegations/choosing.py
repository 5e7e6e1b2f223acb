"""What the reporter of a concern about an adult chooses from, and whom to ring outside the school."""

from dataclasses import dataclass

from django.db.models import Q

from allegations import need_to_know
from lps_safeguarding.people.models import Adult, OutsideContact, User

LEAST_TYPED = 2
MOST_SHOWN = 8


@dataclass(frozen=True)
class Found:
    """Adults whose name fits what was typed."""

    typed: str
    adults: list[Adult]
    more: bool

    @property
    def said(self) -> str:
        if len(self.typed) < LEAST_TYPED:
            return ""
        if not self.adults:
            return "Nobody with this name is on the list. Type the name, or what you know, in the box below."
        if self.more:
            return f"The first {len(self.adults)} of several people. Type more of the name."
        return "1 person found" if len(self.adults) == 1 else f"{len(self.adults)} people found"


def find_adults(user: User, typed: str) -> Found:
    """Adults here now each of whose typed words fits a name; by name and job only, a few at a time."""
    typed = " ".join(typed.replace("\x00", "").split())[:80]
    if len(typed) < LEAST_TYPED:
        return Found(typed, [], False)
    fitting = need_to_know.adults_to_choose(user)
    for word in typed.split()[:5]:
        fitting = fitting.filter(Q(first_name__icontains=word) | Q(last_name__icontains=word))
    first = list(fitting.order_by("last_name", "first_name", "pk")[: MOST_SHOWN + 1])
    return Found(typed, first[:MOST_SHOWN], len(first) > MOST_SHOWN)


def chosen_adult(user: User, key: str) -> Adult | None:
    """The adult with this key who may be chosen."""
    if not (key.isascii() and key.isdigit() and len(key) < 18):
        return None
    return need_to_know.adults_to_choose(user).filter(pk=int(key)).first()


def lado() -> OutsideContact | None:
    """The local authority designated officer: named data, because numbers change (ROL-04)."""
    return OutsideContact.objects.filter(Q(name__icontains="LADO") | Q(what_for__icontains="LADO")).first()
