"""The demo's catalogue, from the files under `procedures/catalogue/`: one folder a procedure. Safe to run again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from procedures import folders
from procedures.models import ProcedureVersion
from procedures.services import publish

CATALOGUE: Final = Path(__file__).parent / "catalogue"
_IN_FORCE_FROM: Final = date(2025, 7, 1)


def documents() -> Iterator[dict[str, Any]]:
    """Yield the document of every procedure in the files, by code."""
    return folders.read(CATALOGUE)


def seed_catalogue(*, at: datetime) -> int:
    """Publish the procedures of the files; returns how many there are. What a person has decided since stays."""
    newest = ProcedureVersion.objects.order_by("procedure", "-number").distinct("procedure")
    decided = {code for code, person in newest.values_list("procedure__code", "published_by") if person is not None}
    every = list(documents())
    for document in every:
        if document["code"] not in decided:
            publish(document=document, effective_from=_IN_FORCE_FROM, published_by=None, at=at)
    return len(every)
