"""Publishing: a new immutable version, and the columns of the procedure that lists read."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from identity.models import Account
from portal.core.text import unaccented
from procedures import definition as definitions
from procedures import invariants, sampling
from procedures.definition import ProcedureDefinition
from procedures.errors import NotFitToPublishError
from procedures.models import Procedure, ProcedureVersion, Sector
from procedures.searching import indexing
from procedures.searching.usual import usual_cases
from procedures.states import Availability, Origin

_BESIDE_A_NAME: Final = re.compile(r"(;|\.\s|,?\s(nơi|theo|mà|quyết định|bất kỳ|đang)\s).*$", re.DOTALL)
_PROVINCE_SUFFIX: Final = "000.00.00.H09"


@transaction.atomic
def publish(
    *,
    document: Mapping[str, Any],
    effective_from: date,
    published_by: Account | None,
    at: datetime,
    origin: Origin = Origin.FILES,
    reason: str = "",
) -> ProcedureVersion:
    """Publish `document` as the procedure's next version, in force from `effective_from` (a local date).

    Publishing what is published already returns that version. Raises `DefinitionError` for a wrong document,
    `NotFitToPublishError` saying what is wrong with its process, or naming a sample applicant for whom the procedure
    does not do what it should.
    """
    definition = definitions.load(document)
    digest = definitions.sha256_of(document)
    _refuse_unfit(definition)
    procedure = _locked(definition)
    last = procedure.versions.order_by("-number").first()
    if last is not None and last.sha256 == digest:
        return last
    version = ProcedureVersion.objects.create(
        procedure=procedure,
        number=last.number + 1 if last else 1,
        effective_from=effective_from,
        document=dict(document),
        sha256=digest,
        published_at=at,
        published_by=published_by,
        origin=origin,
        reason=reason,
    )
    _note_the_end(procedure, definition, version)
    if last is None or effective_from <= timezone.localtime(at).date():
        _list(procedure, version, definition)
    return version


@transaction.atomic
def publish_new(
    *,
    documents: Sequence[Mapping[str, Any]],
    effective_from: date,
    published_by: Account | None,
    at: datetime,
    origin: Origin,
    reason: str = "",
) -> list[ProcedureVersion]:
    """Publish procedures that are not in the catalogue yet, all together and by the rules of `publish`.

    For imports: a hundred take as many statements as one does. Raises as `publish`, and `IntegrityError` when one of
    them is in the catalogue.
    """
    loaded = [(document, definitions.load(document)) for document in documents]
    for _document, definition in loaded:
        _refuse_unfit(definition)
    procedures = Procedure.objects.bulk_create(
        Procedure(code=definition.code, **_columns(definition)) for _document, definition in loaded
    )
    versions = ProcedureVersion.objects.bulk_create(
        ProcedureVersion(
            procedure=procedure,
            number=1,
            effective_from=effective_from,
            document=dict(document),
            sha256=definitions.sha256_of(document),
            published_at=at,
            published_by=published_by,
            origin=origin,
            reason=reason,
        )
        for procedure, (document, _definition) in zip(procedures, loaded, strict=True)
    )
    for procedure, version, (_document, definition) in zip(procedures, versions, loaded, strict=True):
        procedure.listed = version
        if definition.availability.state == Availability.RETIRED or definition.availability.successor:
            _note_the_end(procedure, definition, version)
    Procedure.objects.bulk_update(procedures, ["listed"])
    return versions


def roll_back(*, code: str, to: int, by: Account | None, reason: str, at: datetime) -> ProcedureVersion:
    """Put the content of version number `to` in force again from today, as a version of its own.

    What was published since, and what was to come into force later, is replaced by it. Raises
    `ProcedureVersion.DoesNotExist`.
    """
    version = ProcedureVersion.objects.get(procedure__code=code, number=to)
    return publish(
        document=version.document,
        effective_from=timezone.localtime(at).date(),
        published_by=by,
        at=at,
        origin=Origin.ROLLBACK,
        reason=reason,
    )


def retire(
    *, code: str, on: date, at: datetime, by: Account | None = None, successor: str = "", notice: str = ""
) -> ProcedureVersion:
    """Take a procedure out of service from a day on, naming what replaces it. Open cases go on."""
    last = ProcedureVersion.objects.filter(procedure__code=code).latest("number")
    terms = {"state": str(Availability.RETIRED), "notice": notice, "successor": successor}
    return publish(
        document=last.document | {"availability": {name: value for name, value in terms.items() if value}},
        effective_from=on,
        published_by=by,
        at=at,
        reason=notice,
    )


def bring_lists_up_to_date(*, today: date) -> int:
    """Let the columns that lists read follow the versions in force today; returns how many procedures changed."""
    in_force = ProcedureVersion.objects.in_force(today).exclude(procedure__listed=F("pk"))
    versions = in_force.select_related("procedure")
    for version in versions:
        with transaction.atomic():
            procedure = Procedure.objects.select_for_update().get(pk=version.procedure_id)
            _list(procedure, version, definitions.load(version.document))
    return len(versions)


def sector_codes() -> dict[str, str]:
    """Return the codes of the sectors by their folded names, for those who bring names only."""
    return {unaccented(name): code for code, name in Sector.objects.values_list("code", "name")}


def _refuse_unfit(definition: ProcedureDefinition) -> None:
    wrong = invariants.problems(definition)
    if wrong:
        raise NotFitToPublishError(wrong[0])
    failed = [outcome for outcome in sampling.run(definition) if outcome.differences]
    if failed:
        raise NotFitToPublishError(failed[0].sentence)


def _locked(definition: ProcedureDefinition) -> Procedure:
    """Return the procedure's row, locked; a new one has the columns of its first version."""
    Procedure.objects.get_or_create(code=definition.code, defaults=_columns(definition))
    return Procedure.objects.select_for_update().get(code=definition.code)


