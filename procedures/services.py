"""Publishing: a new immutable version, and the columns of the procedure that lists read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from identity.models import Account
from portal.core.text import unaccented
from procedures import definition as definitions
from procedures.definition import ProcedureDefinition
from procedures.models import Procedure, ProcedureVersion, Sector

_PROVINCE_SUFFIX: Final = "000.00.00.H09"


@transaction.atomic
def publish(
    *, document: Mapping[str, Any], effective_from: date, published_by: Account | None, at: datetime
) -> ProcedureVersion:
    """Publish `document` as the procedure's next version, in force from `effective_from` (a local date).

    Publishing what is published already returns that version. Raises `DefinitionError` for a wrong document.
    """
    definition = definitions.load(document)
    digest = definitions.sha256_of(document)
    procedure = _procedure(definition)
    last = procedure.versions.order_by("-number").first()
    if last is not None and last.sha256 == digest:
        return last
    return ProcedureVersion.objects.create(
        procedure=procedure,
        number=last.number + 1 if last else 1,
        effective_from=effective_from,
        document=dict(document),
        sha256=digest,
        published_at=at,
        published_by=published_by,
    )


@transaction.atomic
def retire(*, code: str, on: date, successor: Procedure | None = None) -> Procedure:
    """Take a procedure out of service from a day on, naming what replaces it. Open cases go on."""
    procedure = Procedure.objects.select_for_update().get(code=code)
    procedure.retired_on, procedure.successor = on, successor
    procedure.save(update_fields=["retired_on", "successor"])
    return procedure


def _procedure(definition: ProcedureDefinition) -> Procedure:
    sector, _created = Sector.objects.get_or_create(
        code=definition.sector_code, defaults={"name": definition.sector_name}
    )
    values = {
        "local_code": f"{definition.code}.{_PROVINCE_SUFFIX}",
        "name": definition.name,
        "sector": sector,
        "online_level": definition.online_level,
        "levels": list(definition.levels),
        "audiences": list(definition.audiences),
        "popularity": definition.popularity,
        "search_text": _search_text(definition),
    }
    procedure, _created = Procedure.objects.select_for_update().update_or_create(
        code=definition.code, defaults=values
    )
    return procedure


def _search_text(definition: ProcedureDefinition) -> str:
    pieces = [definition.code, definition.name, *definition.keywords, definition.sector_name]
    return " | ".join(unaccented(piece) for piece in pieces)
