"""What the national portal keeps: sessions, cases, progress, files, and a ledger of all it received."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Session(models.Model):
    token = models.CharField(max_length=64, unique=True)
    opened_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Session]] = models.Manager()

    def __str__(self) -> str:
        return f"session {self.pk}"


class Case(models.Model):
    """A case as last described: by the province, or by the citizen who filed it here."""

    code = models.CharField(max_length=60, unique=True)  # MaHoSo
    record = models.JSONField()
    filed_here = models.BooleanField(default=False)
    fetched_at = models.DateTimeField(null=True)  # when the province confirmed that it has it
    created_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Case]] = models.Manager()

    def __str__(self) -> str:
        return self.code


class Progress(models.Model):
    """One progress row. It has no key of its own: sent twice, it stands twice."""

    code = models.CharField(max_length=60, db_index=True)  # MaHoSo
    record = models.JSONField()
    received_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Progress]] = models.Manager()

    def __str__(self) -> str:
        return f"{self.code} {self.pk}"


class Entry(models.Model):
    """A line of the ledger: one record of one message, what was answered to it. Never edited."""

    service = models.CharField(max_length=40)
    is_updating = models.CharField(max_length=5, blank=True)
    code = models.CharField(max_length=60, blank=True, db_index=True)  # MaHoSo
    record = models.JSONField()
    error_code = models.IntegerField()
    message = models.TextField(blank=True)
    received_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Entry]] = models.Manager()

    def __str__(self) -> str:
        return f"{self.pk} {self.service} {self.code}"


class Attachment(models.Model):
    """A file that a citizen attached here, fetched by `getfile`."""

    key = models.CharField(max_length=40, unique=True)  # TepDinhKemId
    code = models.CharField(max_length=60, db_index=True)
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    content = models.BinaryField()

    objects: ClassVar[models.Manager[Attachment]] = models.Manager()

    def __str__(self) -> str:
        return self.name


class Amendment(models.Model):
    """A procedure as somebody changed it here, in place of the one in the file."""

    code = models.CharField(max_length=20, unique=True)  # MATTHC
    record = models.JSONField()
    made_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Amendment]] = models.Manager()

    def __str__(self) -> str:
        return self.code
