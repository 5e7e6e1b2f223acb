"""The pages with a whole school's data in Chromium: every rule of axe, no sideways scrolling, on a phone and a desk."""

import pytest
from django.urls import reverse
from django.utils import timezone

from concerns.models import ChildFile, Concern, FollowUp, Referral
from concerns.states import FollowUpState, ReferralState, State
from lps_safeguarding.access import acting
from lps_safeguarding.overview.demo import seed
from lps_safeguarding.people.models import User
from tests.browser import DESK, PHONE, is_right

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def person(slug):
    return User.objects.select_related("adult").get(email=f"{slug}@demo.example")


def test_every_page_is_right_on_a_phone_and_on_a_desk(browser_of):
    seed.seed(timezone.now())
    with acting.as_the_system("test"):
        child = "concerns:concern_detail"
        pink = Concern.objects.get(form="pink", state=State.SENT, service__slug="ks3")
        worried = Concern.objects.get(worried_at__isnull=False)
        late = (
            Referral.objects.overdue(timezone.now())
            .filter(concern__state=State.DECIDED, concern__form="pink", concern__service__slug="ks4")
            .select_related("concern")
            .first()
        )
        decided = late.concern
        closed = Concern.objects.filter(state=State.CLOSED, service__slug="ks4").first()
        file = ChildFile.objects.get(child__first_name="Kezia")
        answered = Referral.objects.filter(state=ReferralState.OUTCOME_KNOWN, concern__service__slug="ks3").first()
        to_do = FollowUp.objects.filter(state=FollowUpState.OPEN, owner=person("m.chen")).first()
        told = [pink.reference, worried.reference, decided.reference, closed.reference]
    pages = [
        ("lead-home", "g.adeyemi", "/"),
        ("lead-queue", "g.adeyemi", reverse("overview:queue")),
        ("dsl-home", "d.whitmore", "/"),
        ("dsl-queue", "d.whitmore", reverse("overview:queue")),
        ("triage-pink", "d.whitmore", reverse(child, args=[told[0]])),
        ("triage-worried", "d.whitmore", reverse(child, args=[told[1]])),
        ("triage-decided", "a.rahmani", reverse(child, args=[told[2]])),
        ("triage-closed", "a.rahmani", reverse(child, args=[told[3]])),
        ("further-decision", "a.rahmani", reverse(child, args=[told[2]]) + "?decide"),
        ("close", "a.rahmani", reverse("concerns:close", args=[told[2]])),
        ("assign", "a.rahmani", reverse("concerns:assign", args=[told[2]])),
        ("feedback", "a.rahmani", reverse("concerns:feedback_add", args=[told[2]])),
        ("share", "a.rahmani", reverse("concerns:share", args=[told[2]])),
        ("share-outside", "a.rahmani", reverse("concerns:share_outside", args=[told[2]])),
        ("refer", "a.rahmani", reverse("concerns:referral_add", args=[told[2]])),
        ("follow-up-add", "a.rahmani", reverse("concerns:follow_up_add", args=[told[2]])),
        ("file-add", "a.rahmani", reverse("concerns:file_add", args=[told[2]])),
        ("referral-late", "a.rahmani", reverse("concerns:referral_detail", args=[late.reference])),
        ("referral-answered", "d.whitmore", reverse("concerns:referral_detail", args=[answered.reference])),
        ("follow-up-owner", "m.chen", reverse("concerns:follow_up_detail", args=[to_do.reference])),
        ("children", "d.whitmore", reverse("overview:children")),
        ("child", "d.whitmore", reverse("overview:child", args=[file.reference])),
        ("child-lead", "g.adeyemi", reverse("overview:child", args=[file.reference])),
        ("plan-add", "d.whitmore", reverse("overview:plan_add", args=[file.reference])),
        ("contact-add", "d.whitmore", reverse("overview:contact_add", args=[file.reference])),
        ("link-add", "d.whitmore", reverse("overview:link_add", args=[file.reference])),
        ("trail", "g.adeyemi", reverse("overview:trail_of_record", args=[file.reference])),
        ("staff-home", "p.nair", "/"),
        ("head-home", "h.marsden", "/"),
        ("head-summary", "h.marsden", reverse(child, args=[told[2]])),
        ("chair-home", "r.castellano", "/"),
        ("committee-home", "y.begum", "/"),
        ("admin-home", "c.reid", "/"),
        ("attendance-home", "m.chen", "/"),
        ("inspector-home", "m.dunne", "/"),
    ]
    browsers = {}
    wrong = []
    for viewport in (PHONE, DESK):
        for name, slug, address in pages:
            key = (slug, viewport["width"])
            if key not in browsers:
                browsers[key] = browser_of(person(slug), viewport=viewport)
            page = browsers[key]
            answer = page.goto(address)
            if answer.status != 200:
                wrong.append(f"{name}: {answer.status}")
                continue
            try:
                is_right(page, name)
            except AssertionError as found:
                wrong.append(str(found)[:1500])
    assert not wrong, "\n".join(wrong)
