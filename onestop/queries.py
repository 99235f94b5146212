"""Reads of cases shaped for pages. Every one is narrowed to who asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Count, Exists, F, Min, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils import timezone

from identity.access import Officer
from identity.models import Account, Agency, Appointment
from identity.states import Purpose, Role
from onestop.actors import Actor, in_seat
from onestop.errors import ActionNotAllowedError
from onestop.kinds import DocumentKind, DocumentState, NoticeChannel, RequestKind
from onestop.models import (
    Case,
    CaseDocument,
    CaseEvent,
    CaseMessage,
    CaseNote,
    CaseNotice,
    CasePaper,
    CaseQuerySet,
    CaseRating,
    CaseRequest,
    CaseStep,
    CaseTransfer,
    Confirmation,
    DeskNotice,
    FollowedCase,
    NoticeWording,
)
from onestop.references import demands_of, filing_fee
from onestop.states import Action, State
from onestop.wording import NOTICE_CHANNELS, STARS, told_of
from payments.models import FeeRequest, Receipt
from portal.core.models import OutboxMessage

PAGE = 50
_MOST_COUNTED = 100
_WITH = ("procedure", "receiving_centre", "competent_agency")


def my_cases(account: Account) -> QuerySet[Case]:
    """Return what a citizen filed, or has to pay for before it counts as filed: first what waits for them
    (`is_asked`), then the newest.
    """
    open_requests = CaseRequest.objects.filter(case=OuterRef("pk"), answered_at=None, asked_of=None)
    from_applicant = open_requests.filter(kind__in=[RequestKind.SUPPLEMENT, RequestKind.CONSENT])
    mine = Case.objects.of_applicant(account).exclude(state=State.DRAFT).with_procedure()
    unpaid = Q(state__in=[State.AWAITING_PAYMENT, State.PAYMENT_REQUIRED])
    found = mine.select_related(*_WITH, "applicant").annotate(is_asked=unpaid | Exists(from_applicant))
    return found.order_by("-is_asked", F("submitted_at").desc(nulls_first=True), "-pk")


def my_drafts(account: Account) -> QuerySet[Case]:
    """Return what a citizen has begun and not filed, the last touched first."""
    mine = Case.objects.of_applicant(account).filter(state=State.DRAFT)
    return mine.with_procedure().select_related("draft").order_by("-changed_at", "-pk")


def typed_for_others(account: Account) -> list[Confirmation]:
    """Return what somebody typed for others, the newest first; once it is filed, the case is no longer theirs."""
    typed = Confirmation.objects.filter(typed_by=account).select_related("case__procedure")
    return list(typed.order_by("-asked_at")[:_MOST_COUNTED])


def case_to_confirm(asked: Confirmation) -> Case:
    """Return the draft that somebody is asked to confirm."""
    return Case.objects.with_procedure().get(pk=asked.case_id)


def own_cases(account: Account) -> CaseQuerySet:
    """Return the cases of a citizen, the newest first: a key is enough to go on after any of them."""
    return Case.objects.of_applicant(account).select_related(*_WITH).order_by("-pk")


@dataclass(frozen=True)
class Delivery:
    """A message that went out, or shall: about what, over which channel, and how far it came."""

    notice: CaseNotice
    channel: NoticeChannel
    message: OutboxMessage

    @property
    def about_text(self) -> str:
        return told_of(self.notice.about)

    @property
    def channel_text(self) -> str:
        return str(NOTICE_CHANNELS[self.channel])

    @property
    def is_delivered(self) -> bool:
        return self.message.state == OutboxMessage.State.DELIVERED

    @property
    def has_failed(self) -> bool:
        return self.message.state == OutboxMessage.State.DEAD


def deliveries(case: Case) -> list[Delivery]:
    """Return the messages to the applicant of a case, oldest first."""
    notices = case.notices.order_by("pk")
    keys = {one.key_on(channel): (one, channel) for one in notices for channel in NoticeChannel}
    found = OutboxMessage.objects.filter(key__in=keys).order_by("pk")
    return [Delivery(*keys[message.key], message) for message in found]


def unread_by_applicant(account: Account) -> int:
    """Return how many notices about their cases somebody has not seen, at most 100."""
    return CaseNotice.objects.of(account).unread()[:_MOST_COUNTED].count()


def wording_changes(about: str) -> list[NoticeWording]:
    """Return how the words of a notice were changed, the newest first."""
    return list(NoticeWording.objects.filter(about=about).select_related("by").order_by("-pk")[:_MOST_COUNTED])


@dataclass(frozen=True)
class Ratings:
    """How a procedure's applicants found the service: how many said so, and how many chose each number of stars."""

    procedure: str
    stars: Counter[int]

    @property
    def count(self) -> int:
        return self.stars.total()

    @property
    def mean(self) -> float:
        return sum(number * count for number, count in self.stars.items()) / self.count

    @property
    def by_stars(self) -> list[int]:
        """How many chose each number, from 5 down to 1."""
        return [self.stars[number] for number in STARS]


