"""Signing and issuing: two people, two acts (NĐ 30/2020/NĐ-CP; the leader signs, văn thư numbers and seals).

A click orders the signature; a worker makes it, and only then does the case move, in the name of who ordered it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from identity.models import Account, Agency, Delegation
from identity.officers import Actor, Seat
from identity.states import Purpose, Role, SigningCapacity
from identity.wording import CAPACITIES
from onestop.actors import SYSTEM
from onestop.errors import ActionNotAllowedError, ResultNotReadyError
from onestop.kinds import Delivery, DocumentKind, DocumentState
from onestop.models import Case, CaseDocument
from onestop.queries import owed
from onestop.services import charging, correcting, documents, stepping, turns
from onestop.services.advancing import advance, lock
from onestop.services.numbering import next_document_number
from onestop.states import Action, State, is_allowed
from portal.core import outbox
from portal.core.models import StoredFile

SIGN_TOPIC = "onestop.sign"
SEAL_TOPIC = "onestop.seal"


@transaction.atomic
def order_signature(*, case_id: int, actor: Seat, at: datetime, seen_version: int | None = None) -> CaseDocument:
    """The leader decides: the draft result is to be signed with their key. Ordering twice is ordering once.

    Raises `ActionNotAllowedError`, `StaleCaseError`, `ResultNotReadyError` when there is no draft.
    """
    case = lock(case_id, seen_version=seen_version)
    turns.require(case, Action.SIGN, actor)
    document = documents.current_result(case)
    if document.state == DocumentState.SIGNING:
        return document
    if document.state != DocumentState.DRAFT:
        raise ResultNotReadyError
    return _order(document, actor, DocumentState.SIGNING, SIGN_TOPIC, at)


@transaction.atomic
def order_issue(*, case_id: int, actor: Seat, at: datetime, seen_version: int | None = None) -> CaseDocument:
    """The records clerk gives the number and has the agency's seal applied. Ordering twice is ordering once.

    Raises `ActionNotAllowedError`, `StaleCaseError`, `ResultNotReadyError` before the leader has signed.
    """
    case = lock(case_id, seen_version=seen_version)
    turns.require(case, Action.ISSUE, actor)
    document = documents.current_result(case)
    if document.state == DocumentState.SEALING:
        return document
    if document.state != DocumentState.SIGNED or case.competent_agency is None:
        raise ResultNotReadyError
    if not document.number or _year(document.created_at) != _year(at):  # numbers begin again with the year
        document.number = documents.number_text(document, next_document_number(case.competent_agency, at))
        document.save(update_fields=["number"])
    return _order(document, actor, DocumentState.SEALING, SEAL_TOPIC, at)


@transaction.atomic
def record_signature(*, document_id: int, file: StoredFile, at: datetime) -> None:
    """A worker has signed: the case moves on to the records clerk. Safe to call twice.

    The order is taken back when the case does not allow it any more: its applicant asks to withdraw it.
    """
    document = CaseDocument.objects.get(pk=document_id)
    case = lock(document.case_id)
    document.refresh_from_db()
    if document.state != DocumentState.SIGNING or _came_too_late(document, case, Action.SIGN):
        return
    actor = _who_ordered(document)
    _keep(document, file, DocumentState.SIGNED)
    advance(case, action=Action.SIGN, actor=actor, at=at, data={"document": str(document.uuid)})
    stepping.move_on(case, at, by=Action.SIGN)


@transaction.atomic
def record_issue(*, document_id: int, file: StoredFile, sealed: Sequence[StoredFile] = (), at: datetime) -> None:
    """A worker has sealed: the case is decided, and the result goes on to its way of delivery. Safe twice.

    `sealed` are the applicant's papers that were sealed with it. The order is taken back when the case does not allow
    it any more.
    """
    document = CaseDocument.objects.get(pk=document_id)
    case = lock(document.case_id)
    document.refresh_from_db()
    if document.state != DocumentState.SEALING or _came_too_late(document, case, Action.ISSUE):
        return
    actor = _who_ordered(document)
    correcting.revoke_issued(case, at)
    document.issued_at = at
    _keep(document, file, DocumentState.ISSUED)
    for place, paper in enumerate(sealed, start=1):
        CaseDocument.objects.create(
            case=case,
            kind=DocumentKind.SEALED,
            version=place,
            state=DocumentState.ISSUED,
            number=document.number,
            file=paper,
            context={"name": paper.display_name},
            orders=document.orders[-1:],
            created_at=at,
            issued_at=at,
        )
    advance(case, action=Action.ISSUE, actor=actor, at=at, data={"document": str(document.uuid)})
    step = stepping.move_on(case, at, by=Action.ISSUE)
    charging.ask_at_return(case, at)
    if case.delivery == Delivery.ELECTRONIC:
        if not owed(case):  # else it is handed over as soon as it is paid
            advance(case, action=Action.RETURN_RESULT, actor=SYSTEM, at=at)
    elif step is None or Action.ARRIVE not in stepping.definition_of_step(case, step).actions:
        advance(case, action=Action.ARRIVE, actor=SYSTEM, at=at)


@transaction.atomic
def signature_failed(*, document_id: int, reason: str) -> None:
    """The key was refused (revoked, expired): the order is taken back and the reason shown to who ordered it."""
    document = CaseDocument.objects.select_for_update().get(pk=document_id)
    back = {DocumentState.SIGNING: DocumentState.DRAFT, DocumentState.SEALING: DocumentState.SIGNED}
    before = DocumentState(document.state)
    if before in back:
        document.state, document.failure = back[before], reason
        document.orders = document.orders[:-1]
        document.save(update_fields=["state", "failure", "orders"])


def _year(moment: datetime) -> int:
    return timezone.localtime(moment).year


def _order(document: CaseDocument, actor: Seat, state: DocumentState, topic: str, at: datetime) -> CaseDocument:
    account, agency = actor.account, actor.agency
    seals = state == DocumentState.SEALING
    document.state, document.failure = state, ""
    document.orders = [
        *document.orders,
        {
            "account": account.pk,
            "agency": agency.pk,
            "role": actor.role,
            "key": agency.signing_key if seals else account.signing_key,
            "name": account.full_name,
            "at": at.isoformat(),
            **_capacity(actor),
        },
    ]
    document.save(update_fields=["state", "failure", "orders"])
    outbox.record(
        topic=topic,
        group=f"document:{document.uuid}",
        key=f"document:{document.uuid}:{len(document.orders)}:{state}:{at.isoformat()}",
        payload={"document_id": document.pk},
        at=at,
    )
    return document


def _capacity(actor: Seat) -> dict[str, Any]:
    """Return under which title the actor signs; for somebody else: with which mark, and of whose title."""
    given = actor.delegation
    if given is None or given.purpose != Purpose.SIGNING:
        return {"title": actor.title, "delegation": given.pk if given else None}
    mark = CAPACITIES[SigningCapacity(given.capacity)]
    return {"title": given.title, "mark": mark, "of": given.appointment.title, "delegation": given.pk}


def _came_too_late(document: CaseDocument, case: Case, action: Action) -> bool:
    """Return whether the case moved away while a worker signed; then what was ordered is taken back."""
    if is_allowed(State(case.state), action, Role(document.orders[-1]["role"])):
        return False
    signature_failed(document_id=document.pk, reason=str(ActionNotAllowedError.message))
    return True


def _who_ordered(document: CaseDocument) -> Actor:
    order = document.orders[-1]
    given = Delegation.objects.select_related("appointment__account").filter(pk=order.get("delegation")).first()
    return Actor(
        role=Role(order["role"]),
        account=Account.objects.get(pk=order["account"]),
        agency=Agency.objects.get(pk=order["agency"]),
        delegation=given,
    )


def _keep(document: CaseDocument, file: StoredFile, state: DocumentState) -> None:
    document.file, document.state = file, state
    document.save(update_fields=["file", "state", "issued_at"])
