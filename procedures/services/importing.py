"""Importing a file of procedures, batch by batch: each batch and the report on it commit together.

A row becomes a version at once only when nothing about it is doubtful and nobody here has decided anything about its
procedure; otherwise it becomes a proposal, and a page says meanwhile what is beyond doubt. Doing it twice is doing it
once: what the catalogue says already is left, and what was proposed already is not proposed again, whatever a person
has made of the proposal since.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from procedures.importing import mapping, merging, reasons, withholding
from procedures.importing.reasons import Case, Doubt
from procedures.importing.rows import Row
from procedures.models import ImportFinding, ImportRun, ProcedureVersion, Proposal, ProposalRevision
from procedures.services.proposing import Suggestion, discard, propose, propose_all
from procedures.services.publishing import publish, publish_new, sector_codes
from procedures.states import Origin, RowOutcome

_LONGEST_REASON = 1000


@dataclass(frozen=True)
class Known:
    """What the catalogue knows of the procedures of a batch."""

    versions: Mapping[str, ProcedureVersion]  # the newest, by code
    waiting: Mapping[str, Proposal]  # open proposals of imports, by code
    proposed: Mapping[str, Sequence[tuple[Mapping[str, Any], Proposal]]]  # what imports have ever proposed
    sectors: Mapping[str, str]  # codes by folded name


@dataclass
class _Tally:
    """What comes of a batch, before it is written down."""

    counts: Counter[str] = field(default_factory=Counter)
    findings: list[ImportFinding] = field(default_factory=list)
    new: list[dict[str, Any]] = field(default_factory=list)
    shown_in_part: list[str] = field(default_factory=list)  # codes
    suggestions: list[Suggestion] = field(default_factory=list)


def open_run(*, file_name: str, sha256: str, publishes: bool, at: datetime) -> ImportRun:
    """Return the report to write into: that of an interrupted import of the same file, or a new one."""
    interrupted = (
        ImportRun.objects.filter(sha256=sha256, publishes=publishes, finished_at=None).order_by("-pk").first()
    )
    return interrupted or ImportRun.objects.create(
        file_name=file_name[:255], sha256=sha256, publishes=publishes, started_at=at
    )


@transaction.atomic
def import_batch(*, run_id: int, rows: Sequence[Row], codes_before: Mapping[str, int], at: datetime) -> ImportRun:
    """Import some rows and note it in the report; `codes_before` says in which line each code came first."""
    run = ImportRun.objects.select_for_update().get(pk=run_id)
    known, tally = _known(rows), _Tally()
    for row in rows:
        _take(run, Case(row, codes_before=codes_before), known, tally, at)
    publish_new(
        documents=tally.new,
        effective_from=timezone.localtime(at).date(),
        published_by=None,
        at=at,
        origin=Origin.IMPORT,
        reason=_reason(run, ()),
    )
    suggested = propose_all(suggestions=tally.suggestions, author=None, origin=Origin.IMPORT, at=at)
    _lay_over_pages(tally.shown_in_part)
    proposals = {proposal.code: proposal for proposal in suggested}
    for finding in tally.findings:
        if finding.outcome != RowOutcome.WRONG:
            finding.proposal = finding.proposal or proposals.get(finding.code)
    ImportFinding.objects.bulk_create(tally.findings)
    for name in ("published", "unchanged", "proposed", "shown_in_part", "wrong"):
        setattr(run, name, getattr(run, name) + tally.counts[name])
    run.lines_done += len(rows)
    run.save()
    return run


def close_run(*, run_id: int, at: datetime) -> ImportRun:
    """Note that the file has been read to its end."""
    ImportRun.objects.filter(pk=run_id, finished_at=None).update(finished_at=at)
    return ImportRun.objects.get(pk=run_id)


def _take(run: ImportRun, case: Case, known: Known, tally: _Tally, at: datetime) -> None:
    wrongs = reasons.wrongs(case)
    if wrongs:
        tally.counts["wrong"] += 1
        tally.findings += _findings(run, case, RowOutcome.WRONG, wrongs, None)
        return
    document = mapping.document_of(case.content, known.sectors)
    doubts = reasons.doubts(Case(case.row, document, case.codes_before))
    newest, waiting = known.versions.get(document["code"]), known.waiting.get(document["code"])
    is_ours = newest is not None and has_local_decisions(newest)
    wanted = merging.merged(newest.document, document) if newest is not None and is_ours else document
    if newest is not None and wanted == newest.document:
        tally.counts["unchanged"] += 1
        return
    may_publish = run.publishes and not (is_ours or _is_edited(waiting) or _was_refused(wanted, known))
    if may_publish and not doubts:
        if waiting is not None:  # by an import that did not publish; nobody has touched it
            discard(proposal_id=waiting.pk, by=None, reason=_reason(run, ()), at=at)
        tally.counts["published"] += 1
        _publish(run, wanted, newest, tally, at)
        return
    if may_publish and (newest is None or "unconfirmed" in newest.document):
        _show_in_part(run, withholding.beyond_doubt(wanted, doubts), newest, tally, at)
    _propose(run, case, wanted, doubts, is_ours, known, tally, at)


def _show_in_part(
    run: ImportRun, document: dict[str, Any] | None, newest: ProcedureVersion | None, tally: _Tally, at: datetime
) -> None:
    if document is None:
        return
    tally.counts["shown_in_part"] += 1
    if newest is None or newest.document != document:
        tally.shown_in_part.append(document["code"])
        _publish(run, document, newest, tally, at)


def _lay_over_pages(codes: Sequence[str]) -> None:
    """Let the proposals of procedures that have just got a page be changes to that page."""
    page = ProcedureVersion.objects.filter(procedure__code=OuterRef("code")).order_by("-number")
    waiting = Proposal.objects.open().filter(origin=Origin.IMPORT, code__in=codes)
    waiting.update(base=Subquery(page.values("pk")[:1]))


def _is_edited(waiting: Proposal | None) -> bool:
    return waiting is not None and waiting.changed_by_id is not None


def _was_refused(document: Mapping[str, Any], known: Known) -> bool:
    """Return whether a person has given up a proposal that said the same."""
    before = known.proposed.get(document["code"], ())
    return any(content == document and proposal.is_closed and proposal.decided_by_id for content, proposal in before)


def has_local_decisions(version: ProcedureVersion) -> bool:
    """Return whether somebody here decided what a version says: anything but an import's own work."""
    return version.origin != Origin.IMPORT or version.published_by_id is not None


