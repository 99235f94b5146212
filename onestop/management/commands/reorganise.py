"""`manage.py reorganise plan|apply|rollback`: agencies end, others go on with their work, open cases pass to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from identity import services
from identity.errors import PlanRefusedError
from identity.models import Reorganisation
from identity.services import Plan
from onestop.errors import NotTakenBackError
from onestop.services import reorganising, succession
from onestop.services.outlook import Outlook, outlook


class Command(BaseCommand):
    help = "Say what a plan of a reorganisation would do, do it, or take it back until a case was accepted."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        planned = actions.add_parser("plan", help="print what would happen; changes nothing")
        applied = actions.add_parser("apply", help="do it; after a stop, run it again and it goes on")
        for which in (planned, applied):
            which.add_argument("plan", type=Path, help="a YAML file, see docs/organisation.md")
        back = actions.add_parser("rollback", help="put everything back, as long as no successor accepted a case")
        back.add_argument("code", help="of the plan")
        back.add_argument("--reason", required=True, help="why, for the history")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            getattr(self, f"_{options['action']}")(options)
        except PlanRefusedError as error:
            lines = "\n".join(f"  {problem}" for problem in error.problems)
            raise CommandError(f"Nothing was done. What is wrong with the plan:\n{lines}") from error
        except NotTakenBackError as error:
            raise CommandError(f"Nothing was taken back. {error.message}") from error

    def _plan(self, options: dict[str, Any]) -> None:
        seen = outlook(_read(options["plan"]), timezone.now())
        self._describe(seen)
        if seen.problems:
            raise PlanRefusedError(list(seen.problems))
        self.stdout.write("Nothing was changed.")

    def _apply(self, options: dict[str, Any]) -> None:
        plan = _read(options["plan"])
        done = reorganising.reorganise(plan=plan, at=timezone.now())
        total = 0
        while count := succession.pass_on(reorganisation=done, at=timezone.now()):
            total += count
            self.stdout.write(f"  {total} case(s) passed on")
        self.stdout.write(f"{plan.code}: {total} case(s) passed on; the successors accept them at the desk.")
        held = succession.held_back(done)
        if held:
            self.stdout.write(f"{held} case(s) are being signed just now: run this again in a minute.")

    def _rollback(self, options: dict[str, Any]) -> None:
        done = Reorganisation.objects.filter(code=options["code"], rolled_back_at=None).first()
        if done is None:
            raise CommandError(f"No plan of the code {options['code']} is in force.")
        count = succession.roll_back(reorganisation=done, reason=options["reason"], at=timezone.now())
        self.stdout.write(f"{done.code}: {count} case(s) taken back; the organisation is as before.")

    def _describe(self, seen: Outlook) -> None:
        plan = seen.plan
        self.stdout.write(f"{plan.code}, from {plan.on}: {plan.reason}")
        self._list("Agencies that begin", [f"{one['code']} {one['name']}" for one in plan.begins])
        self._list("Agencies that end", [f"{one.code} → {one.heirs}  ({one.name})" for one in seen.ended])
        elsewhere = [f"{code} under {parent}" for code, parent in plan.parents.items()]
        self._list("Agencies that stand elsewhere", elsewhere)
        self.stdout.write(f"Open cases that pass on: {seen.case_count}")
        for state, count in sorted(seen.cases.items()):
            self.stdout.write(f"  {state}: {count}")
        lost = [f"{seat.account.username} {seat.role} at {seat.agency.code}" for seat in seen.lost]
        self._list("Appointments that end", lost)
        self._list("Appointments that begin", [f"{one.account} {one.role} at {one.agency}" for one in seen.gained])
        self._list("Who would serve nowhere", [f"{one.username} {one.full_name}" for one in seen.seatless])

    def _list(self, title: str, lines: list[str]) -> None:
        self.stdout.write(f"{title}: {len(lines)}")
        for line in lines:
            self.stdout.write(f"  {line}")


def _read(path: Path) -> Plan:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error
    return services.plan_from_yaml(text)
