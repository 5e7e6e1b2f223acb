"""Work of the clock: links for passwords each minute, and what is left of sessions every ten."""

from celery import shared_task

from lps_safeguarding.access import acting
from lps_safeguarding.people.operations import leavers

from . import links, sessions, throttle


@shared_task(ignore_result=True)
def send_links() -> None:
    links.send_waiting()


@shared_task(ignore_result=True)
def tidy() -> None:
    """Ends the sessions of people who have left, and what ran out; each request checks both anyway (ACC-06)."""
    with acting.as_the_system("accounts"):
        for user in leavers():
            sessions.end_all(user)
        sessions.clear_out()
        throttle.purge()
