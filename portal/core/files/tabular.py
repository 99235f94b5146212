"""Spreadsheets that strangers give: scanned, read in the process apart, and not kept."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from portal.apart.refusing import Reason
from portal.core.files import examining
from portal.core.files.receiving import copied
from portal.core.files.refusals import FileRefusedError
from portal.core.files.scanning import Scan, scan

MOST_ROWS: Final = 40_000  # of a sheet; the papers of 2,642 procedures are 15,000
_SECONDS: Final = 40.0
_CLOCK: Final = 90
_MEMORY: Final = 512 * 1024 * 1024


@dataclass(frozen=True)
class Table:
    """A sheet as it was read: each row with its number in the sheet; a formula is `{"formula": …}`."""

    name: str
    rows: list[tuple[int, list[Any]]]


def read_workbook(source: IO[bytes], *, most_bytes: int) -> list[Table]:
    """Return the sheets of an XLSX file. Raises `FileRefusedError`, `StorageFullError`.

    Without an answer from a configured virus scanner the file is refused: it is read at once or not at all.
    """
    with tempfile.TemporaryDirectory(prefix="portal-sheet-") as folder:
        given = copied(source, Path(folder) / "given", most_bytes)
        with given.open("rb") as handle:
            verdict = scan(handle)
        if verdict == Scan.INFECTED:
            raise FileRefusedError(Reason.INFECTED)
        if verdict == Scan.WAITING:
            raise FileRefusedError(Reason.UNSCANNED)
        target = Path(folder) / "rows.json"
        examining.run(
            "workbook",
            source=str(given),
            target=str(target),
            most_rows=MOST_ROWS,
            seconds=_SECONDS,
            clock=_CLOCK,
            memory=_MEMORY,
        )
        sheets = json.loads(target.read_text(encoding="utf-8"))
    return [Table(sheet["name"], [(number, cells) for number, cells in sheet["rows"]]) for sheet in sheets]
