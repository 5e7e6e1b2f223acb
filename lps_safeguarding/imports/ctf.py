"""The DfE's Common Transfer File: who the pupils are and whom to reach. Nothing else in it is read. Pure.

The file holds much more (assessments, attendance, needs, looked-after and medical flags); none of it is kept, not even
for a moment beyond parsing. Names of elements as in the CTF specification; a namespace, if there is one, is ignored.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from lps_safeguarding.imports.refused import Unreadable
from lps_safeguarding.imports.sheets import LONGEST_CELL, MOST_ROWS
from lps_safeguarding.vault import files
from lps_safeguarding.web.typed import tidy

NO_CTF = (
    "This is not a Common Transfer File. Its name ends with .xml and looks like 8564001_CTF_8567002_001.xml; choose "
    "that file, or import a spreadsheet instead."
)
MOST_CONTACTS = 12
RELATIONS = {
    "PAM": "Mother", "PAF": "Father", "MTH": "Mother", "FTH": "Father", "PAR": "Parent", "STM": "Step-mother",
    "STF": "Step-father", "STP": "Step-parent", "FOM": "Foster mother", "FOF": "Foster father", "FOS": "Foster parent",
    "GRM": "Grandmother", "GRF": "Grandfather", "GRP": "Grandparent", "CAR": "Carer", "SWR": "Social worker",
    "OTR": "Other relative", "OTF": "Other family member", "REL": "Other relative", "CHM": "Childminder",
    "HTC": "Head teacher", "FAM": "Family member", "NBR": "Neighbour", "DOC": "Doctor", "OTH": "Other contact",
    "RLG": "Religious contact", "TCH": "Teacher", "AGN": "Agency", "GDN": "Guardian",
}  # fmt: skip
"""The specification's codes for how somebody is related to the child."""


@dataclass(frozen=True)
class Contact:
    """Somebody to reach, in the order in which to try."""

    position: int
    name: str
    relation: str
    telephone: str
    has_parental_responsibility: bool


@dataclass(frozen=True)
class Pupil:
    """One pupil of the file: `number` counts them from 1, `cells` are as a spreadsheet's row would hold them."""

    number: int
    cells: dict[str, str]
    contacts: tuple[Contact, ...]


def read(content: bytes) -> tuple[Pupil, ...]:
    """The pupils of a CTF. Raises Unreadable: not XML, not a CTF, entities or a document type in it, no pupils."""
    if not content.strip():
        raise Unreadable("This file is empty. Export it again.")
    if files.is_picture(content):
        raise Unreadable(NO_CTF)
    try:
        root = fromstring(content, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    except DefusedXmlException:
        raise Unreadable(
            "This file refers to things outside itself, which a Common Transfer File never does. It was not opened. "
            "Ask whoever sent it for a new one."
        ) from None
    except (ParseError, ValueError, LookupError, RecursionError):
        raise Unreadable(NO_CTF) from None
    if _tag(root) != "CTfile":
        raise Unreadable(NO_CTF)
    data = _child(root, "CTFpupilData")
    pupils = tuple(_pupils(data)) if data is not None else ()
    if not pupils:
        raise Unreadable("There is no pupil in this Common Transfer File. Check that it is the right one.")
    return pupils


def _tag(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _child(element: Element | None, name: str) -> Element | None:
    return next((each for each in element if _tag(each) == name), None) if element is not None else None


def _text(element: Element | None, name: str) -> str:
    found = _child(element, name)
    return " ".join(tidy(found.text).split())[:LONGEST_CELL] if found is not None and found.text else ""


def _pupils(data: Element) -> Iterator[Pupil]:
    number = 0
    for pupil in data:
        if _tag(pupil) != "Pupil":
            continue
        number += 1
        if number > MOST_ROWS:
            raise Unreadable(f"This file has more than {MOST_ROWS:,} pupils. Ask for it in parts.")
        basic = _child(pupil, "BasicDetails")
        cells = {
            "upn": _text(pupil, "UPN"),
            "former_upn": _text(basic, "FormerUPN"),
            "first_name": _text(pupil, "Forename"),
            "last_name": _text(pupil, "Surname"),
            "known_as": _text(basic, "PreferredForename"),
            "date_of_birth": _text(pupil, "DOB"),
            "sex": _text(pupil, "Sex") or _text(pupil, "Gender"),
            "year_group": _text(basic, "NCyearActual"),
        }
        yield Pupil(number, cells, tuple(_contacts(_child(pupil, "Contacts"))))


def _contacts(contacts: Element | None) -> Iterator[Contact]:
    if contacts is None:
        return
    people = [each for each in contacts if _tag(each) == "Contact"][:MOST_CONTACTS]
    for position, contact in enumerate(people, start=1):
        parts = (_text(contact, "Title"), _text(contact, "Forename"), _text(contact, "Surname"))
        name = " ".join(part for part in parts if part)
        if not name:
            continue
        phones = _child(contact, "Phones")
        numbers = [_text(each, "PhoneNo") for each in phones] if phones is not None else []
        order = _text(contact, "Order")
        code = _text(contact, "Relationship")
        yield Contact(
            position=int(order) if order.isdecimal() and 0 < int(order) < 100 else position,
            name=name[:200],
            relation=RELATIONS.get(code.upper(), code)[:100] or "Not said",
            telephone=", ".join(number for number in numbers if number)[:100],
            has_parental_responsibility=_text(contact, "Responsibility").lower() in ("1", "true", "y", "yes"),
        )
