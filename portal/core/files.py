"""Files: stored under random names before their row commits, read back only when unchanged."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from portal.core.errors import DamagedFileError, StorageFullError
from portal.core.models import StoredFile

GRACE: Final = timedelta(days=1)


def store(content: bytes, *, display_name: str, content_type: str, at: datetime) -> StoredFile:
    """Write `content` to storage, then its row (SHA-256, size in bytes), and return the row.

    Raises `StorageFullError` when storage takes no more: no row is written then, and no partial file stays.
    """
    name = f"{at:%Y/%m/%d}/{secrets.token_hex(16)}"
    try:
        stored_as = default_storage.save(name, ContentFile(content))
    except OSError as error:
        default_storage.delete(name)
        raise StorageFullError from error
    return StoredFile.objects.create(
        storage_name=stored_as,
        display_name=display_name,
        content_type=content_type,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
        created_at=at,
    )


def read(stored: StoredFile) -> bytes:
    """Return the file's bytes; raises `DamagedFileError` when they are gone or are not what was stored."""
    try:
        with default_storage.open(stored.storage_name) as handle:
            content: bytes = handle.read()
    except OSError as error:
        raise DamagedFileError from error
    if hashlib.sha256(content).hexdigest() != stored.sha256:
        raise DamagedFileError
    return content


def reap_orphans(*, now: datetime) -> int:
    """Delete files older than the grace time that no row names; return how many."""
    old = [name for name in _walk("") if default_storage.get_modified_time(name) < now - GRACE]
    named = set(StoredFile.objects.filter(storage_name__in=old).values_list("storage_name", flat=True))
    orphans = [name for name in old if name not in named]
    for name in orphans:
        default_storage.delete(name)
    return len(orphans)


def _walk(folder: str) -> Iterator[str]:
    if folder and not default_storage.exists(folder):
        return
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}".lstrip("/") for name in names)
    for child in folders:
        yield from _walk(f"{folder}/{child}".lstrip("/"))
