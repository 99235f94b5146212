"""What the gateway was asked to pass on."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Sent(models.Model):
    """A text message, or a notice in VNeID; the same MaTin is passed on once."""

    key = models.CharField(max_length=200, unique=True)  # MaTin
    channel = models.CharField(max_length=10)
    to = models.CharField(max_length=60)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    sent_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Sent]] = models.Manager()

    def __str__(self) -> str:
        return self.key
