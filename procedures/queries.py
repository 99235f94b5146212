"""Reads of the catalogue: the version in force, lists, and the search that does not mind diacritics."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from procedures.models import Procedure, ProcedureVersion, Sector
from procedures.searching import ranking, vocabulary
from procedures.searching.understanding import Understanding, understand


@dataclass(frozen=True)
class Filters:
    """What a reader of the list has chosen; empty strings choose everything."""

    q: str = ""
    sector: str = ""
    level: str = ""
    agency: str = ""
    audience: str = ""
    online_level: str = ""

    def applied(self, found: QuerySet[Procedure]) -> QuerySet[Procedure]:
        """Narrow `found` to what was chosen beside the words."""
        conditions: dict[str, Any] = {
            "sector__code": self.sector,
            "levels__contains": [self.level] if self.level else "",
            "agency": self.agency,
            "audiences__contains": [self.audience] if self.audience else "",
            "online_level": self.online_level,
        }
        return found.filter(**{name: value for name, value in conditions.items() if value})


def procedure_called(code: str) -> Procedure | None:
    """Return the procedure, in force or not; None for a code that is none (an address may hold a NUL)."""
    return None if "\0" in code else Procedure.objects.select_related("successor").filter(code=code).first()


def version_in_force(code: str, day: date) -> ProcedureVersion | None:
    """Return the version of procedure `code` in force on `day`; None when it has none, or is retired."""
    if "\0" in code:  # an address may hold it, the database may not
        return None
    procedures = Procedure.objects.published_on(day).filter(code=code)
    versions = ProcedureVersion.objects.in_force(day).filter(procedure__in=procedures)
    return versions.select_related("procedure__sector").first()


def version_id_of(procedure: Procedure, day: date) -> int | None:
    """Return the primary key of the version in force on `day`; None when there is none, or it is retired."""
    if procedure.retired_on is not None and procedure.retired_on <= day:
        return None
    begun = procedure.versions.filter(effective_from__lte=day).order_by("-number")
    return begun.values_list("pk", flat=True).first()


def last_version(procedure: Procedure, day: date) -> ProcedureVersion | None:
    """Return the version whose turn it is on `day`, of a retired procedure too."""
    return ProcedureVersion.objects.in_force(day).filter(procedure=procedure).first()


def versions_in_force(codes: Collection[str], day: date) -> dict[str, ProcedureVersion]:
    """Return the versions in force of these procedures, by code; those without one are left out."""
    if not codes:
        return {}
    procedures = Procedure.objects.published_on(day).filter(code__in=codes)
    versions = ProcedureVersion.objects.in_force(day).filter(procedure__in=procedures)
    return {version.procedure.code: version for version in versions.select_related("procedure__sector")}


def all_in_force(day: date) -> QuerySet[ProcedureVersion]:
    """Return the versions in force of all procedures, by code."""
    procedures = Procedure.objects.published_on(day)
    versions = ProcedureVersion.objects.in_force(day).filter(procedure__in=procedures)
    return versions.select_related("procedure__sector").order_by("procedure__code")


def in_force_since(day: date) -> QuerySet[ProcedureVersion, tuple[str, date]]:
    """Return the code of every procedure in force and the day since which its version holds."""
    return all_in_force(day).values_list("procedure__code", "effective_from")


def public_content(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the world may read of a version: not how its form and process are made, nor how it is tried."""
    return {name: value for name, value in document.items() if name not in {"form", "process", "samples"}}


def neighbours(procedure: Procedure, day: date) -> QuerySet[Procedure]:
    """Return other procedures in force of the same sector, the most used first."""
    same = Procedure.objects.published_on(day).filter(sector=procedure.sector_id).exclude(pk=procedure.pk)
    return same.order_by("-popularity", "code")


def asked(q: str) -> Understanding:
    """Return how a query is understood now."""
    return understand(q, vocabulary.current()) if q.strip() else Understanding()


def catalogue(filters: Filters, day: date) -> QuerySet[Procedure]:
    """Return the procedures in force that match, best match first; without words, the most used first."""
    words = asked(filters.q)
    return ordered(filters.applied(matching(words, day)), words)


def ordered(found: QuerySet[Procedure], words: Understanding) -> QuerySet[Procedure]:
    """Return what the words found, best match first; without words, the most used first."""
    found = found.select_related("sector").defer("search_text", "search_vector")
    return found.order_by("-popularity", "code") if words.is_empty else ranking.ranked(found, words)


def matching(words: Understanding, day: date) -> QuerySet[Procedure]:
    """Return the procedures in force that the words find, whatever the filters, in no order."""
    found = Procedure.objects.published_on(day)
    return found if words.is_empty else ranking.found(found, words)


def sectors(day: date) -> QuerySet[Sector]:
    """Return the sectors with the number of procedures in force, fullest first."""
    in_force = Procedure.objects.published_on(day).values("pk")
    counted = Sector.objects.annotate(count=Count("procedures", filter=Q(procedures__in=in_force)))
    return counted.filter(count__gt=0).order_by("position", "-count", "name")
