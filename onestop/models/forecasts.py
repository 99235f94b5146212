"""How long cases take from a step until the decision, learnt each night."""

from __future__ import annotations

from django.db import models

from identity.models import Agency
from onestop.survival import Curve
from procedures.models import Procedure


class StepCurve(models.Model):
    """The curve of a step of a procedure: at an agency, or (agency null) at all of them together."""

    procedure = models.ForeignKey(Procedure, models.CASCADE, related_name="+")
    step = models.CharField(max_length=30)
    agency = models.ForeignKey(Agency, models.CASCADE, null=True, related_name="+")
    minutes = models.JSONField()
    open_share = models.JSONField()
    ended = models.PositiveIntegerField()
    learnt_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["procedure", "step", "agency"], name="one_curve_a_step", nulls_distinct=False
            )
        ]

    def __str__(self) -> str:
        return f"{self.procedure_id} {self.step} @ {self.agency_id}"

    @property
    def curve(self) -> Curve:
        return Curve(tuple(self.minutes), tuple(self.open_share), self.ended)
