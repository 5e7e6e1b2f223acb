"""What every page says about break glass: the banner while a closed record is open to the person."""

from django.utils.functional import SimpleLazyObject

from lps_safeguarding.access import break_glass


def opened(request) -> dict:
    """`break_glass_open`: the person's open openings, asked only for those who can break the glass."""
    return {"break_glass_open": SimpleLazyObject(lambda: _open_now(request))}


def _open_now(request) -> list:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not break_glass.could_open(user):
        return []
    return list(break_glass.open_now(user).only("reference", "expires_at", "opened_at", "closed_at"))
