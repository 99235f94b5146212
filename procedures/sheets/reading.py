"""What a filled-in workbook says, compared with the versions that it was exported from."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from procedures import definition as definitions
from procedures.definition import DefinitionError
from procedures.editing import free_code
from procedures.sheets.columns import (
    FACTS,
    FEES,
    LAWS,
    PAPERS,
    RESULTS,
    SHEETS,
    TIMES,
    CellError,
    Column,
    SheetPlan,
    facts_of,
)
from procedures.sheets.writing import time_rows
from procedures.states import OnlineLevel

_CODE: Final = re.compile(r"^[0-9]\.[0-9]{6}$")
_PART: Final = re.compile(r"^[A-Za-z][A-Za-z0-9_.-]{0,59}$")
_SECTOR: Final = ("sector_code", "sector_name")
Rows = Sequence[tuple[int, list[Any]]]
Document = dict[str, Any]


@dataclass(frozen=True)
class Problem:
    """What is wrong in the file: where, and what to do."""

    sheet: str
    row: int
    column: str
    words: str
    code: str = ""  # of the procedure, where it is known

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class Base:
    """A procedure's newest version, and the one that the file was exported from."""

    newest: int
    document: Mapping[str, Any]
    exported: Mapping[str, Any]


@dataclass(frozen=True)
class _Line:
    """A row of a sheet as cells by entry."""

    plan: SheetPlan
    row: int
    cells: Mapping[str, Any]

    def given(self, column: Column) -> Any:
        return self.cells.get(column.entry)


