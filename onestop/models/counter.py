"""What a counter keeps of a filing: each published paper, as it was brought."""

from __future__ import annotations

from django.db import models

from identity.models import Account
from onestop.kinds import Presented
from onestop.models.cases import Case
from onestop.wording import PRESENTED


class PresentedPaper(models.Model):
    """A paper of the procedure's list at the counter: kept, shown and handed back, looked up, or not needed."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="presented")
    code = models.CharField(max_length=60)  # of the paper in the version
    how = models.CharField(max_length=12, choices=[(p, p) for p in Presented])
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "code"], name="presented_paper_once")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.code} {self.how}"

    @property
    def how_text(self) -> str:
        """How it was brought, in words."""
        return str(PRESENTED[Presented(self.how)])
