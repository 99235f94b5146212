"""From a stranger's hand into storage: nothing unexamined, nothing half, nothing clean unscanned."""

from __future__ import annotations

import io
import os
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.db import transaction
from PIL import Image

from portal.apart.refusing import Reason
from portal.core import files
from portal.core.errors import DamagedFileError, QuarantinedFileError
from portal.core.files.receiving import shown_name
from portal.core.models import StoredFile
from tests.core.files import clamd, samples
from tests.factories import NOW

pytestmark = pytest.mark.django_db
DEMANDS = files.Demands(accepts=frozenset({"photo", "pdf"}), most_bytes=5_000_000, most_pages=50, most_files=10)


@pytest.fixture
def scanner(settings: Any) -> Iterator[clamd.Clamd]:
    with clamd.running() as server:
        settings.CLAMD_URL = server.url
        yield server


def _receive(content: bytes, name: str = "giay.pdf", demands: files.Demands = DEMANDS) -> StoredFile:
    return files.receive(io.BytesIO(content), name=name, demands=demands, at=NOW)


def _lying() -> list[Path]:
    root = Path(files.storing.default_storage.location)  # type: ignore[attr-defined]
    return [path for path in root.rglob("*") if path.is_file()]


def test_a_signed_pdf_is_kept_byte_for_byte() -> None:
    given = samples.pdf(2) + b"\n%trailing remark\n"
    stored = _receive(given)
    assert files.read(stored) == given
    assert stored.facts["pages"] == 2
    assert stored.scan == "NOT_ASKED"


def test_a_photo_is_kept_without_its_place() -> None:
    stored = _receive(samples.jpeg(samples.page(), place=True), "IMG_1.JPG")
    assert b"SECRETPHONE" not in files.read(stored)
    assert stored.display_name == "IMG_1.jpg"
    assert stored.thumbnail.content


def test_an_endless_file_is_read_no_further_than_its_limit() -> None:
    class Endless(io.RawIOBase):
        taken = 0

        def read(self, size: int = -1) -> bytes:
            self.taken += size
            return b"x" * size

    source = Endless()
    with pytest.raises(files.FileRefusedError) as refused:
        files.receive(source, name="x.pdf", demands=DEMANDS, at=NOW)  # type: ignore[arg-type]
    assert refused.value.reason == Reason.TOO_BIG
    assert source.taken < DEMANDS.most_bytes + 100_000
    assert _lying() == [] if Path(files.storing.default_storage.location).exists() else True  # type: ignore[attr-defined]


def test_a_file_that_was_changed_in_storage_is_not_served() -> None:
    stored = _receive(samples.pdf())
    [path] = _lying()
    content = bytearray(path.read_bytes())
    content[20] ^= 1
    path.write_bytes(content)
    with pytest.raises(DamagedFileError):
        files.content_for_people(stored)
    path.unlink()
    with pytest.raises(DamagedFileError):
        files.content_for_people(stored)


def test_a_scanned_file_is_clean_and_a_virus_is_refused(scanner: clamd.Clamd) -> None:
    assert _receive(samples.pdf()).scan == "CLEAN"
    assert scanner.heard == [samples.pdf()] or scanner.heard[0].startswith(b"%PDF-")
    with pytest.raises(files.FileRefusedError) as refused:
        _receive(samples.pdf() + samples.EICAR)
    assert refused.value.reason == Reason.INFECTED
    assert StoredFile.objects.count() == 1


@pytest.mark.parametrize("mood", ["nonsense", "silent", "cut", "error"])
def test_a_scanner_that_gives_no_plain_answer_means_quarantine(scanner: clamd.Clamd, mood: str) -> None:
    scanner.mood = mood
    stored = _receive(samples.pdf())
    assert stored.scan == "WAITING"
    with pytest.raises(QuarantinedFileError):
        files.content_for_people(stored)


def test_a_scanner_that_is_away_means_quarantine_until_it_is_back(settings: Any) -> None:
    settings.CLAMD_URL = "tcp://127.0.0.1:9"
    good, bad = _receive(samples.pdf()), _receive(samples.pdf() + samples.EICAR)
    assert files.scan_waiting(now=NOW) == 0
    with clamd.running() as server:
        settings.CLAMD_URL = server.url
        assert files.scan_waiting(now=NOW + timedelta(minutes=1)) == 2
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.scan, bad.scan) == ("CLEAN", "INFECTED")
    assert files.content_for_people(good)
    with pytest.raises(QuarantinedFileError):
        files.content_for_people(bad)


