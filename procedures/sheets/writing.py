"""The catalogue as a workbook: how to fill it in, then a sheet for the procedures and one for each of their lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from typing import Any

from portal.core.tables import Cell, Sheet, workbook
from procedures.sheets.columns import ADVICE, FACTS, FEES, GUIDE, LAWS, PAPERS, RESULTS, TIMES, SheetPlan, facts_of

Versions = Callable[[], Iterable[tuple[int, Mapping[str, Any]]]]


def written(versions: Versions) -> BytesIO:
    """Return the workbook; `versions` yields numbers and documents anew for each sheet, so none is held."""
    return workbook(
        [
            Sheet(GUIDE, [GUIDE], [110], ([advice] for advice in ADVICE)),
            _sheet(FACTS, _facts(versions)),
            _sheet(PAPERS, _members(PAPERS, versions, "papers")),
            _sheet(FEES, _members(FEES, versions, "fees")),
            _sheet(TIMES, _times(versions)),
            _sheet(RESULTS, _members(RESULTS, versions, "results")),
            _sheet(LAWS, _members(LAWS, versions, "legal_basis")),
        ]
    )


def time_rows(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of the last sheet for a procedure: its own limit, then each way of filing's."""
    rows: list[dict[str, Any]] = [{**document.get("time", {}), "channel": ""}]
    for terms in document.get("channels", []):
        for place, limit in enumerate(terms.get("times") or [{}]):
            note = {"channel_note": terms.get("note")} if place == 0 else {}
            rows.append({**limit, **note, "channel": terms["channel"]})
    return rows


def _sheet(plan: SheetPlan, rows: Iterable[list[Cell]]) -> Sheet:
    return Sheet(plan.name, plan.head, plan.widths, rows)


def _facts(versions: Versions) -> Iterator[list[Cell]]:
    for number, document in versions():
        facts = facts_of(document, number)
        yield [column.cell(facts) for column in FACTS.columns]


def _members(plan: SheetPlan, versions: Versions, name: str) -> Iterator[list[Cell]]:
    for _number, document in versions():
        for place, part in enumerate(document.get(name, []), 1):
            row = {**part, "procedure": document["code"], "place": place}
            yield [column.cell(row) for column in plan.columns]


def _times(versions: Versions) -> Iterator[list[Cell]]:
    for _number, document in versions():
        for row in time_rows(document):
            yield [column.cell({**row, "procedure": document["code"]}) for column in TIMES.columns]
