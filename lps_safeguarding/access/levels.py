"""How much of a record a person may see. From the least to the most."""

from django.db import models


class Level(models.TextChoices):
    """The level is an annotation of `readable_by(user)`; a template shows one partial for each."""

    OWN_ENTRY = "own_entry", "Their own entry only"
    SUMMARY = "summary", "A summary"
    FULL = "full", "Everything"

    @property
    def rank(self) -> int:
        return list(Level).index(self)

    def covers(self, other: "Level | str") -> bool:
        """Whether somebody with this level may see what needs `other`."""
        return self.rank >= Level(other).rank


# The codename of the express share that gives a level (guardian's direct-key tables).
CODENAMES = {Level.SUMMARY: "read_summary", Level.FULL: "read_full"}
