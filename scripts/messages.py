"""Collect the strings to translate into locale/vi (needs gettext's xgettext), and say what is missing."""

from __future__ import annotations

import os
import subprocess
import sys

import polib

COMMAND = [sys.executable, "manage.py", "makemessages", "-l", "vi", "--no-location", "--no-wrap", "--no-obsolete"]
IGNORED = ("tests/*", "var/*", ".venv/*", "portal/sandbox/*", "templates/documents/*")


def main() -> int:
    """Return 0 when every string has its Vietnamese."""
    ignore = [word for pattern in IGNORED for word in ("-i", pattern)]
    environment = os.environ | {"PORTAL_ENV_FILE": "scripts/check.env"}
    subprocess.run([*COMMAND, *ignore], check=True, env=environment)  # noqa: S603 - fixed words
    catalogue = polib.pofile("locale/vi/LC_MESSAGES/django.po")
    missing = [entry.msgid for entry in catalogue.untranslated_entries() + catalogue.fuzzy_entries()]
    sys.stdout.write("\n".join(missing) + ("\n" if missing else ""))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
