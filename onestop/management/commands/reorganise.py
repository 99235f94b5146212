"""`manage.py reorganise plan|apply|rollback`: agencies end, others go on with their work, open cases pass to them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from identity import services
from identity.errors import PlanRefusedError
from identity.models import Reorganisation
from identity.services import Plan
from onestop.errors import NotTakenBackError
from onestop.services import succession


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
        plan = _read(options["plan"])
        problems = services.problems_of(plan)
        self._describe(plan)
        if problems:
            raise PlanRefusedError(problems)
        self.stdout.write("Nothing was changed.")

    def _apply(self, options: dict[str, Any]) -> None:
        plan = _read(options["plan"])
        waiting = succession.waiting_at([end.code for end in plan.endings])
        known = Reorganisation.objects.filter(code=plan.code, rolled_back_at=None).exists()
        if waiting and not known:
            raise CommandError(
                f"Nothing was done. {waiting} case(s) wait to be taken over where the plan ends agencies."
            )
        done = services.reorganise(plan=plan, at=timezone.now())
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

    def _describe(self, plan: Plan) -> None:
        today = timezone.localdate()
        ending = [end.code for end in plan.endings]
        self.stdout.write(f"{plan.code}, from {plan.on}: {plan.reason}")
        self.stdout.write(f"Agencies that begin: {len(plan.begins)}")
        for one in plan.begins:
            self.stdout.write(f"  {one['code']} {one['name']}")
        self.stdout.write(f"Agencies that end: {len(ending)}")
        for end in plan.endings:
            heirs = ", ".join(" ".join([code, *of]) for code, of in end.heirs.items())
            self.stdout.write(f"  {end.code} → {heirs}")
        self.stdout.write(f"Agencies that stand elsewhere: {len(plan.parents)}")
        for code, parent in plan.parents.items():
            self.stdout.write(f"  {code} under {parent}")
        counted = succession.count_by_state(ending)
        self.stdout.write(f"Open cases that pass on: {counted.total()}")
        for state, count in sorted(counted.items()):
            self.stdout.write(f"  {state}: {count}")
        lost, gained = services.rights_lost(plan, today), services.rights_gained(plan, today)
        self.stdout.write(f"Appointments that end: {len(lost)}")
        for seat in lost:
            self.stdout.write(f"  {seat.account.username} {seat.role} at {seat.agency.code}")
        self.stdout.write(f"Appointments that begin: {len(gained)}")
        for right in gained:
            self.stdout.write(f"  {right.account} {right.role} at {right.agency}")


def _read(path: Path) -> Plan:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise CommandError(f"{path} cannot be read: {error}") from error
    return services.read_plan(document)
