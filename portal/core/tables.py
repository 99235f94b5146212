"""Tables to take away, as CSV and as XLSX. What looks like a formula is a text there, for whoever opens it.

A text that begins with = + - @, a tab or a carriage return gets an apostrophe before it in CSV; in XLSX it is a cell
of type text with the mark that keeps it one when it is edited.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any, Final

import xlsxwriter

from portal.core.formatting import local, short_time

CSV: Final = "text/csv; charset=utf-8"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_CELL: Final = 32_767  # signs; a spreadsheet holds no more
LONGEST_NAME: Final = 31  # of a sheet
_FORMULA_SIGNS: Final = ("=", "+", "-", "@", "\t", "\r")
Cell = str | int | datetime | None  # a moment is written as that of Asia/Ho_Chi_Minh


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, its head, the widths of its columns in letters, and its rows."""

    name: str
    head: Sequence[str]
    widths: Sequence[int]
    rows: Iterable[Sequence[Cell]]


def looks_like_a_formula(text: str) -> bool:
    """Return whether a spreadsheet would take the text for a formula."""
    return text.startswith(_FORMULA_SIGNS)


def csv_lines(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Yield the lines of a CSV file in UTF-8 that spreadsheets recognise by its mark."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    for row in chain([head], rows):
        writer.writerow([_defused(cell) for cell in row])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def workbook(sheets: Iterable[Sheet]) -> io.BytesIO:
    """Return an XLSX file, at its beginning; rows are packed as they come, so only the packed file is held."""
    target = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    book = xlsxwriter.Workbook(target, options)
    formats = _Formats(
        book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}),
        book.add_format({"text_wrap": True, "valign": "top"}),
        book.add_format({"text_wrap": True, "valign": "top", "quote_prefix": True}),
        book.add_format({"valign": "top", "num_format": "#,##0"}),
        book.add_format({"valign": "top", "align": "left", "num_format": "dd/mm/yyyy hh:mm"}),
    )
    for sheet in sheets:
        _write(book.add_worksheet(sheet.name[:LONGEST_NAME]), sheet, formats)
    book.close()
    target.seek(0)
    return target


@dataclass(frozen=True)
class _Formats:
    head: Any
    text: Any
    quoted: Any
    number: Any
    moment: Any


def _write(page: Any, sheet: Sheet, formats: _Formats) -> None:
    for column, width in enumerate(sheet.widths):
        page.set_column(column, column, width)
    page.freeze_panes(1, 0)
    for column, title in enumerate(sheet.head):
        page.write_string(0, column, title, formats.head)
    for place, row in enumerate(sheet.rows, 1):
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                page.write_number(place, column, cell, formats.number)
            elif isinstance(cell, datetime):
                page.write_datetime(place, column, local(cell).replace(tzinfo=None), formats.moment)
            elif cell:
                wanted = formats.quoted if looks_like_a_formula(cell) else formats.text
                page.write_string(place, column, cell[:LONGEST_CELL], wanted)


def _defused(cell: Cell) -> Cell:
    if isinstance(cell, datetime):
        return short_time(cell)
    return f"'{cell}" if isinstance(cell, str) and looks_like_a_formula(cell) else cell
