"""Registrations of household businesses at the Ministry of Finance's system."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Registration(models.Model):
    """A case of the ministry's, with the code that it gave and where it stands (TrangThaiHoSo)."""

    code = models.CharField(max_length=30, unique=True)  # MaHoSo
    national_id = models.CharField(max_length=12)
    status = models.CharField(max_length=2, default="1")
    changed_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Registration]] = models.Manager()

    def __str__(self) -> str:
        return self.code