def test_a_scanner_that_was_taken_away_does_not_make_files_clean(settings: Any) -> None:
    settings.CLAMD_URL = "tcp://127.0.0.1:9"
    stored = _receive(samples.pdf())
    settings.CLAMD_URL = ""
    files.scan_waiting(now=NOW)
    stored.refresh_from_db()
    assert stored.is_quarantined


def test_a_crash_before_the_commit_leaves_an_orphan_that_is_reaped_after_its_grace() -> None:
    kept = _receive(samples.pdf())
    with pytest.raises(RuntimeError), transaction.atomic():
        lost = _receive(samples.pdf(2))
        raise RuntimeError("the machine stopped here")
    assert not StoredFile.objects.filter(pk=lost.pk).exists()
    assert len(_lying()) == 2
    files.reap_orphans(now=NOW)
    assert len(_lying()) == 2
    long_ago = time.time() - files.GRACE.total_seconds() * 2
    for path in _lying():
        os.utime(path, (long_ago, long_ago))
    assert files.reap_orphans(now=NOW.replace(year=2100)) == 1
    assert files.read(kept) and len(_lying()) == 1


def test_photos_become_one_pdf_in_their_order_turned_as_told() -> None:
    upright, lying = samples.page((1200, 1600)), samples.page((1600, 1200))
    first, second = _receive(samples.jpeg(upright)), _receive(samples.png(lying))
    turned = files.turned(second, angle=90, at=NOW)
    assert (turned.facts["width"], turned.facts["height"]) == (1200, 1600)
    made = files.joined([turned, first], name="Giấy chứng sinh.jpg", at=NOW)
    assert made.display_name == "Giấy chứng sinh.pdf"
    with pikepdf.open(io.BytesIO(files.read(made))) as document:
        images = [page.resources.XObject.Photo for page in document.pages]
    assert [(int(image.Width), int(image.Height)) for image in images] == [(1200, 1600), (1200, 1600)]
    assert made.facts["pages"] == 2 and made.thumbnail.content


def test_turning_left_four_times_is_where_it_began() -> None:
    stored = _receive(samples.png(samples.page((400, 300))))
    for _time in range(4):
        stored = files.turned(stored, angle=270, at=NOW)
    with Image.open(io.BytesIO(files.read(stored))) as picture:
        assert picture.convert("RGB").tobytes() == samples.page((400, 300)).tobytes()


def test_a_joined_pdf_of_a_waiting_photo_waits_too(settings: Any) -> None:
    clean = _receive(samples.jpeg(samples.page()))
    settings.CLAMD_URL = "tcp://127.0.0.1:9"
    waiting = _receive(samples.jpeg(samples.page()))
    assert files.joined([clean, waiting], name="x", at=NOW).is_quarantined


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("..\\..\\etc\\giấy.exe", "giấy.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("giấy.pdf.exe", "giấy.pdf"),
        ("anh.php.jpg.pdf", "anh.pdf"),
        ("hợp đồng số 1.2024", "hợp đồng số 1.2024.pdf"),
        ("a\0b\r\nSet-Cookie: x.pdf", "abSet-Cookie: x.pdf"),
        ("\u202efdp.exe", "fdp.pdf"),
        ("", "giay-to.pdf"),
        (".pdf", "giay-to.pdf"),
        ("ố" * 255 + ".pdf", "ố" * 120 + ".pdf"),
    ],
)
def test_a_name_is_only_a_name(name: str, shown: str) -> None:
    assert shown_name(name, ".pdf") == shown


def test_bound_pages_are_marked_and_keep_nothing_of_the_stranger_but_what_they_show() -> None:
    given = pikepdf.new()
    for size in ((595, 842), (842, 595)):
        given.add_blank_page(page_size=size)
        link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=[0, 0, 99, 99])
        given.pages[-1].obj.Annots = pikepdf.Array([given.make_indirect(link)])
    letter = io.BytesIO()
    given.save(letter)
    last, mark = (io.BytesIO() for _file in range(2))
    for target, size in ((last, (595, 842)), (mark, (180, 40))):
        blank = pikepdf.new()
        blank.add_blank_page(page_size=size)
        blank.save(target)

    papers = [_receive(samples.jpeg(samples.page())), _receive(letter.getvalue())]
    bound = files.bound(papers, mark=mark.getvalue(), last=last.getvalue())

    with pikepdf.open(io.BytesIO(bound)) as document:
        assert [int(page.mediabox[2]) for page in document.pages] == [595, 595, 842, 595]
        assert not any("/Annots" in page.obj for page in document.pages)
        # On the pages of others the mark lies as a form; the last page is as it was given.
        assert ["/XObject" in page.resources for page in document.pages] == [True, True, True, False]
