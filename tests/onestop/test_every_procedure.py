"""No procedure may be a toy: each that can be filed goes with its first sample to a signed result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pytest

from identity import signing
from identity.models import Account, Agency
from identity.officers import Seat
from identity.states import Role
from onestop.actors import applicant
from onestop.errors import ActionNotAllowedError
from onestop.kinds import DocumentKind, DocumentState, RequestOutcome
from onestop.models import Case, CaseStep
from onestop.printing import expectation
from onestop.services import consulting, deciding, filing, handling, receiving, requesting, returning, stepping, turns
from onestop.services.consulting import Addressee
from onestop.services.papers import attach_paper
from onestop.states import Action, State
from portal.core import files
from procedures import definition as definitions
from procedures.definition import ProcedureDefinition, Sample
from procedures.eforms import FieldDefinition, FormDefinition, StepDefinition, clean_answers
from procedures.eforms.definition import Text
from procedures.seeding import documents
from tests import factories
from tests.factories import ZONE

FILEABLE = [found for found in map(definitions.load, documents()) if found.is_fileable]
ANSWERS: dict[str, Any] = {"money": 500_000, "date": "2026-11-24", "yes_no": "YES", "statement": True}


def file(definition: ProcedureDefinition, sample: Sample, by: Account, at: datetime) -> Case:
    """File a sample's answers, a picture for each paper, and take the fee as paid."""
    draft = filing.start_draft(account=by, code=definition.code, prefill={}, at=at)
    answers = dict(sample.answers)
    assert definition.form is not None
    for field in definition.form.fields.values():
        if field.kind == "file" and answers.get(field.code):
            stored = factories.stored_file(at=at)
            paper = attach_paper(case_id=draft.pk, code=field.code, file=stored, at=at)
            answers[field.code] = [str(paper.uuid)]
    filing.save_answers(draft_id=draft.pk, answers=answers, at=at)
    return factories.paid(filing.submit(draft_id=draft.pk, account=by, at=at), at=at)


def somebody(role: Role, step: CaseStep | None, case: Case) -> Seat:
    """Return a civil servant who has not touched the case yet, at the agency whose turn it is."""
    place = step.agency if step else case.receiving_centre
    assert place is not None
    return factories.actor(role, place, signing_key="leader-test" if role == Role.LEADER else "")


def found(definition: StepDefinition, day: str) -> Mapping[str, Any]:
    """Return something for everything that the holder of a step may record, as its form accepts it."""
    answers = {field.code: _example(field, day) for field in definition.fields}
    result = clean_answers(FormDefinition((definition,)), answers, datetime.fromisoformat(day).date())
    assert result.errors == {}
    return result.answers


def _example(field: FieldDefinition, day: str) -> Any:
    if field.kind == "choice":
        return field.options[0].value
    if field.kind == "date":
        return day
    if field.kind == "number":
        return field.minimum if isinstance(field.minimum, int) else 1
    return ANSWERS.get(field.kind, "12/2026"[: field.max_length])


def hear(codes: Sequence[str], case: Case, actor: Seat, at: datetime) -> None:
    """Ask all agencies at once; the case waits until the last has answered."""
    of = [Addressee(agency) for agency in Agency.objects.filter(code__in=codes)]
    asked = consulting.ask(case_id=case.pk, actor=actor, of=of, text="Xin ý kiến", at=at)
    assert len(asked) == len(codes)
    for request in asked:
        with pytest.raises(ActionNotAllowedError):
            turns.require(case, Action.PROPOSE, actor)
        assert request.asked_of is not None
        other = factories.actor(Role.OFFICER, request.asked_of)
        consulting.answer(request_id=request.pk, actor=other, outcome=RequestOutcome.AGREED, text="", at=at)


def handle(case: Case, by: Account, at: datetime) -> None:
    """Do what the open step is there for."""
    step = case.open_step
    assert step is not None
    defined, actor = stepping.definition_of_step(case, step), somebody(Role(step.role), step, case)
    who: dict[str, Any] = {"case_id": case.pk, "actor": actor, "at": at}
    if defined.facts and Action.RECORD_FACTS in defined.actions:
        page = StepDefinition("facts", Text(), Text(), None, defined.facts)
        handling.record_facts(**who, facts=found(page, at.date().isoformat()))
    if Action.ASK_CONSENT in defined.actions:
        requesting.ask_consent(**who)
        requesting.answer_consent(case_id=case.pk, actor=applicant(by), agrees=True, text="", at=at)
    if defined.consultation and defined.consultation.agencies:
        hear(defined.consultation.agencies, case, actor, at)
    assert factories.deliver_all() == []
    if Action.PROPOSE in defined.actions:
        handling.propose(**who)
    elif Action.SIGN in defined.actions:
        deciding.order_signature(**who)
    elif Action.ISSUE in defined.actions:
        deciding.order_issue(**who)
    elif Action.RETURN_RESULT in defined.actions:
        brought = returning.originals_to_compare(case)
        returning.return_result(
            **who, checked_id_number=case.applicant_id_number, compared=brought, waybill="BD123456789VN"
        )
    else:
        handling.forward(**who)
    assert factories.deliver_all() == []


@pytest.mark.django_db
@pytest.mark.usefixtures("neighbours", "authority")
@pytest.mark.parametrize("definition", FILEABLE, ids=lambda definition: definition.code)
def test_a_case_goes_from_its_first_sample_to_a_signed_result(definition: ProcedureDefinition) -> None:
    factories.named_by_samples(definition)
    factories.published(definition.code)
    sample = definition.samples[0]
    at = datetime.fromisoformat(sample.filed_at or "2026-11-24T09:00").replace(tzinfo=ZONE)
    by = factories.citizen()

    case = file(definition, sample, by, at)
    assert case.state == State.SUBMITTED
    case = receiving.accept(case_id=case.pk, actor=somebody(Role.CLERK, None, case), at=at)
    for _step in definition.process.steps if definition.process else ():
        case.refresh_from_db()
        if case.state == State.RETURNED:
            break
        handle(case, by, at)

    case.refresh_from_db()
    assert case.state == State.RETURNED
    document = case.documents.get(kind=DocumentKind.RESULT)
    assert document.state == DocumentState.ISSUED and document.file is not None
    verdict = signing.verify(files.read(document.file), expected=expectation(document))
    assert verdict.is_valid and len(verdict.signatures) == 2
