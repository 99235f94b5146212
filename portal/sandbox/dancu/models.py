"""Numbers given by the population database."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Issued(models.Model):
    """A personal number given to a newborn, once per request."""

    request_key = models.CharField(max_length=100, unique=True)  # MaYeuCau
    request = models.JSONField()
    number = models.CharField(max_length=12, unique=True)
    issued_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Issued]] = models.Manager()

    def __str__(self) -> str:
        return self.number
