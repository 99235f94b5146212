"""From the first answer to a case with a code: drafts, submission, the fee at filing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from identity.models import Account, Agency
from identity.officers import Actor
from identity.queries import agency_by_code, centre_of
from onestop.actors import SYSTEM, applicant
from onestop.errors import (
    ActionNotAllowedError,
    FormChangedError,
    IncompleteAnswersError,
    NotEligibleError,
    ProcedureUnavailableError,
    TypedNotAcceptedError,
)
from onestop.kinds import Channel, Delivery
from onestop.models import AcceptOnPayment, Case, CasePaper, Confirmation, Draft
from onestop.references import ACCEPT_TOPIC, filing_fee
from onestop.services import carrying, stepping
from onestop.services.advancing import advance, lock, lock_draft, open_draft
from onestop.services.numbering import next_case_code
from onestop.services.papers import attach
from onestop.states import Action, State
from payments.models import FeeRequest
from payments.services import request_fee
from portal.core import outbox
from portal.core.models import StoredFile
from procedures.definition import FeeLine
from procedures.eforms import clean_answers, visible_steps, with_computed
from procedures.eforms.definition import FormDefinition
from procedures.models import ProcedureVersion
from procedures.queries import version_id_of, version_in_force


def start_draft(*, account: Account, code: str, prefill: Mapping[str, Any], at: datetime) -> Case:
    """Return the draft of `account` for the procedure: the one they have, or a new one with `prefill` answers.

    Raises `ProcedureUnavailableError` when the procedure has no form in force today.
    """
    version = fileable(code, at)
    draft, _created = Case.objects.get_or_create(
        applicant=account,
        procedure=version.procedure,
        state=State.DRAFT,
        channel=Channel.ONLINE,
        defaults={
            "procedure_version": version,
            "answers": dict(prefill),
            "created_at": at,
            "changed_at": at,
        },
    )
    Draft.objects.get_or_create(case=draft)
    return draft


@transaction.atomic
def save_answers(*, draft_id: int, answers: Mapping[str, Any], at: datetime) -> Case:
    """Lay `answers` (cleaned, of one step) over those of the draft.

    Raises `ActionNotAllowedError` when the case has been filed already.
    """
    case = open_draft(draft_id)
    form, today = stepping.definition_of(case).form, timezone.localtime(at).date()
    case.answers = with_computed(form, case.answers | dict(answers), today)
    case.changed_at = at
    case.save(update_fields=["answers", "changed_at"])
    return case


@transaction.atomic
def discard_draft(*, draft_id: int, account: Account) -> None:
    """Delete a draft and what was uploaded to it; raises `ActionNotAllowedError` when it is none any more."""
    case = open_draft(draft_id)
    if case.applicant_id != account.pk:
        raise ActionNotAllowedError
    erase(case)


def erase(case: Case) -> None:
    """Delete a locked draft and its files, save those that were given with another case, too."""
    uploaded = list(case.papers.values_list("file", flat=True))
    case.delete()
    elsewhere = CasePaper.objects.filter(file__in=uploaded).values("file")
    # What lies in storage is reaped after its grace time.
    StoredFile.objects.filter(pk__in=uploaded).exclude(pk__in=elsewhere).delete()


def has_newer_form(case: Case, at: datetime) -> bool:
    """Return whether another version than the draft's is in force; raises `ProcedureUnavailableError` if none is."""
    today = timezone.localtime(at).date()
    current = version_id_of(case.procedure, today)
    if current is None:
        raise ProcedureUnavailableError
    if current != case.procedure_version_id:
        return True
    availability = stepping.definition_of(case).availability
    if not availability.takes_cases_on(today):
        raise ProcedureUnavailableError(availability.notice or None)
    return False


@transaction.atomic
def bring_up_to_date(*, draft_id: int, at: datetime) -> Case:
    """Put the draft under the version in force, its answers carried over; what changed is noted for its writer.

    Safe to call twice. Raises `ProcedureUnavailableError`; the draft stays as it was.
    """
    case = open_draft(draft_id)
    version = fileable(case.procedure.code, at)
    if version.pk == case.procedure_version_id:
        return case
    draft, _created = Draft.objects.get_or_create(case=case)
    carrying.carry_over(case, draft, version, at)
    draft.save()
    case.save(update_fields=["procedure_version", "answers"])
    return case


@transaction.atomic
def submit(*, draft_id: int, account: Account, at: datetime) -> Case:
    """File the draft: it becomes *submitted* with a case code, or *awaiting payment* when a fee is due now.

    Filing twice is filing once: a case that is filed already is returned as it is. Raises
    `IncompleteAnswersError` naming the first step in need, `TypedNotAcceptedError` naming a page on which something
    waits to be accepted, `FormChangedError` when a new version asks something else, `ProcedureUnavailableError` when
    the procedure was retired in the meantime: the draft stays as it was; `ActionNotAllowedError` when it was deleted.
    """
    case = lock_draft(draft_id)
    if case.applicant_id != account.pk:
        raise ActionNotAllowedError
    if case.state != State.DRAFT:
        return case
    case.applicant = account  # read already
    file_draft(case, actor=applicant(account), at=at)
    return case