def ratings_at(agencies: Collection[int]) -> list[Ratings]:
    """Return how the service of `agencies` was found, by procedure, what was rated most first."""
    found: dict[str, Counter[int]] = {}
    rated = CaseRating.objects.of_agencies(agencies).values_list("case__procedure__name", "stars")
    for procedure, stars, count in rated.annotate(count=Count("pk")).order_by():
        found.setdefault(procedure, Counter())[stars] = count
    return sorted((Ratings(*each) for each in found.items()), key=lambda one: (-one.count, one.procedure))


def reasons_at(agencies: Collection[int]) -> list[CaseRating]:
    """Return why people rated the service as they did, in no order that tells whose words they are."""
    said = CaseRating.objects.of_agencies(agencies).order_by("stars", "-rated_at")
    return [rating for rating in said.only("stars", "reason")[:_MOST_COUNTED] if rating.reason]


def asked_of_applicant(case: Case) -> list[CaseRequest]:
    """Return what the office waits for from the applicant."""
    return list(case.requests.filter(answered_at=None, asked_of=None).order_by("pk"))


def case_of(account: Account, uuid: UUID) -> Case | None:
    """Return the citizen's own case, or None."""
    shown = (*_WITH, "applicant", "confirmation__typed_by", "draft")
    cases = Case.objects.of_applicant(account).with_procedure().select_related(*shown)
    return cases.filter(uuid=uuid).first()


def key_of(account: Account, uuid: UUID) -> int | None:
    """Return the key of the citizen's own case, or None: for an act that locks the case and reads it then."""
    return Case.objects.of_applicant(account).filter(uuid=uuid).values_list("pk", flat=True).first()


def counter_case(officer: Officer, uuid: UUID) -> Case | None:
    """Return what was begun at a counter where the officer is a clerk, or None."""
    cases = Case.objects.of_counters(counters_of(officer)).with_procedure()
    return cases.select_related(*_WITH, "helping_agency", "applicant", "draft").filter(uuid=uuid).first()


def begun_at_counters(officer: Officer) -> list[Case]:
    """Return what waits at the officer's counters to be filed or paid for, the last touched first."""
    unfiled = Case.objects.of_counters(counters_of(officer)).filter(state__in=[State.DRAFT, State.AWAITING_PAYMENT])
    with_all = unfiled.select_related("procedure__sector", "applicant")
    return list(with_all.defer("procedure__search_text", "procedure__search_vector").order_by("-changed_at")[:PAGE])


def counters_of(officer: Officer) -> list[int]:
    """Return the centres at which the officer receives people."""
    return [seat.agency.pk for seat in officer.seats if seat.role == Role.CLERK]


