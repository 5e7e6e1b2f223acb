"""What becomes of each row: pure rules, no database (children who are only in memory)."""

import datetime

import pytest

from lps_safeguarding.imports import children, columns, staff
from lps_safeguarding.imports.children import Options, Row
from lps_safeguarding.imports.plans import AS_NEW, What
from lps_safeguarding.people.models import Adult, Child, Engagement, Service
from tests.imports.files_to_import import a_upn

TODAY = datetime.date(2026, 11, 20)
BORN = datetime.date(2012, 5, 14)
KS3 = Service(pk=1, name="KS3", slug="ks3")
OPTIONS = Options(today=TODAY, services={"ks3": 1}, service_of_new=1)


def here(first="Robin", last="Fairley", **more) -> Child:
    given = {"date_of_birth": BORN, "year_group": 9, "service": KS3, "sex": "female", "upn": a_upn(1)} | more
    return Child(first_name=first, last_name=last, **given)


def row(number=2, first="Robin", last="Fairley", **more) -> Row:
    given = {"first_name": first, "last_name": last, "date_of_birth": "14/05/2012", "year_group": "9"} | more
    return Row(number, given)


def whats(lines):
    return [line.what for line in lines]


def only(rows, roll, options=OPTIONS):
    (line,) = children.plan(rows, roll, options)
    return line


def test_a_upn_decides_whatever_the_name():
    line = only([row(upn=a_upn(1), first="Robyn", last="Marsh")], [here()])
    assert line.what == What.CHANGED
    assert (line.values, line.was) == (
        {"first_name": "Robyn", "last_name": "Marsh"},
        {"first_name": "Robin", "last_name": "Fairley"},
    )


def test_the_same_file_again_changes_nothing():
    line = only([row(upn=a_upn(1), sex="F", service="KS3")], [here()])
    assert (line.what, line.values) == (What.SAME, {})


def test_an_empty_cell_never_empties_anything():
    line = only([row(upn=a_upn(1), known_as="", year_group="", sex="", joined_on="")], [here(known_as="Rob")])
    assert line.what == What.SAME


def test_a_former_upn_finds_the_child_and_the_new_one_takes_its_place():
    temporary = a_upn(7, temporary=True)
    line = only([row(upn=a_upn(2), former_upn=temporary)], [here(upn=temporary)])
    assert (line.what, line.values) == (What.CHANGED, {"upn": a_upn(2)})


def test_a_childs_own_upn_is_not_given_up_for_a_temporary_one():
    line = only([row(upn=a_upn(7, temporary=True), former_upn=a_upn(1))], [here()])
    assert line.what == What.SAME


def test_without_a_upn_exactly_the_same_name_and_birth_date_find_the_child():
    assert only([row(first="ROBIN", last="O'Hare")], [here(last="O’Hare")]).what == What.SAME
    assert only([row(upn=a_upn(5))], [here(upn=None)]).values == {"upn": a_upn(5)}


@pytest.mark.parametrize(
    ("given", "roll"),
    [
        (row(), [here(), here(upn=a_upn(2))]),  # two children with one name and birth date
        (row(first="Rob"), [here()]),  # another first name, the same family name and birth date
        (row(first="Rob"), [here(known_as="Rob")]),  # the name the child goes by
        (row(date_of_birth="15/05/2012"), [here()]),  # another birth date
        (row(upn=a_upn(9)), [here()]),  # the same name and birth date with another UPN
        (row(upn=a_upn(9)), [here(upn=None, date_of_birth=None, year_group=None, identity_to_confirm=True)]),
    ],
    ids=["twins-in-name", "first-name", "known-as", "birth-date", "other-upn", "to-confirm"],
)
def test_whoever_is_only_alike_is_a_question(given, roll):
    line = only([given], roll)
    assert line.what == What.ASK
    assert [key for key, _ in line.candidates] == [str(child.pk) for child in roll]
    assert line.values["last_name"] == "Fairley"


