"""What tests of signing in share: people with passwords, codes of authenticator apps, devices."""

import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.urls import reverse

from tests.people.factories import A_GOOD_PASSWORD


@pytest.fixture(autouse=True)
def _cheap_passwords(settings):
    """Argon2 with its real cost is for the tests that measure it."""
    settings.PASSWORD_HASHERS = ["tests.accounts.hashers.CheapArgon2", *settings.PASSWORD_HASHERS]


def with_password(person, password=A_GOOD_PASSWORD):
    person.set_password(password)
    person.save()
    return person


class App:
    """Somebody's authenticator app."""

    def __init__(self, person):
        self.secret = generate_totp_secret()
        TOTP.activate(person, self.secret)

    def code(self, at=None):
        return format_hotp_value(hotp_value(self.secret, int(at or time.time()) // 30))


def try_password(client: Client, person_or_email, password=A_GOOD_PASSWORD, **extra):
    email = getattr(person_or_email, "email", person_or_email)
    return client.post(reverse("account_login"), {"login": email, "password": password}, **extra)


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("accounts:contacts")).status_code == 200
