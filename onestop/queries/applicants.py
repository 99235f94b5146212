"""What a citizen sees of their own cases."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from identity.models import Account
from onestop.kinds import RequestKind
from onestop.models import Case, CaseNotice, CaseQuerySet, CaseRequest, Confirmation
from onestop.queries.limits import MOST_COUNTED, WITH
from onestop.states import State
from portal.core import crypto
from portal.core.fields import fold
from portal.core.models import OutboxMessage


def my_cases(account: Account) -> QuerySet[Case]:
    """Return what a citizen filed, or has to pay for before it counts as filed: first what waits for them
    (`is_asked`), then the newest.
    """
    open_requests = CaseRequest.objects.filter(case=OuterRef("pk"), answered_at=None, asked_of=None)
    open_requests = open_requests.exclude(case__state=State.WITHDRAWAL_REQUESTED)
    from_applicant = open_requests.filter(kind__in=[RequestKind.SUPPLEMENT, RequestKind.CONSENT])
    mine = Case.objects.of_applicant(account).exclude(state=State.DRAFT).with_procedure()
    unpaid = Q(state__in=[State.AWAITING_PAYMENT, State.PAYMENT_REQUIRED])
    found = mine.select_related(*WITH, "applicant").annotate(is_asked=unpaid | Exists(from_applicant))
    return found.order_by("-is_asked", F("submitted_at").desc(nulls_first=True), "-pk")


def my_drafts(account: Account) -> QuerySet[Case]:
    """Return what a citizen has begun and not filed, the last touched first."""
    mine = Case.objects.of_applicant(account).filter(state=State.DRAFT)
    return mine.with_procedure().select_related("draft").order_by("-changed_at", "-pk")


def own_cases(account: Account) -> CaseQuerySet:
    """Return the cases of a citizen, the newest first: a key is enough to go on after any of them."""
    return Case.objects.of_applicant(account).select_related(*WITH).order_by("-pk")


def case_of(account: Account, uuid: UUID) -> Case | None:
    """Return the citizen's own case, or None."""
    shown = (*WITH, "applicant", "confirmation__typed_by", "draft")
    cases = Case.objects.of_applicant(account).with_procedure().select_related(*shown)
    return cases.filter(uuid=uuid).first()


def key_of(account: Account, uuid: UUID) -> int | None:
    """Return the key of the citizen's own case, or None: for an act that locks the case and reads it then."""
    return Case.objects.of_applicant(account).filter(uuid=uuid).values_list("pk", flat=True).first()


def typed_for_others(account: Account) -> list[tuple[Confirmation, OutboxMessage | None]]:
    """Return what somebody typed for others, the newest first, and the message that brings the link, if we send it;
    once it is filed, the case is no longer theirs.
    """
    typed = Confirmation.objects.filter(typed_by=account).select_related("case__procedure")
    found = list(typed.order_by("-asked_at")[:MOST_COUNTED])
    sent = OutboxMessage.objects.in_bulk([asked.message_key for asked in found], field_name="key")
    return [(asked, sent.get(asked.message_key)) for asked in found]


def represented(cases: Iterable[Case]) -> dict[str, str]:
    """Return in whose names an account filed `cases`, by what names them in an address: nothing that is readable.

    Its own are under an empty name; empty when there is nobody else.
    """
    names = sorted({case.filed_for for case in cases}, key=fold)
    return {key_of_name(name): name for name in names} if any(names) else {}


def key_of_name(name: str) -> str:
    """Return what stands for a name in an address."""
    return crypto.blind_index(fold(name) or "-").hex()[:16]


def case_to_confirm(asked: Confirmation) -> Case:
    """Return the draft that somebody is asked to confirm."""
    return Case.objects.with_procedure().get(pk=asked.case_id)


def asked_of_applicant(case: Case) -> list[CaseRequest]:
    """Return what the office waits for from the applicant: nothing while they wish to withdraw."""
    if case.asks_to_withdraw:
        return []
    return list(case.requests.filter(answered_at=None, asked_of=None).order_by("pk"))


def unread_by_applicant(account: Account) -> int:
    """Return how many notices about their cases somebody has not seen, at most 100."""
    return CaseNotice.objects.of(account).unread()[:MOST_COUNTED].count()
