"""The demo's catalogue, from the files under `procedures/catalogue/`: one folder a procedure. Safe to run again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final

import yaml

from procedures.services import publish

CATALOGUE: Final = Path(__file__).parent / "catalogue"
_IN_FORCE_FROM: Final = date(2025, 7, 1)


def documents() -> Iterator[dict[str, Any]]:
    """Yield the document of every procedure in the files, its form and process laid in, by code."""
    for folder in sorted(path for path in CATALOGUE.iterdir() if path.is_dir()):
        document = _read(folder / "procedure.yaml")
        for part in ("form", "process"):
            file = folder / f"{part}.yaml"
            document[part] = _read(file) if file.exists() else None
        yield document


def seed_catalogue(*, at: datetime) -> int:
    """Publish every procedure of the files; returns how many there are."""
    versions = [
        publish(document=document, effective_from=_IN_FORCE_FROM, published_by=None, at=at)
        for document in documents()
    ]
    return len(versions)


def _read(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded
