"""The ways in which this application says no. Who may: Django's PermissionDenied. Everything else is here."""

from django.http import Http404


class WrongState(Exception):
    """This is not the moment for that step. The message is a sentence for the person, without case content."""


class StaleEdit(WrongState):
    """Somebody else changed the record since the form was opened. `current` is the record as it is now."""

    def __init__(self, message: str, *, current: object = None) -> None:
        super().__init__(message)
        self.current = current


class NotThere(Http404):
    """The door found nothing this person may open. Missing and forbidden are the same (ACC-04)."""


class OtherIdentity(RuntimeError):
    """Code tried to act as somebody else in the middle of a person's work. A fault of the program, never of a person."""


class DangerousRole(RuntimeError):
    """The database role could see past the row-level security. The message says what to do."""