def _publish(
    run: ImportRun, document: dict[str, Any], newest: ProcedureVersion | None, tally: _Tally, at: datetime
) -> None:
    if newest is None:
        tally.new.append(document)
        return
    publish(
        document=document,
        effective_from=timezone.localtime(at).date(),
        published_by=None,
        at=at,
        origin=Origin.IMPORT,
        reason=_reason(run, ()),
    )


def _propose(
    run: ImportRun,
    case: Case,
    document: dict[str, Any],
    doubts: list[Doubt],
    is_ours: bool,
    known: Known,
    tally: _Tally,
    at: datetime,
) -> None:
    tally.counts["proposed"] += 1
    outcome = RowOutcome.DOUBTFUL if doubts else RowOutcome.DIFFERS
    if is_ours:
        doubts = [*doubts, Doubt(reasons.DIFFERS, "")]
    code = document["code"]
    proposal = next((before for content, before in known.proposed.get(code, ()) if content == document), None)
    waiting = known.waiting.get(code)
    if proposal is None and _is_edited(waiting):
        proposal, doubts = waiting, [*doubts, Doubt(reasons.BEING_EDITED, "")]
    if proposal is None and waiting is None:
        tally.suggestions.append(Suggestion(document, known.versions.get(code), _reason(run, doubts)))
    elif proposal is None:
        proposal = propose(
            document=document,
            author=None,
            origin=Origin.IMPORT,
            reason=_reason(run, doubts),
            effective_from=None,
            at=at,
        )
    tally.findings += _findings(run, case, outcome, doubts, proposal)


def _findings(
    run: ImportRun, case: Case, outcome: RowOutcome, doubts: Iterable[Doubt], proposal: Proposal | None
) -> Iterator[ImportFinding]:
    code, name = case.content.get("code"), case.content.get("name")
    for doubt in doubts:
        yield ImportFinding(
            run=run,
            line=case.row.line,
            code=code[:40] if isinstance(code, str) else "",
            name=name[:300] if isinstance(name, str) else "",
            outcome=outcome,
            reason=doubt.reason,
            detail=doubt.detail,
            proposal=proposal,
        )


def _reason(run: ImportRun, doubts: Iterable[Doubt]) -> str:
    """Return why, for those who read the history and the queue."""
    why = _("Import of %(file)s") % {"file": run.file_name}
    titles = dict.fromkeys(str(reasons.REASONS[doubt.reason].title) for doubt in doubts)
    return f"{why}: {', '.join(titles)}"[:_LONGEST_REASON] if titles else why[:_LONGEST_REASON]


def _known(rows: Sequence[Row]) -> Known:
    codes = [code for row in rows if isinstance(code := row.content.get("code"), str) and "\0" not in code]
    versions = ProcedureVersion.objects.filter(procedure__code__in=codes).order_by("procedure", "-number")
    revisions = ProposalRevision.objects.filter(
        proposal__code__in=codes, proposal__origin=Origin.IMPORT, saved_by=None
    ).select_related("proposal")
    proposed: dict[str, list[tuple[Mapping[str, Any], Proposal]]] = {}
    for revision in revisions:
        proposed.setdefault(revision.proposal.code, []).append((revision.document, revision.proposal))
    waiting = Proposal.objects.open().filter(code__in=codes, origin=Origin.IMPORT)
    return Known(
        versions={
            version.procedure.code: version for version in versions.distinct("procedure").select_related("procedure")
        },
        waiting={proposal.code: proposal for proposal in waiting},
        proposed=proposed,
        sectors=sector_codes(),
    )
