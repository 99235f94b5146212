"""From a stranger's hand into storage: size, viruses, type by content, a look inside, and only then a row."""

from __future__ import annotations

import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

from portal.apart.refusing import Reason
from portal.core.errors import StorageFullError
from portal.core.files import examining
from portal.core.files.refusals import FileRefusedError, too_big
from portal.core.files.scanning import Scan, scan
from portal.core.files.storing import opened, store_file
from portal.core.models import StoredFile, Thumbnail

_CHUNK: Final = 64 * 1024
_LONGEST_NAME: Final = 120
_ENDINGS: Final = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "application/pdf": ".pdf",
    "application/zip": ".zip",
}
# Endings that are taken off a name, one behind the other: what a file is says its content.
_KNOWN_ENDING: Final = re.compile(
    r"\.(pdf|jpe?g|png|webp|hei[cf]|gif|bmp|tiff?|zip|rar|7z|docx?|xlsx?|exe|com|bat|cmd|scr|pif|js|jse|vbs|vbe|wsf|"
    r"ps1|msi|jar|hta|lnk|php\d?|phtml|aspx?|jspx?|html?|xhtml|svgz?|xml|sh|py|dll|apk)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class Demands:
    """What a paper takes: kinds among photo, pdf, zip; bytes of a file; pages of a PDF; how many files."""

    accepts: frozenset[str]
    most_bytes: int
    most_pages: int
    most_files: int


def receive(source: IO[bytes], *, name: str, demands: Demands, at: datetime) -> StoredFile:
    """Keep what was given, read piece by piece; return its row.

    A photo is drawn anew without its metadata, anything else is kept byte for byte: a signed PDF stays signed. Raises
    `FileRefusedError`, `StorageFullError`. Without an answer from the virus scanner the file is in quarantine.
    """
    with _workshop() as folder:
        given = copied(source, folder / "given", demands.most_bytes)
        with given.open("rb") as handle:
            verdict = scan(handle)
        if verdict == Scan.INFECTED:
            raise FileRefusedError(Reason.INFECTED)
        facts = examining.examine(
            str(given),
            target=str(folder / "drawn"),
            thumbnail=str(folder / "small"),
            accepts=demands.accepts,
            most_pages=demands.most_pages,
        )
        drawn = folder / "drawn"
        return _stored(drawn if drawn.exists() else given, folder / "small", name, facts, verdict, at)


def turned(stored: StoredFile, *, angle: int, at: datetime) -> StoredFile:
    """Return a new file: the photo turned by `angle` degrees to the right. Raises `FileRefusedError`."""
    with _workshop() as folder:
        source = _fetched(stored, folder / "0")
        target, small = folder / "drawn", folder / "small"
        facts = examining.run("turn", source=source, target=str(target), thumbnail=str(small), angle=angle)
        return _stored(target, small, stored.display_name, facts, Scan(stored.scan), at)


def joined(photos: list[StoredFile], *, name: str, at: datetime) -> StoredFile:
    """Return a new file: one PDF with a page for each photo, in order. Raises `FileRefusedError`."""
    with _workshop() as folder:
        sources = [_fetched(photo, folder / f"photo-{place}") for place, photo in enumerate(photos)]
        target, small = folder / "drawn.pdf", folder / "small"
        facts = examining.run("join", sources=sources, target=str(target), thumbnail=str(small), seconds=10)
        scans = {photo.scan for photo in photos}
        verdict = next(scan for scan in (Scan.WAITING, Scan.NOT_ASKED, Scan.CLEAN) if scan in scans)
        return _stored(target, small, name, facts, verdict, at)


@dataclass(frozen=True, kw_only=True)
class Quality:
    """How good a scan is: dots per inch where it is printed (0: no picture), and what is wrong with it."""

    dpi: int
    is_grey: bool
    is_blurred: bool
    is_dark: bool


def measured(stored: StoredFile) -> Quality:
    """Return how good the weakest page of a photo or PDF is. Raises `FileRefusedError`."""
    with _workshop() as folder:
        found = examining.run("measure", source=_fetched(stored, folder / "scan"), seconds=10, clock=40)
        return Quality(**found)


def bound(papers: list[StoredFile], *, mark: bytes, last: bytes = b"") -> bytes:
    """Return one PDF: the pages of the papers, `mark` (a small PDF) in the corner of each, then `last` if any.

    Raises `FileRefusedError` when a paper cannot be drawn.
    """
    with _workshop() as folder:
        sources = [_fetched(paper, folder / f"paper-{place}") for place, paper in enumerate(papers)]
        for name, content in (("mark", mark), ("last", last)):
            (folder / name).write_bytes(content)
        target = folder / "bound.pdf"
        examining.run(
            "bind",
            sources=sources,
            mark=str(folder / "mark"),
            last=str(folder / "last") if last else "",
            target=str(target),
            seconds=20,
            clock=60,
        )
        return target.read_bytes()


def shown_name(name: str, ending: str) -> str:
    """Return a name fit for showing: no folders, no control or direction signs, the ending of its real type."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    stem = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip()
    while _KNOWN_ENDING.search(stem):
        stem = _KNOWN_ENDING.sub("", stem)
    return (stem.strip(" .")[:_LONGEST_NAME] or "giay-to") + ending


@contextmanager
def _workshop() -> Iterator[Path]:
    try:
        with tempfile.TemporaryDirectory(prefix="portal-upload-") as folder:
            yield Path(folder)
    except OSError as error:
        raise StorageFullError from error


def copied(source: IO[bytes], target: Path, most_bytes: int) -> Path:
    """Copy what was given, read piece by piece, and return `target`. Raises `FileRefusedError`."""
    size = 0
    with target.open("wb") as handle:
        while chunk := source.read(_CHUNK):
            size += len(chunk)
            if size > most_bytes:
                raise too_big(most_bytes)
            handle.write(chunk)
    if size == 0:
        raise FileRefusedError(Reason.EMPTY)
    return target


def _fetched(stored: StoredFile, target: Path) -> str:
    with opened(stored) as handle, target.open("wb") as copy:
        shutil.copyfileobj(handle, copy, _CHUNK)
    return str(target)


def _stored(path: Path, small: Path, name: str, facts: dict[str, Any], verdict: Scan, at: datetime) -> StoredFile:
    kind = facts.pop("type")
    with path.open("rb") as handle:
        stored = store_file(
            handle,
            display_name=shown_name(name, _ENDINGS[kind]),
            content_type=kind,
            at=at,
            scan=verdict,
            facts=facts | {"thumbnail": small.exists()},
        )
    if small.exists():
        Thumbnail.objects.create(file=stored, content=small.read_bytes())
    return stored
