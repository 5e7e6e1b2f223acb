"""What a spreadsheet's cells say, and every way in which a file can be no list."""

import datetime
import io
import zipfile
from functools import partial

import pytest

from lps_safeguarding.imports import cells, columns, ctf, sheets
from lps_safeguarding.imports.columns import Kind
from lps_safeguarding.imports.refused import BadCell, Unreadable
from tests.imports.files_to_import import HEADINGS, a_contact, a_pupil, a_row, a_upn, csv_of, ctf_of, xlsx_of

read = partial(sheets.read, score=partial(columns.known_headings, Kind.CHILDREN))
PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)
TODAY = datetime.date(2026, 11, 20)
day = partial(cells.day, this_year=2026)


# --- Encodings, separators, headings ------------------------------------------------------------------------------------
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_csv_is_read_in_whatever_encoding_and_with_whatever_separator(encoding, separator):
    sheet = read(csv_of([a_row(1, "Zoë", "O’Hare-Müller")], encoding=encoding, separator=separator))
    assert sheet.headings == tuple(HEADINGS)
    ((number, row),) = sheet.rows
    assert (number, row[1:4]) == (2, ("Zoë", "O’Hare-Müller", "14/05/2012"))


def test_a_workbook_is_read_with_its_real_days_and_numbers():
    sheet = read(xlsx_of([a_row(1, dob=datetime.datetime(2012, 5, 14), year=9)]))
    assert sheet.rows[0][1][3:6] == (datetime.date(2012, 5, 14), "F", "9")


@pytest.mark.parametrize("make", [csv_of, xlsx_of])
def test_title_rows_above_the_headings_are_passed_over_and_rows_keep_their_numbers(make):
    sheet = read(make([["Pupil list"], ["Printed 20 November 2026"], [], HEADINGS, a_row(1), a_row(2)], headings=None))
    assert sheet.headings == tuple(HEADINGS)
    assert [number for number, _ in sheet.rows] == [5, 6]


def test_headings_that_are_merged_over_two_rows_are_put_together():
    def merge(sheet):
        sheet.merge_cells("B1:C1")
        sheet.merge_cells("A1:A2")
        sheet.merge_cells("D1:D2")

    rows = [
        ["UPN", "Name", None, "Date of birth"],
        [None, "First", "Last", None],
        [a_upn(1), "Robin", "Fairley", "1/2/2012"],
    ]
    sheet = read(xlsx_of(rows, headings=None, change=merge))
    assert columns.guess(Kind.CHILDREN, sheet.headings, {}) == ["upn", "first_name", "last_name", "date_of_birth"]
    assert sheet.rows[0][0] == 3


def test_a_formula_gives_what_was_saved_of_it_and_without_that_a_sentence():
    sheet = read(xlsx_of([[a_upn(1), "=UPPER(A1)", "Fairley", "14/05/2012", "F", "9", "KS3"]]))
    with pytest.raises(BadCell, match="formula whose result was not saved"):
        cells.name(sheet.rows[0][1][1])


def test_a_cell_that_excel_keeps_as_a_formula_of_text_is_text():
    assert read(csv_of([["A1", '="0012"']], ["UPN", "Surname"])).rows[0][1][1] == "0012"


# --- Files that are no list ---------------------------------------------------------------------------------------------
def a_zip(**parts: bytes) -> bytes:
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return kept.getvalue()


BOMB = a_zip(
    **{"[Content_Types]_xml": b"x", "xl__workbook_xml": b"x", "xl__worksheets__sheet1_xml": bytes(60_000_000)}
)
ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><workbook>&a;</workbook>'


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty"),
        (b" \r\n \r\n", "This file is empty"),
        (PNG, "This is a picture"),
        (a_zip(**{"[Content_Types]_xml": b"x", "picture.png": PNG}), "neither a CSV file nor an Excel workbook"),
        (BOMB, "unpacks to far more"),
        (b"PK\x03\x04 and nothing more", "damaged"),
        (a_zip(**{"[Content_Types]_xml": b"x", "xl__workbook_xml": b"<broken"}), "damaged"),
        (a_zip(**{"[Content_Types]_xml": ENTITY, "xl__workbook_xml": ENTITY}), "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "older Excel file"),
        (b"%PDF-1.7\n" + bytes(range(256)), "neither a CSV file nor an Excel workbook"),
        (bytes(range(256)) * 20, "neither a CSV file nor an Excel workbook"),
        (csv_of([]), "no list in this file"),
        (csv_of([["x"] * 300]), "more than 200 columns"),
        (b'a,"' + b"x" * 300_000, "neither a CSV file nor an Excel workbook"),
    ],
    ids=["empty", "blank", "picture", "zip-of-pictures", "zip-bomb", "half-a-zip", "broken-workbook", "entities",
         "old-excel", "pdf", "bytes", "headings-only", "wide", "endless-cell"],
)  # fmt: skip
def test_what_is_no_list_is_refused_in_a_sentence(content, sentence):
    with pytest.raises(Unreadable, match=sentence):
        read(content)


def test_fifty_thousand_rows_are_refused_in_a_sentence():
    with pytest.raises(Unreadable, match="more than 10,000 rows. Split it"):
        read(csv_of([["A", "B", "C"]] * 50_000))
    assert len(read(csv_of([["A", "B", "C"]] * 10_000)).rows) == 10_000


