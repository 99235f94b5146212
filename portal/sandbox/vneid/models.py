"""What VNeID remembers between two steps of a sign-in."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Grant(models.Model):
    """An authorization code, and after its one use the access token that it was exchanged for."""

    code = models.CharField(max_length=64, unique=True)
    citizen = models.CharField(max_length=12)  # SoDinhDanh
    redirect_uri = models.TextField()
    nonce = models.TextField(blank=True)
    code_challenge = models.CharField(max_length=128)
    issued_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    access_token = models.CharField(max_length=64, blank=True, db_index=True)

    objects: ClassVar[models.Manager[Grant]] = models.Manager()

    def __str__(self) -> str:
        return f"grant {self.pk}"
