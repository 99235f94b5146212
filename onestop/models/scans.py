"""A paper that the office scanned (số hóa): what it is, how good the picture is, and who vouches for it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from identity.models import Account, Agency
from onestop.models.papers import CasePaper
from onestop.wording import SCANS, WEAKNESSES, Word
from portal.core.fields import EncryptedJSONField, EncryptedTextField


class ScanQuerySet(models.QuerySet["Scan"]):
    def digitised(self) -> ScanQuerySet:
        """Return the scans that count: good ones, and weak ones that somebody kept."""
        return self.filter(Q(weaknesses=[]) | Q(kept_at__isnull=False))


class Scan(models.Model):
    """The scan of a paper. It is *digitised* once it is good, or kept with a reason though it is weak; *certified*
    once a clerk has compared it with the original and a worker has signed it with their key.
    """

    paper = models.OneToOneField(CasePaper, models.CASCADE, related_name="scan")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    about = EncryptedJSONField(default=dict)  # kind, number, issuer, owner, issued_on, valid_until (ISO days)
    dpi = models.PositiveIntegerField()  # where it is printed; 0: nothing on it is a picture
    weaknesses = models.JSONField(default=list)  # of onestop.kinds.Weakness
    kept_at = models.DateTimeField(null=True)
    kept_because = EncryptedTextField(default="")
    certifier = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")  # who ordered the signature
    key = models.CharField(max_length=64, blank=True)  # the name of the key that signs
    certified_at = models.DateTimeField(null=True)
    failure = models.CharField(max_length=200, blank=True)  # why the last ordered signature was not made

    objects = ScanQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(certified_at=None) | (Q(certifier__isnull=False) & ~Q(key="")),
                name="certified_scan_says_by_whom",
            )
        ]

    def __str__(self) -> str:
        return f"{self.paper_id}"

    @property
    def is_digitised(self) -> bool:
        return not self.weaknesses or self.kept_at is not None

    @property
    def is_certified(self) -> bool:
        return self.certified_at is not None

    @property
    def is_being_signed(self) -> bool:
        return self.certifier_id is not None and not self.is_certified

    @property
    def word(self) -> Word:
        """Where it stands, in a word."""
        if self.is_certified:
            return SCANS["CERTIFIED"]
        if self.is_being_signed:
            return SCANS["BEING_SIGNED"]
        return SCANS["DIGITISED" if self.is_digitised else "WEAK"]

    @property
    def remarks(self) -> list[str]:
        """What is wrong with it, and what to do."""
        return [str(WEAKNESSES[weakness]) % {"dpi": self.dpi} for weakness in self.weaknesses]

    @property
    def issued_on(self) -> date | None:
        return self._day("issued_on")

    @property
    def valid_until(self) -> date | None:
        return self._day("valid_until")

    def _day(self, name: str) -> date | None:
        text: Any = self.about.get(name)
        return date.fromisoformat(text) if text else None
