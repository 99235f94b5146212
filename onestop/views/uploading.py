"""Files that come with a page of the form, and the buttons beside those that came before."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from onestop.models import Case, CasePaper
from onestop.services import pages, stepping
from onestop.services.papers import attach_paper, remove_paper
from portal.core import files
from portal.core.errors import DomainError, StorageFullError
from procedures.eforms.definition import FieldDefinition
from procedures.eforms.uploads import UploadRefusedError, check_count, demands_of

LOOK_AGAIN: Final = _(
    "The files were added. Please look at the remarks beside them; if everything can be read, go on."
)
PAPER_ACT: Final = (
    "paper_act"  # the name of those buttons; the value: what to do, a colon, with which file (or paper)
)


@dataclass
class Taken:
    """What became of the uploads of a page: refusals by question; whether something kept wants a second look."""

    refused: dict[str, str] = field(default_factory=dict)
    has_remarks: bool = False


def take_uploads(request: HttpRequest, case: Case, step: str) -> Taken:
    """Keep what was uploaded, then do what a button beside a file asked for."""
    form = stepping.definition_of(case).form
    taken = Taken()
    for question in form.step(step).fields if form else ():
        if question.kind != "file":
            continue
        try:
            _keep(request, case, question, taken)
        except (UploadRefusedError, StorageFullError) as error:
            taken.refused[question.code] = str(error.message)
    return taken


def arrange(request: HttpRequest, case: Case) -> str:
    """Do what a button beside a file asked for; return why it could not be done, empty when it was."""
    act, _sign, name = request.POST.get(PAPER_ACT, "").partition(":")
    now = timezone.now()
    try:
        if act == "join":
            pages.join(case_id=case.pk, code=name[:60], at=now)
            return ""
        paper = UUID(name)
        acts: dict[str, Callable[[], object]] = {
            "left": lambda: pages.turn(case_id=case.pk, paper=paper, angle=270, at=now),
            "right": lambda: pages.turn(case_id=case.pk, paper=paper, angle=90, at=now),
            "up": lambda: pages.move(case_id=case.pk, paper=paper, places=-1, at=now),
            "down": lambda: pages.move(case_id=case.pk, paper=paper, places=1, at=now),
            "remove": lambda: remove_paper(case_id=case.pk, paper=paper, at=now),
        }
        if act in acts:
            acts[act]()
    except ValueError:
        return ""  # no name of a file: nothing that a button of ours would send
    except DomainError as error:
        return str(error.message)
    return ""


def joinable(case: Case, papers: Iterable[CasePaper]) -> set[str]:
    """Return the codes of papers that consist of several photos."""
    photos = [paper.code for paper in papers if paper.file.is_photo and not paper.file.is_infected]
    return {code for code in photos if photos.count(code) > 1 and code in case.answers}


def _keep(request: HttpRequest, case: Case, question: FieldDefinition, taken: Taken) -> None:
    given, demands = request.FILES.getlist(question.code), demands_of(question)
    check_count(len(given) + len(case.answers.get(question.code) or []), demands.most_files)
    for upload in given:
        now = timezone.now()
        stored = files.receive(upload, name=upload.name or "", demands=demands, at=now)
        attach_paper(case_id=case.pk, code=question.code, file=stored, most=demands.most_files, at=now)
        taken.has_remarks = taken.has_remarks or stored.is_blurred or stored.is_small or stored.is_undrawn
    if question.code in files.given_up(request):
        raise files.given_up(request)[question.code]
