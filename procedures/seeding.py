"""The demo's catalogue, from the files under `procedures/catalogue/`: one folder a procedure. Safe to run again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

from procedures import folders
from procedures.services import publish

CATALOGUE: Final = Path(__file__).parent / "catalogue"
_IN_FORCE_FROM: Final = date(2025, 7, 1)


def documents() -> Iterator[dict[str, Any]]:
    """Yield the document of every procedure in the files, by code."""
    return folders.read(CATALOGUE)


def seed_catalogue(*, at: datetime) -> int:
    """Publish every procedure of the files; returns how many there are."""
    versions = [
        publish(document=document, effective_from=_IN_FORCE_FROM, published_by=None, at=at)
        for document in documents()
    ]
    return len(versions)
