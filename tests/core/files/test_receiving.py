"""From a stranger's hand into storage: nothing unexamined, nothing half, nothing clean unscanned."""

from __future__ import annotations

import io
import os
import re
import time
from collections.abc import Callable, Iterator
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
from portal.core.files import FileRefusedError
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


def _bound(change: Callable[[pikepdf.Pdf], None]) -> pikepdf.Pdf:
    """Return the certified copy of a page that a stranger made as `change` says."""
    given, mark, last = (pikepdf.new() for _file in range(3))
    for document, size in ((given, (595, 842)), (mark, (180, 40)), (last, (595, 842))):
        document.add_blank_page(page_size=size)
    change(given)
    letter, corner, end = (io.BytesIO() for _file in range(3))
    for document, target in ((given, letter), (mark, corner), (last, end)):
        document.save(target)
    paper = _receive(letter.getvalue())
    return pikepdf.open(io.BytesIO(files.bound([paper], mark=corner.getvalue(), last=end.getvalue())))


@pytest.mark.parametrize("box", [[595, 842, 0, 0], [0, 0, 9000, 9000], [-500, -500, 595, 842]])
def test_the_mark_of_a_copy_stands_where_the_page_is_seen_whatever_its_boxes_say(box: list[int]) -> None:
    def cropped(given: pikepdf.Pdf) -> None:
        given.pages[0].obj.CropBox = pikepdf.Array(box)

    with _bound(cropped) as document:
        document.pages[0].contents_coalesce()
        drawn = document.pages[0].obj.Contents.read_bytes()
    place = re.findall(rb"1 0 0 1 (\S+) (\S+) cm", drawn)
    assert place == [(b"415", b"802")]


@pytest.mark.parametrize("state", [{"OFF": [0]}, {"BaseState": "/OFF"}, {"AS": [0]}])
def test_pages_with_hidden_layers_are_not_certified(state: dict[str, Any]) -> None:
    def layered(given: pikepdf.Pdf) -> None:
        layer = given.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="Điểm"))
        usual = pikepdf.Dictionary(Order=[layer])
        for name, value in state.items():
            usual[f"/{name}"] = pikepdf.Name(value) if isinstance(value, str) else pikepdf.Array([layer])
        given.Root.OCProperties = pikepdf.Dictionary(OCGs=[layer], D=usual)

    with pytest.raises(FileRefusedError) as refused:
        _bound(layered)
    assert refused.value.reason == Reason.LAYERED


@pytest.mark.parametrize("layers", [5, pikepdf.Dictionary(D=5), pikepdf.Array([]), pikepdf.Dictionary()])
def test_layers_that_are_none_hide_nothing(layers: Any) -> None:
    document, out = pikepdf.new(), io.BytesIO()
    document.add_blank_page()
    document.Root.OCProperties = layers
    document.save(out)
    assert not _receive(out.getvalue()).facts["layered"]


def test_a_note_that_only_printers_show_is_no_part_of_a_copy() -> None:
    def noted(given: pikepdf.Pdf) -> None:
        look = given.make_stream(b"0 0 99 99 re f")
        look.stream_dict.update(
            pikepdf.Dictionary(Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form, BBox=[0, 0, 99, 99])
        )
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Stamp,
            Rect=[0, 0, 99, 99],
            F=4 + 32,  # printed, not shown
            AP=pikepdf.Dictionary(N=look),
        )
        given.pages[0].obj.Annots = pikepdf.Array([given.make_indirect(note)])

    with _bound(noted) as document:
        assert len(document.pages[0].resources.XObject) == 1  # the mark


def _filled(**box: Any) -> Callable[[pikepdf.Pdf], None]:
    """Return how a form with one box is made; `draws`: its look, `anew`: a wish that programs draw it anew."""

    def made(given: pikepdf.Pdf) -> None:
        field = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, Rect=[0, 0, 99, 99], F=4)
        field.FT, field.T = pikepdf.Name(box.get("kind", "/Tx")), "ten"
        if "value" in box:
            field.V = box["value"]
        if "flags" in box:
            field.F = box["flags"]
        if box.get("draws"):
            look = given.make_stream(b"0 0 99 99 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
            look.BBox = pikepdf.Array([0, 0, 99, 99])
            field.AP = pikepdf.Dictionary(N=look)
        field = given.make_indirect(field)
        if box.get("of_a_group"):
            group = given.make_indirect(pikepdf.Dictionary(FT=field.FT, T="nhom", V=field.V, Kids=[field]))
            del field["/V"], field["/FT"]
            field.Parent = group
        given.pages[0].obj.Annots = pikepdf.Array([field])
        given.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([field.get("/Parent", field)]))
        if box.get("anew"):
            given.Root.AcroForm.NeedAppearances = True

    return made


UNDRAWN = [
    {"value": "Nguyễn Văn An"},
    {"value": "Nguyễn Văn An", "of_a_group": True},
    {"value": "An", "draws": True, "anew": True},
    {"kind": "/Btn", "value": pikepdf.Name("/Yes")},
]
DRAWN = [
    {"value": "An", "draws": True},
    {"value": "An", "draws": True, "of_a_group": True},
    {"draws": True, "anew": True},
    {"kind": "/Sig", "value": pikepdf.Dictionary(Type=pikepdf.Name.Sig), "draws": True, "anew": True},
]


@pytest.mark.parametrize("box", UNDRAWN)
def test_a_form_that_does_not_draw_what_was_filled_in_is_taken_with_a_remark_and_not_certified(
    box: dict[str, Any],
) -> None:
    document, out = pikepdf.new(), io.BytesIO()
    document.add_blank_page()
    _filled(**box)(document)
    document.save(out)
    assert _receive(out.getvalue()).is_undrawn
    with pytest.raises(FileRefusedError) as refused:
        _bound(_filled(**box))
    assert refused.value.reason == Reason.UNDRAWN


@pytest.mark.parametrize("box", DRAWN)
def test_what_a_form_draws_becomes_part_of_the_copied_page(box: dict[str, Any]) -> None:
    with _bound(_filled(**box)) as document:
        assert "/Annots" not in document.pages[0].obj
        assert len(document.pages[0].resources.XObject) == 2  # what was filled in, and the mark


@pytest.mark.parametrize(
    "box", [{}, {"value": ""}, {"kind": "/Btn", "value": pikepdf.Name.Off}, {"value": "x", "flags": 2}]
)
def test_an_empty_or_hidden_box_of_a_form_is_no_matter(box: dict[str, Any]) -> None:
    with _bound(_filled(**box)) as document:
        assert len(document.pages[0].resources.XObject) == 1  # the mark