class Workbook:
    """A workbook that was given, its rows by sheet and procedure; what cannot be read stands in `problems`."""

    def __init__(self, tables: Mapping[str, Rows]) -> None:
        self.problems: list[Problem] = []
        self.sheets = {plan.name: self._lines(plan, tables[plan.name]) for plan in SHEETS if plan.name in tables}
        self.facts = self._procedures()
        self.parts = {
            plan.name: self._by_procedure(plan) for plan in SHEETS if plan is not FACTS and plan.name in self.sheets
        }

    @property
    def versions(self) -> dict[str, int]:
        """The number of the version that each procedure was exported from; 0 where the file does not say."""
        found = {}
        for code, line in self.facts.items():
            number = line.cells.get("version")
            found[code] = number if isinstance(number, int) and 0 < number < 10**6 else 0
        return found

    def document(self, code: str, base: Base | None) -> Document | None:
        """Return what the file makes of a procedure's newest document; None when rows of it are wrong."""
        known = len(self.problems)
        exported = dict(base.exported) if base else _new(code)
        edited = self._facts(self.facts[code], exported)
        for plan, name in ((PAPERS, "papers"), (FEES, "fees")):
            if plan.name in self.parts:
                edited[name] = self._members(plan, self.parts[plan.name].get(code, []), exported.get(name, []))
        for plan, name in ((RESULTS, "results"), (LAWS, "legal_basis")):
            if plan.name in self.parts:
                numbered = self._numbered(plan, self.parts[plan.name].get(code, []), exported.get(name, []))
                edited = _with(edited, {name: numbered if numbered or name == "results" else None})
        if TIMES.name in self.parts:
            edited = self._times(self.parts[TIMES.name].get(code, []), edited)
        document = edited if base is None else self._laid_over(code, base, edited)
        if len(self.problems) > known:
            return None
        if base is not None and document == base.document:
            return document
        try:
            definitions.load(document)
        except DefinitionError as error:
            self._add(self.facts[code], FACTS.column("code"), str(error))
            return None
        return document

    def _lines(self, plan: SheetPlan, rows: Rows) -> list[_Line]:
        if not rows:
            return []
        titles = [str(title or "").strip() for title in rows[0][1]]
        missing = [column.title for column in plan.columns[:1] if column.title not in titles]
        if missing:
            words = _("The column “%(title)s” is missing: its title stands in the first row.")
            self.problems.append(Problem(plan.name, rows[0][0], missing[0], words % {"title": missing[0]}))
            return []
        places = {column.entry: titles.index(column.title) for column in plan.columns if column.title in titles}
        return [
            _Line(plan, row, {entry: cells[place] if place < len(cells) else None for entry, place in places.items()})
            for row, cells in rows[1:]
        ]

    def _procedures(self) -> dict[str, _Line]:
        if FACTS.name not in self.sheets:
            self.problems.append(
                Problem(FACTS.name, 0, "", _("The sheet is missing: export the catalogue and fill in that file."))
            )
            return {}
        found: dict[str, _Line] = {}
        for line in self.sheets[FACTS.name]:
            code = _procedure_code(line.cells.get("code"))
            if not _CODE.match(code):
                self._add(line, FACTS.column("code"), _("A code has the form 1.001193."))
            elif code in found:
                words = _("The procedure stands in row %(row)s already: keep one of them.") % {"row": found[code].row}
                self._add(line, FACTS.column("code"), words)
            else:
                found[code] = line
        return found

    def _by_procedure(self, plan: SheetPlan) -> dict[str, list[_Line]]:
        found: dict[str, list[_Line]] = {}
        for line in self.sheets[plan.name]:
            code = _procedure_code(line.cells.get("procedure"))
            if code in self.facts:
                found.setdefault(code, []).append(line)
            else:
                words = _("No procedure with this code stands in the sheet “%(sheet)s”.") % {"sheet": FACTS.name}
                self._add(line, plan.column("procedure"), words)
        return found

    def _facts(self, line: _Line, exported: Document) -> Document:
        facts = facts_of(exported, 0)
        changes = self._changes(line, facts, skip=("code", "version"))
        for column in FACTS.columns:
            if column.entry in _REQUIRED[FACTS.name] and not {**facts, **changes}.get(column.entry):
                self._add(line, column, _("This cell must not be empty."))
        sector = dict(exported["sector"])
        for entry, key in zip(_SECTOR, ("code", "name"), strict=True):
            if entry in changes:
                sector[key] = changes.pop(entry) or ""
        return _with(exported, {**changes, "sector": sector})

    def _members(self, plan: SheetPlan, lines: list[_Line], before: Sequence[Mapping[str, Any]]) -> list[Document]:
        known = {str(part["code"]): part for part in before}
        members: list[Document] = []
        for line in lines:
            code = str(line.cells.get("code") or "").strip()
            base = known.get(code, {})
            part = _with(base or _defaults(plan), self._changes(line, base, skip=("code", "procedure")))
            taken = [member["code"] for member in members]
            if code and (code in taken or not _PART.match(code)):
                self._add(
                    line, plan.column("code"), _("The code stands twice, or is none: leave it empty in a new row.")
                )
                continue
            part["code"] = code or free_code(str(part.get("name") or ""), [*taken, *known])
            self._require(line, part)
            members.append(part)
        return members

    def _numbered(self, plan: SheetPlan, lines: list[_Line], before: Sequence[Mapping[str, Any]]) -> list[Document]:
        """Return the members that the rows say; what has no column is kept by the number that a row was given."""
        known = {str(place): part for place, part in enumerate(before, 1)}
        members: list[Document] = []
        for line in lines:
            place = str(line.cells.get("place") or "").strip()
            if place and place not in known:
                words = _("This number stands twice, or is none of the list's: leave it empty in a new row.")
                self._add(line, plan.column("place"), words)
                continue
            base = known.pop(place, {})
            member = _with(base, self._changes(line, base, skip=("procedure", "place")))
            self._require(line, member)
            members.append(member)
        return members

    def _require(self, line: _Line, part: Mapping[str, Any]) -> None:
        required = _REQUIRED[line.plan.name]
        missing = next((column for column in line.plan.columns if column.entry in required - part.keys()), None)
        if missing is not None:
            self._add(line, missing, _("This cell must not be empty."))

    def _times(self, lines: list[_Line], document: Document) -> Document:
        """Return the document with the limits that the rows say, kept part by part where they were not touched."""
        before: dict[str, list[Document]] = {}
        for row in time_rows(document):
            before.setdefault(row["channel"], []).append(row)
        by_channel: dict[str, list[Document]] = {}
        for line in lines:
            channel = self._channel(line)
            if channel is None:
                continue
            rows = by_channel.setdefault(channel, [])
            old = before.get(channel, [])
            base = old[len(rows)] if len(rows) < len(old) else {"channel": channel}
            rows.append(_with(base, self._changes(line, base, skip=("procedure", "channel"))))
            if rows[-1].get("kind") not in {None, "SAME_DAY", "NONE"} and not rows[-1].get("value"):
                self._add(line, TIMES.column("value"), _("This cell must not be empty."))
        own = by_channel.pop("", [])
        if len(own) != 1:
            line = lines[0] if lines else self.facts[document["code"]]
            self._add(line, TIMES.column("channel"), _("A procedure has one row “Chung” in this sheet."))
            return document
        changed = _with(document, {"time": _limit(own[0])})
        old_terms = {terms["channel"]: terms for terms in document.get("channels", [])}
        channels = [_terms(channel, rows, old_terms.get(channel, {})) for channel, rows in by_channel.items()]
        return _with(changed, {"channels": channels}) if channels or document.get("channels") else changed

    def _channel(self, line: _Line) -> str | None:
        column = TIMES.column("channel")
        try:
            return str(column.value(line.given(column), {}) or "")
        except CellError as error:
            self._add(line, column, str(error))
            return None

    def _changes(self, line: _Line, base: Mapping[str, Any], *, skip: tuple[str, ...]) -> Document:
        """Return the entries whose cells were touched; a column that the file does not have touches nothing."""
        changes: Document = {}
        for column in line.plan.columns:
            if column.entry in skip or column.entry not in line.cells:
                continue
            given = line.given(column)
            if not column.is_untouched(given, base):
                try:
                    changes[column.entry] = column.value(given, base)
                except CellError as error:
                    self._add(line, column, str(error))
        return changes

    def _laid_over(self, code: str, base: Base, edited: Document) -> Document:
        """Return the newest document with what was edited; what others changed since the export is not undone."""
        document = dict(base.document)
        for name in {*edited, *base.exported}:
            mine, before = edited.get(name), base.exported.get(name)
            if mine == before:
                continue
            if base.document.get(name) not in (before, mine):
                words = _("“%(part)s” was changed by somebody since the file was written: export it again.")
                self._add(self.facts[code], FACTS.column("version"), words % {"part": name})
            elif mine is None:
                document.pop(name, None)
            else:
                document[name] = mine
        return document

    def _add(self, line: _Line, column: Column, words: str) -> None:
        code = str(line.cells.get("procedure") or line.cells.get("code") or "")
        self.problems.append(Problem(line.plan.name, line.row, column.title, words[:500], code[:20]))


