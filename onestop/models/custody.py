"""Originals (bản chính) that the office keeps: who holds each, its way, and the records by which it went."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Final

import pgtrigger
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from identity.models import Account, Agency, Appointment, Delegation
from identity.queries import with_predecessors
from identity.states import AgencyKind, Role
from onestop.kinds import Move, Side
from onestop.models.cases import Case
from onestop.states import OWES_ORIGINALS
from onestop.wording import MOVES
from portal.core.fields import EncryptedTextField
from portal.core.ids import uuid7

if TYPE_CHECKING:
    from collections.abc import Collection

_GONE: Final = Q(last_move__in=[Move.HANDED_BACK, Move.POSTED])
_HELD: Final = Q(keeper__isnull=False, agency__isnull=False)
_FREE: Final = Q(keeper__isnull=True, agency__isnull=True)
_OPEN: Final = Q(accepted_at=None, taken_back_at=None)


class HandoverQuerySet(models.QuerySet["Handover"]):
    def under_way(self) -> HandoverQuerySet:
        """Return the records that the giver has signed, and the receiver has not."""
        return self.filter(_OPEN)

    def open_to(self, agencies: Collection[int]) -> HandoverQuerySet:
        """Return the records that one of `agencies`, or of those whose files they keep, gave or is to take over."""
        kept = with_predecessors(agencies)
        return self.filter(Q(from_agency__in=kept) | Q(to_agency__in=kept))

    def awaiting(self, people: Collection[int], agencies: Collection[int]) -> HandoverQuerySet:
        """Return what one of `people` may sign for at `agencies`: meant for them or for anybody there, not theirs."""
        addressed = Q(to_person=None) | Q(to_person__in=people)
        return self.under_way().filter(addressed, to_agency__in=with_predecessors(agencies)).exclude(giver__in=people)


class Handover(models.Model):
    """A record of handing over (biên bản bàn giao hồ sơ). Until the receiver signs, the giver holds what is in it."""

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()  # of the giving agency in the year, dense
    giver = models.ForeignKey(Account, models.PROTECT, related_name="+")  # in whose hands it all is
    from_agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    to_agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    to_person = models.ForeignKey(
        Account, models.PROTECT, null=True, related_name="+"
    )  # null: whoever takes it there
    made_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)
    remark = EncryptedTextField(default="")  # the receiver's: what was surplus, or damaged

    objects = HandoverQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["from_agency", "year", "number"], name="handover_number_once"),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(taken_back_at=None), name="handover_accepted_or_taken_back"
            ),
        ]
        indexes = [
            models.Index(fields=["to_agency", "id"], condition=_OPEN, name="handover_to_take_over"),
            models.Index(fields=["giver", "-id"], name="handover_of_giver"),
        ]

    def __str__(self) -> str:
        return f"{self.number}/BBBG-{self.from_agency.code}"

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.taken_back_at is None

    @property
    def receiver_text(self) -> str:
        """To whom it goes, in words."""
        return ", ".join(filter(None, [self.to_person.full_name if self.to_person else "", self.to_agency.name]))

    @property
    def tone(self) -> str:
        """The tone of its status."""
        return "waiting" if self.is_open else "done" if self.accepted_at else "trouble"

    @property
    def status(self) -> str:
        """Where it stands, in words."""
        if self.is_open:
            return _("not signed by the receiver yet")
        return _("handed over") if self.accepted_at else _("taken back by the giver")


def _there(path: str) -> Q:
    """Return that `path` leads to the agency where an original lies, or to one of its counters."""
    at_counter = {f"{path}__parent": OuterRef("agency"), f"{path}__kind": AgencyKind.COUNTER}
    return Q(**{path: OuterRef("agency")}) | Q(**at_counter)


class OriginalQuerySet(models.QuerySet["Original"]):
    def held(self) -> OriginalQuerySet:
        """Return what lies with the office."""
        return self.filter(_HELD)

    def held_by(self, people: Collection[int]) -> OriginalQuerySet:
        """Return what `people` hold."""
        return self.held().filter(keeper__in=people)

    def held_at(self, agency: int) -> OriginalQuerySet:
        """Return what somebody at the agency holds."""
        return self.held().filter(agency=agency)

    def left_behind(self, day: date) -> OriginalQuerySet:
        """Return what is held by somebody who does not serve at that agency on `day`, not even for a colleague."""
        serves = Appointment.objects.on(day).filter(_there("agency"), account=OuterRef("keeper"))
        stands_in = Delegation.objects.on(day).filter(_there("appointment__agency"), to=OuterRef("keeper"))
        return self.held().filter(~Exists(serves), ~Exists(stands_in))


class Original(models.Model):
    """A paper that the office keeps in the original. Where it is now is what its last `Custody` says."""

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="originals")
    code = models.CharField(max_length=60)  # of the paper in the version
    name = models.CharField(max_length=500)
    is_for_file = models.BooleanField(default=False)  # taken in when the result went out: stays with the file
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    keeper = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField()
    last_move = models.CharField(max_length=12, choices=[(m, m) for m in Move])
    # The record under which it is on its way.
    handover = models.ForeignKey(Handover, models.PROTECT, null=True, related_name="originals")

    objects = OriginalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "code"], condition=_HELD, name="one_original_of_a_paper"),
            models.CheckConstraint(condition=(_GONE & _FREE) | (~_GONE & _HELD), name="original_has_one_holder"),
            models.CheckConstraint(condition=Q(handover=None) | _HELD, name="original_on_its_way_is_held"),
        ]
        indexes = [
            models.Index(fields=["keeper", "since", "id"], condition=_HELD, name="original_held_by"),
            models.Index(fields=["agency", "since", "id"], condition=_HELD, name="original_held_at"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.code}"

    @property
    def is_held(self) -> bool:
        return self.keeper_id is not None

    @property
    def is_due_back(self) -> bool:
        """Whether the office has no reason any more to keep it from the applicant."""
        return self.is_held and not self.is_for_file and self.case.state in OWES_ORIGINALS

    @property
    def move_text(self) -> str:
        """What happened to it last, in words."""
        return str(MOVES[Move(self.last_move)])


class Custody(models.Model):
    """A line of the way an original took: from then on it was with somebody, or gone. Never edited."""

    original = models.ForeignKey(Original, models.PROTECT, related_name="custody")
    sequence = models.PositiveSmallIntegerField()
    move = models.CharField(max_length=12, choices=[(m, m) for m in Move])
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    keeper = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField()
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")  # who did it
    handover = models.ForeignKey(Handover, models.PROTECT, null=True, related_name="+")
    waybill = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["original", "sequence"], name="custody_place_once")]
        triggers = [pgtrigger.Protect(name="custody_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.original_id}/{self.sequence} {self.move}"

    @property
    def move_text(self) -> str:
        """What happened, in words."""
        return str(MOVES[Move(self.move)])


class HandoverItem(models.Model):
    """An original in a record, and whether the receiver found it in the bundle."""

    handover = models.ForeignKey(Handover, models.PROTECT, related_name="items")
    original = models.ForeignKey(Original, models.PROTECT, related_name="+")
    was_there = models.BooleanField(null=True)  # null: nobody has looked

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handover", "original"], name="original_once_a_handover")]

    def __str__(self) -> str:
        return f"{self.handover_id} {self.original_id}"


class HandoverSignature(models.Model):
    """One side's signature under a record: the act of somebody signed in, over the hash of what they signed. The
    receiver's hash covers the giver's.
    """

    handover = models.ForeignKey(Handover, models.PROTECT, related_name="signatures")
    side = models.CharField(max_length=8, choices=[(s, s) for s in Side])
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    on_behalf_of = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    role = models.CharField(max_length=16, choices=[(r, r) for r in Role])
    title = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handover", "side"], name="one_signature_a_side")]
        triggers = [pgtrigger.Protect(name="handover_signature_stays", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.handover_id} {self.side}"

    @property
    def digest(self) -> str:
        """The beginning of the hash, as paper shows it."""
        return bytes(self.hash).hex()[:16]
