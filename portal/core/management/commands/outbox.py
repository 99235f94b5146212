"""`manage.py outbox status|retry`: what waits to go out, why, and another try."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from portal.core.outbox import operating


class Command(BaseCommand):
    help = "Show what waits in the outbox and why, or try the stuck messages again."

    def add_arguments(self, parser: CommandParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        actions.add_parser("status", help="what waits, why, since when")
        retry = actions.add_parser("retry", help="make stuck messages due now")
        retry.add_argument("keys", nargs="*", help="keys of messages; none: all that are dead")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["action"] == "retry":
            count = operating.retry(keys=options["keys"], now=now)
            self.stdout.write(f"{count} message(s) are due again.")
            return
        for state, count in operating.counts().items():
            self.stdout.write(f"{state:<10} {count}")
        for message in operating.stuck(limit=50):
            self.stdout.write(
                f"{message.key}  {message.state}  attempts {message.attempts}  "
                f"next {timezone.localtime(message.next_attempt_at):%d/%m %H:%M:%S}  {message.last_error}"
            )
