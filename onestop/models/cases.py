"""The case: who filed what, where it stands and until when, its steps, its number, and how it changes agencies."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from identity.models import Account, Agency, Reorganisation
from identity.queries import codes_of_agency, with_predecessors
from identity.states import Role
from onestop.kinds import Channel, Delivery, RequestKind
from onestop.states import AT_OFFICE, CLOCK_RUNS, ENDED, HAS_RESULT, WITHOUT_RESULT, Action, State, is_allowed
from onestop.wording import CHANNELS, WORDS, Word
from portal.core.fields import BlindIndexField, EncryptedJSONField, EncryptedTextField
from portal.core.ids import uuid7
from procedures.models import Procedure, ProcedureVersion

if TYPE_CHECKING:
    from collections.abc import Collection

# What has no due time is due after everything that has one: a place in an index cannot be null.
_NEVER: Final = datetime(9999, 12, 31, tzinfo=UTC)
UNTIL: Final = Coalesce("due_at", Value(_NEVER))
# The other side of the risk, so that the riskiest come first going up, and what has no forecast last.
SAFETY: Final = Coalesce(100 - F("risk"), Value(101))
AT_OFFICE_CODES: Final = sorted(state.value for state in AT_OFFICE)
_OPEN: Final = Q(state__in=AT_OFFICE_CODES)
_COUNTED: Final = ("competent_agency", "receiving_centre", "procedure", "channel", "id")


class CaseQuerySet(models.QuerySet["Case"]):
    def coded(self, code: str) -> CaseQuerySet:
        """Return the case of this code, also when it is written with another code of the agency that gave it."""
        agency, dash, number = code.partition("-")
        same = codes_of_agency(agency) if dash else []
        return self.filter(code__in={code, *(f"{one}-{number}" for one in same)})

    def with_procedure(self) -> CaseQuerySet:
        """Read the procedure and the version along, without what is large: the document is read once a process."""
        large = ("procedure__search_text", "procedure__search_vector", "procedure_version__document")
        return self.select_related("procedure__sector", "procedure_version").defer(*large)

    def of_applicant(self, account: Account) -> CaseQuerySet:
        """Return the cases that `account` filed, drafts included; what a counter writes for them once it is filed."""
        return self.filter(applicant=account).exclude(state=State.DRAFT, channel=Channel.COUNTER)

    def of_counters(self, centres: Collection[int]) -> CaseQuerySet:
        """Return what was begun at the counters of `centres`, drafts included."""
        return self.filter(channel=Channel.COUNTER, receiving_centre__in=centres)

    def at_agencies(self, agencies: Collection[int]) -> CaseQuerySet:
        """Return filed cases that one of `agencies` received or is competent for."""
        theirs = Q(receiving_centre__in=agencies) | Q(competent_agency__in=agencies)
        return self.filter(theirs).exclude(state__in=[State.DRAFT, State.AWAITING_PAYMENT])

    def open_to(self, agencies: Collection[int]) -> CaseQuerySet:
        """Return the cases at `agencies` or those whose files they keep, those that a step has led to one of them (a
        department that prepares what the province decides), and those that they are to take over; to look up one
        case, not to list many.
        """
        led = Exists(CaseStep.objects.filter(case=OuterRef("pk"), agency__in=agencies))
        to_accept = Exists(CaseTransfer.objects.waiting_at(agencies).filter(case=OuterRef("pk")))
        return self.at_agencies(with_predecessors(agencies)) | self.filter(led) | self.filter(to_accept)

    def open(self) -> CaseQuerySet:
        """Return the cases that have not ended, with what lists are ordered by: `until`, when due, and `safety`."""
        return self.filter(state__in=AT_OFFICE_CODES).alias(until=UNTIL, safety=SAFETY)


class CaseStepQuerySet(models.QuerySet["CaseStep"]):
    def open_at(self, agency: int) -> CaseStepQuerySet:
        """Return the steps in which cases lie with an agency now, with what lists are ordered by, as of cases."""
        return self.filter(agency=agency, finished_at=None).alias(until=UNTIL, safety=SAFETY)


class Case(models.Model):
    """A case (hồ sơ). A draft is a case that has no code yet."""

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    code = models.CharField(max_length=60, null=True, unique=True)  # noqa: DJ001 - no code is not an empty code
    version = models.PositiveIntegerField(default=0)  # counts the history rows; guards against stale pages
    state = models.CharField(max_length=30, choices=[(s, s) for s in State], default=State.DRAFT)

    procedure = models.ForeignKey(Procedure, models.PROTECT, related_name="+")
    procedure_version = models.ForeignKey(ProcedureVersion, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=16, choices=[(c, c) for c in Channel])
    helping_agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    receiving_centre = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")
    competent_agency = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")

    applicant = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    applicant_name = EncryptedTextField(default="")
    applicant_name_index = BlindIndexField(source="applicant_name")
    applicant_id_number = EncryptedTextField(default="")
    applicant_id_number_index = BlindIndexField(source="applicant_id_number", digits_only=True)
    applicant_phone = EncryptedTextField(default="")
    applicant_phone_index = BlindIndexField(source="applicant_phone", digits_only=True)
    applicant_email = EncryptedTextField(default="")
    answers = EncryptedJSONField(default=dict)  # by the form of procedure_version
    facts = EncryptedJSONField(default=dict)  # what the handling found: registration number, personal number, …
    delivery = models.CharField(max_length=10, choices=[(d, d) for d in Delivery], default=Delivery.PICK_UP)

    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)  # hẹn trả; null: no due time, or not accepted yet
    remaining_minutes = models.PositiveIntegerField(null=True)  # working minutes left while the clock stands
    decided_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    supplements = models.PositiveSmallIntegerField(default=0)  # more than one counts as late in QĐ 766
    risk = models.PositiveSmallIntegerField(null=True)  # percent, of being late; as of last night

    objects = CaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["applicant", "procedure"],
                condition=Q(state="DRAFT", channel="ONLINE"),
                name="one_draft_a_procedure",
            ),
            models.CheckConstraint(
                condition=Q(code__isnull=False) | Q(state__in=["DRAFT", "AWAITING_PAYMENT", "WITHDRAWN"]),
                name="filed_case_has_code",
            ),
            models.CheckConstraint(
                condition=Q(due_at=None) | Q(accepted_at__isnull=False), name="due_only_once_accepted"
            ),
        ]
        indexes = [
            models.Index(fields=["receiving_centre", "state", "due_at", "id"], name="case_at_centre"),
            models.Index(fields=["competent_agency", "state", "due_at", "id"], name="case_at_agency"),
            models.Index(fields=["applicant", "-id"], name="case_of_applicant"),
            models.Index(
                fields=["receiving_centre", "-changed_at"],
                condition=Q(channel="COUNTER", state__in=["DRAFT", "AWAITING_PAYMENT"]),
                name="case_begun_at_counter",
            ),
            models.Index(
                fields=["due_at", "id"],
                condition=Q(state__in=["PROCESSING", "PAYMENT_REQUIRED"]),
                name="case_whose_clock_runs",
            ),
            models.Index("receiving_centre", UNTIL, "id", "state", condition=_OPEN, name="case_open_by_due"),
            models.Index(
                "receiving_centre", "submitted_at", "id", "state", condition=_OPEN, name="case_open_by_filing"
            ),
            models.Index("receiving_centre", SAFETY, "id", "state", condition=_OPEN, name="case_open_by_risk"),
            # For those who look over agencies, or over all of them.
            models.Index("competent_agency", UNTIL, "id", "state", condition=_OPEN, name="case_open_of_by_due"),
            models.Index(
                "competent_agency", "submitted_at", "id", "state", condition=_OPEN, name="case_open_of_by_filing"
            ),
            models.Index("competent_agency", SAFETY, "id", "state", condition=_OPEN, name="case_open_of_by_risk"),
            models.Index(UNTIL, "id", "state", condition=_OPEN, name="case_open_all_by_due"),
            models.Index("submitted_at", "id", "state", condition=_OPEN, name="case_open_all_by_filing"),
            models.Index(SAFETY, "id", "state", condition=_OPEN, name="case_open_all_by_risk"),
            # Leaders' figures are counted from these alone: onestop.figures.
            models.Index(
                fields=["accepted_at"], include=_COUNTED, condition=Q(accepted_at__isnull=False), name="case_received"
            ),
            models.Index(
                fields=["decided_at"],
                include=(*_COUNTED, "due_at", "supplements"),
                condition=Q(decided_at__isnull=False),
                name="case_decided",
            ),
            models.Index(
                fields=["competent_agency"],
                include=(*_COUNTED[1:], "state", "due_at", "decided_at"),
                condition=_OPEN,
                name="case_in_hand",
            ),
            models.Index(fields=["id"], condition=Q(supplements__gt=1), name="case_sent_back_again"),
        ]

    def __str__(self) -> str:
        return self.code or str(self.uuid)

    @property
    def word(self) -> Word:
        """The status word of the case and its tone."""
        return WORDS[State(self.state)]

    def answered_on(self, today: date) -> date:
        """Return the day whose words the answers have: that of filing, `today` for a draft."""
        return timezone.localtime(self.submitted_at).date() if self.submitted_at else today

    # What follows walks what may have been read along (`queries.whole`), and asks the database where it was not.

    @property
    def open_step(self) -> CaseStep | None:
        """The step in which the case stands."""
        return next((step for step in self.steps.all() if step.finished_at is None), None)

    @property
    def open_transfer(self) -> CaseTransfer | None:
        """The transfer by which another agency is to take the case over."""
        return next((one for one in self.transfers.all() if one.is_waiting), None)

    def awaits(self, kind: RequestKind) -> bool:
        """Return whether an answer of this kind is waited for."""
        return any(request.kind == kind and request.answered_at is None for request in self.requests.all())

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT

    @property
    def is_from_counter(self) -> bool:
        """Whether a clerk files it for the person."""
        return self.channel == Channel.COUNTER

    @property
    def awaits_payment(self) -> bool:
        return self.state == State.AWAITING_PAYMENT

    @property
    def needs_supplement(self) -> bool:
        return self.state in {State.SUPPLEMENT_REQUESTED, State.SUPPLEMENT_BEFORE_ACCEPTANCE}

    @property
    def requires_payment(self) -> bool:
        return self.state == State.PAYMENT_REQUIRED

    @property
    def is_suspended(self) -> bool:
        return self.state == State.SUSPENDED

    @property
    def asks_to_withdraw(self) -> bool:
        return self.state == State.WITHDRAWAL_REQUESTED

    @property
    def is_being_corrected(self) -> bool:
        """Whether its result is being made anew; nothing was promised for that."""
        return self.decided_at is not None and self.state in AT_OFFICE - HAS_RESULT

    @property
    def counts_as_late(self) -> bool:
        """Whether QĐ 766/QĐ-TTg counts it as late whenever it ends; its legal due time is another matter."""
        return self.supplements > 1

    @property
    def has_ended(self) -> bool:
        return self.state in ENDED

    @property
    def ended_without_result(self) -> bool:
        return self.state in WITHOUT_RESULT

    @property
    def is_refundable(self) -> bool:
        """Whether money that was taken for it may be paid back: it ended, and never had a result."""
        return self.ended_without_result and self.decided_at is None

    @property
    def is_submitted(self) -> bool:
        return self.state == State.SUBMITTED

    @property
    def can_be_withdrawn(self) -> bool:
        """Whether its applicant may (ask to) take it back; a result that is being corrected was given already."""
        acts = (Action.WITHDRAW, Action.REQUEST_WITHDRAWAL)
        allowed = any(is_allowed(State(self.state), act, Role.APPLICANT) for act in acts)
        return allowed and not self.is_being_corrected

    @property
    def filed_for(self) -> str:
        """The organisation, or the other person, in whose name its account filed it; empty for oneself."""
        form = self.procedure_version.definition.form
        organisations = [code for code, field in form.fields.items() if field.kind == "organisation"] if form else []
        names = [self.answers[code]["name"] for code in organisations if self.answers.get(code)]
        is_own = self.applicant is None or self.applicant.national_id == self.applicant_id_number
        return str(names[0] if names else "" if is_own else self.applicant_name)

    @property
    def has_result(self) -> bool:
        return self.state in HAS_RESULT

    @property
    def clock_runs(self) -> bool:
        """Whether the time of handling runs, so that a due time can be missed."""
        return self.state in CLOCK_RUNS

    @property
    def clock_stands(self) -> bool:
        """Whether minutes are kept for later, so that the due time which was told holds no more."""
        return self.remaining_minutes is not None and not self.has_ended

    @property
    def channel_text(self) -> str:
        """How the case came in, in words."""
        return str(CHANNELS[self.channel])

    @property
    def is_posted(self) -> bool:
        return self.delivery == Delivery.POST


class CaseNumberSeries(models.Model):
    """The last number given to a case of an agency on a day; its lock keeps numbers unique and dense."""

    agency = models.ForeignKey(Agency, models.PROTECT)
    day = models.DateField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["agency", "day"], name="one_series_a_day")]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.day} {self.last}"


class CaseStep(models.Model):
    """A line of form 06 (phiếu kiểm soát quá trình giải quyết): who has the case, since when, until when."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="steps")
    sequence = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=30)  # of the step in the version's process
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=16, choices=[(r, r) for r in Role])
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    holder = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")  # null: anyone of the role
    started_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    minutes = models.PositiveIntegerField(null=True)  # of work that it was given when it began
    warned = models.PositiveSmallIntegerField(db_default=0, default=0)  # percent of them that was last told of
    risk = models.PositiveSmallIntegerField(null=True)  # the case's: an index reaches no other table
    warn_at = models.DateTimeField(null=True)  # when the next part of them is used up; null: nothing more to tell
    finished_at = models.DateTimeField(null=True)

    objects = CaseStepQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "sequence"], name="step_place_once"),
            models.UniqueConstraint(fields=["case"], condition=Q(finished_at=None), name="one_open_step_a_case"),
        ]
        indexes = [
            models.Index("agency", "role", UNTIL, "case", condition=Q(finished_at=None), name="step_open_by_role"),
            models.Index("agency", UNTIL, "case", condition=Q(finished_at=None), name="step_open_by_due"),
            models.Index("agency", "started_at", "case", condition=Q(finished_at=None), name="step_open_by_start"),
            models.Index("agency", SAFETY, "case", "role", condition=Q(finished_at=None), name="step_open_by_risk"),
            models.Index(
                fields=["warn_at"], condition=Q(finished_at=None, warn_at__isnull=False), name="step_to_warn_of"
            ),
            models.Index(
                fields=["finished_at"],
                include=("holder", "agency", "due_at", "case"),
                condition=Q(finished_at__isnull=False, holder__isnull=False),
                name="step_done_by",
            ),
            models.Index(
                fields=["started_at"],
                include=("holder", "agency", "case"),
                condition=Q(holder__isnull=False),
                name="step_begun_by",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}/{self.sequence} {self.code}"

    @property
    def timeliness(self) -> str:
        """How a finished step kept its time, as form 06 says it; empty while it is open or had none."""
        if self.finished_at is None or self.due_at is None:
            return ""
        return "Quá hạn" if self.finished_at > self.due_at else "Đúng hạn"


class CaseTransferQuerySet(models.QuerySet["CaseTransfer"]):
    def waiting(self) -> CaseTransferQuerySet:
        """Return what has been passed on, and neither accepted nor taken back."""
        return self.filter(accepted_at=None, taken_back_at=None)

    def waiting_at(self, agencies: Collection[int]) -> CaseTransferQuerySet:
        """Return what one of `agencies` is to accept; what ended meanwhile needs nobody."""
        return self.waiting().filter(to_agency__in=agencies, case__state__in=AT_OFFICE)


class CaseTransfer(models.Model):
    """A case passed on by succession. Until it is accepted the case itself is unchanged, and may be taken back."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="transfers")
    reorganisation = models.ForeignKey(Reorganisation, models.PROTECT, related_name="+")
    from_agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")  # where it rested
    to_agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")  # who is to accept it
    offered_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    received_by = models.ForeignKey(Agency, models.PROTECT, null=True, related_name="+")  # its centre before that
    taken_back_at = models.DateTimeField(null=True)

    objects = CaseTransferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case"], condition=Q(accepted_at=None, taken_back_at=None), name="one_open_transfer_a_case"
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None) | Q(taken_back_at=None), name="accepted_is_not_taken_back"
            ),
        ]
        indexes = [
            models.Index(
                fields=["to_agency", "id"],
                condition=Q(accepted_at=None, taken_back_at=None),
                name="transfer_to_accept",
            ),
            models.Index(fields=["reorganisation", "id"], name="transfer_of_reorganisation"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} → {self.to_agency_id}"

    @property
    def is_waiting(self) -> bool:
        return self.accepted_at is None and self.taken_back_at is None
