"""Everything on the page on which a DSL decides: the decision, its referrals, its follow-ups."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django import forms
from django.utils import timezone

from concerns import duties, proposals
from concerns.forms.boxes import without_errors
from concerns.forms.colleagues import Colleagues
from concerns.forms.deciding import DecisionForm
from concerns.forms.follow_ups import MOST_FOLLOW_UPS, FollowUpForm
from concerns.forms.kinds import particulars_to_tick
from concerns.forms.referrals import ChosenReferral
from concerns.terms import (
    REFERRAL_OPTIONS,
    HarmSeen,
    Kind,
    ParentsInformed,
    ReasonNotToInform,
)
from lps_safeguarding.people.models import User
from lps_safeguarding.web import typed


class Triage:
    """Everything a DSL fills in on one page: the decision, a form for each chosen referral, rows of follow-ups.

    `concern` is at FULL; `dsls` may be given it to work on; `colleagues` may be given something to do.
    """

    def __init__(self, concern, *, dsls, colleagues: Colleagues, by: User, data: Any = None) -> None:
        self.concern = concern
        self.by = by
        kinds = concern.kinds or concern.kinds_by_author
        keep_from_family = {"parents_informed": ParentsInformed.NO, "parents_reason": ReasonNotToInform.GREATER_RISK}
        self.colleagues = colleagues
        self.data = data
        self.key = self._key(data) or typed.new_key(by)
        self.decision = DecisionForm(
            data,
            dsls=dsls,
            initial={
                "version": concern.version,
                "submission_key": self.key,
                "childs_wishes": concern.wishes_and_feelings,
                "kinds": kinds,
                **(keep_from_family if duties.family_may_be_the_danger(kinds) else {}),
                **particulars_to_tick(concern.particulars or concern.particulars_by_author),
                "parents_informed_by": by.name,
                "assigned_to": concern.assigned_to_id,
            },
        )
        chosen = data.getlist("options") if data is not None else []
        self.referrals = [self._referral(option, data) for option in REFERRAL_OPTIONS if option in chosen]
        self.blank_referral = self._referral("AGENCY", None)
        count = self._count(data)
        self.follow_ups = [
            FollowUpForm(data, prefix=f"follow_up-{index}", colleagues=colleagues) for index in range(count)
        ]
        self.blank_follow_up = FollowUpForm(prefix="follow_up-INDEX", colleagues=colleagues)

    @staticmethod
    def _key(data: Any) -> uuid.UUID | None:
        try:
            return uuid.UUID(data.get("submission_key", "")) if data is not None else None
        except ValueError:
            return None

    def _referral(self, option: str, data: Any) -> ChosenReferral:
        now = timezone.now()
        if data is not None and f"referral-{option}-made" not in data and f"referral-{option}-made_at_0" not in data:
            chosen = ChosenReferral(option, initial={"made_at": now})
            chosen.not_asked_yet = True
            return chosen
        return ChosenReferral(option, data=data, initial={"made_at": now})

    def _count(self, data: Any) -> int:
        if data is None:
            return 1
        given = data.get("follow_ups", "1")
        return min(max(int(given), 1), MOST_FOLLOW_UPS) if str(given).isdecimal() and len(str(given)) < 4 else 1

    @property
    def agencies_json(self) -> str:
        """The options that are referrals, for the page's script."""
        return json.dumps([str(option) for option in REFERRAL_OPTIONS])

    most_follow_ups = MOST_FOLLOW_UPS

    @property
    def all_forms(self) -> list[forms.Form]:
        """In the order of the page: for the error summary."""
        return [self.decision, *(form for chosen in self.referrals for form in chosen.forms), *self.follow_ups]

    @property
    def may_add_follow_up(self) -> bool:
        return len(self.follow_ups) < MOST_FOLLOW_UPS

    def forget_errors(self) -> None:
        """Keep what was typed, say nothing yet."""
        for form in self.all_forms:
            if form.is_bound:
                without_errors(form)

    def is_valid(self) -> bool:
        good = self.decision.is_valid()
        for chosen in self.referrals:
            if chosen.not_asked_yet:
                self.decision.add_error(
                    None, f"Say below whether the referral has been made: {chosen.label}. Everything else is kept"
                )
                good = False
            else:
                good = chosen.is_valid() and good
        for row in self.follow_ups:
            good = row.is_valid() and good
        return good

    def given(self) -> dict[str, Any]:
        """What `record_decision` takes."""
        given = dict(self.decision.cleaned_data)
        for name in ("assigned_to", "prejudices", "online_risks"):
            given.pop(name)
        given["particulars"] = self.decision.particulars()
        given["submission_key"] = self.key
        made = [chosen.given() for chosen in self.referrals]
        return {
            **given,
            "referrals": [referral for referral in made if referral],
            "follow_ups": [row.cleaned_data for row in self.follow_ups if not row.is_empty],
        }

    @property
    def assigned_to(self) -> User | None:
        return self.decision.cleaned_data.get("assigned_to")

    def rules(self) -> list[dict[str, Any]]:
        """For the page's script: the rules of `proposals`, in their order."""
        return [
            {
                "option": str(rule.proposal.option),
                "because": rule.proposal.because,
                "reason": rule.proposal.reason_needed,
                "findings": sorted(rule.findings),
                "kinds": sorted(rule.kinds),
            }
            for rule in proposals.RULES
        ]

    @property
    def family_may_be_the_danger(self) -> bool:
        """For a browser that cannot tell by itself from the kinds ticked (DEC-06)."""
        return duties.family_may_be_the_danger(self.decision["kinds"].value() or [])

    def shown_proposals(self) -> list[proposals.Proposal]:
        """What is proposed for the finding chosen so far; for the page without JavaScript."""
        harm = self.decision["harm_seen"].value()
        if harm not in HarmSeen.values:
            return []
        kinds = [kind for kind in self.decision["kinds"].value() or [] if kind in Kind.values]
        return proposals.propose(harm, kinds)
