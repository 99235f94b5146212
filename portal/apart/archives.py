"""ZIP archives: judged by their directory alone, before anything in them is inflated."""

from __future__ import annotations

import itertools
import stat
import zipfile
from pathlib import PurePosixPath
from typing import Any, Final

from portal.apart.refusing import Reason, Refused

_MOST_ENTRIES: Final = 200
_MOST_BYTES_OPEN: Final = 100_000_000
_MOST_RATIO: Final = 100
_MOST_DIRECTORY: Final = 1_000_000
_NESTED: Final = frozenset({".zip", ".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".jar", ".iso", ".cab"})
_PROGRAMS: Final = frozenset({".exe", ".com", ".scr", ".bat", ".cmd", ".js", ".vbs", ".ps1", ".msi", ".lnk", ".hta"})


def examine(source: str) -> dict[str, Any]:
    """Return the facts of an archive. Raises `Refused` for bombs, archives in archives, and names that climb out."""
    try:
        with zipfile.ZipFile(source) as archive:
            if archive.start_dir < 0 or _directory_size(archive, source) > _MOST_DIRECTORY:
                raise Refused(Reason.TOO_HEAVY)
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Refused(Reason.DAMAGED) from error
    if not entries:
        raise Refused(Reason.EMPTY)
    _check_sizes(entries)
    for entry in entries:
        _check_entry(entry)
    return {"type": "application/zip", "pages": 0, "entries": len(entries), "warnings": []}


def _directory_size(archive: zipfile.ZipFile, source: str) -> int:
    with open(source, "rb") as handle:
        return handle.seek(0, 2) - archive.start_dir


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    whole = sum(entry.file_size for entry in entries)
    if len(entries) > _MOST_ENTRIES or whole > _MOST_BYTES_OPEN:
        raise Refused(Reason.TOO_HEAVY)
    if any(entry.file_size > _MOST_RATIO * max(entry.compress_size, 1) for entry in entries):
        raise Refused(Reason.TOO_HEAVY)
    # Entries that share bytes: a small file counted many times over.
    places = sorted((entry.header_offset, entry.header_offset + 30 + entry.compress_size) for entry in entries)
    if any(end > following for (_start, end), (following, _end) in itertools.pairwise(places)):
        raise Refused(Reason.TOO_HEAVY)


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename.replace("\\", "/")
    ending = PurePosixPath(name).suffix.lower()
    if "\0" in name or name.startswith("/") or ":" in name or ".." in PurePosixPath(name).parts:
        raise Refused(Reason.UNSAFE_ARCHIVE)
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in {0, stat.S_IFREG, stat.S_IFDIR} or ending in _NESTED | _PROGRAMS:
        raise Refused(Reason.UNSAFE_ARCHIVE)
    if entry.flag_bits & 1:
        raise Refused(Reason.ENCRYPTED)