def clerk_for(officer: Officer, case: Case) -> Actor:
    """Return the officer as a clerk of the centre that received the case; raises `ActionNotAllowedError`."""
    for seat in officer.seats:
        if seat.role == Role.CLERK and seat.agency.pk == case.receiving_centre_id:
            return in_seat(officer.account, seat)
    raise ActionNotAllowedError


def presented(case: Case) -> list[tuple[str, str]]:
    """Return the name of each published paper and how it was brought to the counter; nothing of other filings."""
    brought = {paper.code: paper.how_text for paper in case.presented.all()}
    papers = case.procedure_version.definition.papers if brought else ()
    return [(paper.name, brought[paper.code]) for paper in papers if paper.code in brought]


def cash_receipts(account: Account, day: date) -> list[Receipt]:
    """Return the receipts of the cash that the account took on a day, void ones among them, in their order."""
    begins = timezone.make_aware(datetime.combine(day, time.min))
    ends = begins + timedelta(days=1)
    theirs = Receipt.objects.filter(fee__cash__cashier=account)
    taken = theirs.filter(fee__cash__taken_at__gte=begins, fee__cash__taken_at__lt=ends)
    return list(taken.select_related("fee__cash__place", "file").order_by("series", "number"))


def cash_receipt(officer: Officer, series: str, number: int) -> Receipt | None:
    """Return a receipt of cash that was taken at a counter where the officer is a clerk, or None."""
    if "\0" in series:
        return None
    taken = Receipt.objects.filter(fee__cash__place__in=counters_of(officer), series=series, number=number)
    return taken.select_related("fee__cash__place", "file").first()


def case_at(officer: Officer, code: str) -> Case | None:
    """Return a case of one of the officer's agencies, or one on which their opinion is awaited, or None.

    An address may hold a NUL, a code never does.
    """
    if "\0" in code:
        return None
    asked = CaseRequest.objects.opinions_awaited().of_officer(officer.account, officer.agency_ids)
    consulted = Case.objects.filter(Exists(asked.filter(case=OuterRef("pk"))))
    cases = Case.objects.open_to(officer.agency_ids) | consulted
    shown = (*_WITH, "applicant", "helping_agency", "confirmation__typed_by")
    return cases.with_procedure().select_related(*shown).coded(code).first()


def followed(account: Account, code: str = "") -> QuerySet[FollowedCase]:
    """Return the cases at ministries that a citizen follows, of one procedure or of all, the newest first."""
    mine = FollowedCase.objects.filter(account=account).select_related("procedure").order_by("-pk")
    return mine.filter(procedure__code=code) if code else mine


def followed_called(code: str) -> FollowedCase | None:
    """Return what a ministry said last of a case of its own, by the ministry's code."""
    known = FollowedCase.objects.filter(code=code, is_unknown=False).select_related("procedure")
    return known.order_by(F("checked_at").desc(nulls_last=True)).first()


def requests_of(case: Case, officer: Officer) -> list[CaseRequest]:
    """Return what was asked in the case; who is only consulted does not see what others said in confidence."""
    found = case.requests.select_related("asked_of", "asked_person", "attachment").order_by("asked_at", "pk")
    if Case.objects.open_to(officer.agency_ids).filter(pk=case.pk).exists():
        return list(found)
    asked = CaseRequest.objects.of_officer(officer.account, officer.agency_ids).values("pk")
    return list(found.filter(Q(is_confidential=False) | Q(pk__in=asked)))


def opinions(case: Case) -> list[CaseRequest]:
    """Return the opinions that the applicant may read: those that were given, and not in confidence."""
    given = case.requests.consultations().exclude(answered_at=None).filter(is_confidential=False)
    return list(given.select_related("asked_of", "asked_person", "attachment").order_by("answered_at", "pk"))


