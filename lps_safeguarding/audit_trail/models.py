"""The trail, the chain that holds it together, and the signed checkpoints."""

from django.db import models
from django.db.models.functions import Now


class TrailEntry(models.Model):
    """One reading or act. No names, no case text, no foreign keys; ``id`` and ``at`` are set by the database."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(db_default=Now(), editable=False)
    person_id = models.IntegerField(null=True, editable=False, help_text="Empty: the system.")
    act = models.CharField(max_length=40, editable=False)
    record_type = models.CharField(max_length=100, blank=True, editable=False)
    record_id = models.CharField(max_length=64, blank=True, editable=False)
    reference = models.CharField(max_length=40, blank=True, editable=False)
    child_file_id = models.CharField(max_length=64, blank=True, editable=False)
    service_id = models.IntegerField(null=True, editable=False)
    why = models.CharField(max_length=200, blank=True, editable=False)
    request_id = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        default_permissions = ()
        ordering = ["-id"]
        verbose_name_plural = "trail entries"
        indexes = [
            models.Index(fields=["record_type", "record_id", "-id"], name="trail_by_record"),
            models.Index(fields=["person_id", "-id"], name="trail_by_person"),
            models.Index(
                fields=["child_file_id", "-id"], name="trail_by_child", condition=~models.Q(child_file_id="")
            ),
        ]

    def __str__(self) -> str:
        return f"trail entry {self.pk}"


class TrailLink(models.Model):
    """The place of an entry in the chain. Written by the database at commit, by nobody else."""

    position = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    linked_at = models.DateTimeField()
    previous_hash = models.BinaryField()
    hash = models.BinaryField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"link {self.position}"


class TrailHead(models.Model):
    """The end of the chain: one row, locked for the moment of a commit only."""

    id = models.SmallIntegerField(primary_key=True)
    position = models.BigIntegerField()
    hash = models.BinaryField()
    linked_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        constraints = [models.CheckConstraint(name="audit_trail_one_head", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return f"head at {self.position}"


class Checkpoint(models.Model):
    """The signed statement that the chain had ``size`` links and ended in ``head_hash`` at that time."""

    id = models.BigAutoField(primary_key=True)
    size = models.BigIntegerField(unique=True)
    head_hash = models.BinaryField()
    at = models.DateTimeField()
    key_id = models.CharField(max_length=16)
    signature = models.BinaryField()

    class Meta:
        default_permissions = ()
        ordering = ["size"]

    def __str__(self) -> str:
        return f"checkpoint at {self.size}"
