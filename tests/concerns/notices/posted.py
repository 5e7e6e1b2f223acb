"""What a browser posts on the short forms."""

import datetime

from django.utils import timezone

from concerns.terms import Notice
from tests.concerns.reporting.posting import begin, key_of

__all__ = ["begin", "encompass", "key_of", "missing", "moment"]


def moment(name: str, at: datetime.datetime | None = None) -> dict[str, str]:
    """The four boxes of a moment; now unless given."""
    local = timezone.localtime(at or timezone.now())
    boxes = [str(local.day), str(local.month), str(local.year), f"{local:%H:%M}"]
    return {f"{name}_{place}": text for place, text in enumerate(boxes)}


def missing(child, /, **more) -> dict:
    hour = datetime.timedelta(hours=1)
    now = timezone.now()
    return {
        "child": str(child.pk),
        "at_risk_now": "no",
        "how": "left_school",
        "place": "The back gate",
        "what_was_seen": "Walked out after break with her bag",
        "why_worried": "Met an older man there last week",
        "last_contact_with": "Mr Dale in room 4",
        **moment("last_contact_at", now - 2 * hour),
        "step_rang_home": "on",
        **moment("step_rang_home_at", now - hour),
        "step_rang_home_text": "Her gran has not seen her",
        "step_told_police": "on",
        **moment("step_told_police_at", now - hour / 2),
        "step_told_police_reference": "MISPER 77-1043",
        "step_told_police_text": "They will go to the bus station",
        "welfare_told": "yes",
        **moment("welfare_told_at", now - hour / 4),
        "welfare_told_by": "Mr Officer",
        "passed_to": "on_duty",
        "notice": Notice.MISSING.value,
        "action": "send",
        **moment("observed_at", now - 2 * hour),
        **more,
    }


def encompass(child, /, **more) -> dict:
    now = timezone.now()
    return {
        "child": str(child.pk),
        "at_risk_now": "no",
        "of": "domestic_incident",
        "police_reference": "LP-221-4471",
        **moment("received_at", now),
        "received_by": "email",
        **moment("observed_at", now - datetime.timedelta(hours=9)),
        "place": "At home",
        "what_was_seen": "Officers were called to an argument",
        "child_there": "in_the_home",
        "child_where": "In the cupboard on the landing",
        "childs_words": "i hid coz he was shouting",
        "actions_asked": "Do not tell the father",
        "passed_to": "on_duty",
        "notice": Notice.ENCOMPASS.value,
        "action": "send",
        **more,
    }
