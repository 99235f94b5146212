"""XLSX files: the archive is judged first, then sheets are read row by row, without external entities or formulas."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from typing import IO, Any, Final

from defusedxml.common import DefusedXmlException
from openpyxl import DEFUSEDXML, load_workbook
from openpyxl.utils.escape import unescape
from openpyxl.utils.exceptions import InvalidFileException

from portal.apart import archives
from portal.apart.refusing import Reason, Refused

_MOST_SHEETS: Final = 10
_MOST_COLUMNS: Final = 40
# What openpyxl raises for files that are no workbooks, or broken ones.
_BROKEN: Final = (
    SyntaxError,  # of XML too
    InvalidFileException,
    zipfile.BadZipFile,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    OSError,
    EOFError,
)


def read(source: str, target: str, *, most_rows: int) -> dict[str, Any]:
    """Write the sheets into `target` as JSON: [{name, rows: [[number of the row, cells]]}]; empty rows are left out.

    A cell is a text, a whole number or null; `{"formula": …}` for a formula. Raises `Refused`.
    """
    if not DEFUSEDXML:
        raise Refused(Reason.DAMAGED)
    archives.examine(source)
    try:
        with open(source, "rb") as handle:
            sheets = list(_sheets(handle, most_rows))
    except DefusedXmlException as error:
        raise Refused(Reason.ACTIVE) from error
    except _BROKEN as error:
        raise Refused(Reason.DAMAGED) from error
    with open(target, "w", encoding="utf-8") as handle:
        json.dump(sheets, handle, ensure_ascii=False)
    return {"type": "xlsx", "sheets": len(sheets)}


def _sheets(source: IO[bytes], most_rows: int) -> Iterator[dict[str, Any]]:
    book = load_workbook(source, read_only=True, data_only=False, keep_links=False, rich_text=False)
    if len(book.worksheets) > _MOST_SHEETS:
        raise Refused(Reason.TOO_HEAVY)
    for page in book.worksheets:
        page.reset_dimensions()  # what the file says of its size is not believed
        rows = []
        for number, row in enumerate(page.iter_rows(max_col=_MOST_COLUMNS), 1):
            if number > most_rows:
                raise Refused(Reason.TOO_MANY_ROWS)
            cells = [_cell(cell) for cell in row]
            while cells and cells[-1] is None:
                cells.pop()
            if cells:
                rows.append([number, cells])
        yield {"name": page.title, "rows": rows}


def _cell(cell: Any) -> Any:
    value = cell.value
    if cell.data_type == "f":
        return {"formula": str(value)[:200]}
    if value is None or value == "":
        return None
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return int(value)
    if isinstance(value, str):
        return unescape(value).replace("\0", "")  # _x000D_ and the like; a NUL can be stored nowhere
    return value if isinstance(value, int) and not isinstance(value, bool) else str(value)
