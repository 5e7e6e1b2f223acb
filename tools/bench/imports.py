"""An import of 2,000 children: file, preview, confirmation, and the worker's parts, as a school would have it."""

from __future__ import annotations

import csv
import io
import time
from dataclasses import dataclass

ROWS = 2_000
WANTED_SECONDS = 10.0
NAMES = "Ash Bea Cal Dee Eli Fay Gus Hal Ivy Jem Kit Lou Mae Ned Oli Pip Rae Sam Tess Una Val Wyn Zia".split()


@dataclass(frozen=True)
class Took:
    """Seconds of the two halves: until the preview is there, and from the confirmation to the last row."""

    preview: float
    writing: float
    parts: int

    @property
    def seconds(self) -> float:
        return self.preview + self.writing


def _file(first_number: int, service: str) -> bytes:
    from lps_safeguarding.imports.cells import UPN_LETTERS

    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["UPN", "Forename", "Surname", "DOB", "Gender", "Year", "Service"])
    for n in range(first_number, first_number + ROWS):
        digits = f"{10_000_000_000 + n:012}"
        letter = UPN_LETTERS[sum(w * int(d) for w, d in enumerate(digits, start=2)) % 23]
        last = f"{NAMES[n % 23]}{NAMES[n // 23 % 23].lower()}{NAMES[n // 529 % 23].lower()}"
        row = [letter + digits, NAMES[n % 21], last, f"{n % 28 + 1:02}/{n % 12 + 1:02}/2012", "FM"[n % 2], "9"]
        writer.writerow([*row, service])
    return text.getvalue().encode()


def measure() -> Took:
    """Imports 2,000 children who are not there yet, and counts them. Each call brings other ones."""
    from lps_safeguarding.access import acting
    from lps_safeguarding.imports import operations
    from lps_safeguarding.imports.columns import Kind
    from lps_safeguarding.imports.models import Import
    from lps_safeguarding.imports.states import State
    from lps_safeguarding.people import operations as people_operations
    from lps_safeguarding.people.models import Child, Role, Service, User
    from tools.bench import seed

    user = User.objects.select_related("adult").get(pk=seed.SENDER)
    if not user.has_role(Role.BUSINESS_MANAGER):
        people_operations.give_role(user=user, role=Role.BUSINESS_MANAGER, by=None)
    before = Child.objects.count()
    service = Service.objects.in_order().first()
    content = _file(before, service.name if service else "")
    columns = ["upn", "first_name", "last_name", "date_of_birth", "sex", "year_group", "service"]
    began = time.perf_counter()
    with acting.as_person(user):
        given = operations.take_in(by=user, kind=Kind.CHILDREN, content=content)
        given = operations.say_columns(given=given, by=user, columns=columns)
    previewed = time.perf_counter()
    with acting.as_person(user):
        operations.confirm(given=given, by=user, version=given.version)
    operations.run(given.pk)
    done = time.perf_counter()
    with acting.as_the_system("bench"):
        now = Import.objects.get(pk=given.pk)
    if now.state != State.DONE or Child.objects.count() != before + ROWS:
        raise SystemExit(f"The import ended {now.state} with {Child.objects.count() - before} children")
    return Took(previewed - began, done - previewed, -(-ROWS // operations.ROWS_AT_A_TIME))
