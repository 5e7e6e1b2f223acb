"""Holds an app's Python rule and the database's policy against each other, person by person, row by row."""

from collections.abc import Callable, Iterable

from django.db.models import Model

from lps_safeguarding.access import acting


def differences(model: type[Model], readable_by: Callable, people: Iterable) -> list[str]:
    """What differs between `readable_by` asked where every row is visible, and `model.objects.all()` seen as a person.

    The first runs as the system, so that only Python decides; the second under row-level security, so that only the
    database decides. Each difference is a line; an empty list means they are equal for everybody. Also compares a
    third way: `readable_by` as the person, which is what pages do. Call it outside any acting.
    """
    found = []
    with acting.as_the_system("differential test"):
        everything = set(model.objects.values_list("pk", flat=True))
    if not everything:
        raise AssertionError(f"There is no {model._meta.verbose_name} to compare: the test would prove nothing.")
    for person in people:
        person.forget_roles()
        with acting.as_the_system("differential test"):
            by_python = set(readable_by(person).values_list("pk", flat=True))
        with acting.as_person(person):
            by_database = set(model.objects.values_list("pk", flat=True))
            on_a_page = set(readable_by(person).values_list("pk", flat=True))
        for pk in sorted(by_python ^ by_database, key=str):
            who = "Python only" if pk in by_python else "the database only"
            found.append(f"{person}: {model._meta.label} {pk} is readable for {who}")
        for pk in sorted(on_a_page ^ (by_python & by_database), key=str):
            found.append(f"{person}: {model._meta.label} {pk} on a page is not what both say")
    return found


def seen_by_nobody(model: type[Model]) -> set:
    """The keys a transaction without person and system sees: must be empty."""
    with acting.as_whoever_asks(None):
        return set(model.objects.values_list("pk", flat=True))
