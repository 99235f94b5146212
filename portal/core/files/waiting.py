"""Files that the virus scanner could not be asked about are asked about again."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from portal.core.errors import DamagedFileError
from portal.core.files.scanning import Scan, scan
from portal.core.files.storing import opened
from portal.core.models import StoredFile

_AT_ONCE: Final = 100


def scan_waiting(*, now: datetime) -> int:
    """Ask the scanner about files in quarantine, oldest first; return how many got an answer.

    A scanner that is still away (or no longer configured) ends the round: the others would wait for nothing. A file
    that nobody can read stays where it is.
    """
    answered = 0
    for stored in StoredFile.objects.filter(scan=Scan.WAITING).order_by("pk")[:_AT_ONCE]:
        try:
            with opened(stored) as handle:
                found = scan(handle)
        except DamagedFileError:
            continue
        if found not in {Scan.CLEAN, Scan.INFECTED}:
            break
        StoredFile.objects.filter(pk=stored.pk, scan=Scan.WAITING).update(scan=found, scanned_at=now)
        answered += 1
    return answered
