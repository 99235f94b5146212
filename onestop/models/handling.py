"""What handling leaves behind: the one history, and what the case waits for."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import F, Q

from identity.models import Account, Agency
from identity.states import Role
from onestop.kinds import RequestKind, RequestOutcome
from onestop.models.cases import Case
from onestop.states import Action, State
from onestop.wording import ACTIONS, OUTCOMES, REQUESTS
from portal.core.fields import EncryptedTextField
from portal.core.ids import uuid7


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

    class Meta:
        constraints = [models.UniqueConstraint(fields=["case", "sequence"], name="event_place_once")]
        triggers = [pgtrigger.Protect(name="history_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.sequence} {self.action}"

    @property
    def title(self) -> str:
        """What happened, in words."""
        return str(ACTIONS[Action(self.action)])


class CaseRequest(models.Model):
    """The case waits for somebody: a supplement, consent to the draft, a verification by another office."""

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="requests")
    kind = models.CharField(max_length=14, choices=[(k, k) for k in RequestKind])
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    asked_of = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")  # null: the applicant
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    text = EncryptedTextField()
    items = models.JSONField(default=list)  # codes of the fields and papers asked for, with the legal basis
    answered_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=10, choices=[(o, o) for o in RequestOutcome], blank=True)
    answer = EncryptedTextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "kind"], condition=Q(answered_at=None), name="one_open_request_of_a_kind"
            ),
            models.CheckConstraint(condition=Q(due_at__gt=F("asked_at")), name="request_due_after_asked"),
        ]
        indexes = [models.Index(fields=["due_at"], condition=Q(answered_at=None), name="request_open_until")]

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
        return str(OUTCOMES[self.outcome])
