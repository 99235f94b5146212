"""Reads of the catalogue: the version in force, lists, and the search that does not mind diacritics."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector
from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When

from portal.core.text import unaccented
from procedures.models import Procedure, ProcedureQuerySet, ProcedureVersion, Sector

_MOST_WORDS = 12


@dataclass(frozen=True)
class Filters:
    """What a reader of the list has chosen; empty strings choose everything."""

    q: str = ""
    sector: str = ""
    level: str = ""
    online_level: str = ""


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


def version_id_in_force(code: str, day: date) -> int | None:
    """Return the primary key of the version in force on `day`, without its document; None when there is none."""
    procedures = Procedure.objects.published_on(day).filter(code=code)
    versions = ProcedureVersion.objects.in_force(day).filter(procedure__in=procedures)
    return versions.values_list("pk", flat=True).first()


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


def catalogue(filters: Filters, day: date) -> QuerySet[Procedure]:
    """Return the procedures in force that match, best match first; without words, the most used first."""
    found = Procedure.objects.published_on(day).select_related("sector")
    if filters.sector:
        found = found.filter(sector__code=filters.sector)
    if filters.level:
        found = found.filter(levels__contains=[filters.level])
    if filters.online_level:
        found = found.filter(online_level=filters.online_level)
    words = unaccented(filters.q[:200]).split()[:_MOST_WORDS]
    if not words:
        return found.order_by("-popularity", "code")
    return _matching(found, words)


def sectors(day: date) -> QuerySet[Sector]:
    """Return the sectors with the number of procedures in force, fullest first."""
    in_force = Procedure.objects.published_on(day).values("pk")
    counted = Sector.objects.annotate(count=Count("procedures", filter=Q(procedures__in=in_force)))
    return counted.filter(count__gt=0).order_by("position", "-count", "name")


def _matching(found: ProcedureQuerySet, words: list[str]) -> QuerySet[Procedure]:
    """Rank by words: an exact code, the whole phrase, all words, then any of them."""
    phrase = " ".join(words)
    vector = SearchVector("search_text", config="simple")
    query = SearchQuery(" | ".join(f"'{word}':*" for word in words), search_type="raw", config="simple")
    place = Case(
        When(code=phrase, then=Value(0)),
        When(search_text__contains=phrase, then=Value(1)),
        When(_all(words), then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    ranked = found.annotate(vector=vector).filter(vector=query)
    return ranked.annotate(place=place, rank=SearchRank(F("vector"), query)).order_by(
        "place", "-rank", "-popularity", "code"
    )


def _all(words: list[str]) -> Q:
    condition = Q()
    for word in words:
        condition &= Q(search_text__contains=word)
    return condition