def test_two_children_with_one_name_and_different_upns_stay_two():
    lines = children.plan([row(2, upn=a_upn(1)), row(3, upn=a_upn(2))], [here(), here(upn=a_upn(2))], OPTIONS)
    assert whats(lines) == [What.SAME, What.SAME]
    assert len({line.target for line in lines}) == 2


def test_an_answer_makes_the_question_a_change_or_a_new_child():
    child = here(upn=None, date_of_birth=None, year_group=None, identity_to_confirm=True)
    asked = only([row(upn=a_upn(9))], [child])
    same = children.answered(asked, str(child.pk), child, OPTIONS)
    assert same.what == What.CHANGED
    assert same.values["identity_to_confirm"] is False
    assert same.values["date_of_birth"] == "2012-05-14"
    assert children.answered(asked, AS_NEW, None, OPTIONS).what == What.NEW


def test_a_upn_that_stands_twice_refuses_both_rows_unless_they_are_the_same():
    lines = children.plan([row(2, upn=a_upn(1)), row(5, first="Kit", upn=a_upn(1))], [], OPTIONS)
    assert whats(lines) == [What.REFUSED, What.REFUSED]
    assert f"The UPN {a_upn(1)} stands in rows 2 and 5" in lines[0].why
    lines = children.plan([row(2, upn=a_upn(1)), row(5, upn=a_upn(1))], [], OPTIONS)
    assert whats(lines) == [What.NEW, What.REFUSED]
    assert "repeats row 2" in lines[1].why


def test_two_rows_with_one_name_and_birth_date_and_no_upn_are_not_two_children():
    lines = children.plan([row(2), row(3)], [], OPTIONS)
    assert whats(lines) == [What.NEW, What.REFUSED]
    assert "Row 2 has the same name and date of birth" in lines[1].why


