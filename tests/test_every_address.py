"""Every named address × every member of the cast × looking and sending: the answer that is expected, in one table.

The table is `tests/every_address.txt`, a line an address: how it is asked, its name, and a letter for each member of
the cast in the order of the first line. It was read line by line when it was made and is read again in each review;
`UPDATE_TABLE=1 pytest tests/test_every_address*.py` writes it anew for such a reading.

    .  200 the page          >  redirect on        s  redirect to sign-in or second factor
    -  404 not there         x  403 refused        m  405 not that way     b  400 bad request
"""

import datetime
import os
import re
import uuid
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from allegations import operations as staff_operations
from allegations.models import About
from concerns import need_to_know, operations, workload
from concerns.models import ConcernFile, Referral
from concerns.terms import Form, HarmSeen, Option
from lps_safeguarding.access import break_glass, conflicts, sharing
from lps_safeguarding.access.levels import Level
from lps_safeguarding.alerts.models import Alert
from lps_safeguarding.imports import operations as imports
from tests.cast import CAST, signed_in
from tests.concerns.factories import (
    a_concern,
    a_context,
    a_decision,
    a_meeting,
    a_missing_child,
    found,
    linked,
    read,
    referral,
)
from tests.imports.conftest import PLAIN
from tests.imports.files_to_import import a_row, csv_of

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).with_name("every_address.txt")
LETTERS = {
    200: ".",
    204: ".",
    301: ">",
    302: ">",
    303: ">",
    400: "b",
    403: "x",
    404: "-",
    405: "m",
    410: "-",
    429: "t",
}
# allauth's own machinery between two steps of a sign-in, and what needs a key out of an e-mail: tests/accounts.
LEFT_OUT = re.compile(r"_(from_key|confirm_email|callback|signup)$|^socialaccount_|_login$|^mfa_webauthn_|_logout$")


NOWHERE = 999_999_999  # a number that no row has


def addresses():
    """Every named address of the application: (name, converters by parameter)."""

    def walk(patterns, namespace):
        for each in patterns:
            if isinstance(each, URLResolver):
                inner = f"{namespace}{each.namespace}:" if each.namespace else namespace
                yield from walk(each.url_patterns, inner)
            elif isinstance(each, URLPattern) and each.name:
                yield f"{namespace}{each.name}", each.pattern.converters

    return sorted(dict(walk(get_resolver().url_patterns, "")).items())


