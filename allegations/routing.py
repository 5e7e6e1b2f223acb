"""Where a concern about an adult goes (ALG-01, ALG-02, ROL-06). The only place that decides it."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from allegations.terms import About, Route
from lps_safeguarding.people import duty
from lps_safeguarding.people.models import Adult, Role, User


@dataclass(frozen=True)
class Way:
    """Whom it is about for the purpose of routing, who may receive it, and the person to tell now (None: nobody is)."""

    about: About
    route: Route
    person: User | None


def acts_as_headteacher(adult_id: int, at: datetime.datetime) -> bool:
    """The headteacher, or the senior teacher who acts in the headteacher's place at this moment."""
    heads = set(User.objects.holding(Role.HEADTEACHER).values_list("adult_id", flat=True))
    acting = duty.acting_headteacher(at)
    return adult_id in heads or (acting is not None and acting.adult_id == adult_id)


def where_to(*, about: About, subjects: Collection[int], chair_is_part: bool, at: datetime.datetime) -> Way:
    """The way for a concern about these adults (ids) at a moment.

    Whoever is named as the subject and turns out to be the headteacher, or to act as headteacher now, makes it a concern
    about the headteacher, whatever the reporter called it. With the chair part of it too, only the vice chair gets it.
    """
    if about == About.HEADTEACHER or any(acts_as_headteacher(adult, at) for adult in subjects):
        chairs = set(User.objects.holding(Role.CHAIR).values_list("adult_id", flat=True))
        if chair_is_part or chairs & set(subjects):
            return Way(About.HEADTEACHER, Route.VICE_CHAIR, _not_among(subjects, [_vice_chair()]))
        return Way(
            About.HEADTEACHER,
            Route.CHAIR,
            _not_among(subjects, [duty.chair_now(at), duty.chair(at), _vice_chair()]),
        )
    return Way(About.ADULT, Route.HEADTEACHER, _not_among(subjects, [duty.headteacher_now(at), duty.headteacher(at)]))


def who_holds(route: Route, *, subjects: Collection[int], at: datetime.datetime) -> User | None:
    """The person to whom an unread concern on this route belongs now: absences come and go."""
    if route == Route.HEADTEACHER:
        return _not_among(subjects, [duty.headteacher_now(at), duty.headteacher(at)])
    if route == Route.CHAIR:
        return _not_among(subjects, [duty.chair_now(at), duty.chair(at)])
    return _not_among(subjects, [_vice_chair()])


def headteacher_candidates(at: datetime.datetime) -> list[User]:
    """Whom "the headteacher" may mean now: the headteacher, and who acts in that place."""
    found = [duty.headteacher(at), duty.acting_headteacher(at)]
    return [person for person in found if person is not None]


def chairs() -> list[Adult]:
    """Who holds the chair's role today."""
    return [person.adult for person in User.objects.holding(Role.CHAIR).select_related("adult")]


def reads_like_the_headteacher(typed: str, at: datetime.datetime) -> Adult | None:
    """The headteacher (or who acts) if a typed name seems to mean them: their family name, or the word itself."""
    words = "".join(c if c.isalpha() else " " for c in typed.casefold()).split()
    plain = " ".join(words)
    for person in headteacher_candidates(at):
        family = "".join(c if c.isalpha() else " " for c in person.adult.last_name.casefold()).split()
        if family and all(part in words for part in family):
            return person.adult
    if any(name in plain for name in ("headteacher", "head teacher", "headmaster", "headmistress", "principal")):
        candidates = headteacher_candidates(at)
        return candidates[0].adult if candidates else None
    return None


def _vice_chair() -> User | None:
    return User.objects.holding(Role.VICE_CHAIR).select_related("adult").first()


def _not_among(subjects: Collection[int], people: list[User | None]) -> User | None:
    return next((person for person in people if person is not None and person.adult_id not in subjects), None)
