"""`manage.py import_organisation FILE`: what a table of agencies or people would change; `--apply` changes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from identity.errors import PlanRefusedError
from identity.services.importing import ImportPlan, import_organisation, plan_import, table_of_csv
from portal.core.files import FileRefusedError, Table, read_workbook

_MOST_BYTES = 20 * 1024 * 1024


class Command(BaseCommand):
    help = "Take agencies and appointments from a CSV or XLSX file: first the plan, and with --apply the change."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="see docs/organisation.md for its columns")
        parser.add_argument("--apply", action="store_true", help="change it; all rows or none")
        parser.add_argument("--reason", default="", help="why, for the history; needed to apply")

    def handle(self, *args: Any, **options: Any) -> None:
        tables = _tables(options["file"])
        if not options["apply"]:
            self._print(plan_import(tables, timezone.localdate()))
            self.stdout.write("Nothing was changed.")
            return
        if not options["reason"].strip():
            raise CommandError("Say why: --reason.")
        try:
            plan, passwords = import_organisation(tables=tables, reason=options["reason"], at=timezone.now())
        except PlanRefusedError as error:
            lines = "\n".join(f"  {problem}" for problem in error.problems)
            raise CommandError(f"Nothing was changed. Wrong rows:\n{lines}") from error
        self._print(plan)
        for username, password in passwords.items():
            self.stdout.write(f"  first password of {username}: {password}")
        self.stdout.write("Applied.")

    def _print(self, plan: ImportPlan) -> None:
        for word, rows in (("begins", plan.begins), ("changes", plan.changes)):
            for row in rows:
                self.stdout.write(f"  {row} {word}: {row.cells.get('code')} {row.cells.get('name')}")
        for row in plan.appoints:
            cells = row.cells
            self.stdout.write(f"  {row} appoints: {cells['username']} {cells['role']} at {cells['agency']}")
        for problem in plan.problems:
            self.stdout.write(f"  WRONG {problem}")
        self.stdout.write(
            f"{len(plan.begins)} agencies begin, {len(plan.changes)} change, {len(plan.appoints)} appointments, "
            f"{plan.unchanged} rows as they are, {len(plan.problems)} wrong."
        )


def _tables(path: Path) -> list[Table]:
    try:
        if path.suffix.lower() == ".xlsx":
            with path.open("rb") as source:
                return read_workbook(source, most_bytes=_MOST_BYTES)
        return [table_of_csv(path.name, path.read_text(encoding="utf-8"))]
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error
    except FileRefusedError as error:
        raise CommandError(str(error.message)) from error
