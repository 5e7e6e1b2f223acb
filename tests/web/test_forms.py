"""Forms in the design system's clothes: label, hint, error, and what assistive technology is told."""

import re

import pytest
from django import forms
from django.template import engines

from lps_safeguarding.web import widgets
from tests.web.everything import Everything


def render(source: str, **context) -> str:
    return engines["django"].from_string("{% load lps %}" + source).render(context)


@pytest.fixture
def refused():
    return Everything({"born_0": "31", "born_1": "11", "born_2": "2025", "room": "x" * 30})


def test_every_error_is_a_link_to_a_control_that_is_there(refused):
    html = render("{% error_summary form %}{% form_fields form %}", form=refused)
    targets = re.findall(r'<a href="#([^"]+)"', html)
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(targets) == len(refused.errors)
    assert all(target in ids for target in targets)
    assert len(ids) == len(set(ids)), "every id is there once"


def test_whatever_describes_a_control_is_there(refused):
    html = render("{% form_fields form %}", form=refused)
    ids = set(re.findall(r'\sid="([^"]+)"', html))
    for described in re.findall(r'aria-describedby="([^"]+)"', html):
        assert set(described.split()) <= ids


def test_a_refused_field_is_marked_and_keeps_what_was_typed(refused):
    html = render("{% form_field form.room %}", form=refused)
    assert 'aria-invalid="true"' in html
    assert "x" * 30 in html
    assert 'aria-describedby="id_room_error"' in html


def test_no_field_is_called_required_without_saying_what(refused):
    html = render("{% error_summary form %}", form=refused)
    assert "This field is required" not in html
    assert "Enter child’s name" in html
    assert "Choose service" in html
    assert "Answer “What kind of worry is it?”" in html


def test_an_optional_field_says_so_and_a_needed_one_does_not():
    html = render("{% form_fields form %}", form=Everything())
    assert "Room (optional)" in html
    assert "Service (optional)" not in html


def test_pasted_text_is_never_cut_by_the_browser():
    assert "maxlength=" not in render("{% form_fields form %}", form=Everything()).replace("data-maxlength", "")


def test_a_choices_follow_on_question_stands_under_it_and_only_there():
    html = render("{% form_fields form %}", form=Everything())
    assert html.count('name="whom"') == 1
    yes, no = html.index('value="yes"'), html.index('value="no"')
    assert yes < html.index('name="whom"') < no


def test_a_follow_on_question_is_open_when_its_choice_was_made():
    html = render("{% form_fields form %}", form=Everything({"at_risk": "yes"}))
    assert re.search(r'govuk-radios__conditional"\s+id="id_at_risk_0_reveals"', html)


def test_what_was_typed_is_escaped_everywhere():
    evil = '"><script>alert(1)</script>'
    form = Everything(dict.fromkeys(("name", "account", "born_0", "happened_3", "whom", "room", "at_risk"), evil))
    html = render("{% error_summary form %}{% form_fields form %}", form=form)
    assert "<script" not in html


def test_a_question_can_be_the_pages_heading():
    html = render("{% form_field form.at_risk heading=True %}", form=Everything())
    assert re.search(r"<legend[^>]*>\s*<h1[^>]*>Is a child at risk right now\?</h1>", html)


def test_a_form_of_a_library_looks_right_too():
    class Library(forms.Form):
        login = forms.EmailField(label="E-mail address")
        password = forms.CharField(widget=forms.PasswordInput)
        remember = forms.BooleanField(required=False)
        flavour = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)

    html = str(Library())
    assert html.count("govuk-input") >= 2
    assert "govuk-checkboxes__input" in html
    assert "govuk-radios__input" in html
    assert "Remember (optional)" not in html


def test_errors_of_the_whole_form_come_first_in_the_summary():
    class Pair(forms.Form):
        one = forms.CharField()

        def clean(self):
            raise forms.ValidationError("Another DSL has just decided this. Read the decision first.")

    html = render("{% error_summary form %}", form=Pair({"one": ""}))
    assert html.index("Another DSL") < html.index("Enter one")


def test_the_summary_takes_several_forms_and_sets_of_forms():
    class Row(forms.Form):
        name = forms.CharField(error_messages={"required": "Enter a name"})

    rows = forms.formset_factory(Row, min_num=2, validate_min=True)
    bound = rows({"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "0", "form-0-name": "A", "form-1-name": ""})
    html = render("{% error_summary form rows %}", form=Row({}, prefix="x"), rows=bound)
    assert 'href="#id_x-name"' in html
    assert html.count("Enter a name") >= 1


def test_a_page_without_errors_has_no_summary():
    assert "govuk-error-summary" not in render("{% error_summary form %}", form=Everything())


def test_a_counted_text_tells_its_limit_without_javascript():
    class Short(forms.Form):
        why = forms.CharField(widget=widgets.LongText(counted_to=50))

    html = str(Short())
    assert "You can enter up to 50 characters" in html
    assert 'data-maxlength="50"' in html
