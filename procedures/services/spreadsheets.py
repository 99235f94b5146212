"""Spreadsheets that an admin gives: a plan first, and on a yes proposals for the second person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from identity.models import Account
from portal.core.errors import ConflictError
from portal.core.files import Table
from procedures.models import ProcedureVersion, Proposal, SheetUpload
from procedures.services.proposing import propose
from procedures.sheets.reading import Base, Workbook
from procedures.states import Origin

_MOST_PROBLEMS = 500  # more help nobody


@dataclass(frozen=True)
class Confirmed:
    """What came of a yes: the proposals, and the procedures that somebody has changed in the meantime."""

    proposals: tuple[Proposal, ...]
    overtaken: tuple[str, ...]


@transaction.atomic
def take_sheet(*, tables: Sequence[Table], file_name: str, by: Account, at: datetime) -> SheetUpload:
    """Keep what a workbook would change, and what is wrong in it; proposes nothing yet."""
    book = Workbook({table.name.strip(): table.rows for table in tables})
    bases = _bases(book.versions)
    documents: dict[str, Any] = {}
    for code in book.facts:
        base = bases.get(code)
        document = book.document(code, base)
        if document is not None and (base is None or document != base.document):
            documents[code] = document
    return SheetUpload.objects.create(
        file_name=file_name[:255],
        given_by=by,
        given_at=at,
        documents=documents,
        bases={code: base.newest for code, base in bases.items() if code in documents},
        problems=[problem.as_json() for problem in book.problems[:_MOST_PROBLEMS]],
        read=len(book.facts),
    )


@transaction.atomic
def confirm_sheet(*, upload_id: int, by: Account, at: datetime) -> Confirmed:
    """Propose what the plan shows, except for procedures that have another version by now.

    Raises `ConflictError` when it was confirmed before.
    """
    upload = SheetUpload.objects.select_for_update().get(pk=upload_id)
    if upload.confirmed_at is not None:
        raise ConflictError(_("This plan was confirmed already: its proposals wait for a second person."))
    now = newest_numbers(upload.documents)
    overtaken = tuple(code for code in upload.documents if now.get(code, 0) != upload.bases.get(code, 0))
    reason = _("Spreadsheet %(file)s") % {"file": upload.file_name}
    proposals = tuple(
        propose(document=document, author=by, origin=Origin.SHEET, reason=reason, effective_from=None, at=at)
        for code, document in upload.documents.items()
        if code not in overtaken
    )
    upload.confirmed_at = at
    upload.save(update_fields=["confirmed_at"])
    return Confirmed(proposals, overtaken)


def newest_numbers(codes: Mapping[str, Any]) -> dict[str, int]:
    """Return the number of the newest version of each procedure."""
    versions = ProcedureVersion.objects.filter(procedure__code__in=list(codes))
    newest = versions.order_by("procedure", "-number").distinct("procedure")
    return dict(newest.values_list("procedure__code", "number"))


def _bases(exported: Mapping[str, int]) -> dict[str, Base]:
    """Return the newest version of each procedure with the one that it was exported from, if that is another."""
    versions = ProcedureVersion.objects.filter(procedure__code__in=list(exported)).order_by("procedure", "-number")
    newest = {v.procedure.code: v for v in versions.distinct("procedure").select_related("procedure")}
    older = {code: number for code, number in exported.items() if code in newest and number != newest[code].number}
    wanted = Q(pk__in=())
    for code, number in older.items():
        wanted |= Q(procedure__code=code, number=number)
    found = ProcedureVersion.objects.filter(wanted).select_related("procedure") if older else ()
    before = {version.procedure.code: version.document for version in found}
    return {
        code: Base(version.number, version.document, before.get(code, version.document))
        for code, version in newest.items()
    }
