"""What handling leaves behind: the one history, what the case waits for, who read it whole."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _

from identity.models import Account, Agency
from identity.states import Role
from onestop.kinds import ReadingForm, RequestKind, RequestOutcome
from onestop.models.cases import Case
from onestop.states import INTERNAL, Action, State
from onestop.wording import ACTIONS, DETAILS, NOTES_FOR_APPLICANT, OUTCOMES, REQUESTS
from portal.core.fields import EncryptedTextField
from portal.core.ids import uuid7
from portal.core.models import StoredFile

if TYPE_CHECKING:
    from collections.abc import Collection


CONFIDENTIAL: Final = "confidential"  # the key in `CaseEvent.data` of what was asked and said in confidence


class CaseEventQuerySet(models.QuerySet["CaseEvent"]):
    def public(self) -> CaseEventQuerySet:
        """Return what the world outside the office hears of, oldest first: nothing of opinions in confidence."""
        return self.exclude(action__in=INTERNAL).exclude(data__has_key=CONFIDENTIAL).order_by("sequence")


class CaseEvent(models.Model):
    """The history, and the only one: append-only, dense per case, each row's hash covering the one before."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="events")
    sequence = models.PositiveIntegerField()
    at = models.DateTimeField()
    action = models.CharField(max_length=30, choices=[(a, a) for a in Action])
    from_state = models.CharField(max_length=30, choices=[(s, s) for s in State])
    to_state = models.CharField(max_length=30, choices=[(s, s) for s in State])
    actor = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")  # null: SYSTEM
    role = models.CharField(max_length=16, choices=[(r, r) for r in Role])
    on_behalf_of = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")  # whose seat it was
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    step = models.CharField(max_length=30, blank=True)
    note = EncryptedTextField(default="")
    data = models.JSONField(default=dict)  # facts of the act, no personal data
    previous_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    objects = CaseEventQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "sequence"], name="event_place_once")]
        triggers = [pgtrigger.Protect(name="history_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.sequence} {self.action}"

    @property
    def title(self) -> str:
        """What happened, in words."""
        return str(ACTIONS[Action(self.action)])

    @property
    def is_confidential(self) -> bool:
        """Whether it is about opinions asked or given in confidence: nobody outside the office hears of them."""
        return CONFIDENTIAL in self.data

    @property
    def note_for_applicant(self) -> str:
        """What the office wrote with the act, where it wrote it for the applicant."""
        return str(self.note) if self.action in NOTES_FOR_APPLICANT else ""

    @property
    def details(self) -> list[str]:
        """What else the act settled, in words: dates, a waybill, originals."""
        return [
            str(words) % {"value": read(self.data[key])} for key, (words, read) in DETAILS.items() if key in self.data
        ]


class CaseRequestQuerySet(models.QuerySet["CaseRequest"]):
    def consultations(self) -> CaseRequestQuerySet:
        """Return the opinions that were asked for."""
        return self.filter(kind=RequestKind.CONSULTATION)

    def opinions_awaited(self) -> CaseRequestQuerySet:
        """Return the opinions that somebody is to give."""
        return self.consultations().awaited()

    def awaited(self) -> CaseRequestQuerySet:
        """Return what nobody has answered yet."""
        return self.filter(answered_at=None)

    def clock_stands(self) -> bool:
        """Return whether an opinion is awaited for which the legal clock stands."""
        return self.awaited().filter(stops_clock=True).exists()

    def of_officer(self, account: Account, agencies: Collection[int]) -> CaseRequestQuerySet:
        """Return what is asked of the agencies, without what is asked of a colleague there in person."""
        return self.filter(Q(asked_person=None) | Q(asked_person=account), asked_of__in=agencies)

    def lapsing(self, now: datetime) -> CaseRequestQuerySet:
        """Return what silence answers at `now`, the longest overdue first."""
        means_nothing = Q(kind=RequestKind.VERIFICATION) | Q(kind=RequestKind.CONSULTATION, silence_is_consent=False)
        return self.awaited().filter(due_at__lte=now).exclude(means_nothing).order_by("due_at")


class CaseRequest(models.Model):
    """The case waits for somebody: a supplement, consent to the draft, a verification, an opinion, or the end of a
    suspension.
    """

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="requests")
    kind = models.CharField(max_length=14, choices=[(k, k) for k in RequestKind])
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    asked_of = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")  # null: the applicant
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    text = EncryptedTextField()
    items = models.JSONField(default=list)  # codes of the fields and papers asked for
    basis = models.CharField(max_length=300, blank=True)  # the law that asks for them
    reminded_at = models.DateTimeField(null=True)  # the applicant, shortly before the time is up
    answered_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=[(o, o) for o in RequestOutcome], blank=True)
    answer = EncryptedTextField(default="")
    # Of an opinion: whom it is asked of in person, how it is kept, and what silence means by the version.
    asked_person = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    answered_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    attachment = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    is_confidential = models.BooleanField(default=False)
    silence_is_consent = models.BooleanField(default=False)
    stops_clock = models.BooleanField(default=False)

    objects = CaseRequestQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"],
                condition=Q(answered_at=None) & ~Q(kind="CONSULTATION"),
                name="one_open_request_of_a_kind",
            ),
            models.UniqueConstraint(
                fields=["case", "asked_of", "asked_person"],
                condition=Q(answered_at=None, kind="CONSULTATION"),
                nulls_distinct=False,
                name="one_open_opinion_of_an_agency",
            ),
            models.CheckConstraint(condition=Q(due_at__gt=F("asked_at")), name="request_due_after_asked"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(answered_at=None), name="request_open_until"),
            models.Index(
                fields=["asked_of", "due_at", "id"],
                condition=Q(answered_at=None, kind="CONSULTATION"),
                name="opinion_awaited_of",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.kind}"

    @property
    def is_supplement(self) -> bool:
        return self.kind == RequestKind.SUPPLEMENT

    @property
    def title(self) -> str:
        """What was asked for, in words."""
        return str(REQUESTS[self.kind])

    @property
    def outcome_text(self) -> str:
        """How it was answered, in words."""
        if self.outcome == RequestOutcome.SILENT and self.silence_is_consent:
            return _("no answer in time, which counts as consent")
        return str(OUTCOMES[self.outcome])

    @property
    def asked_name(self) -> str:
        """Of whom it was asked: the office, and the person where it is one."""
        names = [
            self.asked_person.full_name if self.asked_person else "",
            self.asked_of.name if self.asked_of else "",
        ]
        return ", ".join(name for name in names if name)


class CaseReading(models.Model):
    """Somebody took a whole case away: as an archive, or printed."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="readings")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    form = models.CharField(max_length=8, choices=[(f, f) for f in ReadingForm])
    at = models.DateTimeField()

    class Meta:
        triggers = [pgtrigger.Protect(name="reading_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.case_id} {self.form}"
