"""The 2,642 real procedures of the national catalogue beside the demo's own, for measuring the search.

The file is no part of the project: where it is missing, what needs it is skipped and says so.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from portal.env import BASE_DIR
from procedures.models import Procedure, ProcedureVersion, Sector
from procedures.searching.indexing import columns
from procedures.searching.usual import usual_cases
from tests import factories

SHARED = BASE_DIR.parent / "shared" / "domain"
_FILE = SHARED / "procedures_2642.jsonl.gz"
_LEVELS = {"Cấp bộ": "MINISTRY", "Cấp tỉnh": "PROVINCE", "Cấp xã": "COMMUNE", "Cơ quan khác": "OTHER"}


def publish_national() -> int:
    """Publish, in bulk, each procedure of the file that is not published yet; returns how many."""
    known = set(Procedure.objects.values_list("code", flat=True))
    new = {row["code"]: row for row in rows() if row["code"] not in known}
    names = sorted({row["sector"] for row in new.values()})
    Sector.objects.bulk_create(Sector(code=f"NATIONAL_{n}", name=name) for n, name in enumerate(names))
    sectors = {sector.name: sector for sector in Sector.objects.filter(code__startswith="NATIONAL_")}
    made = Procedure.objects.bulk_create(_procedure(row, sectors[row["sector"]]) for row in new.values())
    ProcedureVersion.objects.bulk_create(
        ProcedureVersion(
            procedure=procedure,
            number=1,
            effective_from=factories.NOW.date(),
            document={},
            sha256="",
            published_at=factories.NOW,
        )
        for procedure in made
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE procedures_procedure, procedures_procedureversion")  # as autovacuum does in its time
    return len(made)


def rows() -> Iterator[dict[str, Any]]:
    """Yield the procedures of the file."""
    if not _FILE.exists():
        pytest.skip(f"{_FILE} is not here: nothing is measured on the national catalogue")
    with gzip.open(_FILE, "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _procedure(row: dict[str, Any], sector: Sector) -> Procedure:
    rest = [part["name"] for part in (*row["results"], *row["documents"])]
    found_by = columns(code=row["code"], name=row["name"], keywords=[], sector=row["sector"], rest=rest)
    return Procedure(
        code=row["code"],
        name=row["name"][:1000],
        sector=sector,
        online_level="INFORMATION",
        levels=[_LEVELS[level] for level in row["levels"]],
        audiences=["CITIZEN"] if "Công dân Việt Nam" in row["subjects"] else ["BUSINESS"],
        popularity=usual_cases(row["code"]),
        agency=row["authority"][:300],
        search_text=found_by.text,
        search_vector=found_by.vector,
        search_traits=found_by.traits,
        search_length=found_by.length,
    )
