"""Where a result's fields stand, read from the anchors of its template, and making them before anybody signs."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields

LEADER: Final = "LeaderSignature"
SEAL: Final = "AgencySeal"
NUMBER: Final = "DocumentNumber"
DATE: Final = "DocumentDate"
ATTACHED: Final = "AttachmentSeal"  # of a paper that is issued beside a result
_name = generic.NameObject
_number = generic.NumberObject


@dataclass(frozen=True)
class Box:
    """A rectangle on a page, in points from its lower left corner."""

    page: int
    left: int
    bottom: int
    right: int
    top: int


def with_fields(pdf: bytes) -> bytes:
    """Return `pdf` with the fields of both signatures, number and date; nothing is filled in yet."""
    places = _anchors(pdf)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    leader = _box(places["leader-signature"], left=28, below=92, width=170, height=88)
    # The seal, 36 mm across, covers the left third of the signature, whose strokes begin 10 pt inside its box.
    seal = Box(leader.page, leader.left - 45, leader.bottom - 6, leader.left + 57, leader.bottom + 96)
    for name, box in ((LEADER, leader), (SEAL, seal)):
        corners = (box.left, box.bottom, box.right, box.top)
        fields.append_signature_field(writer, fields.SigFieldSpec(name, on_page=box.page, box=corners))
    _text_field(writer, NUMBER, _box(places["doc-number"], left=0, below=17, width=120, height=19))
    _text_field(writer, DATE, _box(places["doc-date"], left=0, below=17, width=160, height=19))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def with_attachment_field(pdf: bytes) -> bytes:
    """Return `pdf` with the field of the seal at the top of its first page, to the right (NĐ 30/2020, Phụ lục I)."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    page: Any = writer.find_page_for_modification(0)[0].get_object()
    while "/MediaBox" not in page:
        page = page["/Parent"]
    sides = [float(side) for side in page["/MediaBox"]]
    right, top = max(sides[0], sides[2]), max(sides[1], sides[3])
    left = max(int(right - 440), 10)  # beside the mark in the corner
    corners = (left, int(top - 22), left + 270, int(top - 6))
    fields.append_signature_field(writer, fields.SigFieldSpec(ATTACHED, on_page=0, box=corners))
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _anchors(pdf: bytes) -> dict[str, tuple[int, float, float]]:
    """Return page number and place (x, y of the top) of each named destination."""
    reader = PdfFileReader(io.BytesIO(pdf))
    names: Any = reader.root["/Names"]["/Dests"]["/Names"]
    pages = [reader.find_page_for_modification(place)[0].reference for place in range(_pages(reader))]
    found = {}
    for place in range(0, len(names), 2):
        target = names[place + 1]
        page = pages.index(target.raw_get(0).reference)
        found[str(names[place])] = (page, float(target[2]), float(target[3]))
    return found


def _pages(reader: PdfFileReader) -> int:
    return int(reader.root["/Pages"]["/Count"])


def _box(place: tuple[int, float, float], *, left: int, below: int, width: int, height: int) -> Box:
    page, x, y = place
    start, low = round(x) + left, round(y) - below
    return Box(page, start, low, start + width, low + height)


def _text_field(writer: IncrementalPdfFileWriter, name: str, box: Box) -> None:
    page_ref, _resources = writer.find_page_for_modification(box.page)
    page: Any = page_ref.get_object()
    field = generic.DictionaryObject(
        {
            _name("/FT"): _name("/Tx"),
            _name("/T"): generic.TextStringObject(name),
            _name("/Type"): _name("/Annot"),
            _name("/Subtype"): _name("/Widget"),
            _name("/F"): _number(4),
            _name("/Ff"): _number(0),
            _name("/DA"): generic.TextStringObject("/Helv 12 Tf 0 g"),
            _name("/P"): page_ref,
            _name("/Rect"): generic.ArrayObject(
                [_number(value) for value in (box.left, box.bottom, box.right, box.top)]
            ),
        }
    )
    reference = writer.add_object(field)
    annotations = page.get("/Annots", generic.ArrayObject())
    annotations.append(reference)
    page[_name("/Annots")] = annotations
    writer.update_container(page)
    form: Any = writer.root["/AcroForm"]
    form["/Fields"].append(reference)
    writer.update_container(form["/Fields"])