@pytest.fixture
def a_school_with_records(
    request,
    a_staff_member,
    another_staff_member,
    a_child,
    a_dsl_of_the_service,
    the_lead_dsl,
    the_headteacher,
    acting_as,
):
    """One of each record, so that each address leads somewhere. Gives what its parameters are, by name of the address."""
    people = {name: request.getfixturevalue(name) for name in CAST}
    concern = a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service)
    read(concern, by=a_dsl_of_the_service)
    a_decision(
        concern,
        by=a_dsl_of_the_service,
        harm_seen=HarmSeen.AT_RISK,
        options=[Option.SOCIAL_CARE],
        referrals=[referral()],
        follow_ups=[{"owner": another_staff_member, "due_on": timezone.localdate(), "what": "Ring the bell."}],
    )
    with_a_duty = a_concern(by=a_staff_member, child=a_child, passed_to=a_dsl_of_the_service, kinds=["fgm"])
    with acting_as(a_staff_member):
        draft = operations.save_draft(by=a_staff_member, draft_id=None, form=Form.PINK, typed={"place": "gate"})
        about_an_adult = staff_operations.submit_staff_concern(**_about_an_adult(another_staff_member, a_staff_member))
    officer = people["the_attendance_officer"]
    missing = a_missing_child(by=officer, child=a_child, passed_to=a_dsl_of_the_service)
    back = a_missing_child(by=officer, child=a_child, passed_to=a_dsl_of_the_service)
    found(back, by=officer)
    park = a_context(by=a_dsl_of_the_service)
    link = linked(concern, park, by=a_dsl_of_the_service)
    with acting_as(a_dsl_of_the_service):
        to_do = operations.set_context_follow_up(
            context=park, by=a_dsl_of_the_service, owner=the_lead_dsl, due_on=timezone.localdate(), what="Ring them."
        )
    with acting_as(the_lead_dsl):
        shared = sharing.share(
            record=need_to_know.readable_by(the_lead_dsl).get(pk=concern.pk),
            with_person=people["the_business_manager"],
            level=Level.SUMMARY,
            by=the_lead_dsl,
            why="Pays for the taxi.",
            what="That there is one.",
        )
        conflict = conflicts.declare(
            person=people["a_dsl_of_another_service"],
            child=a_child,
            kind="relative",
            by=the_lead_dsl,
            reason="A cousin.",
        )
    with acting_as(the_headteacher):
        opening = break_glass.open(by=the_headteacher, reference=concern.reference, reason="Police at the gate now.")
    with acting_as(a_dsl_of_the_service):
        file = need_to_know.children_readable_by(a_dsl_of_the_service).get()
        printed = operations.order_chronology(child_file=file, by=a_dsl_of_the_service)
    meeting = a_meeting(child_file=file, by=a_dsl_of_the_service)
    with acting_as(a_dsl_of_the_service):
        made = Referral.objects.get()
        follow_up = need_to_know.follow_ups_readable_by(a_dsl_of_the_service).get(owner=another_staff_member)
    with acting_as(people["the_business_manager"]):
        a_list = csv_of([a_row(1)])
        given = imports.take_in(by=people["the_business_manager"], kind="children", content=a_list)
        imports.say_columns(given=given, by=people["the_business_manager"], columns=PLAIN)
    with acting_as(a_dsl_of_the_service):
        mine = workload.open_work(a_dsl_of_the_service, a_dsl_of_the_service)
        handed_over = operations.hand_over(
            by=a_dsl_of_the_service,
            from_person=a_dsl_of_the_service,
            to_person=the_lead_dsl,
            concerns=[each.concern for each in mine.concerns],
            follow_ups=[],
            why="absent",
            notes="Ring the aunt.",
            submission_key=uuid.uuid5(uuid.NAMESPACE_OID, "a hand-over"),
        )
    return {
        "import_id": given.pk,
        "person_id": a_dsl_of_the_service.pk,
        "reference": {
            "concerns": concern.reference,
            "access": concern.reference,
            "overview": concern.reference,
            "overview:child": file.reference,
            "allegations": about_an_adult.reference,
            "concerns:fgm_report": with_a_duty.reference,
            "concerns:hand_over": handed_over.reference,
            "concerns:referral": made.reference,
            "concerns:referral_add": concern.reference,
            "concerns:follow_up": follow_up.reference,
            "concerns:follow_up_add": concern.reference,
            **dict.fromkeys(("concerns:context_link", "concerns:context_unlink"), concern.reference),
            **dict.fromkeys(
                (
                    f"concerns:context_{name}"
                    for name in ("detail", "edit", "note_add", "follow_up", "join", "separate")
                ),
                park.reference,
            ),
            "concerns:step_add": missing.reference,
            "concerns:found_add": missing.reference,
            "concerns:conversation_edit": back.reference,
            "concerns:meeting": meeting.reference,
            "concerns:meeting_plan": file.reference,
            "concerns:chronology_print": file.reference,
            "concerns:printed": printed.reference,
            "overview:chronology": file.reference,
            "overview:significant": file.reference,
            "overview:contact": file.reference,
            "overview:link": file.reference,
            "overview:plan": file.reference,
            "overview:vulnerability": file.reference,
        },
        "slug": "young-carers",
        "what": "concern",
        "entry_id": concern.pk,
        "key": draft.pk,
        "kind": "neglect",
        "alert_id": Alert.objects.order_by("made_at").first().pk,
        "follow_up_id": to_do.pk,
        "link_id": link.pk,
        "sharing_id": shared.pk,
        "conflict_id": conflict.pk,
        "opening_id": opening.pk,
        "file_id": uuid.uuid4() if not ConcernFile.objects.exists() else ConcernFile.objects.first().pk,
        "role_pk": another_staff_member.roles_held.get().pk,
        "pk": {"accounts:service": a_child.service_id, "accounts:account": another_staff_member.pk}
        | dict.fromkeys(("accounts:ask", "accounts:last_day", "accounts:role"), another_staff_member.pk),
    }


