"""`manage.py forecast`: learn now how long cases take, or see how good the forecasts of some weeks ago were."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from onestop.services import forecasting


class Command(BaseCommand):
    help = "Learn how long cases take and rate the open ones; --back-test compares earlier forecasts with what came."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--back-test", type=int, metavar="DAYS", help="forecast what was open DAYS ago")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        if options["back_test"]:
            inside, decided = forecasting.back_test(now=now, days=options["back_test"])
            share = f"{100 * inside / decided:.1f} %" if decided else "–"
            self.stdout.write(f"{decided} case(s) decided since, {inside} within their range of 80 %: {share}")
            return
        curves, rated = forecasting.learn(now=now), forecasting.rate(now=now)
        self.stdout.write(f"{curves} curve(s) learnt, {rated} open step(s) rated.")
