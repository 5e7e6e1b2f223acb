"""The part of the table of addresses that is `concerns`: half of it, beside the other half (test_every_address.py)."""

import pytest

from tests.test_every_address import a_school_with_records, check, of_concerns  # noqa: F401 (a fixture)

pytestmark = pytest.mark.django_db


@pytest.mark.rule("ACC-01", "ACC-04", "ROL-05", "ROL-06")
def test_every_address_of_concerns_answers_everybody_as_the_table_says(a_school_with_records, request):  # noqa: F811
    check(of_concerns, a_school_with_records, request)
