"""The fault plan, and the settings that may be changed while the sandbox runs."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class Fault(models.Model):
    """One planned misbehaviour. `remaining` counts down to 0; below 0 it lasts until it is cleared."""

    target = models.CharField(max_length=80)  # dvcqg.DongBoHoSoMC, paygov.*, *
    kind = models.CharField(max_length=20)
    remaining = models.IntegerField()
    seconds = models.FloatField()
    match = models.CharField(max_length=120, blank=True)  # only requests whose body contains it
    created_at = models.DateTimeField()

    objects: ClassVar[models.Manager[Fault]] = models.Manager()

    def __str__(self) -> str:
        return f"{self.kind} at {self.target}"


class Setting(models.Model):
    """A named text; `faults.settings` knows the names."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.TextField()

    objects: ClassVar[models.Manager[Setting]] = models.Manager()

    def __str__(self) -> str:
        return f"{self.name}={self.value}"
