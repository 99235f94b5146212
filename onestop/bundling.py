"""A whole case as a ZIP archive, written while it is sent: one file of it is in memory at a time."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import RawIOBase
from pathlib import PurePath
from typing import Final

from django.utils.translation import override

from onestop import queries
from onestop.models import Case, CasePaper
from onestop.services import stepping
from portal.core import files
from portal.core.errors import DamagedFileError, QuarantinedFileError
from portal.core.models import StoredFile
from portal.core.text import unaccented

_REVOKED: Final = "đã thu hồi"


def archive(case: Case, answers: bytes) -> Iterator[bytes]:
    """Yield the archive: `answers` (a PDF), the applicant's papers by their published names, what was issued.

    A file that may not be opened, or is damaged, is left out and named in `thieu.txt`.
    """
    sink = _Sink()
    missing: list[str] = []
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as bundle:
        bundle.writestr("00-ho-so.pdf", answers)
        yield sink.taken()
        for name, file in _contents(case):
            try:
                bundle.writestr(name, files.content_for_people(file))
            except (QuarantinedFileError, DamagedFileError) as refused:
                missing.append(f"{name}: {refused.message}")
            yield sink.taken()
        if missing:
            bundle.writestr("thieu.txt", "\n".join(missing))
    yield sink.taken()


def _contents(case: Case) -> Iterator[tuple[str, StoredFile]]:
    names = {paper.code: paper.name for paper in stepping.definition_of(case).papers}
    for place, paper in enumerate(queries.papers(case), 1):
        yield _name("giay-to", place, names.get(paper.code, paper.code) + _mark(paper), paper.file), paper.file
    for place, document in enumerate(queries.documents(case), 1):
        if document.file is not None:
            with override("vi"):
                title = f"{document.title} {_REVOKED}" if document.is_revoked else document.title
            yield _name("van-ban", place, title, document.file), document.file


def _mark(paper: CasePaper) -> str:
    """Return what a name says of how the paper became a file."""
    if not paper.is_digitised:
        return ""
    return " đã ký xác nhận" if paper.scanned and paper.scanned.is_certified else " đã số hóa"


def _name(folder: str, place: int, name: str, file: StoredFile) -> str:
    """Return a name that every system unpacks: plain letters, numbered, the ending of the file's own name."""
    ending = PurePath(file.display_name).suffix.lower()
    stem = unaccented(name.removesuffix(ending)).replace(".", "").replace(" ", "-")
    return f"{folder}/{place:02}-{stem[:80] or 'tep'}{ending}"


class _Sink(RawIOBase):
    """Takes what the archive writes, and gives it away; it cannot be sought in, so the archive never goes back."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes, /) -> int:  # type: ignore[override]
        self._parts.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        """Return what was written since it was asked last."""
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken
