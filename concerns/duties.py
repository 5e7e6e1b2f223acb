"""What some kinds of concern ask for beyond a decision (DEC-05 to DEC-08). Pure: no database, no clock.

Each is a duty with a way out: a recorded reason. What stands here is said on the page where it matters, and asked
again by the operation that it holds up.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from concerns.duty_terms import Known
from concerns.terms import NOT_CHOSEN_BY_HAND, Kind, Option, ParentsInformed
from lps_safeguarding.people.models import Sex

GROWN_UP = 18
PRIVATELY_FOSTERED_UNDER = 16
PRIVATELY_FOSTERED_UNDER_IF_DISABLED = 18

# Where the family may be the danger: nobody warns them, and no relative interprets (DEC-06).
DANGER_IN_THE_FAMILY = frozenset({Kind.FORCED_MARRIAGE, Kind.HONOUR_BASED, Kind.FGM})
# Pictures that nobody may look at (DEC-07).
PICTURES = frozenset({Kind.NUDES, Kind.UPSKIRTING})
TOLD_OF_NUDES = (Option.POLICE, Option.SOCIAL_CARE)


@dataclass(frozen=True)
class AChild:
    """What a duty asks of a child. `age` None: the day of birth is not known."""

    sex: str
    age: int | None


def teacher_reports_fgm(kinds: Iterable[str], children: Iterable[AChild]) -> bool:
    """Whether the teacher's own duty is to be asked for: FGM, and a girl under 18 among the children (DEC-05).

    What is not recorded counts as if it were so: the teacher, or a DSL, says that it is not.
    """
    return Kind.FGM in set(kinds) and any(
        child.sex != Sex.MALE and (child.age is None or child.age < GROWN_UP) for child in children
    )


def family_may_be_the_danger(kinds: Iterable[str]) -> bool:
    """Whether telling the family is warned against, and needs a reason (DEC-06)."""
    return bool(DANGER_IN_THE_FAMILY & set(kinds))


def pictures_may_exist(kinds: Iterable[str]) -> bool:
    """Whether everybody is told not to look at a picture (DEC-07)."""
    return bool(PICTURES & set(kinds))


def is_private_fostering(*, ages: Iterable[int | None], disabled: str, close_relative: str, long_stay: str) -> bool:
    """Whether the local authority is to be told: under 16 (18 if disabled), with somebody who is no close relative, for
    28 days or more. But for a disability, what is not known yet counts as if it were so; the DSL may give a reason not
    to tell (DEC-08).
    """
    limit = PRIVATELY_FOSTERED_UNDER_IF_DISABLED if disabled == Known.YES else PRIVATELY_FOSTERED_UNDER
    young = any(age is None or age < limit for age in ages)
    return young and close_relative != Known.YES and long_stay != Known.NO


@dataclass(frozen=True)
class Recorded:
    """What was recorded on a concern so far, as far as closing asks for it."""

    kinds: frozenset[str]
    referred: frozenset[str]  # to whom, without what was withdrawn
    left_out_with_reason: frozenset[str]  # proposed, and left out by a decision that says why
    parents_informed: str = ""  # of the latest decision
    fgm_report_open: bool = False


def asks_before_closing(kinds: Iterable[str]) -> bool:
    """Whether decisions and referrals are looked at before a concern of these kinds is closed."""
    return Kind.NUDES in set(kinds)


def recorded(kinds: Iterable[str], decisions: Iterable[Any], referred: Iterable[str], *, fgm_open: bool) -> Recorded:
    """What was recorded, out of the decisions (any order) and the agencies of the referrals that stand."""
    by_hand = sorted(
        (each for each in decisions if not NOT_CHOSEN_BY_HAND & set(each.options)), key=lambda each: each.decided_at
    )
    left_out = {option for each in by_hand if each.not_referred_reason for option in set(Option) - set(each.options)}
    return Recorded(
        kinds=frozenset(kinds),
        referred=frozenset(referred),
        left_out_with_reason=frozenset(left_out),
        parents_informed=by_hand[-1].parents_informed if by_hand else "",
        fgm_report_open=fgm_open,
    )


def keeps_open(recorded: Recorded) -> list[str]:
    """Why the concern cannot be closed yet, a sentence each that says what to do. Empty: nothing of a special duty."""
    sentences = []
    if recorded.fgm_report_open:
        sentences.append(
            "The teacher’s own report of FGM to the police is not recorded. Record its reference, or why the duty does "
            "not apply."
        )
    if Kind.NUDES in recorded.kinds:
        answered = recorded.referred | recorded.left_out_with_reason
        missing = [option.label for option in TOLD_OF_NUDES if option not in answered]
        if missing:
            sentences.append(
                f"Nudes: not recorded that these were told: {' and '.join(missing)}. Record the referral, or a further "
                "decision that says why not."
            )
        if recorded.parents_informed not in (ParentsInformed.YES, ParentsInformed.NO):
            sentences.append(
                "Nudes: record a further decision that says whether the parents were told, or why they are not."
            )
    return sentences
