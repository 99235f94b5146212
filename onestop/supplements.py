"""The page on which a supplement is given: the questions that were asked for, and nothing else."""

from __future__ import annotations

from datetime import date, datetime

from django.http import HttpRequest

from identity.keeping import recall
from identity.officers import Actor
from onestop.errors import IncompleteAnswersError
from onestop.models import Case, CaseRequest
from onestop.services import requesting
from portal.core import files
from portal.core.models import StoredFile
from procedures.eforms.submission import StepForm
from procedures.eforms.uploads import check_count, demands_of


class SupplementForm:
    """A page made of the questions that a request names, and the sending of it."""

    def __init__(self, case: Case, asked: CaseRequest, today: date, request: HttpRequest) -> None:
        self.case, self.asked, self.request = case, asked, request
        step = requesting.page_asked(case, asked)
        known = dict(case.answers)  # what was given before stays until something new comes for it
        data = request.POST if request.method == "POST" else recall(request, path=request.path)
        self.page = StepForm(step, known, today, data, since=case.answered_on(today))
        self.is_recalled = request.method != "POST" and data is not None
        if self.is_recalled:
            self.page = self.page.as_typed()

    def send(self, actor: Actor, at: datetime) -> None:
        """Send what was given; raises `UploadRefusedError`, and what `requesting.answer_supplement` raises."""
        if not self.page.is_valid():
            raise IncompleteAnswersError("supplement")
        papers = self._uploads(at)
        requesting.answer_supplement(
            case_id=self.case.pk, actor=actor, answers=self.page.answers, papers=papers, at=at
        )

    def _uploads(self, at: datetime) -> dict[str, list[StoredFile]]:
        given: dict[str, list[StoredFile]] = {}
        for question in self.page.questions:
            uploads = self.request.FILES.getlist(question.code) if question.kind == "file" else []
            if question.code in files.given_up(self.request):
                raise files.given_up(self.request)[question.code]
            demands = demands_of(question)
            check_count(len(uploads), demands.most_files)
            stored = [files.receive(upload, name=upload.name or "", demands=demands, at=at) for upload in uploads]
            if question.kind == "file":
                given[question.code] = stored
        return given
