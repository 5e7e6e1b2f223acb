"""Kinds of concern: every form, more exactly where asked, local priorities, signs one click away (CON-15, CON-17)."""

import datetime
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from concerns import operations, priorities
from concerns.duty_terms import ONLINE, PREJUDICES, Particular
from concerns.indicators import NOT_A_CHECKLIST, SIGNS
from concerns.models import Concern, LocalPriority
from concerns.terms import Kind
from lps_safeguarding.access import acting
from tests.cast import signed_in
from tests.concerns.deciding import posted
from tests.concerns.factories import a_concern, a_decision, read
from tests.concerns.reporting.posting import begin, key_of, standard

# The forms of abuse and harm of the rulebook, a word of each.
OF_THE_RULEBOOK = (
    "neglect", "physical", "sexual abuse", "emotional", "sexual exploitation", "county lines", "financial",
    "gangs", "knife", "slavery", "radicalisation", "child-on-child", "sexual violence", "sexual harassment",
    "harmful sexual", "semi-nudes", "upskirting", "grooming", "abuse in the family", "own relationship",
    "missing or absent", "honour", "genital", "forced marriage", "faith", "bullying", "self-harm", "carer",
    "private fostering", "homeless", "prison", "court", "drugs", "content, contact, conduct or commerce", "cybercrime",
    "artificial intelligence", "something else",
)  # fmt: skip


@pytest.mark.rule("CON-15")
def test_every_form_the_policy_names_is_a_kind_of_concern():
    labels = " | ".join(label.lower() for _, label in Kind.choices)
    assert [word for word in OF_THE_RULEBOOK if word not in labels] == []
    assert len(Kind) == len(OF_THE_RULEBOOK)


@pytest.mark.rule("CON-15")
def test_prejudices_name_every_protected_characteristic_a_child_can_have():
    wanted = {"age", "disability", "gender_reassignment", "pregnancy", "race", "religion", "sex", "sexual_orientation"}
    assert wanted <= {each.value for each in PREJUDICES}
    assert {each.value for each in ONLINE} == {f"online_{c}" for c in ("content", "contact", "conduct", "commerce")}


@pytest.mark.rule("CON-17")
@pytest.mark.parametrize("kind", list(Kind))
def test_each_kind_has_four_to_eight_short_signs(kind):
    assert 4 <= len(SIGNS[kind]) <= 8
    assert all(8 < len(sign) <= 90 for sign in SIGNS[kind])


@pytest.mark.django_db
class TestAsking:
    @pytest.mark.rule("CON-15")
    def test_bullying_says_what_it_was_about_and_the_dsl_may_say_otherwise(
        self, a_staff_member, a_dsl_of_the_service, a_child, acting_as
    ):
        client = signed_in(a_staff_member)
        url = begin(client, "concerns:log_standard")
        form = standard(
            a_child, kinds=["bullying"], prejudices=["race", "disability"], online_risks=["online_contact"]
        )
        checked = client.post(url, form, follow=True).content.decode()
        assert Particular.RACE.label in checked
        client.post(reverse("concerns:log_check", args=[key_of(url)]), {"action": "send"})
        with acting_as(a_dsl_of_the_service):
            sent = Concern.objects.get()
        assert sent.particulars_by_author == ["race", "disability"], "what no ticked kind asks for is left out"
        read(sent, by=a_dsl_of_the_service)
        dsl = signed_in(a_dsl_of_the_service)
        page = dsl.get(reverse("concerns:concern_detail", args=[sent.reference]))
        answer = dsl.post(
            reverse("concerns:decision_add", args=[sent.reference]),
            posted.decision(page, kinds=["bullying", "online"], prejudices=["race"], online_risks=["online_conduct"]),
        )
        assert answer.status_code == 302
        with acting_as(a_dsl_of_the_service):
            now = Concern.objects.get()
        assert now.particulars == ["online_conduct", "race"]
        assert now.particulars_by_author == ["race", "disability"]

    @pytest.mark.rule("CON-15")
    def test_the_kind_may_be_left_to_the_dsl(self, a_staff_member, a_dsl_of_the_service, a_child, acting_as):
        sent = a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
        assert sent.kinds == []
        read(sent, by=a_dsl_of_the_service)
        a_decision(sent, by=a_dsl_of_the_service, kinds=[Kind.NEGLECT])
        with acting_as(a_dsl_of_the_service):
            assert Concern.objects.get().kinds == ["neglect"]


