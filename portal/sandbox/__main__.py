"""Start the sandbox: `python -m portal.sandbox --port 8001` (or `--make-migrations` while developing it)."""

from __future__ import annotations

import argparse
import os

# Overwritten, not defaulted: importing `portal` has already pointed Django at the portal's own settings.
os.environ["DJANGO_SETTINGS_MODULE"] = "portal.sandbox.settings"

import django
from django.core.management import call_command


def main() -> None:
    parser = argparse.ArgumentParser(prog="portal.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8001)
    parser.add_argument("--check-migrations", action="store_true", help="say whether models and migrations agree")
    arguments = parser.parse_args()
    django.setup()
    if arguments.check_migrations:
        call_command("makemigrations", check_changes=True, dry_run=True)
        return
    call_command("migrate", verbosity=0)
    # After Django is set up: models cannot be imported before.
    from portal.sandbox import serving  # noqa: PLC0415

    serving.serve(arguments.host, arguments.port)


main()
