"""How allauth names a person."""

from lps_safeguarding.people.models import User


def display_name(user: User) -> str:
    return user.name
