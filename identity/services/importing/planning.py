"""What tables would change in the organisation as it stands, row by row, and which rows are wrong."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.utils.translation import gettext as _

from identity.models import Account, AdministrativeUnit, Agency, Appointment
from identity.models.organisation import differences_in_words
from identity.services.importing.tables import AGENCIES, FIRST_DAY, FULL_NAME, KEPT, PEOPLE, UNTIL, Row, rows_of
from identity.services.organising import AGENCY_CODE, USER_NAME
from identity.states import AgencyKind, Doing, Role
from identity.wording import ROLES
from portal.core.files import Table

_APPOINTED: Final = frozenset(Role) - {Role.APPLICANT, Role.SYSTEM}
_OF_AGENCIES: Final = {"code": 35, "name": 200, "address": 200, "phone": 30, "signing_key": 64}
_LONGEST: Final = _OF_AGENCIES | {"username": 64, "full_name": 100, "title": 100}
_PATTERNS: Final = {"code": re.compile(AGENCY_CODE), "username": re.compile(USER_NAME)}


@dataclass(frozen=True)
class Reach:
    """What may be imported: people of these agencies in these roles; without agencies of all, and agencies too."""

    agencies: frozenset[int] | None = None
    roles: frozenset[Role] = _APPOINTED


EVERYTHING: Final = Reach()


@dataclass(frozen=True)
class Problem:
    """What is wrong, where, and what to do."""

    table: str
    number: int
    words: str

    def __str__(self) -> str:
        return f"{self.table}:{self.number}: {self.words}"


@dataclass(frozen=True)
class Step:
    """What a row would do, to the appointment `seat` where there is one; `differs` says {field: [before, after]}."""

    doing: Doing
    row: Row
    differs: Mapping[str, list[Any]] = field(default_factory=dict)
    seat: Appointment | None = None

    def __str__(self) -> str:
        return str(self.row)

    @property
    def text(self) -> str:
        """What differs, in words; of somebody who begins, as what."""
        role = self.row.cells.get("role")
        return differences_in_words(self.differs) or (
            f"{self.row.cells['title']} – {ROLES[Role(role)]}" if role else ""
        )


@dataclass
class ImportPlan:
    """What the tables would change; with `problems` nothing is applied."""

    steps: list[Step] = field(default_factory=list)
    opens: set[str] = field(default_factory=set)  # the user names of new accounts
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)

    def that(self, doing: Doing) -> list[Step]:
        """Return the steps that do this."""
        return [step for step in self.steps if step.doing == doing]


def plan_import(tables: Sequence[Table], today: date, reach: Reach = EVERYTHING) -> ImportPlan:
    """Return what the tables would change in the organisation as it stands."""
    planning = _Planning(today, reach)
    for table in tables:
        columns, rows = rows_of(table)
        if set(AGENCIES) <= columns:
            planning.take(rows, planning.agency)
        elif set(PEOPLE) <= columns:
            planning.take(rows, planning.person)
        else:
            words = _("the first row names neither the columns %(agencies)s nor %(people)s")
            named = {"agencies": ", ".join(AGENCIES), "people": ", ".join(PEOPLE)}
            planning.plan.problems.append(Problem(table.name, 1, words % named))
    return planning.plan


class _Planning:
    def __init__(self, today: date, reach: Reach) -> None:
        self.today, self.reach = today, reach
        self.plan = ImportPlan()
        self.begun: set[str] = set()

    def take(self, rows: Iterator[Row], read: Callable[[Row], list[str]]) -> None:
        """Plan the rows of a table one by one."""
        for row in rows:
            self.plan.problems += [Problem(row.table, row.number, words) for words in read(row)]

    def agency(self, row: Row) -> list[str]:
        """Plan a row of an agency; returns what is wrong with it."""
        code = row.cells.get("code", "")
        wrong = [
            *_malformed(row, "code", "name", "kind"),
            *_unknown(row, "kind", list(AgencyKind)),
            *self._places(row),
        ]
        if code in self.begun:
            wrong.append(_("%(code)s stands twice: leave one row") % {"code": code})
        self.begun.add(code)
        if wrong:
            return wrong
        known = Agency.objects.select_related("parent", "unit").filter(code=code).first()
        differs = {} if known is None else _differing(known, facts_of(row))
        if known is not None and not differs:
            self.plan.unchanged += 1
        elif self.reach.agencies is not None:
            return [_("agencies are begun and changed by the province's admins only: leave the row as it is")]
        elif known is None:
            self.plan.steps.append(Step(Doing.BEGIN, row))
        else:
            self.plan.steps.append(Step(Doing.CHANGE, row, differs))
        return []

    def person(self, row: Row) -> list[str]:
        """Plan a row of somebody's appointment; returns what is wrong with it."""
        cells = row.cells
        agency = Agency.objects.filter(code=cells.get("agency", ""), valid_to=None).first()
        account = Account.objects.filter(username=cells.get("username", "")).first()
        wrong = [*_malformed(row, *PEOPLE), *_unknown(row, "role", sorted(_APPOINTED)), *self._who(row, account)]
        if agency is None and cells.get("agency") not in self.begun:
            wrong.append(_no_agency(cells.get("agency", "")))
        elif self.reach.agencies is not None and (agency is None or agency.pk not in self.reach.agencies):
            wrong.append(_("%(code)s is not among the agencies that you keep") % {"code": cells["agency"]})
        if wrong:
            return wrong
        seat = _seat(row, account, agency, self.today)
        steps = [Step(Doing.APPOINT, row)] if seat is None else list(_altering(row, seat))
        if not steps:
            self.plan.unchanged += 1
        elif cells["role"] not in self.reach.roles:
            return [_("the role %(role)s is the province's to give") % {"role": cells["role"]}]
        self.plan.steps += steps
        if account is None:
            self.plan.opens.add(cells["username"])
        return []

    def _places(self, row: Row) -> Iterator[str]:
        parent, unit = row.cells.get("parent", ""), row.cells.get("unit", "")
        if parent and parent not in self.begun and not Agency.objects.filter(code=parent, valid_to=None).exists():
            yield _no_agency(parent)
        if unit and not AdministrativeUnit.objects.filter(code=unit).exists():
            yield _("no territory has the code %(code)s") % {"code": unit}

    def _who(self, row: Row, account: Account | None) -> Iterator[str]:
        username, name = row.cells.get("username", ""), row.cells.get(FULL_NAME, "")
        if account is None and not name and username not in self.plan.opens:
            yield _("nobody has the user name %(name)s; a new person needs a full name") % {"name": username}
        if account is not None and name and name != account.full_name:
            words = _("the user name %(name)s belongs to %(who)s: give another person another one")
            yield words % {"name": username, "who": account.full_name}


