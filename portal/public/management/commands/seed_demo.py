"""`manage.py seed_demo [--cases N]`: the demo province, its catalogue and its people; prints the accounts.

Safe to run again. With `--cases`, N cases of at most two years beside whatever is there (`onestop.seeding`);
interrupted, the same command goes on where it stopped.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from identity import seeding
from identity.models import Account, Agency
from identity.states import AgencyKind, Role
from onestop.models import Case
from onestop.seeding import order_signatures, seed_cases, seed_originals
from onestop.services import forecasting
from procedures.seeding import seed_catalogue


class Command(BaseCommand):
    help = "Seed the demo province, catalogue and accounts, and name the signers to the demo certificate authority."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--cases", type=int, default=0, metavar="N", help="cases of at most two years to add")
        parser.add_argument("--if-empty", action="store_true", help="add cases only where nobody has filed any yet")
        parser.add_argument("--seed", type=int, default=1, help="another number makes another province")
        parser.add_argument("--processes", type=int, default=min(os.cpu_count() or 1, 4), help="that write at a time")
        parser.add_argument("--yes", action="store_true", help="even where the database is not that of a demo")

    def handle(self, *args: Any, **options: Any) -> None:
        if not (options["yes"] or _is_a_demo()):
            raise CommandError(
                "This is not the database of a demo: there are agencies in it. Say --yes if you mean it."
            )
        is_wanted = options["cases"] > 0 and not (options["if_empty"] and Case.objects.exists())
        seeding.seed_organisation()
        accounts = seeding.seed_accounts(password=settings.DEMO_PASSWORD)
        count = seed_catalogue(at=timezone.now())
        seed_originals(at=timezone.now())
        _name_signers(Path(settings.PKI_DIR))
        if is_wanted:
            self._seed_cases(options["cases"], options["seed"], options["processes"])
            self._sign([account.username for account in accounts])
            _name_signers(Path(settings.PKI_DIR))
        self.stdout.write(f"{count} procedures, {Agency.objects.count()} agencies, {Case.objects.count():,} cases.\n")
        for account in accounts:
            self.stdout.write(f"  {account.username:<22} {account.role:<28} {account.place}")
        self.stdout.write(f"  Password of all of them: {settings.DEMO_PASSWORD}")

    def _seed_cases(self, count: int, seed: int, processes: int) -> None:
        started = time.monotonic()

        def progress(done: int, of: int) -> None:
            spent = time.monotonic() - started
            bar = "█" * (done * 30 // of)
            line = f"  {bar:<30} {done:>9,} of {of:,} cases  {spent:.0f} s"
            self.stderr.write(f"\r{line}", ending="" if self.stderr.isatty() else "\n")
            self.stderr.flush()

        try:
            written = seed_cases(
                count=count,
                seed=seed,
                at=timezone.now(),
                password=settings.DEMO_PASSWORD,
                processes=processes,
                progress=progress,
            )
        except KeyboardInterrupt:
            raise CommandError("Stopped. What is written is whole; the same command goes on.") from None
        self.stderr.write(f"\n  {written:,} cases written in {time.monotonic() - started:.0f} s.")
        # Each night's work, done now: the lists can be ordered by risk at once.
        forecasting.learn(now=timezone.now())
        rated = forecasting.rate(now=timezone.now())
        self.stderr.write(f"  {rated:,} open cases have a risk of being late.")

    def _sign(self, leaders: list[str]) -> None:
        """Let those leaders sign whose keys the certificate authority knows already."""
        self.stderr.write(f"  {order_signatures(by=leaders, at=timezone.now()):,} results are being signed.")


def _is_a_demo() -> bool:
    """Return whether the database is empty, or holds the demo's people."""
    return not Agency.objects.exists() or Account.objects.filter(username=seeding.SOMEBODY).exists()


def _name_signers(folder: Path) -> None:
    """Write down who needs a certificate: each leader, each clerk who certifies scans, each agency that seals."""
    roles = (Role.LEADER, Role.CLERK)
    signers = Account.objects.exclude(signing_key="").filter(appointments__role__in=roles).distinct()
    people = [
        {
            "key": signer.signing_key,
            "name": signer.full_name,
            "organisation": appointment.agency.name,
            "title": appointment.title,
        }
        for signer in signers
        for appointment in signer.appointments.select_related("agency")[:1]
    ]
    seals = [
        {"key": agency.signing_key, "name": agency.name, "organisation": "Tỉnh Bình Dương"}
        for agency in Agency.objects.exclude(signing_key="").exclude(kind=AgencyKind.CENTRE).order_by("code")
    ]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / "signers.json").write_text(json.dumps(people + seals, ensure_ascii=False, indent=1), encoding="utf-8")
