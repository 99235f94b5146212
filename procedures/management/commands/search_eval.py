"""`manage.py search_eval FILE.jsonl [--json]`: how well the search answers known queries."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from procedures.evaluating import evaluate, read


class Command(BaseCommand):
    help = (
        'Ask the search the queries of a file of lines {"q": …, "expected": [codes]} and print how well it answers.'
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--json", action="store_true", help="print each query's rank, too")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            queries = list(read(options["file"]))
        except (OSError, ValueError) as error:
            raise CommandError(f"{options['file']}: {error}") from error
        figures = evaluate(queries, timezone.localdate())
        if options["json"]:
            self.stdout.write(figures.as_json())
            return
        self.stdout.write(f"recall@1 {figures.recall(1):.4f}")
        self.stdout.write(f"recall@5 {figures.recall(5):.4f}")
        self.stdout.write(f"mrr {figures.mrr:.4f}")
