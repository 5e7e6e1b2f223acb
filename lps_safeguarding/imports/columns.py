"""Which column holds what: the fields of each kind of import, and the guess from the headings. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import models


class Kind(models.TextChoices):
    """What a file holds."""

    CHILDREN = "children", "Children"
    STAFF = "staff", "Staff"
    CTF = "ctf", "Common Transfer File"


@dataclass(frozen=True)
class Field:
    """Something a column can hold. `headings`: how systems call it, as `plain` writes them."""

    slug: str
    label: str
    headings: tuple[str, ...]


_FIRST = ("first name", "forename", "legal forename", "legal first name", "given name", "christian name", "name first",
          "name forename", "pupil forename", "student forename")  # fmt: skip
_LAST = ("last name", "surname", "legal surname", "family name", "legal last name", "name last", "name surname",
         "pupil surname", "student surname")  # fmt: skip
_WHOLE = ("name", "full name", "pupil name", "student name", "child", "pupil", "student", "legal full name")

CHILD_FIELDS = (
    Field("upn", "Unique pupil number (UPN)", ("upn", "unique pupil number", "pupil number", "unique pupil no")),
    Field("former_upn", "Former UPN", ("former upn", "previous upn", "old upn", "formerupn")),
    Field("first_name", "First name", _FIRST),
    Field("last_name", "Last name", _LAST),
    Field("whole_name", "First and last name in one column", _WHOLE),
    Field("known_as", "Known as", ("known as", "preferred name", "preferred forename", "preferred first name",
                                   "chosen name")),
    Field("date_of_birth", "Date of birth", ("date of birth", "dob", "birth date", "birthdate", "d o b", "born")),
    Field("sex", "Sex", ("sex", "gender", "legal sex", "m f")),
    Field("year_group", "Year group", ("year group", "year", "nc year", "ncy", "yr", "national curriculum year",
                                       "year taught in", "ncyearactual", "curriculum year")),
    Field("service", "Service", ("service", "base", "site", "provision", "key stage", "ks", "house", "department")),
    Field("joined_on", "Joined on", ("admission date", "date of admission", "joined", "joined on", "start date",
                                     "entry date", "date joined", "doa")),
    Field("left_on", "Left on (last day)", ("leaving date", "date of leaving", "left on", "left", "leaver date", "dol",
                                            "date left", "end date", "last day")),
)  # fmt: skip

ADULT_FIELDS = (
    Field("email", "Work e-mail address", ("email", "e mail", "work email", "email address", "e mail address",
                                           "work e mail", "main email")),
    Field("title", "Title", ("title",)),
    Field("first_name", "First name", (*_FIRST, "staff forename")),
    Field("last_name", "Last name", (*_LAST, "staff surname")),
    Field("whole_name", "First and last name in one column", ("name", "full name", "staff name", "staff", "employee")),
    Field("job_title", "Job title", ("job title", "job", "post", "position", "role", "post title", "job role")),
    Field("telephone", "Telephone", ("telephone", "phone", "work telephone", "work phone", "mobile", "extension",
                                     "telephone number", "phone number")),
    Field("engagement", "Works here as", ("works here as", "contract type", "staff type", "employment type",
                                          "contract", "engagement")),
    Field("started_on", "First day", ("start date", "employment start date", "started", "first day", "date started",
                                      "started on", "continuous service start date")),
    Field("leaves_on", "Last day", ("leaving date", "end date", "employment end date", "last day", "left",
                                    "date of leaving", "leaves on")),
)  # fmt: skip

FIELDS: dict[str, tuple[Field, ...]] = {Kind.CHILDREN: CHILD_FIELDS, Kind.STAFF: ADULT_FIELDS}
DAYS = frozenset({"date_of_birth", "joined_on", "left_on", "started_on", "leaves_on"})


def plain(heading: str) -> str:
    """A heading without its dress: "Date_of Birth*" and "date of birth" are the same."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading[:100])
    return " ".join(re.sub(r"[^a-z0-9]+", " ", words.lower()).split())


def _known(kind: str) -> dict[str, str]:
    return {heading: field.slug for field in FIELDS[kind] for heading in field.headings}


def known_headings(kind: str, headings: Iterable[str]) -> int:
    """How many different fields of this kind these headings name: to find the row of headings."""
    known = _known(kind)
    return len({known[word] for word in map(plain, headings) if word in known})


def guess(kind: str, headings: Iterable[str], remembered: Mapping[str, str]) -> list[str]:
    """The field of each column: as it was the last time, else by its heading; "" for a column that is left out.

    No field is given twice; the first column that fits it has it.
    """
    known, taken, found = _known(kind), set(), []
    for word in map(plain, headings):
        slug = remembered[word] if word in remembered else known.get(word, "")
        if slug in taken:
            slug = ""
        taken.add(slug)
        found.append(slug)
    has_both = {"first_name", "last_name"} <= taken
    return ["" if slug == "whole_name" and has_both else slug for slug in found]


def missing(kind: str, slugs: Iterable[str]) -> str:
    """A sentence on what the columns must at least say; "" when it is there."""
    there = set(slugs)
    if not ({"first_name", "last_name"} <= there or "whole_name" in there):
        return "Say which columns hold the first and the last name, or which one holds both."
    if kind == Kind.CHILDREN and not {"upn", "date_of_birth"} & there:
        return "Say which column holds the UPN or the date of birth: without one, nobody can tell two children apart."
    return ""