@transaction.atomic
def submit_for(case: Case, *, owner: Account, typed_by: Account, at: datetime) -> Case:
    """File a locked draft that `typed_by` has typed as the case of `owner`, who confirmed it; raises as `submit`."""
    if case.state != State.DRAFT:
        raise ActionNotAllowedError
    case.applicant = owner
    file_draft(case, actor=applicant(owner), at=at, typed_by=typed_by)
    return case


def file_draft(case: Case, *, actor: Actor, at: datetime, typed_by: Account | None = None) -> None:
    """File a locked draft, whoever has filled it in; raises what `submit` raises."""
    if has_newer_form(case, at):
        version = fileable(case.procedure.code, at)
        if carrying.concerns_applicants(case.procedure_version, version):
            raise FormChangedError
        case.procedure_version = version
    _refuse_typed(case, at)
    _take_answers(case, case.answers, at)
    Draft.objects.filter(case=case).delete()
    if typed_by is None:  # nobody needs to confirm it any more
        Confirmation.objects.filter(case=case).delete()
    # The last: others who file at the same centre wait for its number until this is committed.
    _file(case, actor=actor, at=at, data={"typed_by": typed_by.pk} if typed_by else {})


@transaction.atomic
def settle_filing_fee(*, case_id: int, at: datetime, actor: Actor = SYSTEM) -> Case:
    """The fee due at filing was paid: the case is submitted. Safe to call twice; a case that moved on stays.

    `actor` is the clerk who has taken it in cash, or the system, which was told that it came.
    """
    case = lock(case_id)
    if case.state == State.AWAITING_PAYMENT:
        _follow_succession(case, timezone.localtime(at).date())
        _give_code(case, at)
        advance(case, action=Action.SETTLE_FEE, actor=actor, at=at)
        _order_acceptance(case, at)
    return case


def _order_acceptance(case: Case, at: datetime) -> None:
    """Record that the case is to be accepted now, when the clerk who filed it has asked for that."""
    if AcceptOnPayment.objects.filter(case=case).exists():
        outbox.record(
            topic=ACCEPT_TOPIC,
            group=f"accept:{case.uuid}",
            key=f"accept:{case.uuid}",
            payload={"case_id": case.pk},
            at=at,
        )


@transaction.atomic
def cancel_filing(*, case_id: int, account: Account, at: datetime) -> Case:
    """Give up a filing that waits for its fee; the demand for money ends with it."""
    case = lock(case_id)
    advance(case, action=Action.CANCEL_FILING, actor=applicant(account), at=at)
    return case


@transaction.atomic
def receive_from_national_portal(
    *,
    code: str,
    procedure_code: str,
    account: Account | None,
    applicant_facts: Mapping[str, str],
    answers: Mapping[str, Any],
    files: Mapping[str, list[StoredFile]],
    submitted_at: datetime,
    at: datetime,
) -> Case:
    """Take in a case that was filed at the national portal; it keeps its MaHoSo. Safe to call twice.

    Raises `ProcedureUnavailableError`, or `IncompleteAnswersError` when its answers do not satisfy our form.
    """
    existing = Case.objects.filter(code=code).first()
    if existing is not None:
        return existing
    version = fileable(procedure_code, at)
    case = Case.objects.create(
        code=code,
        procedure=version.procedure,
        procedure_version=version,
        channel=Channel.NATIONAL,
        applicant=account,
        applicant_name=applicant_facts.get("name", ""),
        applicant_id_number=applicant_facts.get("id_number", ""),
        applicant_phone=applicant_facts.get("phone", ""),
        applicant_email=applicant_facts.get("email", ""),
        created_at=submitted_at,
        changed_at=at,
    )
    papers = {field: [str(attach(case, field, file, at).uuid) for file in given] for field, given in files.items()}
    _take_answers(case, dict(answers) | papers, at)
    # The fee of such a case is paid at the national portal, before it is sent on to us.
    advance(case, action=Action.SUBMIT, actor=SYSTEM, at=at)
    return case


@transaction.atomic
def file_whole(
    *,
    account: Account,
    code: str,
    answers: Mapping[str, Any],
    files: Mapping[str, list[StoredFile]],
    at: datetime,
) -> Case:
    """File a case whose answers and papers come all at once, beside whatever draft the person has on the pages.

    Raises what `submit` raises; nothing stays then.
    """
    version = fileable(code, at)
    case = Case.objects.create(
        procedure=version.procedure,
        procedure_version=version,
        channel=Channel.API,
        applicant=account,
        created_at=at,
        changed_at=at,
    )
    papers = {field: [str(attach(case, field, file, at).uuid) for file in given] for field, given in files.items()}
    _take_answers(case, dict(answers) | papers, at)
    _file(case, actor=applicant(account), at=at)
    return case


