"""Agencies and appointments from tables: planned first, wrong rows named, then applied, all or nothing.

A table of agencies has the columns `code, name, kind, parent` and may have `unit, address, phone, signing_key, from`;
one of people `username, agency, role, title` and may have `full_name, from, until`. Which it is, its first row says.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from identity.errors import PlanRefusedError
from identity.models import Account, AdministrativeUnit, Agency, WorkCalendar
from identity.queries import serves_in
from identity.services.organising import appoint_person, begin_agency, change_agency
from identity.states import AgencyKind, Role
from portal.core.errors import DomainError
from portal.core.files import Table

_AGENCIES: Final = ("code", "name", "kind", "parent")
_PEOPLE: Final = ("username", "agency", "role", "title")
_KEPT: Final = ("unit", "address", "phone", "signing_key")  # of an agency, where the table has the column
_FIRST_DAY: Final = "from"


@dataclass(frozen=True)
class Row:
    """A row of a table: where it stands, and its cells by column."""

    table: str
    number: int
    cells: dict[str, str]

    def __str__(self) -> str:
        return f"{self.table}:{self.number}"


@dataclass
class ImportPlan:
    """What the tables would change; `problems` name the rows that are wrong, and then nothing is applied."""

    begins: list[Row] = field(default_factory=list)
    changes: list[Row] = field(default_factory=list)
    appoints: list[Row] = field(default_factory=list)
    unchanged: int = 0
    problems: list[str] = field(default_factory=list)


def table_of_csv(name: str, content: str) -> Table:
    """Return a CSV file (separated by commas or semicolons) as a table."""
    separator = ";" if content.partition("\n")[0].count(";") > content.partition("\n")[0].count(",") else ","
    rows = csv.reader(io.StringIO(content.removeprefix("\ufeff")), delimiter=separator)
    return Table(name, [(number, list(cells)) for number, cells in enumerate(rows, 1) if any(cells)])


def plan_import(tables: Sequence[Table], today: date) -> ImportPlan:
    """Return what the tables would change in the organisation as it stands."""
    plan = ImportPlan()
    begun: set[str] = set()
    for table in tables:
        columns, rows = _rows(table)
        if set(_AGENCIES) <= columns:
            for row in rows:
                _plan_agency(plan, row, begun)
        elif set(_PEOPLE) <= columns:
            for row in rows:
                _plan_person(plan, row, begun, today)
        else:
            words = _("%(table)s: the first row names neither %(agencies)s nor %(people)s")
            places = {"table": table.name, "agencies": ", ".join(_AGENCIES), "people": ", ".join(_PEOPLE)}
            plan.problems.append(words % places)
    return plan


@transaction.atomic
def import_organisation(
    *, tables: Sequence[Table], reason: str, at: datetime, by: Account | None = None
) -> tuple[ImportPlan, dict[str, str]]:
    """Apply the tables, all or nothing; returns what was done, and the first passwords of accounts that were opened.

    Raises `PlanRefusedError` with the rows that are wrong.
    """
    today = timezone.localtime(at).date()
    plan = plan_import(tables, today)
    who: dict[str, Any] = {"reason": reason, "by": by, "at": at}
    problems, passwords = plan.problems, {}
    for row in [] if problems else [*plan.begins, *plan.changes, *plan.appoints]:
        try:
            with transaction.atomic():
                if "username" in row.cells:
                    passwords[row.cells["username"]] = _appoint(row, today, who)
                else:
                    _keep_agency(row, today, who)
        except DomainError as error:
            problems.append(f"{row}: {error.message}")
    if problems:
        raise PlanRefusedError(problems)
    return plan, {name: password for name, password in passwords.items() if password}


def _rows(table: Table) -> tuple[set[str], Iterator[Row]]:
    if not table.rows:
        return set(), iter(())
    titles = [str(title or "").strip().lower() for title in table.rows[0][1]]
    lines = (
        Row(table.name, number, {title: _text(cell) for title, cell in zip(titles, cells, strict=False) if title})
        for number, cells in table.rows[1:]
    )
    return set(titles), lines


def _text(cell: object) -> str:
    return "" if cell is None or isinstance(cell, dict) else str(cell).strip()


def _plan_agency(plan: ImportPlan, row: Row, begun: set[str]) -> None:
    cells = row.cells
    wrong = [
        *_missing(row, "code", "name", "kind"),
        *_unknown(row, "kind", list(AgencyKind)),
        *_unknown_day(row, _FIRST_DAY),
    ]
    parent, unit = cells.get("parent", ""), cells.get("unit", "")
    if parent and parent not in begun and not Agency.objects.filter(code=parent, valid_to=None).exists():
        wrong.append(_("%(row)s: no agency has the code %(code)s") % {"row": row, "code": parent})
    if unit and not AdministrativeUnit.objects.filter(code=unit).exists():
        wrong.append(_("%(row)s: no territory has the code %(code)s") % {"row": row, "code": unit})
    if cells.get("code") in begun:
        wrong.append(_("%(row)s: %(code)s stands twice") % {"row": row, "code": cells["code"]})
    plan.problems += wrong
    begun.add(cells.get("code", ""))
    known = Agency.objects.select_related("parent", "unit").filter(code=cells.get("code", "")).first()
    if known is None:
        plan.begins.append(row)
    elif not wrong and _differs(known, row):
        plan.changes.append(row)
    else:
        plan.unchanged += 1


def _plan_person(plan: ImportPlan, row: Row, begun: set[str], today: date) -> None:
    cells = row.cells
    roles = [role for role in Role if role not in {Role.APPLICANT, Role.SYSTEM}]
    wrong = [
        *_missing(row, *_PEOPLE),
        *_unknown(row, "role", roles),
        *_unknown_day(row, _FIRST_DAY),
        *_unknown_day(row, "until"),
    ]
    agency = Agency.objects.filter(code=cells.get("agency", ""), valid_to=None).first()
    account = Account.objects.filter(username=cells.get("username", "")).first()
    if agency is None and cells.get("agency") not in begun:
        wrong.append(_("%(row)s: no agency has the code %(code)s") % {"row": row, "code": cells.get("agency", "")})
    if account is None and not cells.get("full_name"):
        words = _("%(row)s: nobody has the user name %(name)s; a new person needs a full name")
        wrong.append(words % {"row": row, "name": cells.get("username", "")})
    plan.problems += wrong
    if wrong:
        return
    if account and agency and serves_in(account, agency, Role(cells["role"]), _day(row, _FIRST_DAY) or today):
        plan.unchanged += 1
    else:
        plan.appoints.append(row)


def _keep_agency(row: Row, today: date, who: dict[str, Any]) -> None:
    cells = row.cells
    known = Agency.objects.filter(code=cells["code"]).first()
    facts = _facts(row)
    if known is not None:
        change_agency(agency_id=known.pk, facts=facts, **who)
        return
    above: Agency | None = facts["parent"]
    facts["calendar"] = above.calendar if above else WorkCalendar.objects.order_by("pk").first()
    begin_agency(code=cells["code"], facts=facts, on=_day(row, _FIRST_DAY) or today, **who)


def _appoint(row: Row, today: date, who: dict[str, Any]) -> str:
    cells = row.cells
    return appoint_person(
        username=cells["username"],
        full_name=cells.get("full_name", ""),
        agency=Agency.objects.get(code=cells["agency"]),
        role=Role(cells["role"]),
        title=cells["title"],
        valid_from=_day(row, _FIRST_DAY) or today,
        valid_to=_day(row, "until"),
        **who,
    )


def _facts(row: Row) -> dict[str, Any]:
    cells = row.cells
    facts: dict[str, Any] = {name: cells[name] for name in _KEPT if name in cells}
    if "unit" in facts:
        facts["unit"] = AdministrativeUnit.objects.filter(code=facts["unit"]).first()
    parent = Agency.objects.filter(code=cells["parent"]).first()
    return facts | {"name": cells["name"], "kind": AgencyKind(cells["kind"]), "parent": parent}


def _differs(known: Agency, row: Row) -> bool:
    return any(getattr(known, name) != value for name, value in _facts(row).items())


def _missing(row: Row, *names: str) -> list[str]:
    empty = [name for name in names if not row.cells.get(name)]
    return [_("%(row)s: the column %(name)s is empty") % {"row": row, "name": name} for name in empty]


def _unknown(row: Row, name: str, allowed: Sequence[str]) -> list[str]:
    value = row.cells.get(name, "")
    if not value or value in allowed:
        return []
    words = _("%(row)s: %(value)s in %(name)s is none of %(allowed)s")
    return [words % {"row": row, "value": value, "name": name, "allowed": ", ".join(allowed)}]


def _unknown_day(row: Row, name: str) -> list[str]:
    try:
        _day(row, name)
    except ValueError:
        words = _("%(row)s: %(value)s in %(name)s is no day (YYYY-MM-DD)")
        return [words % {"row": row, "value": row.cells[name], "name": name}]
    return []


def _day(row: Row, name: str) -> date | None:
    """Return the day in a cell; a spreadsheet's day comes with a time behind it."""
    text = row.cells.get(name, "").removesuffix(" 00:00:00")
    return date.fromisoformat(text) if text else None
