"""What strangers send is opened apart: good files pass, bad ones are refused quickly and in little memory."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from portal.apart.refusing import Reason
from portal.core.files import examining
from portal.core.files.refusals import FileRefusedError
from tests.core.files import samples

PHOTO_OR_PDF = frozenset({"photo", "pdf"})
ALL = PHOTO_OR_PDF | {"zip"}


def _examined(
    content: bytes, folder: Path, *, accepts: frozenset[str] = ALL, most_pages: int = 200
) -> dict[str, Any]:
    (folder / "given").write_bytes(content)
    return examining.examine(
        str(folder / "given"),
        target=str(folder / "drawn"),
        thumbnail=str(folder / "small"),
        accepts=accepts,
        most_pages=most_pages,
    )


def _reason(content: bytes, folder: Path, **demands: Any) -> Reason:
    with pytest.raises(FileRefusedError) as refused:
        _examined(content, folder, **demands)
    assert str(refused.value.message)
    return refused.value.reason


def test_a_photo_loses_its_place_and_phone_and_stands_upright(tmp_path: Path) -> None:
    given = samples.jpeg(samples.page((1600, 1200)), orientation=6, place=True)
    assert b"SECRETPHONE" in given
    facts = _examined(given, tmp_path)
    drawn = (tmp_path / "drawn").read_bytes()
    assert b"SECRETPHONE" not in drawn and b"Exif" not in drawn
    with Image.open(io.BytesIO(drawn)) as picture:
        assert picture.size == (1200, 1600)
        assert not picture.getexif()
    assert facts == {"type": "image/jpeg", "width": 1200, "height": 1600, "pages": 1, "warnings": []}
    assert len((tmp_path / "small").read_bytes()) < 20_000


def test_a_drawing_stays_lossless(tmp_path: Path) -> None:
    assert _examined(samples.png(samples.page()), tmp_path)["type"] == "image/png"


def test_what_rides_on_a_photo_is_left_behind(tmp_path: Path) -> None:
    _examined(samples.jpeg(samples.page()) + samples.archive({"x.php": b"<?php evil"}), tmp_path)
    assert b"x.php" not in (tmp_path / "drawn").read_bytes()


def test_a_blurred_photo_and_a_small_one_get_a_warning(tmp_path: Path) -> None:
    assert _examined(samples.jpeg(samples.page(blurred=True)), tmp_path)["warnings"] == ["BLURRED"]
    assert _examined(samples.jpeg(samples.page((500, 700))), tmp_path)["warnings"] == ["SMALL"]


def test_a_photo_of_a_good_phone_is_taken(tmp_path: Path) -> None:
    facts = _examined(samples.jpeg(samples.page((8000, 6000))), tmp_path)
    assert (facts["width"], facts["height"]) == (4000, 3000)


def test_a_pdf_is_only_read(tmp_path: Path) -> None:
    facts = _examined(samples.pdf(3), tmp_path)
    assert (facts["type"], facts["pages"], facts["signatures"]) == ("application/pdf", 3, 0)
    assert not (tmp_path / "drawn").exists()


def test_files_attached_to_a_pdf_are_counted(tmp_path: Path) -> None:
    assert _examined(samples.pdf_with_attachment(), tmp_path)["attached"] == 1


def test_an_ordinary_archive_passes_where_archives_are_taken(tmp_path: Path) -> None:
    given = samples.archive({"ban ve/mat bang.pdf": samples.pdf(), "doc.txt": b"hello " * 50})
    assert _examined(given, tmp_path)["entries"] == 2
    assert _reason(given, tmp_path, accepts=PHOTO_OR_PDF) == Reason.WRONG_TYPE


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<html><script>alert(1)</script></html>", Reason.WRONG_TYPE),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", Reason.WRONG_TYPE),
        (b"MZ\x90\0" + b"\0" * 200, Reason.WRONG_TYPE),
        (b"GIF89a" + b"\0" * 200, Reason.WRONG_TYPE),
        (b"<html>" + samples.pdf(), Reason.WRONG_TYPE),
        (b"\0\0\0\x18ftypheic" + b"\0" * 50, Reason.HEIC),
        (b"%PDF-1.7\nnothing more", Reason.DAMAGED),
        (b"\x89PNG\r\n\x1a\nnothing more", Reason.DAMAGED),
        (samples.jpeg(samples.page())[:5000], Reason.DAMAGED),
        (samples.pdf(password="x"), Reason.ENCRYPTED),
        (samples.pdf(0), Reason.NO_PAGES),
        (samples.pdf_with_action("JavaScript"), Reason.ACTIVE),
        (samples.pdf_with_action("Launch"), Reason.ACTIVE),
        (samples.pdf_hiding_its_script(), Reason.ACTIVE),
        (samples.polyglot(), Reason.DISGUISED),
        (samples.archive({"in.zip": b"x"}), Reason.UNSAFE_ARCHIVE),
        (samples.archive({"../../etc/cron.d/x": b"x"}), Reason.UNSAFE_ARCHIVE),
        (samples.archive({"..\\x.txt": b"x"}), Reason.UNSAFE_ARCHIVE),
        (samples.archive({"/etc/x": b"x"}), Reason.UNSAFE_ARCHIVE),
        (samples.archive({"a.txt": b"x"}, link="passwd"), Reason.UNSAFE_ARCHIVE),
        (samples.archive({"giay.pdf.exe": b"x"}), Reason.UNSAFE_ARCHIVE),
        (samples.archive({}), Reason.EMPTY),
    ],
    ids=lambda value: value if isinstance(value, Reason) else "",
)
def test_a_bad_file_is_refused_with_its_reason(content: bytes, reason: Reason, tmp_path: Path) -> None:
    assert _reason(content, tmp_path) == reason


def test_too_many_pages_are_refused(tmp_path: Path) -> None:
    assert _reason(samples.pdf(4), tmp_path, most_pages=3) == Reason.TOO_MANY_PAGES


# In a small process of its own, so that RUSAGE_CHILDREN speaks of nothing but these examinations.
_MEASURED = """
import django, json, pathlib, resource, sys, time
django.setup()
from portal.core.files import examining
from portal.core.files.refusals import FileRefusedError
folder, found = pathlib.Path(sys.argv[1]), {}
for bomb in sorted(folder.glob("bomb-*")):
    began, reason = time.monotonic(), ""
    try:
        examining.examine(str(bomb), target=str(folder / "drawn"), thumbnail=str(folder / "small"),
                          accepts=frozenset(["photo", "pdf", "zip"]), most_pages=200)
    except FileRefusedError as error:
        reason = error.reason
    found[bomb.name] = [reason, time.monotonic() - began, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss]
