"""Translations: compiled by polib, so that gettext need not be installed."""

from __future__ import annotations

import polib

from portal.env import BASE_DIR


def compile_messages() -> None:
    """Write the .mo file beside each .po file that is newer."""
    for source in BASE_DIR.glob("locale/*/LC_MESSAGES/*.po"):
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            polib.pofile(str(source)).save_as_mofile(str(compiled))
