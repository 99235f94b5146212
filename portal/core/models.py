"""What every app stands on: stored files and the outbox."""

from __future__ import annotations

from collections.abc import Collection

from django.db import models
from django.db.models import Q

from portal.core.fields import EncryptedJSONField, EncryptedTextField
from portal.core.ids import uuid7


class StoredFile(models.Model):
    """A file in storage under a random name; written there before this row commits, never changed."""

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    storage_name = models.CharField(max_length=120, unique=True)
    display_name = EncryptedTextField()
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    created_at = models.DateTimeField(db_index=True)
    scan = models.CharField(max_length=10, default="NOT_ASKED")  # portal.core.files.scanning.Scan
    scanned_at = models.DateTimeField(null=True)
    facts = models.JSONField(default=dict)  # of the content, nothing personal: pages, signatures, warnings …

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="stored_file_is_not_empty"),
            models.CheckConstraint(
                condition=Q(scan__in=["NOT_ASKED", "WAITING", "CLEAN", "INFECTED"]), name="stored_file_scan_is_known"
            ),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(scan="WAITING"), name="stored_file_in_quarantine")]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def is_quarantined(self) -> bool:
        """Whether nobody may open the file: the virus scanner has not answered yet, or found something."""
        return self.scan in {"WAITING", "INFECTED"}

    @property
    def is_infected(self) -> bool:
        return self.scan == "INFECTED"

    @property
    def is_photo(self) -> bool:
        return self.content_type.startswith("image/")

    @property
    def is_pdf(self) -> bool:
        return self.content_type == "application/pdf"

    def takes_part_in(self, accepts: Collection[str]) -> bool:
        """Return whether a paper that accepts these kinds (photo, pdf, zip) takes this file."""
        return ("photo" if self.is_photo else "pdf" if self.is_pdf else "zip") in accepts

    @property
    def has_thumbnail(self) -> bool:
        return bool(self.facts.get("thumbnail")) and not self.is_quarantined

    @property
    def pages(self) -> int:
        """How many pages a PDF has; 0 when that is not known."""
        return int(self.facts.get("pages", 0)) if self.is_pdf else 0

    @property
    def is_blurred(self) -> bool:
        return "BLURRED" in self.facts.get("warnings", [])

    @property
    def is_small(self) -> bool:
        return "SMALL" in self.facts.get("warnings", [])

    @property
    def is_undrawn(self) -> bool:
        """Whether a PDF was filled in and does not draw what was."""
        return "UNDRAWN" in self.facts.get("warnings", [])


class Thumbnail(models.Model):
    """A photo (or the first page of joined photos) drawn small, JPEG."""

    file = models.OneToOneField(StoredFile, models.CASCADE, related_name="thumbnail")
    content = models.BinaryField()

    def __str__(self) -> str:
        return str(self.file_id)


class OutboxMessage(models.Model):
    """Work for later, recorded with the fact that asks for it. Delivered in order within its group."""

    class State(models.TextChoices):
        WAITING = "WAITING"
        UNKNOWN = "UNKNOWN"  # sent, no answer: the other side is asked before it is repeated
        DELIVERED = "DELIVERED"
        DEAD = "DEAD"  # a person must look at it; what follows in its group waits

    topic = models.CharField(max_length=60)
    group = models.CharField(max_length=120)
    sequence = models.PositiveIntegerField()
    key = models.CharField(max_length=200, unique=True)
    payload = EncryptedJSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField()
    next_attempt_at = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True)
    lease_token = models.UUIDField(null=True)
    delivered_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["group", "sequence"], name="outbox_one_message_per_place"),
            models.CheckConstraint(condition=Q(sequence__gte=1), name="outbox_sequence_from_one"),
            models.CheckConstraint(
                condition=Q(state="DELIVERED", delivered_at__isnull=False)
                | (~Q(state="DELIVERED") & Q(delivered_at__isnull=True)),
                name="outbox_delivered_has_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state__in=["WAITING", "UNKNOWN"]),
                name="outbox_due",
            ),
            models.Index(fields=["group", "sequence"], condition=~Q(state="DELIVERED"), name="outbox_open"),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_delivered(self) -> bool:
        return self.state == self.State.DELIVERED

    @property
    def has_failed(self) -> bool:
        """Whether it is not tried any more until a person wants it."""
        return self.state == self.State.DEAD
