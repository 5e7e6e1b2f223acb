"""A colleague chosen by name: for whoever is to do something, or to see something."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from lps_safeguarding.people.models import Adult, User


class PersonField(forms.CharField):
    """A colleague, typed by name with suggestions (`<datalist>`): quick with 1,000 people and without JavaScript.

    `colleagues`: the labels the page offers, each with its person. Gives the `User`.
    """

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 300)
        kwargs.setdefault("widget", forms.TextInput({"list": "colleagues", "autocomplete": "off"}))
        super().__init__(**kwargs)
        self.colleagues: Colleagues | None = None

    def clean(self, value: Any) -> User | None:
        typed = super().clean(value)
        if not typed:
            return None
        found = self.colleagues.called(typed) if self.colleagues else []
        if len(found) == 1:
            return found[0]
        if not found:
            raise ValidationError(f"Nobody here is called “{typed[:60]}”. Start typing and choose from the list.")
        names = "; ".join(self.colleagues.label_of(person) for person in found[:4])
        raise ValidationError(f"More than one person fits: {names}. Choose one from the list.")


MOST_SUGGESTED = 200
"""Colleagues listed in the page itself; the page of a bigger school fetches its list when somebody begins to type."""


class Colleagues:
    """Everyone who can be given something to do, as a page offers them: "Ada Okafor, Teacher of Maths".

    Only names are read, when they are first asked for; the account is read for the one who is chosen.
    """

    def __init__(self, people: QuerySet[User]) -> None:
        self.people = people

    @cached_property
    def _rows(self) -> dict[str, tuple[int, str, str]]:
        """Label: account, full name, name as shown on pages."""
        return _labelled(self.people.values_list(*_OF_A_COLLEAGUE))

    @property
    def labels(self) -> list[str]:
        return list(self._rows)

    @cached_property
    def suggested(self) -> list[str]:
        """What the page itself lists: everybody, or nobody where they are too many."""
        first = list(self.people.values_list(*_OF_A_COLLEAGUE)[: MOST_SUGGESTED + 1])
        return list(_labelled(first)) if len(first) <= MOST_SUGGESTED else []

    def label_of(self, person: User) -> str:
        return next((label for label, (pk, *_) in self._rows.items() if pk == person.pk), person.name)

    def called(self, typed: str) -> list[User]:
        """Who is meant: the label itself, else the full name or the name as shown, else the beginning of a label."""
        typed = " ".join(typed.split()).casefold()
        for fits in (
            lambda label, full_name, name: label.casefold() == typed,
            lambda label, full_name, name: typed in (full_name.casefold(), name.casefold()),
            lambda label, full_name, name: label.casefold().startswith(typed),
        ):
            found = [pk for label, (pk, *names) in self._rows.items() if fits(label, *names)]
            if found:
                people = self.people.in_bulk(found)
                return [people[pk] for pk in found if pk in people]
        return []


_OF_A_COLLEAGUE = ("pk", "adult__title", "adult__first_name", "adult__last_name", "adult__job_title")


def _labelled(rows: Iterable[tuple[int, str, str, str, str]]) -> dict[str, tuple[int, str, str]]:
    labelled: dict[str, tuple[int, str, str]] = {}
    for pk, title, first_name, last_name, job_title in rows:
        adult = Adult(title=title, first_name=first_name, last_name=last_name)
        label = f"{adult.full_name}, {job_title}".rstrip(", ")
        number = 2
        while label in labelled:
            label = f"{adult.full_name}, {job_title or 'staff'} ({number})"
            number += 1
        labelled[label] = (pk, adult.full_name, adult.name)
    return labelled
