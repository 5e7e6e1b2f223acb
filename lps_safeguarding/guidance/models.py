"""Editions of guidance, and the lengths of time and thresholds each one sets (DEC-16).

Rows of both tables are never changed: a new figure is a new edition, so that a record which points at an edition keeps
the figures it began under. The database refuses changes as well (migration 0002).
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from .lengths import By, Length, Unit


class EditionQuerySet(models.QuerySet["Edition"]):
    def in_order(self) -> EditionQuerySet:
        """Oldest first; of two with the same date of effect, the one written later comes later and counts."""
        return self.order_by("effective_from", "pk")

    def in_force_on(self, day: dt.date) -> EditionQuerySet:
        """Editions whose date of effect has come by `day`, the one that counts first."""
        return self.filter(effective_from__lte=day).order_by("-effective_from", "-pk")


class Edition(models.Model):
    """One state of all duties: an edition of national guidance together with the school's own settings under it."""

    name = models.CharField("name of the guidance", max_length=120)
    effective_from = models.DateField("in force from")
    source = models.CharField("where it was published", max_length=300)
    based_on = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+", editable=False)
    why = models.CharField("reason for this set", max_length=300, blank=True)
    made_at = models.DateTimeField(auto_now_add=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    objects = EditionQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        ordering = ["effective_from", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(based_on__isnull=True) | models.Q(made_by__isnull=False),
                name="guidance_edition_later_sets_have_an_author",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Kind(models.TextChoices):
    """Who set the figure: this decides who may change it, and how the page names it."""

    LAW = "law", "Law"
    GUIDANCE = "guidance", "National guidance"
    PRACTICE = "practice", "Good practice"
    SCHOOL = "school", "This school's own setting"


class Duty(models.Model):
    """One length of time or threshold in one edition, with its source and what it means in plain words."""

    edition = models.ForeignKey(Edition, models.PROTECT, related_name="duties", editable=False)
    slug = models.SlugField(max_length=60, editable=False)
    title = models.CharField(max_length=120)
    value = models.PositiveIntegerField(validators=[MinValueValidator(1), MaxValueValidator(1000)])
    unit = models.CharField(max_length=20, choices=Unit.choices)
    by = models.CharField(max_length=10, choices=By.choices, default=By.MOMENT)
    day_ends_at = models.TimeField("the day counts as starting or ending at", null=True, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    source = models.CharField(max_length=200)
    paragraph = models.CharField(max_length=60, blank=True)
    wording = models.TextField("what it means", max_length=600)
    place = models.PositiveSmallIntegerField("place in the list", default=0, editable=False)

    class Meta:
        default_permissions = ()
        ordering = ["place", "pk"]
        verbose_name_plural = "duties"
        constraints = [
            models.UniqueConstraint(fields=["edition", "slug"], name="guidance_duty_once_an_edition"),
            models.CheckConstraint(condition=models.Q(value__gte=1, value__lte=1000), name="guidance_duty_value"),
            models.CheckConstraint(
                condition=models.Q(by=By.MOMENT) | models.Q(day_ends_at__isnull=False),
                name="guidance_duty_day_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def length(self) -> Length:
        return Length(
            value=self.value,
            unit=Unit(self.unit),
            source=self.source,
            paragraph=self.paragraph,
            by=By(self.by),
            at=self.day_ends_at,
        )

    @property
    def is_school_setting(self) -> bool:
        return self.kind == Kind.SCHOOL
