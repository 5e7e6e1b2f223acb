"""An injury on the body map (CON-08): sent with the account or with an addendum, and then frozen."""

import uuid

from django.db import models
from django.utils import timezone

from concerns.body_map.marks import Mark
from concerns.models.concern import Addendum, ChildInConcern, Concern
from lps_safeguarding.people.versions import Versions
from lps_safeguarding.vault.fields import Sealed, SealedJSONField


class InjuryMark(Sealed):
    """One mark. Where it is and what it is are sealed together: the place of an injury is case content like its words.

    `position` is its number in the concern, which stands on the drawing and in the list; an addendum counts on. How
    many there are stands frozen on the concern or the addendum (`injuries`): a page without any asks nothing, and a
    trigger lets nobody add one afterwards.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    concern = models.ForeignKey(Concern, models.PROTECT, related_name="marks")
    whose = models.ForeignKey(ChildInConcern, models.PROTECT, related_name="marks")
    addendum = models.ForeignKey(Addendum, models.PROTECT, related_name="marks", null=True)
    author = models.ForeignKey("people.User", models.PROTECT, related_name="+")
    marked_at = models.DateTimeField(default=timezone.now)
    position = models.PositiveSmallIntegerField()
    drawing = models.PositiveSmallIntegerField()  # the version of the drawing it was placed on
    content = SealedJSONField()

    history = Versions()

    class Meta:
        default_permissions = ()
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["concern", "position"], name="mark_number_once_in_concern")]

    def __str__(self):
        return f"A mark in {self.concern_id}"

    @property
    def mark(self) -> Mark:
        return Mark.from_data(self.drawing, self.content)
