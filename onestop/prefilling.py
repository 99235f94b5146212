"""What is known already is shown, not asked: from the account, from a link, and on offer from one's earlier cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any, Final

from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from identity.models import Account
from onestop.drafting import form_of, stored_on
from onestop.models import Case
from onestop.services import drafts, stepping
from onestop.services.papers import reuse_papers
from onestop.services.typed import Values, asks, typed_on
from onestop.states import State
from procedures import earlier_answers
from procedures.earlier_answers import Answered, Offer
from procedures.eforms import FieldDefinition, FormDefinition, Line, StepDefinition, step_form, summary
from procedures.eforms.definition import Text
from procedures.eforms.submission import as_data
from procedures.eforms.uploads import demands_of

# What a link may fill in: short answers that tell nothing about a person. Addresses of pages are kept in histories,
# logs and messages; whatever the form marks as personal is not taken from one.
_FROM_LINKS: Final = frozenset({"text", "number", "money", "date", "yes_no", "choice", "several", "agency"})
_MOST_CASES: Final = 10


def first_answers(form: FormDefinition | None, account: Account) -> dict[str, Any]:
    """Return the answers that follow from the account, and the defaults of the form."""
    if form is None:
        return {}
    known = {code: _value(field, account) for code, field in form.fields.items()}
    return {code: value for code, value in known.items() if value not in (None, "", {})}


def _value(field: FieldDefinition, account: Account) -> Any:
    match field.prefill:
        case "account.person":
            return {
                "full_name": account.full_name,
                "birth_date": account.birth_date,
                "sex": account.sex,
                "national_id": account.national_id,
            }
        case "account.phone":
            return account.phone
        case "account.email_address":
            return account.email_address
        case "account.address":
            return account.address or None
    return field.default


# --- from a link ------------------------------------------------------------------------------


def from_link(form: FormDefinition | None, query: MultiValueDict[str, str], today: date) -> dict[str, Any]:
    """Return the answers in an address (`?copies=2`) that their questions take; all others are passed over."""
    found: dict[str, Any] = {}
    for code, question in form.fields.items() if form else ():
        if code in query and question.kind in _FROM_LINKS and not question.personal:
            value = _cleaned(question, query.getlist(code), today)
            if value not in (None, "", []):
                found[code] = value
    return found


def _cleaned(question: FieldDefinition, texts: list[str], today: date) -> Any:
    form = _single_page((replace(question, show_if=None, required_if=None, required=False),))
    page = step_form(form, "given", {}, today, MultiValueDict({question.code: texts}))
    return page.answers.get(question.code) if page.is_valid() else None


def in_words(form: FormDefinition | None, answers: dict[str, Any], today: date) -> list[Line]:
    """Return answers as their questions and what is said to them, whatever the form's rules would hide now."""
    fields = tuple(replace(form.fields[code], show_if=None) for code in answers) if form else ()
    return [line for section in summary(_single_page(fields), answers, today) for line in section.lines]


def _single_page(fields: tuple[FieldDefinition, ...]) -> FormDefinition:
    return FormDefinition((StepDefinition("given", Text(), Text(), None, fields),))


def fill_in(case: Case, answers: dict[str, Any], *, over: bool, at: datetime) -> None:
    """Lay answers into the pages that ask for them, to be looked at; those given already stay unless `over`."""
    typed: dict[str, Values] = {}
    for step in form_of(case).steps:
        there = stored_on(step, case)
        wanted = [q for q in step.fields if q.code in answers and (over or is_empty(q, there))]
        if wanted:
            kept = {name: texts for name, texts in there.items() if not any(asks(q, name) for q in wanted)}
            given = typed_on(step, as_data(step, {q.code: answers[q.code] for q in wanted}))
            typed[step.code] = kept | given
    drafts.fill_in(draft_id=case.pk, typed=typed, at=at)


def is_empty(question: FieldDefinition, values: Values) -> bool:
    """Return whether nothing was said to a question; the province that is chosen by itself says nothing."""
    said = [name for name, texts in values.items() if asks(question, name) and any(text.strip() for text in texts)]
    return not [name for name in said if question.kind != "address" or not name.endswith("__province")]


# --- from earlier cases -----------------------------------------------------------------------


class EarlierCases:
    """What people answered in the cases that they filed here."""

    def answered_by(self, account: Account) -> Sequence[Answered]:
        """Return the answers of the account's last filed cases, the newest first."""
        filed = Case.objects.of_applicant(account).exclude(state__in=[State.DRAFT, State.AWAITING_PAYMENT])
        cases = filed.filter(submitted_at__isnull=False).with_procedure()
        newest = cases.order_by("-submitted_at", "-pk")[:_MOST_CASES]
        return [answered for case in newest if (answered := _answered(case)) is not None]


def _answered(case: Case) -> Answered | None:
    form = stepping.definition_of(case).form
    if form is None or case.submitted_at is None:
        return None
    on = timezone.localtime(case.submitted_at).date()
    return Answered(str(case.uuid), str(case.procedure.title), on, case.procedure.code, form, case.answers)


earlier_answers.register(EarlierCases())


def offers(case: Case, account: Account, step: StepDefinition, today: date) -> list[Offer]:
    """Return what the person may use again for questions of a page that say nothing yet, in their own case only."""
    if case.applicant_id != account.pk:
        return []
    there = stored_on(step, case)
    empty = {
        question.code
        for question in step.fields
        if (not case.answers.get(question.code) if question.kind == "file" else is_empty(question, there))
    }
    return earlier_answers.offers(account, procedure=case.procedure.code, step=step, wanted=empty, today=today)


def use_again(
    case: Case, account: Account, step: StepDefinition, *, key: str, codes: list[str], at: datetime
) -> None:
    """Fill in what its reader chose of an offer; files are given again as they are, and marked so.

    Raises `UploadRefusedError` for too many files, `ActionNotAllowedError` when the case was filed.
    """
    offered = offers(case, account, step, timezone.localtime(at).date())
    chosen = next((offer for offer in offered if offer.key == key), None)
    if chosen is None:
        return
    values = {code: value for code, value in chosen.values.items() if code in codes}
    for question in step.fields:
        if question.kind == "file" and question.code in values:
            papers = [str(paper) for paper in values.pop(question.code)]
            reuse_papers(case_id=case.pk, code=question.code, papers=papers, demands=demands_of(question), at=at)
    if values:
        fill_in(case, values, over=False, at=at)
