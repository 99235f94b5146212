"""`manage.py catalogue export|plan|apply|rollback`: the catalogue as files, and back."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from procedures import folders, services
from procedures.definition import DefinitionError
from procedures.errors import CatalogueConflictError, NotFitToPublishError
from procedures.models import ProcedureVersion
from procedures.services.applying import Step, apply, plan


class Command(BaseCommand):
    help = (
        "Write the catalogue into files, say what files would change, apply them, or go back to an earlier version."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        export = actions.add_parser("export", help="write one folder a procedure")
        export.add_argument("folder", type=Path)
        export.add_argument("codes", nargs="*", help="of procedures; none: all that are in force")
        planned = actions.add_parser("plan", help="print what applying would change; changes nothing")
        applied = actions.add_parser("apply", help="propose the changes for the second person")
        for which in (planned, applied):
            which.add_argument("folder", type=Path)
            which.add_argument("codes", nargs="*", help="of procedures; none: all in the folder")
        applied.add_argument("--publish", action="store_true", help="publish at once; recorded as the operator's")
        applied.add_argument("--from", dest="effective_from", type=date.fromisoformat, help="day (YYYY-MM-DD)")
        applied.add_argument("--reason", default="", help="why, for the history")
        applied.add_argument("--overwrite", action="append", default=[], metavar="CODE", help="despite its conflict")
        back = actions.add_parser("rollback", help="put an earlier version in force again")
        back.add_argument("code")
        back.add_argument("--to", type=int, help="number of the version; default: the one before the newest")
        back.add_argument("--reason", default="", help="why, for the history")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['action']}")(options)
        except (DefinitionError, NotFitToPublishError) as error:
            raise CommandError(str(error)) from error
        except CatalogueConflictError as error:
            lines = "\n".join(f"  {line}" for line in error.conflicts)
            raise CommandError(f"Nothing was applied. Changed since the files were written:\n{lines}") from error

    def _export(self, options: dict[str, Any]) -> None:
        versions = ProcedureVersion.objects.in_force(timezone.localdate()).select_related("procedure")
        if options["codes"]:
            versions = versions.filter(procedure__code__in=options["codes"])
        documents = (version.document for version in versions.order_by("procedure__code").iterator(chunk_size=100))
        count = folders.write(options["folder"], documents)
        self.stdout.write(f"{count} procedure(s) written to {options['folder']}.")

    def _plan(self, options: dict[str, Any]) -> None:
        steps = plan(self._documents(options), folders.manifest(options["folder"]))
        self._print(steps)
        self.stdout.write(f"{len(steps)} procedure(s) would change. Nothing was changed.")

    def _apply(self, options: dict[str, Any]) -> None:
        steps = apply(
            self._documents(options),
            folders.manifest(options["folder"]),
            at=timezone.now(),
            effective_from=options["effective_from"],
            reason=options["reason"],
            publish_now=options["publish"],
            overwrite=options["overwrite"],
        )
        self._print(steps)
        done = "published" if options["publish"] else "proposed; a second person approves them"
        self.stdout.write(f"{len(steps)} change(s) {done}.")

    def _rollback(self, options: dict[str, Any]) -> None:
        numbers = list(
            ProcedureVersion.objects.filter(procedure__code=options["code"])
            .order_by("-number")
            .values_list("number", flat=True)
        )
        to = options["to"] or (numbers[1] if len(numbers) > 1 else None)
        if to not in numbers:
            raise CommandError(f"{options['code']} has no such version; it has {numbers or 'none'}.")
        version = services.roll_back(
            code=options["code"], to=to, by=None, reason=options["reason"], at=timezone.now()
        )
        self.stdout.write(f"{options['code']}: the content of version {to} is in force as version {version.number}.")

    def _documents(self, options: dict[str, Any]) -> list[dict[str, Any]]:
        if not options["folder"].is_dir():
            raise CommandError(f"{options['folder']} is no folder.")
        chosen = set(options["codes"])
        return [found for found in folders.read(options["folder"]) if not chosen or found["code"] in chosen]

    def _print(self, steps: list[Step]) -> None:
        for step in steps:
            self.stdout.write(f"{step.code} {step.name}")
            for change in step.changes:
                self.stdout.write(f"  {change.area}: {change.sentence}")
            self.stdout.write(f"  {step.effect.sentence}")
            if step.conflict:
                self.stdout.write(f"  CONFLICT: {step.conflict}")
