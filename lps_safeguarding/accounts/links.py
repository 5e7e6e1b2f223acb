"""The link by which a person sets a password. Asking costs the same for any address; only the task knows who has one.

A link never opens an account by itself: after a new password the second step is asked as ever (ASVS 6.4.3).
"""

import datetime
import logging

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from kombu.exceptions import OperationalError

from lps_safeguarding.people.models import User

from .models import LinkAsked

log = logging.getLogger(__name__)

AT_MOST_EVERY = datetime.timedelta(minutes=5)
TRIES = 10


def ask(email: str, *, first: bool = False) -> None:
    """Notes that this address asked for a link; the mail follows within a minute, if there is such an account."""
    LinkAsked.objects.create(email=email.strip().lower()[:254], first=first)
    transaction.on_commit(_wake)


def _wake() -> None:
    from .tasks import send_links

    try:
        send_links.delay()
    except OperationalError:
        log.warning("The queue cannot be reached; the link is mailed by the next sweep")


def send_waiting(now: datetime.datetime | None = None) -> int:
    """Mails what waits, one row at a time, so that a bad address holds nobody up. Returns how many were mailed."""
    now = now or timezone.now()
    sent = 0
    for number in (
        LinkAsked.objects.filter(done_at=None, tries__lt=TRIES).order_by("asked_at").values_list("pk", flat=True)
    ):
        with transaction.atomic():
            asked = LinkAsked.objects.select_for_update(skip_locked=True).filter(pk=number, done_at=None).first()
            if asked is not None:
                sent += _send(asked, now)
    return sent


def _send(asked: LinkAsked, now: datetime.datetime) -> bool:
    user = User.objects.select_related("adult").filter(email__iexact=asked.email).first()
    lately = LinkAsked.objects.filter(email=asked.email, done_at__gt=now - AT_MOST_EVERY).exists()
    mailed = False
    if user is not None and user.can_sign_in() and (asked.first or not lately):
        asked.tries += 1
        try:
            _mail(user, first=asked.first)
        except OSError as why:
            log.warning("A link for a password could not be mailed: %s", type(why).__name__)
            asked.save(update_fields=["tries"])
            return False
        mailed = True
    asked.done_at = now
    asked.save(update_fields=["done_at", "tries"])
    return mailed


def address_for(user: User) -> str:
    """The link itself; good for a day, until it is used or the password changes."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    uidb36, _, token = key.partition("-")
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uidb36, "key": token})
    return f"{settings.SITE_ADDRESS}{path}"


def _mail(user: User, *, first: bool) -> None:
    context = {"link": address_for(user), "first": first, "school_name": settings.SCHOOL_NAME}
    EmailMessage(
        subject="Set your password",
        body=render_to_string("account/email/link.txt", context),
        to=[user.email],
    ).send()
