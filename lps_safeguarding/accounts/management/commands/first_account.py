"""Opens the first accounts of a school: nobody can be asked yet, so it is done at the machine."""

from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from lps_safeguarding.access import acting
from lps_safeguarding.accounts import links
from lps_safeguarding.audit_trail import trail
from lps_safeguarding.people import operations
from lps_safeguarding.people.models import Role, RoleHeld

ROLES = {"administrator": Role.ADMINISTRATOR, "headteacher": Role.HEADTEACHER}


class Command(BaseCommand):
    """`manage.py first_account administrator Ada Okafor ada.okafor@school.example` prints the link for the password.

    Once somebody holds the role, it refuses: from then on accounts are opened by the administrator, and roles that
    read cases by two people.
    """

    help = "Open the first account of the administrator and of the headteacher; prints the link to set its password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("role", choices=sorted(ROLES))
        parser.add_argument("first_name")
        parser.add_argument("last_name")
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        role = ROLES[options["role"]]
        with acting.as_the_system("first account"), transaction.atomic():
            if RoleHeld.objects.on(timezone.localdate()).filter(role=role, user__is_active=True).exists():
                raise CommandError(
                    f"There is a person with the role “{role.label}” already. Accounts are opened on the page “Accounts”."
                )
            try:
                adult = operations.add_adult(
                    by=None, first_name=options["first_name"], last_name=options["last_name"], email=options["email"]
                )
                user = operations.open_account(adult=adult, email=options["email"], by=None)
                operations.give_role(user=user, role=Role.STAFF, by=None)
                operations.give_role(user=user, role=role, by=None)
            except ValidationError as refused:
                raise CommandError(" ".join(refused.messages)) from refused
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
            trail.note(by=None, act="account_made", why=f"first account {user.pk}")
        self.stdout.write("The account is open. Within a day, set its password here:\n" + links.address_for(user))
