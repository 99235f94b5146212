"""Collect the strings to translate into locale/vi (needs gettext's xgettext), and say what is missing.

The entries stand in the order of their English words, and nothing in the file tells when it was written: only what
was changed shows as a change.
"""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Final

import polib

COMMAND = [sys.executable, "manage.py", "makemessages", "-l", "vi", "--no-location", "--no-wrap", "--no-obsolete"]
IGNORED = ("tests/*", "var/*", ".venv/*", "portal/sandbox/*", "templates/documents/*")
CATALOGUE: Final = "locale/vi/LC_MESSAGES/django.po"


def main() -> int:
    """Return 0 when every string has its Vietnamese."""
    ignore = [word for pattern in IGNORED for word in ("-i", pattern)]
    environment = os.environ | {"PORTAL_ENV_FILE": "scripts/check.env"}
    subprocess.run([*COMMAND, *ignore], check=True, env=environment)  # noqa: S603 - fixed words
    catalogue = polib.pofile(CATALOGUE, wrapwidth=0)
    catalogue.metadata.pop("POT-Creation-Date", None)
    catalogue.sort(key=lambda entry: (entry.msgid, entry.msgctxt or ""))
    catalogue.save()
    missing = [entry.msgid for entry in catalogue.untranslated_entries() + catalogue.fuzzy_entries()]
    sys.stdout.write("\n".join(missing) + ("\n" if missing else ""))
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
