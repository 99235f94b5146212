"""Reads of the catalogue's office."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from procedures.models import FruitlessSearch, Procedure, ProcedureVersion, Proposal, Sector, Synonym
from procedures.open_cases import open_now
from procedures.searching.folding import fold
from procedures.states import ProposalState, SynonymKind

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


def waiting() -> QuerySet[Proposal]:
    """Return the proposals that wait for a second person, oldest first."""
    return Proposal.objects.waiting().select_related("proposed_by", "author")


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
