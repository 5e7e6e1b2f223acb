"""Writes docs/examples/: files to try the imports with. Everybody in them is invented. `python -m tools.example_imports`"""

from __future__ import annotations

import csv
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "examples"
LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"


def upn(number: int) -> str:
    """A UPN of an invented school, with its right check letter."""
    digits = f"8569999{number:05}"
    return LETTERS[sum(weight * int(digit) for weight, digit in enumerate(digits, start=2)) % 23] + digits


CHILDREN = (
    # Known to the demonstration without a UPN: found by name and birth date, or asked about.
    ("Liam", "Ashdown", "17/07/2012", "M", "Year 9", "KS3"),
    ("Kezia", "Mutasa", "25/04/2013", "F", "Year 9", "KS3"),
    # New.
    ("Ottilie", "Brackenbury", "02/11/2014", "F", "Year 7", "KS3"),
    ("Dev", "Ranganathan", "19/01/2011", "M", "Year 10", "Turing House"),
    ("Wren", "Castellan-Doyle", "30/06/2010", "F", "Year 11", "KS4"),
    # Wrong on purpose: a day that is none, a birth date in the future, no year.
    ("Perry", "Nightgale", "31/02/2012", "M", "Year 9", "KS3"),
    ("Juno", "Tomorrow", "01/09/2031", "F", "Year 7", "KS3"),
    ("Max", "Noyear", "05/05/2012", "M", "", "KS3"),
)
STAFF = (
    ("Mr", "Daniel", "Whitmore", "d.whitmore@demo.example", "Pastoral lead, KS3", ""),
    ("Ms", "Odette", "Farringdon", "o.farringdon@demo.example", "Teacher of science", ""),
    ("Mr", "Silas", "Underhay", "not an address", "Cover supervisor", ""),
)
CTF = f"""<?xml version="1.0" encoding="UTF-8"?>
<CTfile>
  <Header><DocumentName>Common Transfer File</DocumentName><CTFversion>25.0</CTFversion></Header>
  <CTFpupilData>
    <Pupil>
      <UPN>{upn(900)}</UPN><Surname>Larkspur</Surname><Forename>Imogen</Forename><DOB>2012-12-03</DOB><Sex>F</Sex>
      <BasicDetails><PreferredForename>Immy</PreferredForename><NCyearActual>9</NCyearActual></BasicDetails>
      <Contacts>
        <Contact><Order>1</Order><Title>Ms</Title><Surname>Larkspur</Surname><Forename>Paula</Forename>
          <Relationship>MTH</Relationship><Responsibility>1</Responsibility>
          <Phones><Phone><TelephoneType>H</TelephoneType><PhoneNo>01632 496921</PhoneNo></Phone></Phones></Contact>
        <Contact><Order>2</Order><Title>Mr</Title><Surname>Larkspur</Surname><Forename>Victor</Forename>
          <Relationship>GRF</Relationship><Responsibility>0</Responsibility>
          <Phones><Phone><TelephoneType>M</TelephoneType><PhoneNo>01632 496922</PhoneNo></Phone></Phones></Contact>
      </Contacts>
    </Pupil>
  </CTFpupilData>
</CTfile>
"""


def main() -> None:
    """Writes the files anew."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "children.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["Pupil list, invented school"])
        writer.writerow(["UPN", "Legal Forename", "Legal Surname", "DOB", "Gender", "Year Group", "House"])
        for number, (first, last, *rest) in enumerate(CHILDREN, start=1):
            writer.writerow([upn(number), first, last, *rest])
    with (FOLDER / "staff.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, delimiter=";")
        writer.writerow(["Title", "Forename", "Surname", "Work Email", "Job Title", "Leaving Date"])
        writer.writerows(STAFF)
    (FOLDER / "8569998_CTF_8569999_001.xml").write_text(CTF, encoding="utf-8")


if __name__ == "__main__":
    main()