def _about_an_adult(subject, by):
    return {
        "by": by,
        "submission_key": uuid.uuid4(),
        "about": About.ADULT,
        "subjects": [subject.adult],
        "what_happened": "He shouted at a child.",
        "happened_at": datetime.datetime(2026, 11, 3, 10, tzinfo=datetime.UTC),
        "place": "The yard",
    }


def arguments(name: str, converters: dict, records: dict) -> dict:
    """Values for the parameters of an address; what has no record is something that does not exist."""
    found = {}
    for parameter, converter in converters.items():
        kind = type(converter).__name__
        if parameter == "reference" or (parameter == "pk" and kind == "IntConverter"):
            known_to_exist = records[parameter]
            best = max((known for known in known_to_exist if name.startswith(known)), key=len, default=None)
            nowhere = "X-2222-2222" if parameter == "reference" else NOWHERE
            found[parameter] = known_to_exist[best] if best else nowhere
        elif parameter in records and parameter != "pk":
            found[parameter] = records[parameter]
        elif kind == "IntConverter":
            found[parameter] = NOWHERE
        elif kind == "UUIDConverter":
            found[parameter] = uuid.uuid5(uuid.NAMESPACE_OID, parameter)
        else:
            found[parameter] = "nothing"
    return found


def answer(cookies, method: str, path: str) -> str:
    """The letter for what whoever has these cookies gets; nothing of it stays."""
    client = Client(raise_request_exception=False)
    client.cookies.update(cookies)
    with transaction.atomic():
        response = getattr(client, method)(path)
        transaction.set_rollback(True)
    if response.status_code in (301, 302, 303) and re.search(
        r"sign-in|login|reauth|confirm|second", response["Location"]
    ):
        return "s"
    return LETTERS.get(response.status_code, str(response.status_code))


def lines_of(names, records, people) -> list[str]:
    """The lines of these addresses as the application answers now. Everybody signs in anew for each address."""
    lines = []
    for name, converters in names:
        path = reverse(name, kwargs=arguments(name, converters, records))
        with transaction.atomic():
            cookies = [signed_in(person).cookies for person in people]
            for method in ("get", "post"):
                letters = "".join(answer(each, method, path) for each in cookies)
                lines.append(f"{method:5}{name:45}{letters}")
            transaction.set_rollback(True)
    return lines


def check(is_mine, records, request) -> None:
    """Hold the addresses of one part against the table, or write that part anew. The parts are files of their own, so
    that they run beside each other."""
    people = [request.getfixturevalue(name) for name in CAST]
    names = [each for each in addresses() if is_mine(each[0]) and not LEFT_OUT.search(each[0])]
    lines = lines_of(names, records, people)
    first, *table = TABLE.read_text().splitlines()
    if os.environ.get("UPDATE_TABLE"):
        others = [line for line in table if not is_mine(line.split()[1])]
        together = sorted([*others, *lines], key=lambda line: (line.split()[1], line.split()[0]))
        TABLE.write_text("\n".join(["people: " + " ".join(CAST), *together]) + "\n")
        return
    assert first == "people: " + " ".join(CAST)
    assert lines == [line for line in table if is_mine(line.split()[1])]


def of_concerns(name: str) -> bool:
    return name.startswith("concerns:")


@pytest.mark.rule("ACC-01", "ACC-04", "ROL-05", "ROL-06")
def test_every_address_answers_everybody_as_the_table_says(a_school_with_records, request):
    check(lambda name: not of_concerns(name), a_school_with_records, request)


def test_no_answer_in_the_table_is_a_fault_of_the_program():
    for line in TABLE.read_text().splitlines()[1:]:
        assert "50" not in line.split()[-1], line
