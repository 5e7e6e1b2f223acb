"""Browsers and people for the pages that look across apps."""

from tests.concerns.reporting.conftest import the_school  # noqa: F401 (a fixture)
