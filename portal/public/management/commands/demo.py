"""`manage.py demo`: the same as `make demo`, once everything is installed."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from portal.local import demo


class Command(BaseCommand):
    help = "Run the whole demo: databases, sandboxes, web, worker and beat."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(demo.run())
