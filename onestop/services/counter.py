"""At the counter a clerk files for the person in front of them: begun, filed, paid for and accepted at one desk.

Any centre receives for any agency: help is given and the case received where the clerk serves; competent is whom the
procedure names.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.models import Account
from identity.officers import seats_of
from identity.states import Role
from onestop.actors import Seat, is_clerk_of
from onestop.errors import ActionNotAllowedError, PapersMissingError
from onestop.kinds import Channel, DueWith, Presented
from onestop.models import AcceptOnPayment, Case, Draft, PresentedPaper
from onestop.references import due_with, filing_fee, of_case
from onestop.services import charging, custody, filing, receiving, stepping
from onestop.services.advancing import lock, lock_draft, open_draft
from onestop.states import State
from payments.models import CashRefund, FeeRequest, Receipt
from payments.services import refund_cash, take_cash, void_receipt


@transaction.atomic
def begin(*, account: Account, code: str, prefill: Mapping[str, Any], actor: Seat, at: datetime) -> Case:
    """Return the draft of this centre for the person and the procedure: the one there is, or a new one.

    Beside whatever the person has begun online. Raises `ProcedureUnavailableError`, `ActionNotAllowedError`.
    """
    if actor.role != Role.CLERK:
        raise ActionNotAllowedError
    version = filing.fileable(code, at)
    applicant = Account.objects.select_for_update(no_key=True).get(pk=account.pk)  # two clicks open one draft
    case, is_new = Case.objects.get_or_create(
        applicant=applicant,
        procedure=version.procedure,
        state=State.DRAFT,
        channel=Channel.COUNTER,
        helping_agency=actor.agency,
        receiving_centre=actor.agency,
        defaults={
            "procedure_version": version,
            "answers": dict(prefill),
            "applicant_email": applicant.email_address,
            "created_at": at,
            "changed_at": at,
        },
    )
    if is_new:
        Draft.objects.create(case=case)
    return case


@transaction.atomic
def discard(*, draft_id: int, actor: Seat) -> None:
    """Delete a draft of the counter and its scans; raises `ActionNotAllowedError`."""
    case = open_draft(draft_id)
    _require_counter(case, actor)
    filing.erase(case)


@transaction.atomic
def file_for(
    *,
    draft_id: int,
    actor: Seat,
    papers: Mapping[str, Presented],
    in_cash: bool,
    accepts: bool,
    at: datetime,
) -> Case:
    """File the draft with how each published paper was brought; take the fee in cash, and accept, if that is asked.

    What is to be paid in another way waits for its money, and is accepted when that is there. Twice is once: a case
    that is filed is returned as it is. Raises what `filing.submit` raises, and `PapersMissingError`; nothing stays
    then.
    """
    case = lock_draft(draft_id)
    _require_counter(case, actor)
    if case.state != State.DRAFT:
        return case
    filing.file_draft(case, actor=actor, at=at)
    _record_papers(case, papers, actor, at)
    if case.state == State.AWAITING_PAYMENT and in_cash:
        due = FeeRequest.objects.get(reference=filing_fee(case))
        case = take_fee(case_id=case.pk, fee=due.uuid, actor=actor, at=at)
    elif case.state == State.AWAITING_PAYMENT and accepts:
        AcceptOnPayment.objects.create(case=case, by=actor.account, centre=actor.agency, ordered_at=at)
    if case.state == State.SUBMITTED and accepts:
        case = receiving.accept(case_id=case.pk, actor=actor, at=at)
    return case


@transaction.atomic
def take_fee(*, case_id: int, fee: UUID, actor: Seat, at: datetime) -> Case:
    """Take a fee of the case in cash: what waited for it goes on, in the clerk's name. Twice is once.

    At the counter of the centre that received the case; the fee due at filing only where the case was begun there.
    Raises `FeeNotDueError` when it came in another way, `ActionNotAllowedError`.
    """
    case = lock(case_id)
    asked = FeeRequest.objects.filter(of_case(case), uuid=fee).first()
    if asked is None or (due_with(asked.reference) == DueWith.FILING and not case.is_from_counter):
        raise ActionNotAllowedError
    _require_clerk(case, actor)
    take_cash(reference=asked.reference, cashier=actor.account, place=actor.agency, at=at)
    return charging.settle(case_id=case.pk, reference=asked.reference, at=at, actor=actor)


@transaction.atomic
def pay_back(*, case_id: int, fee: UUID, actor: Seat, reason: str, at: datetime) -> CashRefund:
    """Pay a fee of the case that was taken in cash back, whole, with a voucher. Twice is once.

    Only when the case ended without its result: for a result the fee stays. Raises `NotPaidInCashError`,
    `RefundReasonMissingError`, `ActionNotAllowedError`.
    """
    case = lock(case_id)
    asked = FeeRequest.objects.filter(of_case(case), uuid=fee).first()
    if asked is None or not case.ended_without_result:
        raise ActionNotAllowedError(_("Money is paid back only when the case ended without a result."))
    _require_clerk(case, actor)
    return refund_cash(reference=asked.reference, cashier=actor.account, place=actor.agency, reason=reason, at=at)


@transaction.atomic
def accept_paid(*, case_id: int, at: datetime) -> None:
    """Accept a case whose fee came after it was filed, in the name of the clerk who asked for that.

    Safe to call twice. Nothing happens when the clerk no longer serves there, or somebody has decided meanwhile.
    """
    case = lock(case_id)
    order = AcceptOnPayment.objects.select_related("by").get(case=case)
    seats = seats_of(order.by, timezone.localdate(at))
    clerk = next((seat for seat in seats if is_clerk_of(case, seat)), None)
    if clerk is not None and case.state == State.SUBMITTED and case.receiving_centre_id == order.centre_id:
        receiving.accept(case_id=case.pk, actor=clerk, at=at)


def replace_receipt(*, receipt: Receipt, by: Account, reason: str, at: datetime) -> Receipt:
    """Make a receipt of one's own cash void and return the one in its place.

    Raises `ActionNotAllowedError` for a colleague's, `VoidReasonMissingError`.
    """
    if receipt.fee.cash.cashier_id != by.pk:
        raise ActionNotAllowedError
    return void_receipt(receipt_id=receipt.pk, by=by, reason=reason, at=at)


def _require_counter(case: Case, actor: Seat) -> None:
    """Raise `ActionNotAllowedError` unless the actor is a clerk of the centre at which the case was begun."""
    if not case.is_from_counter or not is_clerk_of(case, actor):
        raise ActionNotAllowedError


def _require_clerk(case: Case, actor: Seat) -> None:
    if not is_clerk_of(case, actor):
        raise ActionNotAllowedError


def _record_papers(case: Case, papers: Mapping[str, Presented], actor: Seat, at: datetime) -> None:
    published = {paper.code: paper.name for paper in stepping.definition_of(case).papers}
    if set(papers) != set(published):
        raise PapersMissingError
    PresentedPaper.objects.bulk_create(
        PresentedPaper(case=case, code=code, how=how, by=actor.account, at=at) for code, how in papers.items()
    )
    brought = [code for code, how in papers.items() if how == Presented.ORIGINAL]
    custody.keep(case, {code: published[code] for code in brought}, actor=actor, at=at)
