"""Forms as a browser posts them."""

import re
import uuid

from django.utils import timezone


def parts_of(moment, name):
    """A moment in its four boxes."""
    local = timezone.localtime(moment)
    return {
        f"{name}_0": local.day,
        f"{name}_1": local.month,
        f"{name}_2": local.year,
        f"{name}_3": f"{local:%H:%M}",
    }


def day_parts(day, name):
    return {f"{name}_0": day.day, f"{name}_1": day.month, f"{name}_2": day.year}


def hidden(page, name):
    """The value of a hidden field on a page."""
    text = page.content.decode()
    found = re.search(rf'name="{name}"[^>]*value="([^"]*)"', text) or re.search(
        rf'value="([^"]*)"[^>]*name="{name}"', text
    )
    return found[1] if found else ""


def decision(page=None, **more):
    """A complete decision without a referral, with the hidden fields of the page it is filled in on."""
    given = {
        "version": hidden(page, "version") if page else "",
        "submission_key": hidden(page, "submission_key") if page else str(uuid.uuid4()),
        "opened_at": hidden(page, "opened_at") if page else timezone.now().isoformat(),
        "follow_ups": "1",
        "harm_seen": "no_sign",
        "options": ["monitor"],
        "rationale": "Nothing else is known. We keep an eye on it.",
        "childs_wishes": "Wants to be left alone at lunch.",
        "parents_informed": "not_yet",
    }
    return given | more


def referral(agency="social_care", **more):
    """The details of a referral, filled in."""
    prefix = f"referral-{agency}-"
    given = {
        "made": "yes",
        "person_spoken_to": "Duty worker Lin",
        "method": "telephone",
        "urgency": "same_day",
        "what_was_shared": "What was seen, and who lives at home.",
        "ground": "consent",
        **parts_of(timezone.now() - timezone.timedelta(minutes=5), "made_at"),
    }
    return {prefix + name: value for name, value in (given | more).items()}
