"""Papers as they are scanned: the published papers of a case with their scans."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from onestop.models import Case, CasePaper, Scan
from onestop.queries.case import papers, presented
from procedures.definition import Paper


@dataclass(frozen=True)
class PaperToScan:
    """A published paper: how it was brought, what was scanned of it."""

    paper: Paper
    how: str
    scans: tuple[CasePaper, ...]


def scanned_papers(case: Case) -> list[CasePaper]:
    """Return the papers of the case that the office scanned."""
    return [paper for paper in papers(case) if paper.scanned is not None]


def papers_to_scan(case: Case, *, since: datetime | None = None) -> list[PaperToScan]:
    """Return the published papers with their scans, or those made since a moment, in the order of the list."""
    brought = dict(presented(case))
    scanned = [paper for paper in scanned_papers(case) if since is None or paper.added_at > since]
    return [
        PaperToScan(one, brought.get(one.name, ""), tuple(paper for paper in scanned if paper.code == one.code))
        for one in case.procedure_version.definition.papers
    ]


def scan_of(case: Case, pk: int) -> Scan | None:
    """Return a scan of the case that is in use, or None."""
    return Scan.objects.filter(pk=pk, paper__case=case, paper__replaced_at=None).select_related("paper").first()
