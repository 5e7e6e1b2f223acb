"""What tests of imports share: a file taken as far as its preview, and carried out."""

import pytest

from lps_safeguarding.access import acting
from lps_safeguarding.imports import operations
from lps_safeguarding.imports.columns import CHILD_FIELDS, Kind
from lps_safeguarding.imports.models import Import

PLAIN = ["upn", "first_name", "last_name", "date_of_birth", "sex", "year_group", "service"]
assert set(PLAIN) <= {field.slug for field in CHILD_FIELDS}


@pytest.fixture
def previewed(acting_as):
    """`previewed(person, content, ...)`: the import as its sender has it before confirming."""

    def make(by, content, *, kind=Kind.CHILDREN, columns=PLAIN, **said):
        with acting_as(by):
            given = operations.take_in(by=by, kind=kind, content=content)
            operations.say_columns(given=given, by=by, columns=() if kind == Kind.CTF else columns, **said)
        return fresh(given)

    return make


@pytest.fixture
def confirmed(previewed, acting_as):
    """`confirmed(person, content, ...)`: confirmed, and no worker has begun."""

    def make(by, content, **more):
        given = previewed(by, content, **more)
        with acting_as(by):
            return operations.confirm(given=given, by=by, version=given.version, leavers_checked=True)

    return make


@pytest.fixture
def carried_out(confirmed):
    """`carried_out(person, content, ...)`: done by a worker."""

    def make(by, content, **more):
        given = confirmed(by, content, **more)
        operations.run(given.pk)
        return fresh(given)

    return make


def fresh(given) -> Import:
    """The import as it stands now, whoever may see it."""
    with acting.as_the_system("test"):
        return Import.objects.with_keys().get(pk=given.pk)
