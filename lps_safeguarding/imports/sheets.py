"""Spreadsheets as rows of cells: CSV in whatever encoding and with whatever separator, and XLSX. Pure.

Everything comes as text, but for dates that the spreadsheet itself marks as dates. Formulas are never computed here:
the value that was last computed and saved is taken.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lps_safeguarding.imports.refused import Unreadable
from lps_safeguarding.vault import files
from lps_safeguarding.web.typed import tidy

Cell = str | dt.date

MOST_ROWS = 10_000
MOST_COLUMNS = 200
MOST_TITLE_ROWS = 20
"""Rows above the headings (a title, the school's name, a date) among which the headings are looked for."""
EMPTY_ROWS_AT_THE_END = 1_000
LONGEST_CELL = 500
FORMULA = "=formula"
"""Stands for a formula whose value was never saved; no cell of a file can hold it, because "=" is taken off."""

PICTURE = (
    "This is a picture, not a list. Export the list from the school’s information system as CSV or Excel (xlsx) and "
    "choose that file."
)
NEITHER = (
    "This is neither a CSV file nor an Excel workbook (xlsx). Export the list again, or open it in Excel and save it "
    "as “CSV UTF-8” or “Excel workbook”."
)
EMPTY = "There is no list in this file: it has no row with headings and rows below it. Check that it is the right one."
TOO_LONG = f"This file has more than {MOST_ROWS:,} rows. Split it, and import the parts one after the other."
TOO_WIDE = f"This file has more than {MOST_COLUMNS} columns. Export only the columns that are needed."


@dataclass(frozen=True)
class Sheet:
    """A table: its headings, and its rows with the number each one has in the spreadsheet."""

    headings: tuple[str, ...]
    rows: tuple[tuple[int, tuple[Cell, ...]], ...]
    first_of: int = 1
    """How many sheets the workbook has that hold anything; only the first one is read."""


def read(content: bytes, *, score: Any) -> Sheet:
    """The table in a file. `score(headings)` says how many of them are known, to find the row of headings.

    Raises Unreadable.
    """
    if not content.strip():
        raise Unreadable("This file is empty. Export the list again.")
    if files.is_picture(content):
        raise Unreadable(PICTURE)
    if content[:2] == b"PK":
        rows, sheets = _workbook(content)
    elif content[:8] == b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1":
        raise Unreadable(
            "This is an older Excel file, or one with a password. Open it, save it as “Excel workbook (xlsx)” without "
            "a password, and choose that file."
        )
    else:
        rows, sheets = list(_numbered(_lines(content))), 1
    return _with_headings(rows, sheets, score)


# --- Rows and headings ------------------------------------------------------------------------------------------------
Row = tuple[int, tuple[Cell, ...]]


def _numbered(lines: Iterable[Iterable[Any]]) -> Iterator[Row]:
    """The rows that hold something, with their numbers from 1. Refuses what is too long or too wide to be a list."""
    found = empty = 0
    for number, cells in enumerate(lines, start=1):
        row = tuple(_cell(cell) for cell in cells)
        while row and row[-1] == "":
            row = row[:-1]
        if not row:
            empty += 1
            if empty > EMPTY_ROWS_AT_THE_END:
                return
            continue
        empty = 0
        found += 1
        if len(row) > MOST_COLUMNS:
            raise Unreadable(TOO_WIDE)
        if found > MOST_ROWS + MOST_TITLE_ROWS:
            raise Unreadable(TOO_LONG)
        yield number, row


def _cell(value: Any) -> Cell:
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date()
    if isinstance(value, dt.date):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = str(value)[: 4 * LONGEST_CELL]
    text = " ".join((text if text.isascii() and text.isprintable() else tidy(text)).split())
    if len(text) > 2 and text.startswith('="') and text.endswith('"'):  # how some systems keep a leading zero
        text = text[2:-1]
    return text[:LONGEST_CELL]


def _with_headings(rows: list[Row], sheets: int, score: Any) -> Sheet:
    """Finds the headings: the row, or the two rows one above the other, of which most are known words."""
    best: tuple[tuple[int, int], int, tuple[str, ...]] | None = None
    for index, (_, cells) in enumerate(rows[:MOST_TITLE_ROWS]):
        headings = tuple(str(cell) for cell in cells)
        candidates = [(index, headings)]
        if index + 1 < len(rows):
            beneath = tuple(str(cell) for cell in rows[index + 1][1])
            candidates += [(index + 1, _merged(headings, beneath, over=over)) for over in (False, True)]
        for last, words in candidates:
            worth = (score(words), -last)
            if best is None or worth > best[0]:
                best = (worth, last, words)
    if best is None:
        raise Unreadable(EMPTY)
    (known, _), last, words = best
    if not known:
        last, words = next(
            ((i, tuple(str(c) for c in cells)) for i, (_, cells) in enumerate(rows) if len(cells) > 1), (0, ("",))
        )
    body = rows[last + 1 :]
    if not body or not any(words):
        raise Unreadable(EMPTY)
    if len(body) > MOST_ROWS:
        raise Unreadable(TOO_LONG)
    width = max(len(words), *(len(cells) for _, cells in body))
    if width > MOST_COLUMNS:
        raise Unreadable(TOO_WIDE)
    return Sheet(
        headings=tuple(words[n] if n < len(words) else "" for n in range(width)),
        rows=tuple((number, cells + ("",) * (width - len(cells))) for number, cells in body),
        first_of=sheets,
    )


def _merged(upper: tuple[str, ...], lower: tuple[str, ...], *, over: bool) -> tuple[str, ...]:
    """Headings in two rows. `over`: the upper ones are merged over several columns ("Name" over "First" and "Last");
    else each column has its own in one of the two."""
    above, found = "", []
    for n in range(max(len(upper), len(lower))):
        here = upper[n] if n < len(upper) else ""
        below = lower[n] if n < len(lower) else ""
        above = here or above
        found.append(f"{above} {below}" if over and below and above and above != below else below or here)
    return tuple(found)


# --- CSV --------------------------------------------------------------------------------------------------------------
def _lines(content: bytes) -> Iterator[list[str]]:
    text = _text(content)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=False)
    try:
        yield from reader
    except csv.Error:
        raise Unreadable(NEITHER) from None


