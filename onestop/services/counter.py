"""At the counter a clerk files for the person in front of them: begun, filed, paid for and accepted at one desk.

Any centre receives for any agency: help is given and the case received where the clerk serves; competent is whom the
procedure names.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from identity.models import Account
from identity.officers import Seat, seats_of
from identity.states import Role
from onestop.actors import is_clerk_of
from onestop.errors import ActionNotAllowedError, PapersMissingError
from onestop.kinds import Channel, Presented
from onestop.models import AcceptOnPayment, Case, Draft, PresentedPaper
from onestop.references import filing_fee
from onestop.services import cash, custody, filing, receiving, stepping
from onestop.services.advancing import lock, lock_draft, open_draft
from onestop.states import State
from payments.models import FeeRequest


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
        case = cash.take_fee(case_id=case.pk, fee=due.uuid, actor=actor, at=at)
    elif case.state == State.AWAITING_PAYMENT and accepts:
        AcceptOnPayment.objects.create(case=case, by=actor.account, centre=actor.agency, ordered_at=at)
    if case.state == State.SUBMITTED and accepts:
        case = receiving.accept(case_id=case.pk, actor=actor, at=at)
    return case


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


def _require_counter(case: Case, actor: Seat) -> None:
    """Raise `ActionNotAllowedError` unless the actor is a clerk of the centre at which the case was begun."""
    if not case.is_from_counter or not is_clerk_of(case, actor):
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