def _list(procedure: Procedure, version: ProcedureVersion, definition: ProcedureDefinition) -> None:
    for name, value in _columns(definition).items():
        setattr(procedure, name, value)
    procedure.listed = version
    procedure.save()


def _columns(definition: ProcedureDefinition) -> dict[str, Any]:
    sector, _created = Sector.objects.get_or_create(
        code=definition.sector_code, defaults={"name": definition.sector_name}
    )
    found_by = indexing.columns_of(definition)
    return {
        "local_code": definition.local_code or f"{definition.code}.{_PROVINCE_SUFFIX}",
        "name": definition.name,
        "name_en": definition.title.en,
        "sector": sector,
        "online_level": definition.online_level,
        "levels": list(definition.levels),
        "audiences": list(definition.audiences),
        "popularity": definition.popularity or usual_cases(definition.code),
        "agency": _agency(definition),
        "search_text": found_by.text,
        "search_vector": found_by.vector,
        "search_traits": found_by.traits,
        "search_length": found_by.length,
    }


def _note_the_end(procedure: Procedure, definition: ProcedureDefinition, version: ProcedureVersion) -> None:
    """Keep on the procedure from when on the newest decision retires it, if it does."""
    terms = definition.availability
    is_end = terms.state == Availability.RETIRED
    procedure.retired_on = version.effective_from if is_end else None
    procedure.successor = Procedure.objects.filter(code=terms.successor).first() if terms.successor else None
    procedure.save(update_fields=["retired_on", "successor"])


def _agency(definition: ProcedureDefinition) -> str:
    """Return who decides, by name only, without where and how; empty where the document is silent."""
    authorities = sorted(definition.authorities, key=lambda authority: authority.role != "DECIDES")
    words = authorities[0].name if authorities else definition.competent
    return _BESIDE_A_NAME.sub("", words).rstrip(" .,")[:300]