_REQUIRED: Final[Mapping[str, frozenset[str]]] = {
    FACTS.name: frozenset({"name", "sector_code", "sector_name", "levels", "audiences"}),
    PAPERS.name: frozenset({"name", "mode"}),
    FEES.name: frozenset({"name", "kind", "amount", "timing"}),
    RESULTS.name: frozenset({"name"}),
    LAWS.name: frozenset({"number"}),
}


def _procedure_code(cell: Any) -> str:
    """Return a code as it is meant: a spreadsheet that took it for a number has dropped its last zeros."""
    text = str(cell or "").strip()
    return text.ljust(8, "0") if re.match(r"^[0-9]\.[0-9]{1,5}$", text) else text


def _defaults(plan: SheetPlan) -> Document:
    return {"mode": "SUBMIT"} if plan is PAPERS else {"kind": "PHI", "timing": "FILING", "illustrative": False}


def _with(part: Mapping[str, Any], changes: Mapping[str, Any]) -> Document:
    """Return the part with these entries; those that are None are taken out."""
    return {name: value for name, value in {**part, **changes}.items() if name not in changes or value is not None}


def _limit(row: Mapping[str, Any]) -> Document:
    limit = {name: value for name, value in row.items() if name not in {"channel", "channel_note"}}
    if limit.get("kind") in {"SAME_DAY", "NONE"}:
        limit.pop("value", None)
    return {"kind": "NONE", "illustrative": False} | limit


def _terms(channel: str, rows: list[Document], before: Mapping[str, Any]) -> Document:
    times = [_limit(row) for row in rows if row.get("kind")]
    note = rows[0].get("channel_note")
    return _with(before, {"channel": channel, "times": times or None, "note": note})


def _new(code: str) -> Document:
    return {
        "code": code,
        "name": "",
        "sector": {"code": "", "name": ""},
        "online_level": str(OnlineLevel.INFORMATION),
        "levels": [],
        "audiences": [],
        "papers": [],
        "fees": [],
        "time": {"kind": "NONE", "illustrative": False},
        "results": [],
    }
