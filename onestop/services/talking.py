"""Words about a case that change nothing in it: messages with the applicant, notes among colleagues."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from identity.models import Account
from identity.officers import Seat
from identity.states import Role
from onestop.errors import ActionNotAllowedError, WordsMissingError
from onestop.models import Case, CaseMessage, CaseNote
from onestop.services import notices, warning
from onestop.services.advancing import lock
from onestop.states import Action, State, is_allowed


@transaction.atomic
def write_to_applicant(*, case_id: int, actor: Seat, text: str, at: datetime) -> CaseMessage:
    """Write to the applicant in the agency's name; an e-mail tells them that there is something to read.

    Raises `WordsMissingError`; `ActionNotAllowedError` when the case has no account to write to.
    """
    case = lock(case_id)
    _require_words(case, Action.WRITE_MESSAGE, actor.role, text)
    if case.applicant_id is None:
        raise ActionNotAllowedError(_("The applicant has no account here: please call or write a letter."))
    message = CaseMessage.objects.create(
        case=case, author=actor.account, agency=actor.agency, text=text, written_at=at
    )
    notices.tell_of_message(case, message)
    return message


@transaction.atomic
def write_to_office(*, case_id: int, account: Account, text: str, at: datetime) -> CaseMessage:
    """Write to the office as the applicant; who has the case is told.

    Raises `WordsMissingError`, `ActionNotAllowedError`.
    """
    case = lock(case_id)
    if case.applicant_id != account.pk:
        raise ActionNotAllowedError
    _require_words(case, Action.WRITE_MESSAGE, Role.APPLICANT, text)
    message = CaseMessage.objects.create(case=case, author=account, text=text, written_at=at)
    warning.tell_of_message(message)
    return message


@transaction.atomic
def write_note(*, case_id: int, actor: Seat, text: str, at: datetime) -> CaseNote:
    """Leave a note for whoever has to do with the case. Raises `WordsMissingError`, `ActionNotAllowedError`."""
    case = lock(case_id)
    _require_words(case, Action.WRITE_NOTE, actor.role, text)
    return CaseNote.objects.create(case=case, author=actor.account, agency=actor.agency, text=text, written_at=at)


def mark_read_by_office(case: Case, account: Account, at: datetime) -> None:
    """Somebody of the office has seen what the applicant wrote."""
    if any(message.agency_id is None and message.read_at is None for message in case.messages.all()):
        case.messages.filter(agency=None, read_at=None).update(read_at=at, read_by=account)


def mark_read_by_applicant(case: Case, at: datetime) -> None:
    """The applicant has seen what the office wrote."""
    case.messages.filter(agency__isnull=False, read_at=None).update(read_at=at)


def _require_words(case: Case, action: Action, role: Role, text: str) -> None:
    if not text.strip():
        raise WordsMissingError
    if not is_allowed(State(case.state), action, role):
        raise ActionNotAllowedError
