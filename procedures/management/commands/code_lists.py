"""`manage.py code_lists`: bring the lists of the files into the database; what the office changed is left alone."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from procedures.code_lists.seeding import seed_code_lists


class Command(BaseCommand):
    help = "Add the code lists of the files, and the entries of theirs that are not known yet."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{seed_code_lists()} entries added.\n")