def facts_of(row: Row) -> dict[str, Any]:
    """Return what a row of an agency says of it, for the columns that the table has."""
    cells = row.cells
    facts: dict[str, Any] = {name: cells[name] for name in KEPT if name in cells}
    if "unit" in facts:
        facts["unit"] = AdministrativeUnit.objects.filter(code=facts["unit"]).first()
    parent = Agency.objects.filter(code=cells["parent"]).first()
    return facts | {"name": cells["name"], "kind": AgencyKind(cells["kind"]), "parent": parent}


def _differing(known: Agency, facts: Mapping[str, Any]) -> dict[str, list[Any]]:
    before = {name: getattr(known, name) for name in facts}
    return {name: [str(before[name] or ""), str(new or "")] for name, new in facts.items() if new != before[name]}


def _seat(row: Row, account: Account | None, agency: Agency | None, today: date) -> Appointment | None:
    if account is None or agency is None:
        return None
    there = Appointment.objects.on(row.day(FIRST_DAY) or today).filter(account=account, agency=agency)
    return there.select_related("account", "agency").filter(role=row.cells["role"]).first()


def _altering(row: Row, seat: Appointment) -> Iterator[Step]:
    """Yield what the row would do to an appointment that is there; an empty day says nothing."""
    until, title = row.day(UNTIL), row.cells["title"]
    last = [seat.valid_to.isoformat() if seat.valid_to else None, until.isoformat() if until else None]
    is_later = until is not None and seat.valid_to is not None and until > seat.valid_to
    altered: dict[str, list[Any]] = {"title": [seat.title, title]} if title != seat.title else {}
    altered |= {"valid_to": last} if is_later else {}
    if altered:
        yield Step(Doing.ALTER, row, altered, seat)
    if until is not None and until != seat.valid_to and not is_later:
        yield Step(Doing.END, row, {"valid_to": last}, seat)


def _malformed(row: Row, *needed: str) -> Iterator[str]:
    for name in row.formulas:
        yield _("a formula stands in %(name)s: type what it amounts to") % {"name": name}
    for name in needed:
        if not row.cells.get(name) and name not in row.formulas:
            yield _("the column %(name)s is empty") % {"name": name}
    for name, value in row.cells.items():
        if len(value) > _LONGEST.get(name, len(value)):
            yield _("%(name)s is longer than %(most)s signs") % {"name": name, "most": _LONGEST[name]}
        if value and name in _PATTERNS and not _PATTERNS[name].fullmatch(value):
            yield _("%(value)s cannot stand in %(name)s: letters, digits and full stops only") % {
                "value": value,
                "name": name,
            }
    for name in (FIRST_DAY, UNTIL):
        try:
            row.day(name)
        except ValueError:
            words = _("%(value)s in %(name)s is no day: write it as YYYY-MM-DD")
            yield words % {"value": row.cells[name], "name": name}


def _unknown(row: Row, name: str, allowed: Sequence[str]) -> Iterator[str]:
    value = row.cells.get(name, "")
    if value and value not in allowed:
        words = _("%(value)s in %(name)s is none of %(allowed)s")
        yield words % {"value": value, "name": name, "allowed": ", ".join(allowed)}


def _no_agency(code: str) -> str:
    return _("no agency has the code %(code)s") % {"code": code}
