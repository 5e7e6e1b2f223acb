"""What stands in a cell, as a value: days in whatever order, UPNs with their check letter, year groups, sexes. Pure.

Each function gives the value or raises BadCell with a sentence.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from lps_safeguarding.imports.refused import BadCell
from lps_safeguarding.imports.sheets import FORMULA, Cell
from lps_safeguarding.people.models import Engagement, Sex
from lps_safeguarding.web.fields import read_month, read_year

_EXCEL_DAY_ZERO = dt.date(1899, 12, 30)
_SERIALS = (15_000, 60_000)  # 1941 to 2064
_NUMBERS = re.compile(r"^(\d{1,4})[/.\-\s](\d{1,2})[/.\-\s](\d{1,4})(?:[T\s].*)?$")
_WITH_MONTH = re.compile(r"^(\d{1,2})(?:st|nd|rd|th)?[\s\-/.]+([A-Za-z]{3,9})\.?,?[\s\-/.]+(\d{2}|\d{4})$")


def text(cell: Cell, *, most: int = 200) -> str:
    """The cell's words. Raises BadCell for a formula without a value and for more than `most` characters."""
    if cell == FORMULA:
        raise BadCell("holds a formula whose result was not saved. Open the file in Excel, save it, and try again.")
    words = cell.isoformat() if isinstance(cell, dt.date) else cell
    if len(words) > most:
        raise BadCell(f"is longer than {most} characters.")
    return words


# --- Days -------------------------------------------------------------------------------------------------------------
def is_american(cells: Iterable[Cell]) -> bool:
    """Whether a column of days puts the month first: some second number is above 12, and no first one is."""
    month_first = False
    for cell in cells:
        match = _NUMBERS.match(cell) if isinstance(cell, str) else None
        if match is None or len(match[1]) == 4:
            continue
        if int(match[1]) > 12:
            return False
        month_first = month_first or int(match[2]) > 12
    return month_first


def day(cell: Cell, *, american: bool = False, this_year: int) -> dt.date | None:
    """A day written as 14/05/2011, 2011-05-14, 14 May 2011, 14.5.11, or as Excel's number. None for an empty cell."""
    if isinstance(cell, dt.date):
        return cell
    words = text(cell)
    if not words:
        return None
    wrong = BadCell(f"“{words[:30]}” is not a day. Write it as 14/05/2011.")
    if words.isdecimal() and len(words) == 5:
        if _SERIALS[0] <= int(words) <= _SERIALS[1]:
            return _EXCEL_DAY_ZERO + dt.timedelta(days=int(words))
        raise wrong
    if match := _WITH_MONTH.match(words):
        parts = (match[1], str(read_month(match[2]) or 0), match[3])
    elif match := _NUMBERS.match(words):
        if len(match[1]) == 4:
            parts = (match[3], match[2], match[1])
        else:
            parts = (match[2], match[1], match[3]) if american else (match[1], match[2], match[3])
    else:
        raise wrong
    year = read_year(parts[2], this_year)
    if year is None:
        raise wrong
    try:
        return dt.date(year, int(parts[1]), int(parts[0]))
    except ValueError:
        raise wrong from None


def birth_date(found: dt.date | None, *, today: dt.date) -> dt.date | None:
    """A pupil's birth date: not in the future, and of somebody between 2 and 25."""
    if found is None:
        return None
    if found > today:
        raise BadCell(f"{found:%-d %B %Y} is in the future.")
    age = today.year - found.year - ((today.month, today.day) < (found.month, found.day))
    if not 2 <= age <= 25:
        raise BadCell(f"{found:%-d %B %Y} would make the child {age} years old. Check the year.")
    return found


# --- Pupils -----------------------------------------------------------------------------------------------------------
UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_UPN = re.compile(r"^[A-Z]\d{11}[0-9A-Z]$")