def _text(content: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 of either kind, or the Windows encoding (cp1252), which Excel writes."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    elif b"\x00" in content[:200]:
        little = content[1:200:2].count(0) > content[0:200:2].count(0)
        encodings = ["utf-16-le" if little else "utf-16-be"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if not any(c < " " and c not in "\n\r\t\f\x1a" for c in text[:20_000]):
            return text.replace("\x00", "")
    raise Unreadable(NEITHER)


def _separator(text: str) -> str:
    """The one of comma, semicolon, tab and bar that divides the first lines into the most alike rows."""
    start = [line for line in text[:20_000].splitlines()[:40] if line.strip()][:20]

    def worth(mark: str) -> tuple[int, int]:
        widths = [len(row) for row in csv.reader(start, delimiter=mark)]
        most = max(set(widths), key=widths.count, default=1)
        return (widths.count(most) if most > 1 else 0, most)

    return max(",;\t|", key=worth)


# --- Excel ------------------------------------------------------------------------------------------------------------
def _workbook(content: bytes) -> tuple[list[Row], int]:
    try:
        kind = files.packed_kind(content)
    except files.Refused as refused:
        raise Unreadable(NEITHER if str(refused) == files.UNKNOWN else str(refused)) from None
    if kind != "xlsx":
        raise Unreadable(NEITHER)
    try:
        rows, sheets, formulas = _cells(content, values=False)
        if formulas:
            saved, _, _ = _cells(content, values=True)
            rows = _with_saved_values(rows, saved)
    except Unreadable:
        raise
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, AttributeError, OSError, SyntaxError, EOFError):
        # What openpyxl raises on a workbook that is none: its parts are missing, broken, or hold entities (ValueError).
        raise Unreadable(
            "This Excel file is damaged and cannot be read. Open it in Excel, save it again as “Excel workbook (xlsx)”, "
            "and choose that file."
        ) from None
    return rows, sheets


def _cells(content: bytes, *, values: bool) -> tuple[list[Row], int, bool]:
    """The first sheet that holds anything, how many do, and whether it has formulas (`values`: what they came to)."""
    import openpyxl  # reading it takes a moment, and most processes never need it

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # about styles and extensions that are not read anyway
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=values, keep_links=False)
    formulas = False

    def lines(sheet: Any) -> Iterator[list[Any]]:
        nonlocal formulas
        for cells in sheet.iter_rows():
            line = []
            for cell in cells[: MOST_COLUMNS + 1]:
                value = cell.value
                if not values and cell.data_type == "f":
                    formulas, value = True, FORMULA
                elif cell.data_type == "e":
                    value = ""
                line.append(value)
            yield line

    try:
        found: list[Row] = []
        sheets = 0
        for sheet in book.worksheets:
            if getattr(sheet, "sheet_state", "visible") != "visible":
                continue
            sheet.reset_dimensions()
            if found:
                sheets += any(_numbered(sheet.values))
            else:
                found = list(_numbered(lines(sheet)))
                sheets += bool(found)
        return found, sheets, formulas
    finally:
        book.close()


def _with_saved_values(rows: list[Row], saved: list[Row]) -> list[Row]:
    """Each formula's saved value; where none was saved, the mark stays, and the row is refused with a sentence."""
    values = dict(saved)
    found = []
    for number, cells in rows:
        known = values.get(number, ())
        found.append(
            (
                number,
                tuple(
                    (known[n] if n < len(known) and known[n] != "" else FORMULA) if cell == FORMULA else cell
                    for n, cell in enumerate(cells)
                ),
            )
        )
    return found
