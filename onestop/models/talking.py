"""What is written about a case: messages with the applicant, notes among colleagues, how the service was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pgtrigger
from django.db import models
from django.db.models import Q

from identity.models import Account, Agency
from onestop.models.cases import Case
from onestop.wording import STARS
from portal.core.fields import EncryptedTextField

if TYPE_CHECKING:
    from collections.abc import Collection


class CaseMessageQuerySet(models.QuerySet["CaseMessage"]):
    def unread_by_office(self) -> CaseMessageQuerySet:
        """Return what applicants wrote and nobody at the office has seen."""
        return self.filter(agency=None, read_at=None)


class CaseMessage(models.Model):
    """A message on the case: from the applicant to the office, or from an agency to the applicant."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="messages")
    author = models.ForeignKey(Account, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")  # null: from the applicant
    text = EncryptedTextField()
    written_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)  # when the other side first saw it
    read_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")  # who of the office did

    objects = CaseMessageQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["case", "id"], name="message_of_case"),
            models.Index(fields=["case"], condition=Q(agency=None, read_at=None), name="message_unread_by_office"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.written_at:%Y-%m-%d %H:%M}"

    @property
    def is_from_office(self) -> bool:
        return self.agency_id is not None


class CaseNote(models.Model):
    """An internal note: only those who may open the case at the desk read it, the applicant never."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="notes")
    author = models.ForeignKey(Account, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    text = EncryptedTextField()
    written_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["case", "id"], name="note_of_case")]
        triggers = [pgtrigger.Protect(name="note_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.case_id} {self.written_at:%Y-%m-%d %H:%M}"


class RatingQuerySet(models.QuerySet["CaseRating"]):
    def of_agencies(self, agencies: Collection[int]) -> RatingQuerySet:
        """Return the ratings of cases that one of `agencies` received or decided."""
        return self.filter(Q(case__competent_agency__in=agencies) | Q(case__receiving_centre__in=agencies))


class CaseRating(models.Model):
    """How the applicant found the service, once a case. It is counted; nobody at the desk sees whose it is."""

    case = models.OneToOneField(Case, models.PROTECT, related_name="rating")
    stars = models.PositiveSmallIntegerField()
    reason = EncryptedTextField(default="")
    rated_at = models.DateTimeField()

    objects = RatingQuerySet.as_manager()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(stars__range=(1, 5)), name="rating_from_1_to_5")]
        triggers = [pgtrigger.Protect(name="rating_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.case_id} {self.stars}"

    @property
    def text(self) -> str:
        """What the stars mean, in words."""
        return str(STARS[self.stars])
