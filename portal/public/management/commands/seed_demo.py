"""`manage.py seed_demo`: the demo province, its catalogue and its people; prints the accounts. Safe to run again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from identity import seeding
from identity.models import Account, Agency
from identity.states import AgencyKind, Role
from procedures.seeding import seed_catalogue


class Command(BaseCommand):
    help = "Seed the demo province, catalogue and accounts, and name the signers to the demo certificate authority."

    def handle(self, *args: Any, **options: Any) -> None:
        seeding.seed_organisation()
        accounts = seeding.seed_accounts(password=settings.DEMO_PASSWORD)
        count = seed_catalogue(at=timezone.now())
        _name_signers(Path(settings.PKI_DIR))
        self.stdout.write(f"{count} procedures, {Agency.objects.count()} agencies.\n")
        for account in accounts:
            self.stdout.write(f"  {account.username:<22} {account.role:<28} {account.place}")
        self.stdout.write(f"  Password of all of them: {settings.DEMO_PASSWORD}")


def _name_signers(folder: Path) -> None:
    """Write down who needs a certificate: each leader, and each agency that seals."""
    leaders = Account.objects.exclude(signing_key="").filter(appointments__role=Role.LEADER).distinct()
    people = [
        {
            "key": leader.signing_key,
            "name": leader.full_name,
            "organisation": appointment.agency.name,
            "title": appointment.title,
        }
        for leader in leaders
        for appointment in leader.appointments.select_related("agency")[:1]
    ]
    seals = [
        {"key": agency.signing_key, "name": agency.name, "organisation": "Tỉnh Bình Dương"}
        for agency in Agency.objects.exclude(signing_key="").exclude(kind=AgencyKind.CENTRE).order_by("code")
    ]
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    (folder / "signers.json").write_text(json.dumps(people + seals, ensure_ascii=False, indent=1), encoding="utf-8")
