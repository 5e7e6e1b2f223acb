"""Files as information systems export them, made by the tests. Everybody in them is invented."""

import csv
import io
from xml.sax.saxutils import escape

import openpyxl

from lps_safeguarding.imports.cells import UPN_LETTERS

HEADINGS = ["UPN", "Forename", "Surname", "DOB", "Gender", "Year", "Service"]


def a_upn(number: int, *, temporary: bool = False) -> str:
    """A UPN with its right check letter, different for each number."""
    digits = f"8564001{number:05}"[:12]
    if temporary:
        digits = digits[:11] + "A"
    values = [UPN_LETTERS.index(c) if c.isalpha() else int(c) for c in digits]
    return UPN_LETTERS[sum(w * v for w, v in enumerate(values, start=2)) % 23] + digits


def a_row(number: int, first: str = "Robin", last: str = "Fairley", **more) -> list[str]:
    given = {"dob": "14/05/2012", "sex": "F", "year": "9", "service": "KS3", "upn": a_upn(number)} | more
    return [given["upn"], first, last, given["dob"], given["sex"], given["year"], given["service"]]


def csv_of(rows, headings=HEADINGS, *, encoding="utf-8", separator=",") -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=separator)
    if headings:
        writer.writerow(headings)
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_of(rows, headings=HEADINGS, *, change=None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    if headings:
        sheet.append(headings)
    for row in rows:
        sheet.append(row)
    if change:
        change(sheet)
    kept = io.BytesIO()
    book.save(kept)
    return kept.getvalue()


def a_pupil(number: int, first="Robin", last="Fairley", *, upn=None, born="2012-05-14", contacts="", more="") -> str:
    return f"""<Pupil><UniqueLearnerNumber/><UPN>{upn or a_upn(number)}</UPN><Surname>{escape(last)}</Surname>
    <Forename>{escape(first)}</Forename><DOB>{born}</DOB><Sex>F</Sex>
    <BasicDetails><PreferredForename>{escape(first)}</PreferredForename><NCyearActual>9</NCyearActual>
    <Ethnicity>WBRI</Ethnicity></BasicDetails>{contacts}{more}</Pupil>"""


def a_contact(name="Maya", surname="Fairley", phone="01632 496900", relation="MTH") -> str:
    return f"""<Contact><Order>1</Order><Title>Ms</Title><Surname>{surname}</Surname><Forename>{name}</Forename>
    <Gender>F</Gender><Relationship>{relation}</Relationship><Responsibility>1</Responsibility>
    <Phones><Phone><TelephoneType>H</TelephoneType><PhoneNo>{phone}</PhoneNo></Phone></Phones></Contact>"""


def ctf_of(*pupils: str, start='<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    return (
        f"""{start}<CTfile><Header><DocumentName>Common Transfer File</DocumentName><CTFversion>25.0</CTFversion>
        </Header><CTFpupilData>{"".join(pupils)}</CTFpupilData></CTfile>"""
    ).encode()
