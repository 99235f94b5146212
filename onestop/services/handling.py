"""Inside *processing*: facts recorded, the personal number asked for, the result drafted and proposed, steps back and
forth, or to a colleague.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.models import Account, Appointment
from identity.officers import Seat
from identity.states import Role
from onestop.actors import SYSTEM
from onestop.errors import ActionNotAllowedError, FactsMissingError, ReasonMissingError
from onestop.models import Case, CaseDocument, CaseStep
from onestop.models.papers import REFUSAL
from onestop.services import documents, population, stepping, turns, warning
from onestop.services.advancing import advance, lock
from onestop.services.requesting import consent_is_missing
from onestop.states import Action
from procedures.definition import ProcessStep
from procedures.rules import evaluate


@transaction.atomic
def take(*, case_id: int, actor: Seat, at: datetime, seen_version: int | None = None) -> CaseStep:
    """Make the actor the holder of the open step, so that colleagues leave it to them.

    Raises `ActionNotAllowedError` when it is not theirs to do, or somebody holds it; `StaleCaseError`.
    """
    case = lock(case_id, seen_version=seen_version)
    step = step_to_take(case, actor)
    advance(case, action=Action.TAKE, actor=actor, at=at)
    step.holder = actor.account
    step.save(update_fields=["holder"])
    return step


def step_to_take(case: Case, actor: Seat) -> CaseStep:
    """Return the open step when the actor may do it and nobody holds it; raises `ActionNotAllowedError`."""
    step = turns.require_place(case, actor)
    if step.holder is not None or turns.is_excluded(case, step, actor.people):
        raise ActionNotAllowedError
    return step


@transaction.atomic
def record_facts(
    *, case_id: int, actor: Seat, facts: Mapping[str, Any], at: datetime, seen_version: int | None = None
) -> Case:
    """Keep what the handling found (cleaned by the step's fields), and ask for what only a register can give.

    Raises `ActionNotAllowedError`, `StaleCaseError`.
    """
    case = lock(case_id, seen_version=seen_version)
    step = turns.require(case, Action.RECORD_FACTS, actor)
    case.facts = case.facts | dict(facts)
    advance(case, action=Action.RECORD_FACTS, actor=actor, at=at, data={"fields": sorted(facts)})
    if population.is_wanted(case, stepping.definition_of_step(case, step)):
        population.ask_for_personal_number(case, at)
    return case


@transaction.atomic
def record_personal_number(*, case_id: int, number: str, at: datetime) -> Case:
    """Keep the personal number that the population database gave. Safe to call twice."""
    case = lock(case_id)
    if case.facts.get(population.FACT) != number:
        case.facts = case.facts | {population.FACT: number}
        advance(case, action=Action.RECORD_FACTS, actor=SYSTEM, at=at, data={"fields": [population.FACT]})
    return case


@transaction.atomic
def draft(
    *,
    case_id: int,
    actor: Seat,
    edited: Mapping[str, Any],
    at: datetime,
    seen_version: int | None = None,
) -> CaseDocument:
    """Write the draft of the result, to be looked at before it is proposed; the facts may still be incomplete.

    `edited` holds the parts of the wording that are to say something else than the template, or the reasons of a
    refusal (`REFUSAL`). Raises `ReasonMissingError` for a refusal without reasons, `ActionNotAllowedError`.
    """
    case = lock(case_id, seen_version=seen_version)
    turns.require(case, Action.PROPOSE, actor)
    if REFUSAL in edited and not edited[REFUSAL].strip():
        raise ReasonMissingError
    document = documents.draft_result(case, at=at, edited=edited)
    advance(case, action=Action.DRAFT_RESULT, actor=actor, at=at, data={"edited": sorted(edited)})
    return document


@transaction.atomic
def propose(*, case_id: int, actor: Seat, at: datetime, note: str = "", seen_version: int | None = None) -> Case:
    """Write the draft result and lay it before the signer.

    Raises `FactsMissingError` while a required fact, or the applicant's consent, is missing; a refusal needs neither.
    """
    case = lock(case_id, seen_version=seen_version)
    step = stepping.definition_of_step(case, turns.require(case, Action.PROPOSE, actor))
    drafted = documents.draft_of(case)
    if drafted is None or not drafted.is_refusal:
        _require_all(case, step)
    documents.draft_result(case, at=at)
    advance(case, action=Action.PROPOSE, actor=actor, at=at, note=note)
    stepping.move_on(case, at, by=Action.PROPOSE)
    return case


def is_ready_to_propose(case: Case) -> bool:
    """Return whether everything that the open step must record is there, and the applicant's consent where asked."""
    return has_recorded_all(case) and not consent_is_missing(case)


def has_recorded_all(case: Case) -> bool:
    """Return whether everything that the open step must record is there."""
    step = case.open_step
    return step is None or not _missing_facts(case, stepping.definition_of_step(case, step))


def _require_all(case: Case, step: ProcessStep) -> None:
    names = {population.FACT: str(_("Personal identity number"))} | {
        fact.code: str(fact.label) for fact in step.facts
    }
    missing = [names.get(code, code) for code in _missing_facts(case, step)]
    if missing:
        raise FactsMissingError(_("Still missing in this step: %(facts)s.") % {"facts": ", ".join(missing)})
    if consent_is_missing(case):
        raise FactsMissingError(
            _("The applicant has not agreed to the draft yet: send it to them, or wait for their answer.")
        )


def _missing_facts(case: Case, step: ProcessStep) -> list[str]:
    """Return the facts that the step requires and that nobody recorded; what it does not ask for is not missing."""
    known, today = case.answers | case.facts, case.answered_on(timezone.localdate(case.created_at))
    unasked = {fact.code for fact in step.facts if fact.show_if and not evaluate(fact.show_if, known, today)}
    return [code for code in step.requires if code not in unasked and not case.facts.get(code)]


@transaction.atomic
def forward(*, case_id: int, actor: Seat, at: datetime, note: str = "", seen_version: int | None = None) -> Case:
    """Pass the case on to the next step."""
    case = lock(case_id, seen_version=seen_version)
    turns.require(case, Action.FORWARD, actor)
    advance(case, action=Action.FORWARD, actor=actor, at=at, note=note)
    stepping.move_on(case, at)
    return case


@transaction.atomic
def send_back(
    *, case_id: int, actor: Seat, to: str, reason: str, at: datetime, seen_version: int | None = None
) -> Case:
    """Return the case to an earlier step, with the reason.

    Raises `ReasonMissingError`, `ActionNotAllowedError`.
    """
    case = lock(case_id, seen_version=seen_version)
    turns.require(case, Action.SEND_BACK, actor)
    if not reason.strip():
        raise ReasonMissingError
    documents.withdraw_unsigned_result(case)
    advance(case, action=Action.SEND_BACK, actor=actor, at=at, note=reason, data={"to": to})
    stepping.move_back(case, to, at)
    return case


@transaction.atomic
def reassign(
    *, case_id: int, actor: Seat, to: Account, reason: str, at: datetime, seen_version: int | None = None
) -> CaseStep:
    """Give the open step to a colleague of the same role and agency; the due time stays.

    Raises `ReasonMissingError`, `ActionNotAllowedError` when `to` does not serve there today, or has acted in a step
    that excludes this one.
    """
    case = lock(case_id, seen_version=seen_version)
    step = step_to_reassign(case, actor)
    if not reason.strip():
        raise ReasonMissingError
    if not colleagues(step, at).filter(pk=to.pk).exists() or turns.is_excluded(case, step, [to]):
        raise ActionNotAllowedError(_("This colleague cannot take the step."))
    note, data = f"{to.full_name}: {reason}", {"from": step.holder_id}
    event = advance(case, action=Action.REASSIGN, actor=actor, at=at, note=note, data=data)
    step.holder = to
    step.save(update_fields=["holder"])
    warning.tell_of_giving(step, event)
    return step


def step_to_reassign(case: Case, actor: Seat) -> CaseStep:
    """Return the open step when the actor may give it to somebody: its holder may, anyone of its role while nobody
    holds it, and the leader of its agency. Raises `ActionNotAllowedError`.
    """
    step = case.open_step
    if step is None or not actor.is_at(step.agency_id):
        raise ActionNotAllowedError
    return step if actor.role == Role.LEADER else turns.require_place(case, actor)


def colleagues(step: CaseStep, at: datetime) -> QuerySet[Account]:
    """Return who may hold the step beside its holder: those who serve in its role at its agency that day."""
    serving = Appointment.objects.on(timezone.localtime(at).date()).filter(agency=step.agency_id, role=step.role)
    return Account.objects.filter(pk__in=serving.values("account"), is_active=True).exclude(pk=step.holder_id or 0)
