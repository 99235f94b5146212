"""The lists of the files under `data/`, brought into the database. What the office changed since is left alone."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date
from typing import Final

from django.db import transaction

from portal.core.text import sort_key
from procedures.code_lists.models import CodeEntry, CodeList
from procedures.code_lists.queries import DATA

_SINCE: Final = date(2025, 7, 1)


@transaction.atomic
def seed_code_lists() -> int:
    """Add the lists and the entries that are not known yet; returns how many entries were added. Safe to repeat."""
    added = 0
    for row in _lists():
        code_list, _created = CodeList.objects.update_or_create(
            code=row["code"], defaults={"name": row["name"], "source": row["source"]}
        )
        known = set(code_list.entries.values_list("code", flat=True))
        new = [_entry(code_list, entry) for entry in _read(row["code"]) if entry["code"] not in known]
        added += len(CodeEntry.objects.bulk_create(new))
    return added


def _entry(code_list: CodeList, row: dict[str, str]) -> CodeEntry:
    return CodeEntry(
        code_list=code_list,
        code=row["code"],
        vi=row["vi"],
        en=row["en"],
        position=int(row.get("position") or 1000),
        sort_key=sort_key(row["vi"]),
        valid_from=_SINCE,
    )


def _lists() -> Iterator[dict[str, str]]:
    with (DATA.parent / "lists.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _read(code: str) -> Iterator[dict[str, str]]:
    with (DATA / f"{code}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)
