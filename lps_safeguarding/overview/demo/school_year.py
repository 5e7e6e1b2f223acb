"""The demonstration's calendar and numbers: two school years with their days off."""

import datetime

from lps_safeguarding.people.models import NonSchoolDayKind

_d = datetime.date

TERMS = (
    ("Autumn 2025, first half", _d(2025, 9, 1), _d(2025, 10, 17)),
    ("Autumn 2025, second half", _d(2025, 10, 27), _d(2025, 12, 19)),
    ("Spring 2026, first half", _d(2026, 1, 5), _d(2026, 2, 13)),
    ("Spring 2026, second half", _d(2026, 2, 23), _d(2026, 3, 27)),
    ("Summer 2026, first half", _d(2026, 4, 13), _d(2026, 5, 22)),
    ("Summer 2026, second half", _d(2026, 6, 1), _d(2026, 7, 14)),
    ("Autumn 2026, first half", _d(2026, 9, 1), _d(2026, 10, 16)),
    ("Autumn 2026, second half", _d(2026, 10, 26), _d(2026, 12, 18)),
    ("Spring 2027, first half", _d(2027, 1, 4), _d(2027, 2, 12)),
    ("Spring 2027, second half", _d(2027, 2, 22), _d(2027, 3, 25)),
    ("Summer 2027, first half", _d(2027, 4, 12), _d(2027, 5, 28)),
    ("Summer 2027, second half", _d(2027, 6, 7), _d(2027, 7, 16)),
)

_BANK_HOLIDAYS = (
    ("Summer bank holiday", _d(2025, 8, 25)),
    ("Christmas Day", _d(2025, 12, 25)),
    ("Boxing Day", _d(2025, 12, 26)),
    ("New Year’s Day", _d(2026, 1, 1)),
    ("Good Friday", _d(2026, 4, 3)),
    ("Easter Monday", _d(2026, 4, 6)),
    ("Early May bank holiday", _d(2026, 5, 4)),
    ("Spring bank holiday", _d(2026, 5, 25)),
    ("Summer bank holiday", _d(2026, 8, 31)),
    ("Christmas Day", _d(2026, 12, 25)),
    ("Boxing Day (substitute day)", _d(2026, 12, 28)),
    ("New Year’s Day", _d(2027, 1, 1)),
    ("Good Friday", _d(2027, 3, 26)),
    ("Easter Monday", _d(2027, 3, 29)),
    ("Early May bank holiday", _d(2027, 5, 3)),
    ("Spring bank holiday", _d(2027, 5, 31)),
    ("Summer bank holiday", _d(2027, 8, 30)),
)
_INSET = (
    _d(2025, 9, 1),
    _d(2025, 10, 27),
    _d(2026, 1, 5),
    _d(2026, 4, 13),
    _d(2026, 6, 1),
    _d(2026, 9, 1),
    _d(2026, 10, 26),
    _d(2027, 1, 4),
    _d(2027, 4, 12),
    _d(2027, 6, 7),
)

DAYS_OFF = (
    *((name, NonSchoolDayKind.BANK_HOLIDAY, day, day) for name, day in _BANK_HOLIDAYS),
    *(("INSET day", NonSchoolDayKind.INSET, day, day) for day in _INSET),
)

OUTSIDE = (
    ("Children’s social care: Duty and Advice", "A child who is or may be harmed", "0116 496 0201", "0116 496 0202"),
    ("Local authority designated officer (LADO)", "An adult who works with children", "0116 496 0210", ""),
    ("Police", "An emergency: 999. Not an emergency: 101", "101", "999"),
    ("Prevent education officer", "Radicalisation", "0116 496 0220", ""),
    ("Education Welfare Service", "A child missing from education", "0116 496 0230", ""),
)
"""Name, what to call them about, telephone, telephone at night. Ofcom's numbers for fiction but for 101 and 999."""
