"""What programs do with a key: upload papers ahead, file, answer the office, each exactly once.

The pages' services lie beneath.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from identity.models import Account
from onestop.actors import applicant
from onestop.errors import (
    AnsweredAlreadyError,
    IncompleteAnswersError,
    KeyReusedError,
    ProcedureUnavailableError,
    TooManyUploadsError,
)
from onestop.kinds import RequestKind
from onestop.models import Case, CaseRequest, FiledOnce, PaperUpload
from onestop.services import requesting
from onestop.services.advancing import lock
from onestop.services.filing import file_whole, fileable
from portal.core import files
from portal.core.models import StoredFile
from procedures.eforms.definition import FieldDefinition, FormDefinition
from procedures.eforms.describing import Place, misshapen
from procedures.eforms.uploads import UploadRefusedError, check_count, demands_of
from procedures.models import Procedure, ProcedureVersion

UPLOADS_KEPT: Final = timedelta(days=3)
ANSWERS_KEPT: Final = timedelta(days=7)
MOST_UPLOADS: Final = 100


class MisshapenAnswersError(IncompleteAnswersError):
    """Answers are not written as the form wants them; `places` say where and why."""

    def __init__(self, places: Mapping[Place, str]) -> None:
        self.places = dict(places)
        super().__init__("")


@dataclass(frozen=True)
class Done:
    """The answer to an act, as JSON; `is_repeated` when it was given before."""

    answer: str
    is_repeated: bool


def keep_upload(
    *, account: Account, procedure: str, paper: str, source: IO[bytes], name: str, at: datetime
) -> PaperUpload:
    """Take in a file for a paper of a procedure, examined as on the pages; it waits to be named in a filing.

    Raises `ProcedureUnavailableError`, and what `keep_for_supplement` raises.
    """
    version = fileable(procedure, at)
    return _keep(account, version.procedure, _form(version), paper, source, name, at)


def keep_for_supplement(
    *, account: Account, case: Case, paper: str, source: IO[bytes], name: str, at: datetime
) -> PaperUpload:
    """Take in a file for a paper that the office asked for; it waits to be named in the supplement.

    Raises `AnsweredAlreadyError`, `MisshapenAnswersError` for a paper that nobody asks for, `TooManyUploadsError`,
    `UploadRefusedError`, `StorageFullError`.
    """
    form = form_of_supplement(case, awaited(case, RequestKind.SUPPLEMENT))
    return _keep(account, case.procedure, form, paper, source, name, at)


@transaction.atomic
def once(
    *,
    account: Account,
    key: str,
    request_hash: str,
    act: Callable[[], Case],
    present: Callable[[Case], str],
    at: datetime,
) -> Done:
    """Do `act`, or give the answer again that was given to the same `key`: `present` writes it, as JSON.

    Of two at once the second waits for the first. Raises `KeyReusedError` when the key came with another request,
    and what `act` raises; then nothing stays, and the key may be used again.
    """
    kept, is_new = FiledOnce.objects.get_or_create(
        account=account,
        key_hash=hashlib.sha256(key.encode()).hexdigest(),
        defaults={"request_hash": request_hash, "created_at": at},
    )
    if kept.request_hash != request_hash:
        raise KeyReusedError
    if not is_new:
        return Done(kept.answer, is_repeated=True)
    kept.case = act()
    kept.answer = present(kept.case)
    kept.answer_hash = hashlib.sha256(kept.answer.encode()).hexdigest()
    kept.save()
    return Done(kept.answer, is_repeated=False)


@transaction.atomic
def file(*, account: Account, procedure: str, answers: Mapping[str, Any], at: datetime) -> Case:
    """File a case with papers that were uploaded before; raises `MisshapenAnswersError`, what `file_whole` raises."""
    form = _form(fileable(procedure, at))
    given = _take_over(account, procedure, form, answers)
    return file_whole(account=account, code=procedure, answers=answers, files=given, at=at)


@transaction.atomic
def answer_supplement(
    *, account: Account, case_id: int, request: UUID, answers: Mapping[str, Any], at: datetime
) -> Case:
    """Send what the office asked for in `request`; a paper for which no file is named stays as it was given.

    Raises `AnsweredAlreadyError`, `MisshapenAnswersError` (also for what was not asked for), and what
    `requesting.answer_supplement` raises.
    """
    case = lock(case_id)
    form = form_of_supplement(case, awaited(case, RequestKind.SUPPLEMENT, request))
    papers = _take_over(account, case.procedure.code, form, answers)
    others = {code: answer for code, answer in answers.items() if code not in _papers_asked(form)}
    return requesting.answer_supplement(
        case_id=case.pk, actor=applicant(account), answers=others, papers=papers, at=at
    )


@transaction.atomic
def answer_consent(*, account: Account, case_id: int, request: UUID, agrees: bool, text: str, at: datetime) -> Case:
    """Agree with the draft for which `request` asks, or say what is wrong in it.

    The request is named so that a late call cannot agree with a later draft. Raises `AnsweredAlreadyError`, and what
    `requesting.answer_consent` raises.
    """
    case = lock(case_id)
    awaited(case, RequestKind.CONSENT, request)
    return requesting.answer_consent(case_id=case.pk, actor=applicant(account), agrees=agrees, text=text, at=at)


def awaited(case: Case, kind: RequestKind, named: UUID | None = None) -> CaseRequest:
    """Return what the office waits for; raises `AnsweredAlreadyError` when it is nothing, or not what was `named`."""
    found = case.requests.filter(kind=kind, answered_at=None).first()
    if found is None or named not in {None, found.uuid}:
        raise AnsweredAlreadyError
    return found


def form_of_supplement(case: Case, asked: CaseRequest) -> FormDefinition:
    """Return the questions that the office asked as a form."""
    return FormDefinition((requesting.page_asked(case, asked),))


def forget(*, now: datetime) -> None:
    """Delete uploads that nobody used in time, and answers that nobody will ask for again."""
    FiledOnce.objects.filter(created_at__lt=now - ANSWERS_KEPT).delete()
    for upload in PaperUpload.objects.filter(uploaded_at__lt=now - UPLOADS_KEPT).select_related("file"):
        with transaction.atomic():
            upload.delete()
            upload.file.delete()  # what lies in storage is reaped after its grace time


def _keep(
    account: Account,
    procedure: Procedure,
    form: FormDefinition,
    paper: str,
    source: IO[bytes],
    name: str,
    at: datetime,
) -> PaperUpload:
    question = _papers_asked(form).get(paper)
    if question is None:
        raise MisshapenAnswersError({("paper",): _("No such paper is asked for here.")})
    if PaperUpload.objects.filter(account=account).count() >= MOST_UPLOADS:
        raise TooManyUploadsError
    stored = files.receive(source, name=name, demands=demands_of(question), at=at)
    return PaperUpload.objects.create(account=account, procedure=procedure, code=paper, file=stored, uploaded_at=at)


def _form(version: ProcedureVersion) -> FormDefinition:
    form = version.definition.form
    if form is None:
        raise ProcedureUnavailableError
    return form


def _papers_asked(form: FormDefinition) -> dict[str, FieldDefinition]:
    return {code: question for code, question in form.fields.items() if question.kind == "file"}


def _take_over(
    account: Account, procedure: str, form: FormDefinition, answers: Mapping[str, Any]
) -> dict[str, list[StoredFile]]:
    """Return the uploaded files that the answers name, by paper; they belong to the case from now on.

    Raises `MisshapenAnswersError` when something in the answers is not as the form wants it.
    """
    if misshaped := misshapen(form, answers):
        raise MisshapenAnswersError({("answers", *place): message for place, message in misshaped.items()})
    mine = PaperUpload.objects.select_for_update(of=("self",)).filter(account=account, procedure__code=procedure)
    taken: dict[str, list[StoredFile]] = {}
    wrong: dict[Place, str] = {}
    for code, question in _papers_asked(form).items():
        named = [UUID(name) if _is_uuid(name) else UUID(int=0) for name in answers.get(code) or []]
        found = {upload.uuid: upload for upload in mine.filter(code=code, uuid__in=named).select_related("file")}
        try:
            check_count(len(named), demands_of(question).most_files)
        except UploadRefusedError as error:
            wrong["answers", code] = str(error.message)
        for place, name in enumerate(named):
            if name not in found:
                wrong["answers", code, place] = _("No uploaded file of this paper waits under this identifier.")
            elif found[name].file.is_infected:
                wrong["answers", code, place] = _("A virus was found: please replace this file")
        taken[code] = [found[name].file for name in named if name in found]
        PaperUpload.objects.filter(pk__in=[upload.pk for upload in found.values()]).delete()
    if wrong:
        raise MisshapenAnswersError(wrong)
    return {code: given for code, given in taken.items() if given}


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
