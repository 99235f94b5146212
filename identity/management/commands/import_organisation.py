"""`manage.py import_organisation FILE`: what a table of agencies or people would change; `--apply` changes it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from identity.errors import PlanRefusedError
from identity.services.importing import ImportPlan, import_organisation, rehearse_import, tables_of
from identity.states import Doing
from portal.core.errors import DomainError
from portal.core.files import Table

_MOST_BYTES: Final = 20 * 1024 * 1024
_DOES: Final = {
    Doing.BEGIN: "begins",
    Doing.CHANGE: "changes",
    Doing.APPOINT: "appoints",
    Doing.ALTER: "changes the appointment",
    Doing.END: "ends",
}
_SUMS: Final = {
    Doing.BEGIN: "agencies begin",
    Doing.CHANGE: "change",
    Doing.APPOINT: "appointments",
    Doing.ALTER: "changed",
    Doing.END: "ended",
}


class Command(BaseCommand):
    help = "Take agencies and appointments from a CSV or XLSX file: first the plan, and with --apply the change."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="see docs/organisation.md for its columns")
        parser.add_argument("--apply", action="store_true", help="change it; all rows or none")
        parser.add_argument("--reason", default="", help="why, for the history; needed to apply")

    def handle(self, *args: Any, **options: Any) -> None:
        tables = _tables(options["file"])
        if not options["apply"]:
            self._print(rehearse_import(tables=tables, at=timezone.now()))
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
        for step in plan.steps:
            cells = step.row.cells
            what = [cells.get(name, "") for name in ("code", "name", "username", "role", "agency")]
            words = " ".join(cell for cell in what if cell)
            self.stdout.write(f"  {step} {_DOES[step.doing]}: {words}{f' ({step.text})' if step.differs else ''}")
        for problem in plan.problems:
            self.stdout.write(f"  WRONG {problem}")
        counted = ", ".join(f"{len(plan.that(doing))} {words}" for doing, words in _SUMS.items())
        self.stdout.write(f"{counted}, {plan.unchanged} rows as they are, {len(plan.problems)} wrong.")


def _tables(path: Path) -> list[Table]:
    try:
        with path.open("rb") as source:
            return tables_of(path.name, source, most_bytes=_MOST_BYTES)
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error}") from error
    except DomainError as error:
        raise CommandError(str(error.message)) from error
