"""What an operation refuses becomes a sentence on the form, at its field where it has one."""

from django import forms
from django.core.exceptions import ValidationError


def say(form: forms.BaseForm, refused: ValidationError, **renamed: str) -> None:
    """`renamed`: the form's name for a field that the model calls otherwise."""
    if not hasattr(refused, "error_dict"):
        form.add_error(None, refused.messages)
        return
    for name, sentences in refused.message_dict.items():
        field = renamed.get(name, name)
        form.add_error(field if field in form.fields else None, sentences)
