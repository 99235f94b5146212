"""Storage: written under random names before the row commits, read back only when unchanged."""

from __future__ import annotations

import hashlib
import io
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import IO, Any, Final

import structlog
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction

from portal.core.errors import DamagedFileError, QuarantinedFileError, StorageFullError
from portal.core.files.scanning import Scan
from portal.core.models import StoredFile

log = structlog.get_logger(__name__)
GRACE: Final = timedelta(days=1)
_CHUNK: Final = 64 * 1024


def store(
    content: bytes, *, display_name: str, content_type: str, at: datetime, facts: Mapping[str, Any] | None = None
) -> StoredFile:
    """Write `content`, made here, to storage, then its row, and return the row; raises `StorageFullError`."""
    return store_file(io.BytesIO(content), display_name=display_name, content_type=content_type, at=at, facts=facts)


def store_file(
    handle: IO[bytes],
    *,
    display_name: str,
    content_type: str,
    at: datetime,
    scan: Scan = Scan.NOT_ASKED,
    facts: Mapping[str, Any] | None = None,
) -> StoredFile:
    """Write a file to storage piece by piece, then its row (SHA-256, size in bytes), and return the row.

    Raises `StorageFullError` when storage takes no more: no row is written then, and no partial file stays.
    """
    name = f"{at:%Y/%m/%d}/{secrets.token_hex(16)}"
    sha256, size = _measured(handle)
    try:
        stored_as = default_storage.save(name, File(handle))
    except OSError as error:
        default_storage.delete(name)
        raise StorageFullError from error
    return StoredFile.objects.create(
        storage_name=stored_as,
        display_name=display_name,
        content_type=content_type,
        size=size,
        sha256=sha256,
        created_at=at,
        scan=scan,
        scanned_at=None if scan in {Scan.NOT_ASKED, Scan.WAITING} else at,
        facts=dict(facts or {}),
    )


def read(stored: StoredFile) -> bytes:
    """Return the file's bytes; raises `DamagedFileError` when they are gone or are not what was stored."""
    with opened(stored) as handle:
        return handle.read()


def content_for_people(stored: StoredFile) -> bytes:
    """Return the file's bytes for a person to look at; raises `QuarantinedFileError`, `DamagedFileError` (logged)."""
    if stored.is_quarantined:
        raise QuarantinedFileError
    try:
        return read(stored)
    except DamagedFileError:
        log.exception("stored_file_damaged", file=str(stored.uuid))
        raise


@contextmanager
def opened(stored: StoredFile) -> Iterator[IO[bytes]]:
    """Open a file whose content is what was stored; raises `DamagedFileError` when it is gone or was changed."""
    try:
        handle = default_storage.open(stored.storage_name)
    except OSError as error:
        raise DamagedFileError from error
    with handle:
        try:
            sha256, _size = _measured(handle)
        except OSError as error:
            raise DamagedFileError from error
        if sha256 != stored.sha256:
            raise DamagedFileError
        yield handle


def discard(stored_ids: list[int]) -> None:
    """Delete rows of files that nothing names any more; what lies in storage is reaped after its grace time."""
    with transaction.atomic():
        StoredFile.objects.filter(pk__in=stored_ids).delete()


def reap_orphans(*, now: datetime) -> int:
    """Delete files older than the grace time that no row names; return how many."""
    old = [name for name in _walk("") if default_storage.get_modified_time(name) < now - GRACE]
    named = set(StoredFile.objects.filter(storage_name__in=old).values_list("storage_name", flat=True))
    orphans = [name for name in old if name not in named]
    for name in orphans:
        default_storage.delete(name)
    return len(orphans)


def _measured(handle: IO[bytes]) -> tuple[str, int]:
    """Return SHA-256 and size, the handle back at its beginning."""
    handle.seek(0)
    digest, size = hashlib.sha256(), 0
    while chunk := handle.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
    handle.seek(0)
    return digest.hexdigest(), size


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