def asked_for_opinion(officer: Officer) -> QuerySet[CaseRequest]:
    """Return the opinions that are awaited of the officer, or of anybody at their agencies, most urgent first."""
    desks = [seat.agency.pk for seat in officer.seats if seat.role in {Role.OFFICER, Role.LEADER}]
    awaited = CaseRequest.objects.opinions_awaited().of_officer(officer.account, desks)
    return awaited.select_related("case__procedure", "asked_of", "asked_person").order_by("due_at", "pk")


def colleagues(step: CaseStep | None) -> QuerySet[Appointment]:
    """Return who else handles or leads at the agency of a step today."""
    if step is None:
        return Appointment.objects.none()
    seats = Appointment.objects.on(timezone.localdate()).filter(
        agency=step.agency, role__in=[Role.OFFICER, Role.LEADER]
    )
    return seats.exclude(account=step.holder).select_related("account", "agency").order_by("account__full_name")


def notices_of(account: Account, before: int | None) -> list[DeskNotice]:
    """Return what a civil servant was told before a notice (None: all), the newest first, one more than a page."""
    told = DeskNotice.objects.of(account).select_related("case")
    return list((told.filter(pk__lt=before) if before else told)[: PAGE + 1])


def unread_notices(account: Account) -> int:
    """Return how many notices wait to be read, at most 100: more need not be counted."""
    return DeskNotice.objects.of(account).unread()[:_MOST_COUNTED].count()


def to_take_over(officer: Officer, after: int = 0) -> list[CaseTransfer]:
    """Return what came to the officer's agencies by succession, oldest first, one more than a page."""
    found = CaseTransfer.objects.waiting_at(officer.agency_ids).filter(pk__gt=after)
    return list(found.select_related("case__procedure", "from_agency", "to_agency").order_by("pk")[: PAGE + 1])


def received_first_by(case: Case) -> Agency | None:
    """Return the centre that received the case before another took it over; None when none did."""
    taken = case.transfers.exclude(accepted_at=None).select_related("received_by").order_by("pk").first()
    return taken.received_by if taken else None


def inherits(officer: Officer) -> bool:
    """Return whether anything came to the officer's agencies by succession that waits to be taken over."""
    return CaseTransfer.objects.waiting_at(officer.agency_ids).exists()


def actor_for(officer: Officer, case: Case) -> Actor:
    """Return the seat from which the officer would act on the case now: that of its step or of its centre."""
    step = case.steps.filter(finished_at=None).first()
    wanted = (step.role, step.agency_id) if step else None
    transfer = case.transfers.waiting().first()
    best = min(
        officer.seats,
        key=lambda seat: (
            (seat.role, seat.agency.pk) != wanted,
            seat.agency.pk != (transfer.to_agency_id if transfer else None),
            seat.agency.pk != case.receiving_centre_id,
            seat.delegation is not None,
            seat.delegation is not None and seat.delegation.purpose != Purpose.SIGNING,
            seat.appointment.pk,
        ),
    )
    return in_seat(officer.account, best)


def history(case: Case, *, for_applicant: bool = False) -> list[CaseEvent]:
    """Return what happened to the case, oldest first; to the applicant, without what concerns the office alone."""
    events = case.events.public() if for_applicant else case.events.order_by("sequence")
    return list(events.select_related("actor", "agency", "on_behalf_of"))


def requests(case: Case) -> list[CaseRequest]:
    """Return what the case waited for and waits for, oldest first."""
    return list(case.requests.select_related("asked_of").order_by("asked_at"))


def messages(case: Case) -> list[CaseMessage]:
    """Return what the office and the applicant have written to each other, oldest first."""
    return list(case.messages.select_related("author", "agency").order_by("pk"))


def notes(case: Case) -> list[CaseNote]:
    """Return the internal notes, oldest first. Only for pages of the desk."""
    return list(case.notes.select_related("author", "agency").order_by("pk"))


def papers(case: Case) -> list[CasePaper]:
    """Return the papers in use, in the order in which they came."""
    return list(case.papers.filter(replaced_at=None).select_related("file").order_by("pk"))


