"""The one place where a case changes its state: lock, look up the table, save, write history, tell the world."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.utils.translation import gettext as _

from identity.officers import Actor
from identity.states import Role
from onestop import deadlines
from onestop.actors import may
from onestop.errors import ActionNotAllowedError, FiledAlreadyError, StaleCaseError
from onestop.kinds import RequestOutcome
from onestop.models import Case, CaseEvent
from onestop.national_portal import messages
from onestop.references import of_case
from onestop.services import notices, stepping
from onestop.states import CLOCK_STOPS, ENDED, ENDS_STEP, INTERNAL, NATIONAL_STATUS, Action, State, next_state
from payments.models import FeeRequest
from payments.services import cancel_fee
from payments.states import FeeState
from portal.core import ledger, outbox

NATIONAL_TOPIC: Final = "national_portal.progress"
STAMPS: Final = {
    State.SUBMITTED: "submitted_at",
    State.ACCEPTED: "accepted_at",
    State.DECIDED: "decided_at",
    State.RETURNED: "returned_at",
}


def lock(case_id: int, *, seen_version: int | None = None) -> Case:
    """Return the case locked for this transaction.

    Raises `Case.DoesNotExist`; `StaleCaseError` when somebody has changed it since the page that shows
    `seen_version`, with who and what. What the system added by itself in the meantime, an answer from a register for
    instance, is no reason to refuse a person's act.
    """
    case = (
        Case.objects.select_for_update(of=("self",))
        .with_procedure()
        .select_related("receiving_centre", "competent_agency", "applicant")
        .get(pk=case_id)
    )
    if seen_version is not None and seen_version != case.version:
        _refuse_if_somebody_changed(case, seen_version)
    return case


def lock_draft(case_id: int) -> Case:
    """Return what was a draft, locked for this transaction: filed perhaps in the meantime.

    Raises `ActionNotAllowedError` when it was deleted.
    """
    case = Case.objects.select_for_update(of=("self",)).with_procedure().filter(pk=case_id).first()
    if case is None:
        raise ActionNotAllowedError(_("This draft was deleted in the meantime."))
    return case


def open_draft(case_id: int) -> Case:
    """Return the draft, locked; raises `FiledAlreadyError`, or `ActionNotAllowedError` when it was deleted."""
    case = lock_draft(case_id)
    if not case.is_draft:
        raise FiledAlreadyError
    return case


def advance(
    case: Case,
    *,
    action: Action,
    actor: Actor,
    at: datetime,
    note: str = "",
    data: Mapping[str, Any] | None = None,
) -> CaseEvent:
    """Carry out `action` on a locked case; returns the history row, written with it.

    Raises `ActionNotAllowedError` when the table of states refuses. The national portal's message and the
    applicant's notice are recorded in the same transaction. A case that has ended has no open step, waits for nobody
    and has no fee due.
    """
    _be_the_applicant(case, actor)
    if not may(actor, action):
        raise ActionNotAllowedError
    before, after = State(case.state), next_state(State(case.state), action, actor.role)
    _move_clock(case, before, after, at)
    case.state, case.version, case.changed_at = after, case.version + 1, at
    stamp = STAMPS.get(after)
    if stamp and before != after and getattr(case, stamp) is None:
        setattr(case, stamp, at)
    case.save()
    event = _write_history(case, action, before, actor, at, note, dict(data or {}))
    if action in ENDS_STEP:
        case.steps.filter(finished_at=None, holder=None).update(holder=actor.account)
    if after in ENDED:
        stepping.end(case, at)
        case.requests.awaited().update(answered_at=at, outcome=RequestOutcome.ENDED)
        _cancel_fees(case, at)
    _tell_the_national_portal(case, event, at)
    notices.tell(case, event)
    return event


def _be_the_applicant(case: Case, actor: Actor) -> None:
    """Raise `ActionNotAllowedError` when somebody acts as the applicant of a case that is not theirs."""
    if actor.role == Role.APPLICANT and (actor.account is None or actor.account.pk != case.applicant_id):
        raise ActionNotAllowedError


def _cancel_fees(case: Case, at: datetime) -> None:
    due = FeeRequest.objects.filter(of_case(case), state=FeeState.DUE)
    for reference in due.values_list("reference", flat=True):
        cancel_fee(reference=reference, at=at)


def _move_clock(case: Case, before: State, after: State, at: datetime) -> None:
    if after in CLOCK_STOPS and before not in CLOCK_STOPS:
        deadlines.stop_clock(case, at)
    elif before in CLOCK_STOPS and after not in CLOCK_STOPS:
        deadlines.restart_clock(case, at)


def _write_history(
    case: Case, action: Action, before: State, actor: Actor, at: datetime, note: str, data: dict[str, Any]
) -> CaseEvent:
    is_first = case.version == 1
    last = None if is_first else case.events.order_by("-sequence").first()
    open_step = None if is_first else case.steps.filter(finished_at=None).first()
    event = CaseEvent(
        case=case,
        sequence=case.version,
        at=at,
        action=action,
        from_state=before,
        to_state=case.state,
        actor=actor.account,
        on_behalf_of=actor.holder,
        role=actor.role,
        agency=actor.agency,
        step=open_step.code if open_step else "",
        note=note,
        data=data | {"national_time": _national_time(last, at).isoformat()},
        previous_hash=bytes(last.hash) if last else ledger.GENESIS,
    )
    event.hash = ledger.chain(bytes(event.previous_hash), hashed_fields(event))
    event.save(force_insert=True)
    return event


def hashed_fields(event: CaseEvent) -> dict[str, object]:
    """Return what an event's hash covers: everything but the hashes themselves."""
    behalf = {"on_behalf_of": event.on_behalf_of_id} if event.on_behalf_of_id else {}
    return behalf | {
        "case": event.case_id,
        "sequence": event.sequence,
        "at": event.at.astimezone(UTC).isoformat(),
        "action": str(event.action),
        "from": str(event.from_state),
        "to": str(event.to_state),
        "actor": event.actor_id,
        "role": str(event.role),
        "agency": event.agency_id,
        "step": event.step,
        "note": event.note,
        "data": event.data,
    }


def _national_time(last: CaseEvent | None, at: datetime) -> datetime:
    # A progress row's key is (MaHoSo, TrangThai, ThoiDiemXuLy), and that time has whole seconds: two acts
    # within one second would be one row to the national portal.
    moment = at.replace(microsecond=0)
    if last is None:
        return moment
    return max(moment, datetime.fromisoformat(last.data["national_time"]) + timedelta(seconds=1))


def _tell_the_national_portal(case: Case, event: CaseEvent, at: datetime) -> None:
    if case.code is None or State(case.state) not in NATIONAL_STATUS or _stays_inside(event):
        return
    outbox.record(
        topic=NATIONAL_TOPIC,
        group=f"national:{case.code}",
        key=f"national:{case.code}:{event.sequence}",
        payload=messages.snapshot(case, event),
        at=at,
    )


def _stays_inside(event: CaseEvent) -> bool:
    """Return whether nobody outside hears of an act: of one in confidence at most that the clock runs again."""
    return event.action in INTERNAL or (event.is_confidential and event.data.get("holds_clock", True))


def _refuse_if_somebody_changed(case: Case, seen: int) -> None:
    since = case.events.filter(sequence__gt=seen, actor__isnull=False)
    last = since.select_related("actor").order_by("-sequence").first()
    if last is None or last.actor is None:
        return
    message = _("The case was changed by %(who)s (%(what)s) after you opened it. Nothing of yours was lost.")
    raise StaleCaseError(message % {"who": last.actor.full_name, "what": last.title.lower()})