def fileable(code: str, at: datetime) -> ProcedureVersion:
    """Return the version under which a case is filed now; raises `ProcedureUnavailableError`."""
    today = timezone.localtime(at).date()
    version = version_in_force(code, today)
    if version is None:
        raise ProcedureUnavailableError
    definition = version.definition
    if not definition.is_fileable:
        raise ProcedureUnavailableError
    if not definition.availability.takes_cases_on(today):
        raise ProcedureUnavailableError(definition.availability.notice or None)
    return version


def _take_answers(case: Case, answers: Mapping[str, Any], at: datetime) -> None:
    """Validate the whole form once more and spread what other columns need; whoever advances the case saves it."""
    definition = stepping.definition_of(case)
    today = timezone.localtime(at).date()
    result = clean_answers(definition.form, answers, today)
    if result.barriers:
        raise NotEligibleError(result.first_step, result.barriers[0].message)
    if result.errors:
        raise IncompleteAnswersError(result.first_step, errors=result.errors)
    _refuse_infected(case, definition.form, result.answers)
    case.answers = result.answers
    case.delivery = result.answers.get("delivery") or Delivery.PICK_UP
    requester = result.answers.get("requester") or {}
    case.applicant_name = requester.get("full_name") or case.applicant_name
    case.applicant_id_number = requester.get("national_id") or case.applicant_id_number
    case.applicant_phone = result.answers.get("phone") or case.applicant_phone
    case.applicant_email = result.answers.get("email") or case.applicant_email
    _choose_agencies(case, definition.competent_agency(case.answers, today), today)


def _refuse_typed(case: Case, at: datetime) -> None:
    """Raise `TypedNotAcceptedError` when something was typed on a page and its writer has not gone on from there."""
    form, draft = stepping.definition_of(case).form, Draft.objects.filter(case=case).only("steps").first()
    if form is None or draft is None or not any(draft.typed(code) is not None for code in draft.steps):
        return
    for step in visible_steps(form, case.answers, timezone.localtime(at).date()):
        if draft.typed(step.code) is not None:
            raise TypedNotAcceptedError(step.code)


def _refuse_infected(case: Case, form: FormDefinition | None, answers: Mapping[str, Any]) -> None:
    """Raise `IncompleteAnswersError` when the scanner found a virus in a file after it was added."""
    found = case.papers.filter(replaced_at=None, file__scan="INFECTED").values_list("uuid", flat=True)
    infected = {str(uuid) for uuid in found}
    for step in form.steps if form else ():
        if any(infected & set(answers.get(field.code) or []) for field in step.fields if field.kind == "file"):
            raise IncompleteAnswersError(step.code)


def _choose_agencies(case: Case, code: str, today: date) -> None:
    competent: Agency = agency_by_code(code, today)
    case.competent_agency = competent
    if case.is_from_counter and case.receiving_centre and case.receiving_centre.is_in_force(today):
        return  # received where it was begun, whoever is competent
    case.receiving_centre = case.helping_agency = centre_of(competent, today)


def _follow_succession(case: Case, today: date) -> None:
    """Choose again when an agency of the case ended while its fee was awaited."""
    chosen = (case.competent_agency, case.receiving_centre)
    if case.competent_agency and any(agency and not agency.is_in_force(today) for agency in chosen):
        _choose_agencies(case, case.competent_agency.code, today)


def _file(case: Case, *, actor: Actor, at: datetime, data: Mapping[str, Any] | None = None) -> None:
    lines = stepping.filing_fees(case, at)
    if not lines:
        _give_code(case, at)
        advance(case, action=Action.SUBMIT, actor=actor, at=at, data=data)
        return
    advance(case, action=Action.SUBMIT_UNPAID, actor=actor, at=at, data=data)
    ask_for(case, filing_fee(case), lines, at)


def ask_for(case: Case, reference: str, lines: Iterable[FeeLine], at: datetime) -> FeeRequest:
    """Ask for a fee of the case; asking twice with the same `reference` returns the first demand."""
    return request_fee(
        reference=reference,
        description=case.procedure.name[:250],
        details=_receipt_details(case),
        lines=lines,
        payer_name=case.applicant_name,
        at=at,
    )


def _receipt_details(case: Case) -> dict[str, str]:
    """Return the codes that the receipt of a case's fee needs."""
    agency = case.competent_agency
    return {
        "MaTTHC": case.procedure.code,
        "TenTTHC": case.procedure.name[:250],
        "MaDonVi": agency.code if agency else "",
        "TenDonVi": agency.name if agency else "",
        "MaHoSo": str(case.uuid),
    }


def _give_code(case: Case, at: datetime) -> None:
    if case.code is None and case.receiving_centre is not None:
        case.code = next_case_code(case.receiving_centre, at)
