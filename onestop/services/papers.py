"""The papers of a draft: given, given once more, taken out; new ones in place of those a supplement asks for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from onestop.models import Case, CasePaper
from onestop.services.advancing import open_draft
from onestop.services.signatures import order_reading
from onestop.states import State
from portal.core.files import Demands
from portal.core.models import StoredFile
from procedures.eforms.uploads import MOST_FILES, check_count


@transaction.atomic
def attach_paper(
    *, case_id: int, code: str, file: StoredFile, at: datetime, most: int = MOST_FILES, is_reused: bool = False
) -> CasePaper:
    """Add a file to a paper of a draft; the answers name it by its UUID.

    Raises `UploadRefusedError` when the paper consists of `most` files already.
    """
    case = open_draft(case_id)
    check_count(len(case.answers.get(code) or []) + 1, most)
    paper = attach(case, code, file, at, is_reused=is_reused)
    case.answers = case.answers | {code: [*(case.answers.get(code) or []), str(paper.uuid)]}
    case.changed_at = at
    case.save(update_fields=["answers", "changed_at"])
    return paper


@transaction.atomic
def reuse_papers(*, case_id: int, code: str, papers: Sequence[str], demands: Demands, at: datetime) -> None:
    """Give files of the applicant's earlier cases once more: the same stored file, marked as used again.

    What the paper does not take, or what is in quarantine, is left out. Raises `UploadRefusedError` for too many.
    """
    case = open_draft(case_id)
    earlier = CasePaper.objects.filter(uuid__in=papers, case__applicant=case.applicant_id).select_related("file")
    given = {str(paper.uuid): paper.file for paper in earlier.exclude(case__state=State.DRAFT)}
    files = [given[name] for name in papers if name in given]
    usable = [file for file in files if not file.is_quarantined and file.takes_part_in(demands.accepts)]
    before = case.answers.get(code) or []
    check_count(len(before) + len(usable), demands.most_files)
    added = [str(attach(case, code, file, at, is_reused=True).uuid) for file in usable]
    case.answers = case.answers | {code: [*before, *added]}
    case.changed_at = at
    case.save(update_fields=["answers", "changed_at"])


@transaction.atomic
def remove_paper(*, case_id: int, paper: UUID, at: datetime) -> str:
    """Take a file out of a draft; returns the code of the paper it belonged to, empty when it was gone already."""
    case = open_draft(case_id)
    found = case.papers.filter(uuid=paper, replaced_at=None).first()
    if found is None:
        return ""
    found.replaced_at = at
    found.save(update_fields=["replaced_at"])
    kept = [other for other in case.answers.get(found.code) or [] if other != str(paper)]
    case.answers = case.answers | {found.code: kept}
    case.save(update_fields=["answers"])
    return found.code


def replace_papers(
    case: Case, code: str, stored: Sequence[StoredFile], *, since: datetime, at: datetime
) -> list[str]:
    """Lay new files, and what the office has scanned `since` it asked, in place of those of a paper, in a case whose
    row is locked; returns their identifiers, none when there is nothing new.

    The files before stay with the case, marked as replaced.
    """
    scanned = list(case.papers.filter(code=code, replaced_at=None, added_at__gt=since).order_by("pk"))
    new = [*scanned, *(attach(case, code, file, at) for file in stored)]
    if new:
        before = case.papers.filter(code=code, replaced_at=None).exclude(pk__in=[paper.pk for paper in new])
        before.update(replaced_at=at)
    return [str(paper.uuid) for paper in new]


def attach(case: Case, code: str, file: StoredFile, at: datetime, *, is_reused: bool = False) -> CasePaper:
    """Record a file of a case whose row is locked."""
    paper = CasePaper.objects.create(case=case, code=code, file=file, added_at=at, is_reused=is_reused)
    order_reading(paper, at)
    return paper
