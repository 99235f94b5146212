"""Reads of the catalogue's office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from identity.models import Account
from procedures.differences import Change, compare
from procedures.importing.reasons import REASONS, Reason
from procedures.models import (
    FruitlessSearch,
    ImportFinding,
    ImportRun,
    NationalCheck,
    NationalNewcomer,
    NationalRecord,
    Procedure,
    ProcedureVersion,
    Proposal,
    Sector,
    SheetUpload,
    Synonym,
)
from procedures.open_cases import open_now
from procedures.searching.folding import fold
from procedures.services import following
from procedures.services.publishing import sector_codes
from procedures.states import Origin, ProposalState, SynonymKind

STATES = ("ACTIVE", "CHANGING", "RETIRED", "FILEABLE")


@dataclass(frozen=True)
class Choice:
    """What the reader of the list has chosen; empty strings choose everything."""

    q: str = ""
    sector: str = ""
    state: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Choice:
        """Return the choice that an address makes; what is not known is ignored."""
        state = given.get("tinh_trang", "")
        return cls(
            q=given.get("q", "").replace("\0", "")[:200],
            sector=given.get("linh_vuc", "").replace("\0", "")[:30],
            state=state if state in STATES else "",
        )

    @property
    def is_active(self) -> bool:
        return self.state == "ACTIVE"

    @property
    def is_changing(self) -> bool:
        return self.state == "CHANGING"

    @property
    def is_retired(self) -> bool:
        return self.state == "RETIRED"

    @property
    def is_fileable(self) -> bool:
        return self.state == "FILEABLE"


@dataclass(frozen=True)
class NationalChange:
    """What the national portal says differently of a procedure, and the open proposal that was made of it."""

    record: NationalRecord
    version: ProcedureVersion
    changes: tuple[Change, ...]
    proposal: Proposal | None


@dataclass(frozen=True)
class SheetStep:
    """What a spreadsheet does to one procedure; `others` are changes of it that are on their way already."""

    code: str
    name: str
    changes: tuple[Change, ...]
    is_new: bool
    is_overtaken: bool  # another version was published since the plan was made
    others: tuple[Proposal, ...]


def waiting() -> QuerySet[Proposal]:
    """Return what waits for a second person, oldest first: what people wrote, then what imports brought."""
    found = Proposal.objects.waiting().select_related("proposed_by", "changed_by", "author")
    return found.annotate(is_imported=Q(origin=Origin.IMPORT)).order_by("is_imported", "proposed_at", "pk")


def drafts() -> QuerySet[Proposal]:
    """Return the drafts, last changed first."""
    found = Proposal.objects.filter(state=ProposalState.DRAFT)
    return found.select_related("changed_by", "author").order_by("-changed_at", "-pk")


def published_lately() -> QuerySet[ProcedureVersion]:
    """Return the versions published last."""
    return ProcedureVersion.objects.select_related("procedure", "published_by").defer("document").order_by("-pk")


def procedures(chosen: Choice, today: date) -> QuerySet[Procedure]:
    """Return the procedures that match, most used first, each with whether a change is on its way."""
    changing = Proposal.objects.open().filter(code=OuterRef("code"))
    found = Procedure.objects.select_related("sector").annotate(
        is_changing=Exists(changing), version_count=Count("versions")
    )
    for word in fold(chosen.q)[:12]:
        found = found.filter(search_text__contains=word)
    if chosen.sector:
        found = found.filter(sector__code=chosen.sector)
    conditions = {
        "ACTIVE": Q(retired_on=None) | Q(retired_on__gt=today),
        "CHANGING": Q(is_changing=True),
        "RETIRED": Q(retired_on__lte=today),
        "FILEABLE": ~Q(online_level="INFORMATION"),
    }
    if chosen.state:
        found = found.filter(conditions[chosen.state])
    return found.order_by("-popularity", "code")


def sectors() -> QuerySet[Sector]:
    """Return all sectors by name."""
    return Sector.objects.order_by("name")


def usage(codes: Sequence[str]) -> dict[str, int]:
    """Return how many cases of each of these procedures are open."""
    return open_now(codes)


def import_runs() -> QuerySet[ImportRun]:
    """Return the reports of imports, newest first."""
    return ImportRun.objects.order_by("-pk")


def reasons_in(run: ImportRun) -> list[tuple[Reason, int]]:
    """Return the reasons in a report, each with the number of its rows, the most frequent first."""
    counted = run.findings.values("reason").annotate(rows=Count("line", distinct=True)).order_by("-rows", "reason")
    return [(REASONS[found["reason"]], found["rows"]) for found in counted if found["reason"] in REASONS]


def findings(run: ImportRun, reason: str) -> QuerySet[ImportFinding]:
    """Return what a report says of rows, in the order of the file; of one reason only, unless it is empty."""
    found = run.findings.select_related("proposal").defer("proposal__document").order_by("line", "pk")
    return found.filter(reason=reason) if reason else found


def doubts_about(proposal: Proposal) -> list[tuple[Reason, str]]:
    """Return what the newest import doubted about a proposal, and what stood there."""
    newest = ImportFinding.objects.filter(proposal=proposal).order_by("-run").values("run")[:1]
    found = ImportFinding.objects.filter(proposal=proposal, run__in=newest).order_by("pk")
    return [(REASONS[finding.reason], finding.detail) for finding in found if finding.reason in REASONS]


def last_check() -> NationalCheck | None:
    """Return the last look at the national catalogue."""
    return NationalCheck.objects.order_by("-pk").first()


def national_changes(*, left: bool) -> QuerySet[NationalRecord]:
    """Return what differs nationally, last changed first: what waits for a decision, or what was left."""
    is_left = Q(set_aside=F("sha256"))
    found = NationalRecord.objects.filter(is_left if left else ~is_left, differs=True)
    return found.order_by("-changed_at", "-pk")


def national_troubles() -> QuerySet[NationalRecord]:
    """Return the procedures that the national list has dropped, or about which it could not be asked."""
    return NationalRecord.objects.exclude(gone_at=None, trouble="").order_by("code")


def newcomers(*, left: bool, q: str) -> QuerySet[NationalNewcomer]:
    """Return what only the national list has, newest first: what waits for a decision, or what was set aside."""
    lacking = NationalNewcomer.objects.lacking().select_related("set_aside_by").matching(q)
    found = lacking.exclude(set_aside_at=None) if left else lacking.filter(set_aside_at=None)
    return found.order_by("-first_seen_at", "code")


def national_proposal(code: str) -> Proposal | None:
    """Return the open proposal that was made of what the national portal says."""
    return Proposal.objects.open().filter(code=code, origin=Origin.NATIONAL).first()


def compared(records: Sequence[NationalRecord]) -> list[NationalChange]:
    """Return the comparison of each record with our newest version; what no longer differs is left out."""
    codes = [record.code for record in records]
    newest = ProcedureVersion.objects.filter(procedure__code__in=codes).order_by("procedure", "-number")
    versions = {v.procedure.code: v for v in newest.distinct("procedure").select_related("procedure")}
    proposals = {p.code: p for p in Proposal.objects.open().filter(code__in=codes, origin=Origin.NATIONAL)}
    sectors = sector_codes()
    found: list[NationalChange] = []
    for record in records:
        version = versions[record.code]
        changes = compare(version.document, following.wanted(version.document, record.record, sectors))
        if changes:
            found.append(NationalChange(record, version, tuple(changes), proposals.get(record.code)))
    return found


def newest_in_service(today: date) -> QuerySet[ProcedureVersion]:
    """Return the newest version of each procedure that is not retired, by code."""
    newest = ProcedureVersion.objects.filter(procedure=OuterRef("procedure")).order_by("-number").values("pk")[:1]
    in_service = Q(procedure__retired_on=None) | Q(procedure__retired_on__gt=today)
    return ProcedureVersion.objects.filter(in_service, pk=Subquery(newest)).order_by("procedure__code")


def sheet_uploads(account: Account) -> QuerySet[SheetUpload]:
    """Return the spreadsheets that somebody gave, newest first."""
    return SheetUpload.objects.filter(given_by=account).order_by("-pk")


def sheet_steps(upload: SheetUpload, codes: Sequence[str]) -> list[SheetStep]:
    """Return what a spreadsheet does to these procedures, compared with their newest versions."""
    newest = ProcedureVersion.objects.filter(procedure__code__in=codes).order_by("procedure", "-number")
    versions = {v.procedure.code: v for v in newest.distinct("procedure").select_related("procedure")}
    others: dict[str, list[Proposal]] = {}
    for proposal in Proposal.objects.open().filter(code__in=codes).select_related("changed_by").order_by("pk"):
        others.setdefault(proposal.code, []).append(proposal)
    steps = []
    for code in codes:
        document, version = upload.documents[code], versions.get(code)
        steps.append(
            SheetStep(
                code=code,
                name=document["name"],
                changes=tuple(compare(version.document if version else None, document)),
                is_new=version is None,
                is_overtaken=(version.number if version else 0) != upload.bases.get(code, 0),
                others=tuple(others.get(code, ())),
            )
        )
    return steps


@dataclass(frozen=True)
class Phrases:
    """What the reader of the synonyms has chosen; empty strings choose everything."""

    q: str = ""
    kind: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> Phrases:
        """Return the choice that an address makes; what is not known is ignored."""
        kind = given.get("loai", "")
        return cls(q=given.get("q", "").replace("\0", "")[:100], kind=kind if kind in set(SynonymKind) else "")


def synonyms(chosen: Phrases) -> QuerySet[Synonym]:
    """Return the phrases that match, by alphabet; those taken out last."""
    found = Synonym.objects.order_by("-is_active", "folded")
    if chosen.kind:
        found = found.filter(kind=chosen.kind)
    if chosen.q:
        found = found.filter(Q(folded__contains=" ".join(fold(chosen.q))) | Q(meaning__icontains=chosen.q))
    return found


def fruitless() -> QuerySet[FruitlessSearch]:
    """Return the searches that found nothing and that nobody has dealt with, the most frequent first."""
    return FruitlessSearch.objects.filter(dismissed_at=None).order_by("-count", "-last_seen", "pk")
