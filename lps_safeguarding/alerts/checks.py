"""What must hold of the settings for alerts to be sent once, and for the clock to run."""

from typing import Any

from django.conf import settings
from django.core import checks

from .delivery import LEASE

ANSWERS_OF_ONE_MAIL = 8  # connect, two greetings, TLS, sign-in, sender, recipient, text


def register() -> None:
    checks.register(check_mail_is_faster_than_its_lease)
    checks.register(check_the_clock)


def check_mail_is_faster_than_its_lease(app_configs: Any, **more: Any) -> list[checks.CheckMessage]:
    """A slow mail server must not outlast the lease of an alert: another process would send it too."""
    seconds = settings.EMAIL_TIMEOUT
    if seconds and seconds * ANSWERS_OF_ONE_MAIL < LEASE.total_seconds():
        return []
    return [
        checks.Error(
            f"EMAIL_TIMEOUT must be set, and below {LEASE.total_seconds() / ANSWERS_OF_ONE_MAIL:.0f} seconds.",
            hint="Otherwise one alert could be e-mailed twice.",
            id="alerts.E001",
        )
    ]


def check_the_clock(app_configs: Any, **more: Any) -> list[checks.CheckMessage]:
    """Beat calls the sweep at least every minute."""
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        if entry["task"] == "lps_safeguarding.alerts.tasks.sweep" and float(str(entry["schedule"])) <= 60:
            return []
    return [
        checks.Error(
            "CELERY_BEAT_SCHEDULE does not call lps_safeguarding.alerts.tasks.sweep each minute.",
            hint="Escalations and undelivered alerts would wait for ever.",
            id="alerts.E002",
        )
    ]
