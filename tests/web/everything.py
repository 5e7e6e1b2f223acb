"""One form with a field of each kind, for the tests."""

from django import forms

from lps_safeguarding.web import fields, widgets


class Everything(forms.Form):
    """One field of each kind."""

    name = forms.CharField(label="Child’s name", help_text="Start typing; year and service are shown beside the name.")
    room = forms.CharField(label="Room", required=False, max_length=20)
    account = forms.CharField(
        label="What did you see or hear?",
        widget=widgets.LongText(rows=6, counted_to=200),
        help_text="Use the child’s own words where you can. Do not tidy them.",
        error_messages={"required": "Say what you saw or heard, even in one sentence"},
    )
    born = fields.DayField(label="When was the child born?", what="the date of birth", past_only=True)
    happened = fields.MomentField(
        label="When did it happen?", past_only=True, help_text="If you are not sure, the closest you can say."
    )
    at = fields.ClockField(label="When does the lesson end?", required=False)
    at_risk = forms.ChoiceField(
        label="Is a child at risk right now?",
        choices=[("yes", "Yes"), ("no", "No"), ("unsure", "I am not sure")],
        widget=widgets.Radios(
            hints={"yes": "A child could be harmed today, or is hurt now"},
            reveals={"yes": ["whom"]},
            divider_before="unsure",
        ),
        error_messages={"required": "Say whether a child is at risk right now"},
    )
    whom = forms.CharField(label="Whom have you told?", required=False)
    parents = forms.ChoiceField(
        label="Have the parents been told?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=widgets.Radios(inline=True),
        required=False,
    )
    kinds = forms.MultipleChoiceField(
        label="What kind of worry is it?",
        choices=[
            ("neglect", "Neglect"),
            ("harm", "Physical harm"),
            ("online", "Online harm"),
            ("other", "Something else"),
        ],
        widget=widgets.Tickboxes(
            hints={"neglect": "Needs that are not met, again and again"}, reveals={"other": ["else_"]}
        ),
    )
    else_ = forms.CharField(label="What is it?", required=False)
    service = forms.ChoiceField(label="Service", choices=[("", "Choose one"), ("1", "KS3"), ("2", "KS4")])
    letter = forms.FileField(
        label="Letter or e-mail", required=False, help_text="PDF, Word or an e-mail file, up to 10 MB."
    )
    sure = forms.BooleanField(
        label="I have told a DSL in person",
        help_text="A message alone is not enough.",
        error_messages={"required": "Tell a DSL in person first, then tick the box"},
    )
