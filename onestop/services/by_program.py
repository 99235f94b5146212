"""What programs do with a key: upload papers ahead, file a case exactly once. The pages' services lie beneath."""

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
from onestop.errors import IncompleteAnswersError, KeyReusedError, ProcedureUnavailableError, TooManyUploadsError
from onestop.models import Case, FiledOnce, PaperUpload
from onestop.services.filing import file_whole, fileable
from portal.core import files
from portal.core.models import StoredFile
from procedures.eforms.definition import FieldDefinition, FormDefinition
from procedures.eforms.describing import Place, misshapen
from procedures.eforms.uploads import UploadRefusedError, check_count, demands_of
from procedures.models import ProcedureVersion

UPLOADS_KEPT: Final = timedelta(days=3)
ANSWERS_KEPT: Final = timedelta(days=7)
MOST_UPLOADS: Final = 100


class MisshapenAnswersError(IncompleteAnswersError):
    """Answers are not written as the form wants them; `places` say where and why."""

    def __init__(self, places: Mapping[Place, str]) -> None:
        self.places = dict(places)
        super().__init__("")


@dataclass(frozen=True)
class Filed:
    """The answer to a filing, as JSON; `is_repeated` when it was given before."""

    answer: str
    is_repeated: bool


def keep_upload(
    *, account: Account, procedure: str, paper: str, source: IO[bytes], name: str, at: datetime
) -> PaperUpload:
    """Take in a file for a paper of a procedure, examined as on the pages; it waits to be named in a filing.

    Raises `ProcedureUnavailableError`, `MisshapenAnswersError` for a paper the form does not ask for,
    `TooManyUploadsError`, `UploadRefusedError`, `StorageFullError`.
    """
    version = fileable(procedure, at)
    question = _papers_asked(_form(version)).get(paper)
    if question is None:
        raise MisshapenAnswersError({("paper",): _("The form of this procedure asks for no such paper.")})
    if PaperUpload.objects.filter(account=account).count() >= MOST_UPLOADS:
        raise TooManyUploadsError
    stored = files.receive(source, name=name, demands=demands_of(question), at=at)
    return PaperUpload.objects.create(
        account=account, procedure=version.procedure, code=paper, file=stored, uploaded_at=at
    )


@transaction.atomic
def file_once(
    *,
    account: Account,
    key: str,
    request_hash: str,
    procedure: str,
    answers: Mapping[str, Any],
    present: Callable[[Case], str],
    at: datetime,
) -> Filed:
    """File a case, or give the answer again that was given to the same `key`: `present` writes it, as JSON.

    Of two at once the second waits for the first. Raises `KeyReusedError` when the key came with another request,
    `MisshapenAnswersError`, and what `file_whole` raises; then nothing stays, and the key may be used again.
    """
    once, is_new = FiledOnce.objects.get_or_create(
        account=account,
        key_hash=hashlib.sha256(key.encode()).hexdigest(),
        defaults={"request_hash": request_hash, "created_at": at},
    )
    if once.request_hash != request_hash:
        raise KeyReusedError
    if not is_new:
        return Filed(once.answer, is_repeated=True)
    form = _form(fileable(procedure, at))
    if wrong := misshapen(form, answers):
        raise MisshapenAnswersError({("answers", *place): message for place, message in wrong.items()})
    given = _take_over(account, procedure, form, answers)
    once.case = file_whole(account=account, code=procedure, answers=answers, files=given, at=at)
    once.answer = present(once.case)
    once.answer_hash = hashlib.sha256(once.answer.encode()).hexdigest()
    once.save()
    return Filed(once.answer, is_repeated=False)


def forget(*, now: datetime) -> None:
    """Delete uploads that nobody used in time, and answers that nobody will ask for again."""
    FiledOnce.objects.filter(created_at__lt=now - ANSWERS_KEPT).delete()
    for upload in PaperUpload.objects.filter(uploaded_at__lt=now - UPLOADS_KEPT).select_related("file"):
        with transaction.atomic():
            upload.delete()
            upload.file.delete()  # what lies in storage is reaped after its grace time


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
    """Return the uploaded files that the answers name, by paper; they belong to the case from now on."""
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