print(json.dumps(found))
"""
BOMBS: dict[str, Callable[[], bytes]] = {
    "bomb-pixels": samples.pixel_flood,
    "bomb-lottapixel": samples.lottapixel,
    "bomb-honest-pixels": samples.honest_flood,
    "bomb-pdf": samples.pdf_bomb,
    "bomb-pdf-twice-packed": lambda: samples.pdf_bomb(layers=2),
    "bomb-pdf-five-times-packed": lambda: samples.pdf_bomb(layers=5),
    "bomb-pdf-objects": samples.object_bomb,
    "bomb-pdf-loop": samples.page_loop,
    "bomb-zip": lambda: samples.archive({"0.txt": b"\0" * 50_000_000}),
    "bomb-zip-entries": lambda: samples.archive({f"{n}.bin": b"x" for n in range(5000)}),
    "bomb-zip-overlapping": samples.overlapping_archive,
}


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, float, int]]:
    folder = tmp_path_factory.mktemp("bombs")
    for name, make in BOMBS.items():
        (folder / name).write_bytes(make())
    command = [sys.executable, "-c", _MEASURED, str(folder)]
    done = subprocess.run(command, capture_output=True, check=True, timeout=120, text=True)
    found: dict[str, tuple[str, float, int]] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_within_two_seconds_and_two_hundred_megabytes(
    name: str, measured: dict[str, tuple[str, float, int]]
) -> None:
    reason, seconds, kilobytes = measured[name]
    assert reason in {Reason.TOO_HEAVY, Reason.DAMAGED, Reason.NO_PAGES}
    assert seconds < 2
    assert kilobytes < 200 * 1024


def test_a_reader_that_hangs_is_ended(tmp_path: Path) -> None:
    began = time.monotonic()
    with pytest.raises(FileRefusedError):
        # A pipe that nobody writes to: opening it waits for ever, taking no processor time.
        os.mkfifo(tmp_path / "pipe")
        examining.run("turn", clock=1, source=str(tmp_path / "pipe"), target="x", thumbnail="x", angle=90)
    assert time.monotonic() - began < 3
