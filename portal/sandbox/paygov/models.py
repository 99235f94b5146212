"""Payments that the platform knows, and the confirmations it owes the province."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Transaction(models.Model):
    """One payment asked for by INIT."""

    reference = models.CharField(max_length=40, unique=True)  # MaThamChieu
    token = models.CharField(max_length=64, unique=True)
    amount = models.PositiveBigIntegerField()  # VND
    init = models.JSONField()
    state = models.CharField(max_length=1, default="0")  # TrangThaiGD: 0 waiting, 1 paid, 2 failed or cancelled
    error = models.CharField(max_length=2, blank=True)  # MaLoi of a finished payment
    code = models.CharField(max_length=30, blank=True)  # MaGiaoDich
    bank = models.CharField(max_length=20, blank=True)  # MaNganHang
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager[Transaction]] = models.Manager()

    def __str__(self) -> str:
        return self.reference

    @property
    def is_open(self) -> bool:
        return self.state == "0"

    @property
    def is_paid(self) -> bool:
        return self.state == "1"


class Confirmation(models.Model):
    """A CONFIRM message; sent until the province acknowledges it. `due_at` is empty when nothing is left to do."""

    transaction = models.ForeignKey(Transaction, models.CASCADE, related_name="confirmations")
    body = models.JSONField()
    attempts = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True, db_index=True)
    acknowledged_at = models.DateTimeField(null=True)
    last_answer = models.TextField(blank=True)

    objects: ClassVar[models.Manager[Confirmation]] = models.Manager()

    def __str__(self) -> str:
        return f"CONFIRM {self.pk}"
