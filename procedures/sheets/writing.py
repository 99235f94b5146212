"""The catalogue as a workbook: a sheet of procedures, of papers, of fees and of times."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from io import BytesIO
from typing import Any

from portal.core.tables import Cell, Sheet, workbook
from procedures.sheets.columns import FACTS, FEES, PAPERS, TIMES, SheetPlan, facts_of

Versions = Callable[[], Iterable[tuple[int, Mapping[str, Any]]]]


def written(versions: Versions) -> BytesIO:
    """Return the workbook; `versions` yields numbers and documents anew for each sheet, so none is held."""
    return workbook(
        [
            _sheet(
                FACTS,
                ([column.cell(facts_of(doc, number)) for column in FACTS.columns] for number, doc in versions()),
            ),
            _sheet(PAPERS, _members(PAPERS, versions, "papers")),
            _sheet(FEES, _members(FEES, versions, "fees")),
            _sheet(TIMES, _times(versions)),
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
        for part in document.get(name, []):
            yield [column.cell({**part, "procedure": document["code"]}) for column in plan.columns]


def _times(versions: Versions) -> Iterator[list[Cell]]:
    for _number, document in versions():
        for row in time_rows(document):
            yield [column.cell({**row, "procedure": document["code"]}) for column in TIMES.columns]
