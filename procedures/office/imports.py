"""Reports of imports: what came of each file, every doubtful row and why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from identity.access import serves_as
from identity.states import Role
from portal.core import tables
from procedures.importing.reasons import REASONS
from procedures.models import ImportRun
from procedures.office import queries
from procedures.office.paging import page_of

_PAGE: Final = 50
_CHUNK: Final = 500
admin = serves_as(Role.CATALOGUE_ADMIN)


@admin
@require_GET
def runs(request: HttpRequest) -> HttpResponse:
    """All reports, newest first."""
    page = page_of(request, queries.import_runs(), _PAGE)
    return render(request, "office/imports.html", {"here": "imports", "page": page})


@admin
@require_GET
def report(request: HttpRequest, number: int) -> HttpResponse:
    """One report: counts, and the rows that were not simply published, by reason."""
    run = get_object_or_404(ImportRun, pk=number)
    reason = _reason(request)
    page = page_of(request, queries.findings(run, reason), _PAGE)
    context = {
        "here": "imports",
        "run": run,
        "reasons": queries.reasons_in(run),
        "chosen": REASONS.get(reason),
        "page": page,
        "rows": [(finding, REASONS.get(finding.reason)) for finding in page],
    }
    return render(request, "office/import.html", context)


@admin
@require_GET
def download(request: HttpRequest, number: int, kind: str) -> HttpResponseBase:
    """The same rows as a file, `csv` or `xlsx`."""
    run = get_object_or_404(ImportRun, pk=number)
    head = [_("Line"), _("Code"), _("Procedure"), _("Outcome"), _("Reason"), _("What stands there"), _("What to do")]
    name = f"nhap-{run.pk}.{kind}"
    if kind == "csv":
        answer = StreamingHttpResponse(
            tables.csv_lines(head, _rows(run, _reason(request))), content_type="text/csv; charset=utf-8"
        )
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer
    if kind == "xlsx":
        sheet = tables.Sheet(_("Report"), head, [8, 12, 50, 20, 28, 60, 50], _rows(run, _reason(request)))
        return FileResponse(tables.workbook([sheet]), as_attachment=True, filename=name, content_type=tables.XLSX)
    raise Http404


def _reason(request: HttpRequest) -> str:
    reason = request.GET.get("ly_do", "")
    return reason if reason in REASONS else ""


def _rows(run: ImportRun, reason: str) -> Iterator[list[tables.Cell]]:
    for finding in queries.findings(run, reason).iterator(chunk_size=_CHUNK):
        why = REASONS.get(finding.reason)
        words = [str(why.title), str(why.advice)] if why else [finding.reason, ""]
        place: list[tables.Cell] = [finding.line, finding.code, finding.name, finding.outcome_text]
        yield [*place, words[0], finding.detail, words[1]]
