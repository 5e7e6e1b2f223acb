"""Slows guessing down without letting anyone lock another person out.

Failed sign-ins are counted, never held against the account as such:

- from a device on which this person signed in before (a signed cookie names it), only that device's own failures count;
- from anywhere else, failures count for the account *and* the network together, and, with far wider bounds, for the
  account over all networks and for the network over all accounts.

So whoever hammers an account, be it from inside the school's own network or from a thousand others, uses up the tries
of strange devices only: the owner goes on signing in on the devices they know, and with a passkey anywhere (a passkey
cannot be guessed). The answer is the same for known and unknown addresses, and a refused try checks no password.
"""

import datetime
import hashlib
import hmac
import ipaddress
import secrets

from django.conf import settings
from django.core import signing
from django.db.models import Q
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from lps_safeguarding.people.models import User

from .models import SignInTry

WINDOW = datetime.timedelta(minutes=5)
TRIES = 10
"""Failed tries within the window, for one account from one network or one known device (Cyber Essentials: at most 10)."""
TRIES_OF_STRANGERS = 50
"""Failed tries on one account within the window from all unknown devices together."""
TRIES_OF_A_NETWORK = 200
"""Failed tries within the window from the unknown devices of one network: a school's whole staff may share one."""

DEVICE_COOKIE = "lps_device"
DEVICE_AGE = datetime.timedelta(days=180)
PEOPLE_PER_DEVICE = 8


def _keyed(text: str) -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), b"sign-in try:" + text.encode(), hashlib.sha256).digest()


def network_of(ip: str) -> str:
    """The network an address belongs to: /24 for IPv4, /56 for IPv6."""
    address = ipaddress.ip_address(ip)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return str(ipaddress.ip_network(f"{address}/{24 if address.version == 4 else 56}", strict=False))


# --- Known devices --------------------------------------------------------------------------------------------------
def _mark_of(user: User, device: str) -> str:
    """Changes with the password, so that a reset makes every device a stranger again."""
    text = f"{device}|{user.pk}|{user.password}"
    return hmac.new(settings.SECRET_KEY.encode(), b"known device:" + text.encode(), hashlib.sha256).hexdigest()[:32]


def _device_cookie(request: HttpRequest) -> dict:
    try:
        value = signing.loads(request.COOKIES.get(DEVICE_COOKIE, ""), salt="lps device", max_age=DEVICE_AGE)
    except signing.BadSignature:
        return {}
    return value if isinstance(value, dict) else {}


def known_device(request: HttpRequest, email: str) -> str:
    """The id of this device if the person with this address signed in on it before, else nothing."""
    user = User.objects.filter(email__iexact=email).first()
    cookie = _device_cookie(request)
    device = str(cookie.get("device", ""))
    wanted = _mark_of(user or User(), device)
    return device if user and device and wanted in cookie.get("people", []) else ""


def remember_device(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    """Called on the answer that completes a sign-in, second factor included."""
    cookie = _device_cookie(request)
    device = str(cookie.get("device") or secrets.token_hex(16))
    mark = _mark_of(user, device)
    people = [mark, *(other for other in cookie.get("people", []) if other != mark)][:PEOPLE_PER_DEVICE]
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps({"device": device, "people": people}, salt="lps device"),
        max_age=DEVICE_AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


# --- Counting -------------------------------------------------------------------------------------------------------
def take_a_try(request: HttpRequest, *, email: str, ip: str) -> SignInTry | None:
    """One try at a password, noted before the password is looked at; None when there are none left for now."""
    device = known_device(request, email)
    account, network = _keyed(email.strip().lower()), _keyed(network_of(ip))
    recent = SignInTry.objects.filter(at__gt=timezone.now() - WINDOW)
    if device:
        used_up = recent.filter(account=account, device=device).count() >= TRIES
    else:
        strangers = recent.filter(device="")
        used_up = (
            strangers.filter(account=account, network=network).count() >= TRIES
            or strangers.filter(account=account).count() >= TRIES_OF_STRANGERS
            or strangers.filter(network=network).count() >= TRIES_OF_A_NETWORK
        )
    if used_up:
        return None
    return SignInTry.objects.create(account=account, network=network, device=device)


def give_back(attempt: SignInTry) -> None:
    """The password was right: this try does not count. The failures before it still do."""
    SignInTry.objects.filter(pk=attempt.pk).delete()


def purge(before: datetime.datetime | None = None) -> int:
    """Takes out what no longer counts."""
    return SignInTry.objects.filter(Q(at__lt=before or timezone.now() - datetime.timedelta(days=1))).delete()[0]
