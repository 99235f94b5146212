"""Inside *processing*: facts recorded, the personal number asked for, the result proposed, steps back and forth."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from onestop.actors import SYSTEM, Actor
from onestop.errors import FactsMissingError, ReasonMissingError
from onestop.models import Case, CaseStep
from onestop.services import documents, population, stepping
from onestop.services.advancing import advance, lock
from onestop.services.requesting import consent_is_missing
from onestop.states import Action
from procedures.definition import ProcessStep
from procedures.rules import evaluate


@transaction.atomic
def take(*, case_id: int, actor: Actor) -> CaseStep:
    """Make the actor the holder of the open step, so that colleagues leave it to them.

    Raises `ActionNotAllowedError` when the step belongs to another role or agency, or a colleague holds it.
    """
    step = stepping.require_place(lock(case_id), actor)
    step.holder = actor.account
    step.save(update_fields=["holder"])
    return step


@transaction.atomic
def record_facts(
    *, case_id: int, actor: Actor, facts: Mapping[str, Any], at: datetime, seen_version: int | None = None
) -> Case:
    """Keep what the handling found (cleaned by the step's fields), and ask for what only a register can give.

    Raises `ActionNotAllowedError`, `StaleCaseError`.
    """
    case = lock(case_id, seen_version=seen_version)
    step = stepping.require(case, Action.RECORD_FACTS, actor)
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
def propose(*, case_id: int, actor: Actor, at: datetime, note: str = "", seen_version: int | None = None) -> Case:
    """Write the draft result and lay it before the signer.

    Raises `FactsMissingError` while a required fact, or the applicant's consent, is missing.
    """
    case = lock(case_id, seen_version=seen_version)
    step = stepping.require(case, Action.PROPOSE, actor)
    if _missing_facts(case, stepping.definition_of_step(case, step), at) or consent_is_missing(case):
        raise FactsMissingError
    documents.draft_result(case, at=at)
    advance(case, action=Action.PROPOSE, actor=actor, at=at, note=note)
    stepping.move_on(case, at, by=Action.PROPOSE)
    return case


@transaction.atomic
def forward(*, case_id: int, actor: Actor, at: datetime, note: str = "", seen_version: int | None = None) -> Case:
    """Pass the case on to the next step."""
    case = lock(case_id, seen_version=seen_version)
    stepping.require(case, Action.FORWARD, actor)
    advance(case, action=Action.FORWARD, actor=actor, at=at, note=note)
    stepping.move_on(case, at)
    return case


@transaction.atomic
def send_back(
    *, case_id: int, actor: Actor, to: str, reason: str, at: datetime, seen_version: int | None = None
) -> Case:
    """Return the case to an earlier step, with the reason.

    Raises `ReasonMissingError`, `ActionNotAllowedError`.
    """
    case = lock(case_id, seen_version=seen_version)
    stepping.require(case, Action.SEND_BACK, actor)
    if not reason.strip():
        raise ReasonMissingError
    documents.withdraw_unsigned_result(case)
    advance(case, action=Action.SEND_BACK, actor=actor, at=at, note=reason, data={"to": to})
    stepping.move_back(case, to, at)
    return case


def _missing_facts(case: Case, step: ProcessStep, at: datetime) -> list[str]:
    """Return the facts that the step requires and that nobody recorded; what it does not ask for is not missing."""
    today = timezone.localtime(at).date()
    known = case.answers | case.facts
    unasked = {fact.code for fact in step.facts if fact.show_if and not evaluate(fact.show_if, known, today)}
    return [code for code in step.requires if code not in unasked and not case.facts.get(code)]