def upn(cell: Cell) -> str:
    """A unique pupil number with a right check letter, or "". A temporary one ends with a letter.

    Weights 2 to 13 over the twelve characters after the letter; the sum modulo 23 names the letter (DfE, UPN guidance).
    """
    words = re.sub(r"[\s-]", "", text(cell, most=40)).upper()
    if not words:
        return ""
    if not _UPN.match(words) or (words[12].isalpha() and words[12] not in UPN_LETTERS):
        raise BadCell(f"“{words[:20]}” is not a unique pupil number: a letter, eleven digits, and a digit or letter.")
    values = [UPN_LETTERS.index(c) if c.isalpha() else int(c) for c in words[1:]]
    letter = UPN_LETTERS[sum(weight * value for weight, value in enumerate(values, start=2)) % 23]
    if letter != words[0]:
        raise BadCell(f"{words} has a wrong check letter, so a character is mistyped. Check it in the other system.")
    return words


def is_temporary(number: str) -> bool:
    """Whether a UPN is a temporary one, to be replaced when the pupil's own is known."""
    return number[-1:].isalpha()


_YEAR = re.compile(r"^(?:(?:national\s*curriculum\s*)?(?:year|yr|y|nc)\s*(?:group)?\s*)?(\d{1,2})$", re.IGNORECASE)


def year_group(cell: Cell) -> int | None:
    """1 to 14 from "9", "Year 9", "Y9", "Yr 09"; None for an empty cell."""
    words = text(cell)
    if not words:
        return None
    match = _YEAR.match(words)
    if match is None or not 1 <= int(match[1]) <= 14:
        raise BadCell(f"“{words[:20]}” is not a year group from 1 to 14.")
    return int(match[1])


_SEXES = {"f": Sex.FEMALE, "female": Sex.FEMALE, "girl": Sex.FEMALE, "m": Sex.MALE, "male": Sex.MALE, "boy": Sex.MALE}


def sex(cell: Cell) -> str:
    """Female or male from the letter or the word; "" for an empty cell. Anything else is not recorded."""
    words = text(cell).lower()
    return _SEXES.get(words, Sex.NOT_RECORDED) if words else ""


# --- Names, staff -----------------------------------------------------------------------------------------------------
def name(cell: Cell) -> str:
    """A part of a name, at most 80 characters; a name in capitals is written as names are."""
    words = text(cell, most=80)
    if len(words) > 2 and words.isupper():
        words = re.sub(r"[^\W\d_]+", lambda part: part[0].capitalize(), words.lower())
    if any(c.isdigit() or c in "<>@=" for c in words):
        raise BadCell(f"“{words[:40]}” is not a name.")
    return words


def whole_name(cell: Cell) -> tuple[str, str]:
    """First and last name from "Ashdown, Robin" or "Robin Ashdown"."""
    words = name(cell)
    if "," in words:
        last, _, first = words.partition(",")
        return first.strip(), last.strip()
    first, _, last = words.rpartition(" ")
    return first, last


def email(cell: Cell) -> str:
    """An e-mail address in small letters, or ""."""
    words = text(cell, most=254).lower()
    if not words:
        return ""
    try:
        validate_email(words)
    except ValidationError:
        raise BadCell(f"“{words[:60]}” is not an e-mail address.") from None
    return words


_ENGAGEMENTS = {
    **{value: value for value in Engagement.values},
    **{label.lower(): value for value, label in Engagement.choices},
    "permanent": Engagement.EMPLOYEE,
    "staff": Engagement.EMPLOYEE,
    "supply": Engagement.SUPPLY,
    "agency": Engagement.AGENCY,
    "governor": Engagement.COMMITTEE_MEMBER,
}


def engagement(cell: Cell) -> str:
    """On what footing somebody works here; "" for an empty cell."""
    words = text(cell).lower()
    if not words:
        return ""
    if words not in _ENGAGEMENTS:
        raise BadCell(f"“{words[:40]}” is not a way of working here that is known, such as employee or supply.")
    return str(_ENGAGEMENTS[words])