def test_two_rows_that_find_one_child_change_it_once():
    lines = children.plan([row(2, upn=a_upn(1)), row(3, upn=a_upn(8), former_upn=a_upn(1))], [here()], OPTIONS)
    assert whats(lines) == [What.SAME, What.REFUSED]
    assert "the same child as in row 2" in lines[1].why


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"date_of_birth": "31/02/2012"}, "Date of birth “31/02/2012” is not a day"),
        ({"date_of_birth": "14/05/2031"}, "Date of birth 14 May 2031 is in the future"),
        ({"upn": "A123"}, "UPN) “A123” is not a unique pupil number"),
        ({"year_group": "seven"}, "Year group “seven” is not a year group"),
        ({"last_name": ""}, "no first or no last name"),
        ({"date_of_birth": "", "upn": ""}, "neither a UPN nor a date of birth"),
        ({"year_group": ""}, "A new child needs a year group"),
        ({"joined_on": "1/9/2026", "left_on": "1/9/2025"}, "last day is before the day the child joined"),
        ({"left_on": "1/9/2025"}, "left on 1 September 2025 and is not on this list"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(cells, sentence):
    line = only([row(**cells)], [])
    assert line.what == What.REFUSED
    assert sentence in line.why


def test_american_days_are_read_as_said_for_the_column():
    options = Options(today=TODAY, services={}, service_of_new=1, american=frozenset({"date_of_birth"}))
    assert only([row(date_of_birth="05/14/2012")], [], options).values["date_of_birth"] == "2012-05-14"


def test_a_leaving_date_marks_a_leaver_and_a_child_who_returns_is_on_roll_again():
    line = only([row(upn=a_upn(1), left_on="1/11/2026")], [here()])
    assert (line.what, line.values) == (What.LEFT, {"left_on": "2026-11-01"})
    line = only([row(upn=a_upn(1))], [here(left_on=datetime.date(2026, 3, 1))])
    assert (line.what, line.values, line.was) == (What.CHANGED, {"left_on": None}, {"left_on": "2026-03-01"})
    assert only([row(upn=a_upn(1))], [here(left_on=datetime.date(2026, 12, 18))]).what == What.SAME


def test_whoever_is_not_in_a_file_of_the_whole_roll_has_left_but_nobody_the_file_may_mean():
    options = Options(today=TODAY, services={}, service_of_new=1, everybody_left_on=TODAY)
    gone, before = (
        here("Kit", "Marlow", upn=a_upn(2)),
        here("Lee", "Old", upn=a_upn(3), left_on=datetime.date(2026, 1, 1)),
    )
    asked = here("Ann", "Moor", upn=None, date_of_birth=None, year_group=None, identity_to_confirm=True)
    wrong = here("Jo", "Tull", upn=a_upn(4))
    rows = [row(2, upn=a_upn(1)), row(3, "Ann", "Moor"), row(4, "Jo", "Tull", upn=a_upn(4), year_group="x")]
    lines = children.plan(rows, [here(), gone, before, asked, wrong], options)
    assert [(line.row, line.target, line.values) for line in lines if line.what == What.LEFT] == [
        (0, str(gone.pk), {"left_on": "2026-11-20"})
    ]


# --- Staff --------------------------------------------------------------------------------------------------------------
def an_adult(pk=1, first="Ada", last="Okafor", **more) -> Adult:
    given = {"email": "ada@example.org", "engagement": Engagement.EMPLOYEE} | more
    return Adult(pk=pk, first_name=first, last_name=last, **given)


def staff_row(number=2, first="Ada", last="Okafor", **more) -> Row:
    return Row(number, {"first_name": first, "last_name": last, "email": "ADA@example.org"} | more)


def test_an_address_finds_an_adult_and_the_same_file_again_changes_nothing():
    (line,) = staff.plan([staff_row(last="Okafor-Bell")], [an_adult()], OPTIONS)
    assert (line.what, line.values) == (What.CHANGED, {"last_name": "Okafor-Bell"})
    assert whats(staff.plan([staff_row()], [an_adult()], OPTIONS)) == [What.SAME]


def test_an_adult_without_address_is_a_question_where_the_name_is_known():
    (line,) = staff.plan([staff_row(email="")], [an_adult()], OPTIONS)
    assert (line.what, [key for key, _ in line.candidates]) == (What.ASK, ["1"])
    assert whats(staff.plan([staff_row(first="Bo", email="")], [an_adult()], OPTIONS)) == [What.NEW]


def test_one_address_in_two_rows_refuses_both():
    lines = staff.plan([staff_row(2), staff_row(3, first="Bo")], [], OPTIONS)
    assert whats(lines) == [What.REFUSED, What.REFUSED]
    assert "stands in rows 2 and 3" in lines[1].why


@pytest.mark.rule("ACC-06", "ROL-05")
def test_an_import_never_gives_back_access_to_somebody_with_an_account():
    left = an_adult(leaves_on=datetime.date(2026, 3, 1))
    for given in (staff_row(), staff_row(leaves_on="1/12/2026")):
        (line,) = staff.plan([given], [left], OPTIONS, accounts={1: "ada@example.org"})
        assert line.what == What.REFUSED
        assert "An administrator changes the last day on the page of the account" in line.why
    (line,) = staff.plan([staff_row()], [left], OPTIONS)
    assert (line.what, line.values) == (What.CHANGED, {"leaves_on": None})


def test_only_employees_are_leavers_for_not_being_in_the_file():
    options = Options(today=TODAY, services={}, everybody_left_on=TODAY)
    volunteer = an_adult(3, "Vi", "Ward", email="vi@example.org", engagement=Engagement.VOLUNTEER)
    gone = an_adult(2, "Bo", "Lund", email="bo@example.org")
    lines = staff.plan([staff_row()], [an_adult(), gone, volunteer], options)
    assert [line.target for line in lines if line.what == What.LEFT] == ["2"]


def test_the_columns_must_say_who_somebody_is():
    assert "first and the last name" in columns.missing(columns.Kind.CHILDREN, ["upn"])
    assert "UPN or the date of birth" in columns.missing(columns.Kind.CHILDREN, ["whole_name"])
    assert columns.missing(columns.Kind.CHILDREN, ["whole_name", "upn"]) == ""
    assert columns.missing(columns.Kind.STAFF, ["first_name", "last_name"]) == ""