# --- Cells --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "written",
    ["14/05/2012", "14-05-2012", "14.5.12", "2012-05-14", "2012-05-14T00:00:00", "14 May 2012", "14th May 2012",
     "14-May-12", "41043", "14/05/2012 00:00"],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(written):
    assert day(written) == datetime.date(2012, 5, 14)


@pytest.mark.parametrize("written", ["31/02/2012", "yesterday", "14/05", "2012", "99999", "0/0/0000", "14/Mai/2012"])
def test_what_is_no_day_is_refused_in_a_sentence(written):
    with pytest.raises(BadCell, match="is not a day. Write it as 14/05/2011"):
        day(written)


def test_a_column_with_the_month_first_is_recognised_by_the_whole_column():
    assert cells.is_american(["05/14/2012", "03/02/2011"])
    assert not cells.is_american(["14/05/2012", "05/14/2012"])
    assert not cells.is_american(["03/02/2011", "2012-05-14", "41043", ""])
    assert day("05/14/2012", american=True) == datetime.date(2012, 5, 14)


@pytest.mark.parametrize(
    ("born", "sentence"), [(datetime.date(2027, 1, 1), "in the future"), (datetime.date(1981, 5, 3), "45 years old")]
)
def test_a_birth_date_that_cannot_be_a_pupils_is_refused(born, sentence):
    with pytest.raises(BadCell, match=sentence):
        cells.birth_date(born, today=TODAY)


def test_the_check_letter_of_a_upn_is_verified_and_a_temporary_one_is_known():
    assert cells.upn("R674123101121") == "R674123101121"
    assert cells.upn(" r674 123 101 121 ") == "R674123101121"
    temporary = a_upn(7, temporary=True)
    assert cells.is_temporary(cells.upn(temporary))
    for n in range(1, 13):
        digit = "R674123101121"[n]
        wrong = "R674123101121"[:n] + str((int(digit) + 1) % 10) + "R674123101121"[n + 1 :]
        with pytest.raises(BadCell, match="wrong check letter"):
            cells.upn(wrong)
    with pytest.raises(BadCell, match="is not a unique pupil number"):
        cells.upn("12345")


@pytest.mark.parametrize(("written", "year"), [("9", 9), ("Year 9", 9), ("Y09", 9), ("yr 11", 11), ("", None)])
def test_a_year_group_is_read_however_it_is_written(written, year):
    assert cells.year_group(written) == year


@pytest.mark.parametrize("written", ["R", "15", "Year nine", "9A"])
def test_what_is_no_year_group_is_refused(written):
    with pytest.raises(BadCell, match="is not a year group"):
        cells.year_group(written)


def test_names_are_read_as_people_write_them():
    assert cells.name("O’HARE-MÜLLER") == "O’Hare-Müller"
    assert cells.whole_name("Ashdown, Robin") == ("Robin", "Ashdown")
    assert cells.whole_name("Robin de Vere") == ("Robin de", "Vere")
    with pytest.raises(BadCell, match="is not a name"):
        cells.name("<b>Robin</b>")


def test_columns_are_guessed_from_headings_and_as_they_were_the_last_time():
    headings = ["Legal Surname", "Legal Forename", "D.O.B.", "Reg", "UPN", "Surname"]
    assert columns.guess(Kind.CHILDREN, headings, {"reg": "service"}) == [
        "last_name", "first_name", "date_of_birth", "service", "upn", "",
    ]  # fmt: skip


# --- Common Transfer File -----------------------------------------------------------------------------------------------
def test_a_transfer_file_gives_identity_and_contacts_and_nothing_else():
    secret = "<LookedAfter><InCare>true</InCare></LookedAfter><SENhistory>secret</SENhistory>"
    (pupil,) = ctf.read(ctf_of(a_pupil(1, contacts=f"<Contacts>{a_contact()}</Contacts>", more=secret)))
    assert pupil.cells == {
        "upn": a_upn(1), "former_upn": "", "first_name": "Robin", "last_name": "Fairley", "known_as": "Robin",
        "date_of_birth": "2012-05-14", "sex": "F", "year_group": "9",
    }  # fmt: skip
    assert pupil.contacts == (ctf.Contact(1, "Ms Maya Fairley", "Mother", "01632 496900", True),)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty"),
        (b"UPN,Name\n1,2", "not a Common Transfer File"),
        (b"<rss><channel/></rss>", "not a Common Transfer File"),
        (b"<CTfile><Header/></CTfile>", "no pupil in this"),
        (b"<CTfile><CTFpupilData><Pupil>", "not a Common Transfer File"),
        (PNG, "not a Common Transfer File"),
        (ENTITY, "refers to things outside itself"),
        (
            b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;&b;">]><CTfile>&c;</CTfile>',
            "refers to things outside itself",
        ),
        (b"<CTfile>" + b"<a>" * 200_000, "not a Common Transfer File"),
    ],
    ids=["empty", "csv", "other-xml", "no-pupils", "cut-off", "picture", "external-entity", "billion-laughs", "deep"],
)
def test_what_is_no_transfer_file_is_refused_in_a_sentence(content, sentence):
    with pytest.raises(Unreadable, match=sentence):
        ctf.read(content)