@pytest.mark.django_db
class TestLocalPriorities:
    @pytest.mark.rule("CON-15")
    def test_the_lead_dsl_sets_them_with_since_when_and_what_was_stays_on_record(self, the_lead_dsl, acting_as):
        monday, friday = datetime.date(2026, 11, 16), datetime.date(2026, 11, 20)
        with acting_as(the_lead_dsl):
            operations.set_local_priorities(by=the_lead_dsl, kinds=["knife_crime", "cce"], on=monday)
            operations.set_local_priorities(by=the_lead_dsl, kinds=["cce", "neglect"], on=friday)
        priorities.forget()
        assert priorities.now() == {"cce": monday, "neglect": friday}
        assert LocalPriority.objects.get(kind="knife_crime").ended_on == friday

    @pytest.mark.rule("CON-15")
    def test_nobody_else_sets_them(self, a_dsl_of_the_service, the_headteacher, a_staff_member):
        for person in (a_dsl_of_the_service, the_headteacher, a_staff_member):
            with acting.as_person(person), pytest.raises(PermissionDenied):
                operations.set_local_priorities(by=person, kinds=["neglect"])
            assert signed_in(person).get(reverse("concerns:local_priorities")).status_code == 403

    @pytest.mark.rule("CON-15")
    def test_they_are_marked_on_the_form_in_the_queue_and_on_the_case(
        self, the_lead_dsl, a_staff_member, a_dsl_of_the_service, a_child
    ):
        lead = signed_in(the_lead_dsl)
        answer = lead.post(reverse("concerns:local_priorities"), {"kinds": ["knife_crime"]})
        assert answer.status_code == 302
        priorities.forget()
        sent = a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service, kinds=["knife_crime"])
        assert "checked" in lead.get(reverse("concerns:local_priorities")).content.decode()
        client = signed_in(a_staff_member)
        form = client.get(reverse("concerns:log_standard"), follow=True).content.decode()
        assert form.count("Local priority.") == 1
        dsl = signed_in(a_dsl_of_the_service)
        assert "local priority" in dsl.get(reverse("overview:queue")).content.decode()
        case = dsl.get(reverse("concerns:concern_detail", args=[sent.reference])).content.decode()
        assert "Local priority" in case

    def test_junk_is_refused_with_a_sentence(self, the_lead_dsl):
        page = signed_in(the_lead_dsl).post(
            reverse("concerns:local_priorities"), {"kinds": ["knife_crime", "nonsense"]}
        )
        assert page.status_code == 200
        assert "There is a problem" in page.content.decode()
        assert not LocalPriority.objects.exists()


@pytest.mark.django_db
class TestSigns:
    @pytest.mark.rule("CON-17")
    def test_each_tick_box_has_the_way_to_its_signs_and_nothing_of_them_makes_the_form_heavy(
        self, a_staff_member, a_dsl_of_the_service, a_child
    ):
        sent = a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
        writing = signed_in(a_staff_member).get(reverse("concerns:log_standard"), follow=True).content.decode()
        deciding = signed_in(a_dsl_of_the_service).get(reverse("concerns:concern_detail", args=[sent.reference]))
        for page in (writing, deciding.content.decode()):
            for kind in Kind:
                url = reverse("concerns:signs_of", args=[kind.value])
                link = re.search(rf'<a [^>]*href="{url}"[^>]*>', page)
                assert link, kind
                assert 'target="_blank"' in link[0], "what is typed stays where it is"
            assert SIGNS[Kind.NEGLECT][0] not in page

    @pytest.mark.rule("CON-17")
    @pytest.mark.parametrize("kind", list(Kind))
    def test_the_signs_of_a_kind_are_marked_as_no_checklist(self, kind, a_staff_member):
        client = signed_in(a_staff_member)
        url = reverse("concerns:signs_of", args=[kind.value])
        whole, part = client.get(url), client.get(url, headers={"X-Part": "signs"})
        for page in (whole.content.decode(), part.content.decode()):
            assert NOT_A_CHECKLIST in page
            assert page.count("<li>") >= 4
        assert "<html" not in part.content.decode()

    @pytest.mark.rule("CON-17")
    def test_all_signs_are_on_one_page(self, a_staff_member):
        page = signed_in(a_staff_member).get(reverse("concerns:signs")).content.decode()
        assert all(f'id="{kind.value}"' in page for kind in Kind)

    def test_a_kind_that_is_none_is_not_there(self, a_staff_member):
        assert signed_in(a_staff_member).get(reverse("concerns:signs_of", args=["nonsense"])).status_code == 404
