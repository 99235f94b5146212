"""`manage.py import_procedures FILE [--publish]`: the national catalogue's file, read in batches."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from procedures.importing.reasons import REASONS
from procedures.importing.rows import Row, count_of, rows_of, sha256_of_file
from procedures.models import ImportFinding, ImportRun
from procedures.services.importing import close_run, import_batch, open_run

_BATCH: Final = 100
_LOCK: Final = 2_642_118  # any number, the same for every import
_BAR: Final = 30
_INTERRUPTED: Final = 130


class Command(BaseCommand):
    help = (
        "Import procedures from JSON Lines (.gz too). Without --publish they become proposals; with it clean rows "
        "become information pages; doubtful ones stay proposals, with a page of what is beyond doubt. May be "
        "repeated and interrupted."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="one JSON object a line")
        parser.add_argument("--publish", action="store_true", help="publish what is beyond doubt; the operator's")
        parser.add_argument("--quiet", action="store_true", help="no progress bar")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        if not file.is_file():
            raise CommandError(f"{file} is no file.")
        try:
            with _alone():
                run = self._run(file, publishes=options["publish"], bar=not options["quiet"])
        except (OSError, EOFError) as error:
            raise CommandError(f"{file} cannot be read to its end ({error}). What was read is kept.") from error
        except KeyboardInterrupt:
            self.stderr.write("\nInterrupted. What was done stays; the same command goes on from there.")
            sys.exit(_INTERRUPTED)
        self._tell(run)

    def _run(self, file: Path, *, publishes: bool, bar: bool) -> ImportRun:
        sha256, count = sha256_of_file(file), count_of(file)
        run = open_run(file_name=file.name, sha256=sha256, publishes=publishes, at=timezone.now())
        if run.lines_done:
            self.stdout.write(f"Going on behind row {run.lines_done} of report {run.pk}.")
        rows, codes = rows_of(file), dict[str, int]()
        _note_codes(islice(rows, run.lines_done), codes)
        while batch := list(islice(rows, _BATCH)):
            _note_codes(iter(batch), codes)
            run = import_batch(run_id=run.pk, rows=batch, codes_before=codes, at=timezone.now())
            if bar:
                self._draw(run.lines_done, count)
        return close_run(run_id=run.pk, at=timezone.now())

    def _draw(self, done: int, count: int) -> None:
        full = _BAR * done // max(count, done, 1)
        end = "\n" if done >= count else ""
        self.stdout.write(f"\r[{'#' * full}{'.' * (_BAR - full)}] {done}/{count}", ending=end)
        self.stdout.flush()

    def _tell(self, run: ImportRun) -> None:
        self.stdout.write(
            f"Report {run.pk}: {run.lines_done} row(s) read, {run.published} published, {run.unchanged} unchanged, "
            f"{run.proposed} proposed ({run.shown_in_part} with a page of what is beyond doubt), {run.wrong} wrong."
        )
        rows = ImportFinding.objects.filter(run=run).values_list("reason", "line").distinct()
        for reason, count in Counter(reason for reason, _line in rows).most_common():
            self.stdout.write(f"  {count:5} {REASONS[reason].title}")
        self.stdout.write("Every row and why: /quan-tri/nhap/")


def _note_codes(rows: Iterator[Row], codes: dict[str, int]) -> None:
    """Remember in which line each code came first."""
    for row in rows:
        code = row.content.get("code")
        if isinstance(code, str):
            codes.setdefault(code, row.line)


@contextmanager
def _alone() -> Iterator[None]:
    """Hold the database's lock of imports; it lets go by itself when the process dies."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if cursor.fetchone() != (True,):
            raise CommandError("Another import is running.")
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
