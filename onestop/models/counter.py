"""What a counter keeps of a filing: each published paper as it was brought, and who wants it accepted once paid."""

from __future__ import annotations

from django.db import models

from identity.models import Account, Agency
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


class AcceptOnPayment(models.Model):
    """A clerk has filed a case that is paid for by QR, and wants it accepted as soon as the money is there."""

    case = models.OneToOneField(Case, models.CASCADE, related_name="accept_on_payment")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    centre = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.case_id}"
