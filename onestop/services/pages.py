"""The pages of a paper that was photographed: turned upright, put in order, joined to one PDF."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from onestop.errors import ActionNotAllowedError
from onestop.models import Case, CasePaper
from onestop.services.advancing import open_draft
from onestop.services.papers import attach
from portal.core import files
from portal.core.models import StoredFile


def turn(*, case_id: int, paper: UUID, angle: int, at: datetime) -> CasePaper:
    """Turn a photo of a draft by `angle` degrees to the right.

    Raises `ActionNotAllowedError` for what is no photo in use, `FileRefusedError` when it cannot be drawn.
    """
    old = _photo(case_id, paper)
    stored = files.turned(old.file, angle=angle, at=at)
    return _put_in_place(case_id=case_id, code=old.code, old=[old], file=stored, at=at)


def join(*, case_id: int, code: str, at: datetime) -> CasePaper:
    """Make one PDF of all photos of a paper of a draft, in their order; it stands where the first of them stood.

    Raises `ActionNotAllowedError` for fewer than two photos, `FileRefusedError`.
    """
    papers = {str(paper.uuid): paper for paper in _in_use(case_id).filter(code=code)}
    order = Case.objects.get(pk=case_id).answers.get(code) or []
    photos = [papers[name] for name in order if name in papers and papers[name].file.is_photo]
    if len(photos) < 2:
        raise ActionNotAllowedError(_("Only photos can be joined, at least two of them."))
    stored = files.joined([photo.file for photo in photos], name=photos[0].file.display_name, at=at)
    return _put_in_place(case_id=case_id, code=code, old=photos, file=stored, at=at)


@transaction.atomic
def move(*, case_id: int, paper: UUID, places: int, at: datetime) -> None:
    """Move a file of a draft up (negative) or down among the files of its paper."""
    case = open_draft(case_id)
    found = _in_use(case_id).filter(uuid=paper).first()
    order = list(case.answers.get(found.code) or []) if found else []
    if found is None or str(paper) not in order:
        raise ActionNotAllowedError(_("This file is not in use any more."))
    place = order.index(str(paper))
    order.insert(max(place + places, 0), order.pop(place))
    _save_order(case, found.code, order, at)


@transaction.atomic
def _put_in_place(*, case_id: int, code: str, old: list[CasePaper], file: StoredFile, at: datetime) -> CasePaper:
    case = open_draft(case_id)
    order = list(case.answers.get(code) or [])
    leaving = [str(paper.uuid) for paper in old]
    if not set(leaving) <= set(order):
        raise ActionNotAllowedError(_("This file is not in use any more."))
    new = attach(case, code, file, at)
    order[order.index(leaving[0])] = str(new.uuid)
    case.papers.filter(uuid__in=leaving).update(replaced_at=at)
    _save_order(case, code, [name for name in order if name not in leaving], at)
    return new


def _save_order(case: Case, code: str, order: list[str], at: datetime) -> None:
    case.answers = case.answers | {code: order}
    case.changed_at = at
    case.save(update_fields=["answers", "changed_at"])


def _photo(case_id: int, paper: UUID) -> CasePaper:
    found = _in_use(case_id).filter(uuid=paper).first()
    if found is None or not found.file.is_photo:
        raise ActionNotAllowedError(_("This file is not in use any more."))
    return found


def _in_use(case_id: int) -> QuerySet[CasePaper]:
    return CasePaper.objects.filter(case=case_id, replaced_at=None).select_related("file")
