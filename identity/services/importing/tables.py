"""The tables in which the organisation is given and taken away: their columns, their rows, and the sheets of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import IO, Final

from django.db.models import Q
from django.utils.translation import gettext as _

from identity.errors import OrganisationRefusedError
from identity.models import Agency, Appointment
from identity.queries import tree_of
from portal.core.files import Table, read_workbook
from portal.core.tables import Cell, Sheet

AGENCIES: Final = ("code", "name", "kind", "parent")
PEOPLE: Final = ("username", "agency", "role", "title")
KEPT: Final = ("unit", "address", "phone", "signing_key")  # of an agency, where the table has the column
FULL_NAME, FIRST_DAY, UNTIL = "full_name", "from", "until"
_AGENCY_COLUMNS: Final = (*AGENCIES, *KEPT, FIRST_DAY)
_PEOPLE_COLUMNS: Final = (*PEOPLE, FULL_NAME, FIRST_DAY, UNTIL)
_AGENCY_WIDTHS: Final = (16, 50, 14, 16, 10, 40, 16, 18, 12)
_PEOPLE_WIDTHS: Final = (26, 16, 16, 30, 30, 12, 12)


@dataclass(frozen=True)
class Row:
    """A row of a table: where it stands, its cells by column, and the columns in which a formula stands."""

    table: str
    number: int
    cells: dict[str, str]
    formulas: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.table}:{self.number}"

    def day(self, name: str) -> date | None:
        """Return the day in a cell; a spreadsheet's day comes with a time behind it. Raises `ValueError`."""
        text = self.cells.get(name, "").removesuffix(" 00:00:00")
        return date.fromisoformat(text) if text else None


def tables_of(name: str, source: IO[bytes], *, most_bytes: int) -> list[Table]:
    """Return the tables of an XLSX or a CSV file. Raises `OrganisationRefusedError`, `FileRefusedError`."""
    if name.lower().endswith(".xlsx"):
        return read_workbook(source, most_bytes=most_bytes)
    try:
        return [table_of_csv(name, source.read(most_bytes).decode("utf-8"))]
    except (UnicodeDecodeError, csv.Error) as error:
        raise OrganisationRefusedError(
            _("The file cannot be read: save it as a workbook (XLSX), or as CSV in UTF-8.")
        ) from error


def table_of_csv(name: str, content: str) -> Table:
    """Return a CSV file (separated by commas or semicolons) as a table."""
    separator = ";" if content.partition("\n")[0].count(";") > content.partition("\n")[0].count(",") else ","
    rows = csv.reader(io.StringIO(content.removeprefix("\ufeff")), delimiter=separator)
    return Table(name, [(number, list(cells)) for number, cells in enumerate(rows, 1) if any(cells)])


def rows_of(table: Table) -> tuple[set[str], Iterator[Row]]:
    """Return the columns that a table's first row names, and its other rows."""
    if not table.rows:
        return set(), iter(())
    titles = [_text(title).lower() for title in table.rows[0][1]]
    return set(titles), (
        _row(table, number, dict(zip_longest(titles, cells[: len(titles)]))) for number, cells in table.rows[1:]
    )


def organisation_sheets(agency_ids: Collection[int], day: date) -> list[Sheet]:
    """Return these agencies and who serves there on `day` or later, as sheets that can be given back."""
    ordered = [line.agency.pk for line in tree_of(agency_ids, day)]
    agencies = Agency.objects.select_related("parent", "unit").in_bulk(ordered)
    people = Appointment.objects.filter(Q(valid_to=None) | Q(valid_to__gt=day), agency__in=ordered)
    served = people.select_related("account", "agency").order_by("agency__code", "role", "account__username", "pk")
    return _sheets([_agency_cells(agencies[pk]) for pk in ordered], [_person_cells(one) for one in served])


def blank_sheets() -> list[Sheet]:
    """Return the same sheets with nothing but their first rows, to be filled in."""
    return _sheets([], [])


def _sheets(agencies: Sequence[Sequence[Cell]], people: Sequence[Sequence[Cell]]) -> list[Sheet]:
    return [
        Sheet(_("Agencies"), _AGENCY_COLUMNS, _AGENCY_WIDTHS, agencies),
        Sheet(_("People"), _PEOPLE_COLUMNS, _PEOPLE_WIDTHS, people),
    ]


def _agency_cells(agency: Agency) -> list[Cell]:
    parent = agency.parent.code if agency.parent else ""
    unit = agency.unit.code if agency.unit else ""
    kept = [unit, agency.address, agency.phone, agency.signing_key]
    return [agency.code, agency.name, agency.kind, parent, *kept, agency.valid_from.isoformat()]


def _person_cells(seat: Appointment) -> list[Cell]:
    days = [day.isoformat() if day else "" for day in (seat.valid_from, seat.valid_to)]
    named = [seat.account.username, seat.agency.code, seat.role, seat.title]
    return [*named, seat.account.get_full_name(), *days]


def _row(table: Table, number: int, cells: dict[str, object]) -> Row:
    named = {title: cell for title, cell in cells.items() if title}
    formulas = tuple(title for title, cell in named.items() if isinstance(cell, dict))
    return Row(table.name, number, {title: _text(cell) for title, cell in named.items()}, formulas)


def _text(cell: object) -> str:
    return "" if cell is None or isinstance(cell, dict) else str(cell).replace("\0", "").strip()