def documents(case: Case, *, for_applicant: bool = False) -> list[CaseDocument]:
    """Return the papers that were issued in the case; an unsigned result only to those who handle it.

    The draft of a result is shown to the applicant while their consent is asked for.
    """
    found = case.documents.select_related("file").order_by("created_at", "pk")
    if not for_applicant:
        return list(found)
    asked = case.requests.filter(kind="CONSENT").exists()
    public = [DocumentState.ISSUED, DocumentState.REVOKED]
    shown = Q(state__in=public)
    if asked:
        shown |= Q(kind=DocumentKind.RESULT, state=DocumentState.DRAFT)
    return list(found.filter(shown))


def issued_result(uuid: UUID | str) -> CaseDocument | None:
    """Return a result by the identifier in its QR code, if it was ever issued."""
    states = [DocumentState.ISSUED, DocumentState.REVOKED]
    issued = CaseDocument.objects.filter(kind=DocumentKind.RESULT, state__in=states)
    return issued.select_related("case__procedure", "case__competent_agency", "file").filter(uuid=uuid).first()


def issued_in_place_of(document: CaseDocument) -> CaseDocument | None:
    """Return the result in force when it is another than `document`."""
    newer = CaseDocument.objects.filter(case=document.case_id, kind=DocumentKind.RESULT, version__gt=document.version)
    return newer.filter(state=DocumentState.ISSUED).first()


def issued_by_hash(sha256: str) -> CaseDocument | None:
    """Return the result, or the paper sealed with one, whose exact file has this hash, if it was issued here."""
    states = [DocumentState.ISSUED, DocumentState.REVOKED]
    kinds = [DocumentKind.RESULT, DocumentKind.SEALED]
    issued = CaseDocument.objects.filter(kind__in=kinds, state__in=states, file__sha256=sha256)
    return issued.select_related("case__procedure", "file").first()


def tracked(code: str, phone: str) -> Case | None:
    """Return the case of this code whose applicant gave this phone number; the same queries whatever is wrong."""
    events = Prefetch("events", CaseEvent.objects.public())
    found = Case.objects.coded(code).filter(applicant_phone_index=phone or None).select_related("procedure")
    return found.prefetch_related(events).first()


@dataclass(frozen=True)
class LateCases:
    """An agency's cases that are late now: how many, and since when the oldest is."""

    agency: str
    count: int
    oldest: datetime


def late_by_agency(at: datetime) -> list[LateCases]:
    """Return which agencies are late with how many cases, the longest list first."""
    counted = _late(at).values(agency=F("competent_agency__name")).annotate(count=Count("pk"), oldest=Min("due_at"))
    return [LateCases(**row) for row in counted.order_by("-count", "agency")]


def late_cases(at: datetime) -> list[Case]:
    """Return the cases that are late now, the oldest first, each with when the office apologised last."""
    apologised = CaseEvent.objects.filter(case=OuterRef("pk"), action=Action.EXTEND).order_by("-sequence")
    late = _late(at).select_related("procedure", "competent_agency")
    return list(late.annotate(apologised_at=Subquery(apologised.values("at")[:1])).order_by("due_at", "pk")[:200])


def _late(at: datetime) -> QuerySet[Case]:
    running = [State.PROCESSING, State.PAYMENT_REQUIRED]
    return Case.objects.filter(state__in=running, due_at__lt=at, decided_at=None)


def fee_of(case: Case) -> FeeRequest | None:
    """Return the fee that was asked for at filing, with its receipts."""
    return FeeRequest.objects.filter(reference=filing_fee(case)).prefetch_related("receipts").first()


def fees_of(case: Case) -> list[FeeRequest]:
    """Return all that was asked for in the case, at filing and later, with its receipts."""
    asked = FeeRequest.objects.filter(Q(reference=filing_fee(case)) | demands_of(case))
    return list(asked.prefetch_related("receipts").order_by("pk"))
