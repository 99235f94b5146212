"""`manage.py verify_integrity [--json]`: whether the rows are what they must be; exit code 1 where they are not.

Reads one snapshot and changes nothing; safe beside a running portal.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection, transaction

from onestop import integrity


class Command(BaseCommand):
    help = "Ask the database whether each rule of integrity holds; print what breaks it, and exit with 1."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            if len(connection.savepoint_ids) == 0:  # inside another transaction, its snapshot is the caller's
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            found = list(integrity.findings())
        if options["json"]:
            lines = [{"rule": one.rule.name, "count": one.count, "ids": one.first} for one in found]
            self.stdout.write(json.dumps(lines))
        else:
            for one in found:
                broken = f"broken {one.count} times: {one.first}" if one.count else "holds"
                self.stdout.write(f"{one.rule.name:<26} {broken}")
        if any(one.count for one in found):
            sys.exit(1)
