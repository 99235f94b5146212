"""PDFs: read, never changed. What would hurt whoever opens them later is found here; photos become pages here."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pikepdf

from portal.apart.main import kind_of
from portal.apart.pictures import as_jpeg, redraw
from portal.apart.refusing import Reason, Refused

_MOST_OBJECTS: Final = 150_000
_MOST_PIXELS: Final = 200_000_000
_MOST_BYTES_OPEN: Final = 100_000_000
_SAMPLE: Final = 16 * 1024
_BOMB_RATIO: Final = 200
_HIGHEST_RATIO: Final = 1100  # deflate packs no better
_TEXTS: Final = re.compile(rb"\((?:\\.|[^\\()])*\)", re.DOTALL)
_ACTIVE: Final = re.compile(rb"/(?:JavaScript|JS|Launch|RichMedia)\b")
_SIZE: Final = re.compile(rb"/(?:Width|Height) (\d{1,10})\b")
_NOT_SHOWN: Final = {"/Annots", "/AA", "/Metadata", "/PieceInfo", "/StructParents", "/B", "/Tabs"}  # of a page
_UNSEEN: Final = 2 + 32  # of an annotation's flags: hidden, not on a screen
_DEEPEST_FIELD: Final = 30
_A4: Final = (595, 842)


def examine(source: str, *, most_pages: int) -> dict[str, Any]:
    """Return the facts of a PDF: pages, signatures, attached files. Raises `Refused`."""
    if zipfile.is_zipfile(source):
        raise Refused(Reason.DISGUISED)
    try:
        with pikepdf.open(source, suppress_warnings=True, inherit_page_attributes=False) as document:
            return _facts(document, most_pages)
    except pikepdf.PasswordError as error:
        raise Refused(Reason.ENCRYPTED) from error
    except (pikepdf.PdfError, ValueError, TypeError, RecursionError) as error:
        raise Refused(Reason.DAMAGED) from error


def _facts(document: pikepdf.Pdf, most_pages: int) -> dict[str, Any]:
    if len(document.objects) > _MOST_OBJECTS:
        raise Refused(Reason.TOO_HEAVY)
    pages = len(document.pages)
    if pages == 0:
        raise Refused(Reason.NO_PAGES)
    if pages > most_pages:
        raise Refused(Reason.TOO_MANY_PAGES)
    signatures, attached, unpacked = 0, 0, 0
    for thing in document.objects:
        written = _written(thing)
        if _ACTIVE.search(written):
            raise Refused(Reason.ACTIVE)
        signatures += b"/ByteRange" in written
        attached += b"/EmbeddedFile " in written or written.rstrip(b" >").endswith(b"/EmbeddedFile")
        if isinstance(thing, pikepdf.Stream):
            unpacked += _unpacked(thing, written)
        if unpacked > _MOST_BYTES_OPEN:
            raise Refused(Reason.TOO_HEAVY)
    return {
        "type": "application/pdf",
        "pages": pages,
        "signatures": signatures,
        "attached": attached,
        "layered": _hides_layers(document),
        "warnings": [Reason.UNDRAWN] if _is_undrawn(document) else [],
    }


def _hides_layers(document: pikepdf.Pdf) -> bool:
    """Return whether layers of it are not shown, or shown now and then: a copied page would show them all."""
    layers = document.Root.get("/OCProperties")
    usual = layers.get("/D") if isinstance(layers, pikepdf.Dictionary) else None
    if not isinstance(usual, pikepdf.Dictionary):
        return False
    return bool(usual.get("/OFF") or usual.get("/AS") or usual.get("/BaseState", "/ON") != "/ON")


def _is_undrawn(document: pikepdf.Pdf) -> bool:
    """Return whether something filled in is not drawn in the file: programs draw it themselves, a copy does not."""
    drawn_anew = document.acroform.needs_appearances
    boxes = (box for page in document.pages for box in _boxes(page))
    return any(_is_filled(box) and (drawn_anew or "/N" not in box.get("/AP", {})) for box in boxes)


def _boxes(page: pikepdf.Page) -> Iterator[pikepdf.Object]:
    """Yield what can be filled in on a page and is seen."""
    found = page.obj.get("/Annots")
    for box in found if isinstance(found, pikepdf.Array) else ():
        if isinstance(box, pikepdf.Dictionary) and box.get("/Subtype") == "/Widget":
            flags = box.get("/F", 0)
            if not (isinstance(flags, int) and flags & _UNSEEN):
                yield box


def _is_filled(box: pikepdf.Object) -> bool:
    """Return whether a box has a value, its own or that of the field it belongs to; a signature is none."""
    field: pikepdf.Object | None = box
    for _above in range(_DEEPEST_FIELD):
        if not isinstance(field, pikepdf.Dictionary):
            return False
        value = field.get("/V")
        if isinstance(value, pikepdf.Dictionary):
            return False
        if value is not None:
            return str(value) not in {"", "/Off"}
        field = field.get("/Parent")
    return False


def _written(thing: pikepdf.Object) -> bytes:
    """Return an object as it would be written, its names spelt plainly and its texts left out."""
    if isinstance(thing, pikepdf.Stream):
        return _TEXTS.sub(b"", thing.stream_dict.unparse())
    return _TEXTS.sub(b"", thing.unparse(resolved=True))


def _unpacked(stream: pikepdf.Object, written: bytes) -> int:
    """Return about how large a stream that packs suspiciously well would become; 0 for an ordinary one."""
    sides = [int(side) for side in _SIZE.findall(written)]
    if len(sides) == 2 and sides[0] * sides[1] > _MOST_PIXELS:
        raise Refused(Reason.TOO_HEAVY)
    packings = written.count(b"/FlateDecode") + written.count(b"/LZWDecode") + written.count(b"/RunLengthDecode")
    if packings > 2:
        raise Refused(Reason.TOO_HEAVY)
    if b"/FlateDecode" not in written:
        return 0
    raw = stream.read_raw_bytes()
    sample = raw[:_SAMPLE]
    try:
        size = len(zlib.decompressobj().decompress(sample, _SAMPLE * _HIGHEST_RATIO))
    except zlib.error:
        return 0
    ratio = size // max(len(sample), 1)
    if packings > 1 and ratio > 10:  # what was packed once hardly shrinks again
        raise Refused(Reason.TOO_HEAVY)
    return len(raw) * ratio if ratio >= _BOMB_RATIO else 0


def join(sources: list[str], target: str, thumbnail: str) -> dict[str, Any]:
    """Write one PDF with a photo a page, in order, each as large as A4 allows; return its facts."""
    document = pikepdf.new()
    folder = Path(target).parent
    for place, source in enumerate(sources):
        _add_page(document, *as_jpeg(source, folder, place))
    document.save(target, deterministic_id=True, min_version="1.4")
    redraw(sources[0], str(folder / "first"), thumbnail)
    return {
        "type": "application/pdf",
        "pages": len(sources),
        "signatures": 0,
        "attached": 0,
        "layered": False,
        "warnings": [],
    }


def bind(sources: list[str], mark: str, last: str, target: str) -> dict[str, Any]:
    """Write one PDF: the pages of the photos and PDFs in order, `mark` in the corner of each, then `last` if any.

    Of a stranger's page only what it shows is kept: what was filled in or signed becomes part of the picture, links
    and actions stay behind. Raises `Refused`.
    """
    try:
        with pikepdf.open(last) if last else pikepdf.new() as document, pikepdf.open(mark) as corner:
            copied = _copied(sources, Path(target).parent)
            for place, page in enumerate(copied.pages):
                document.pages.insert(place, page)
                _mark(document.pages[place], corner.pages[0])
            document.save(target, deterministic_id=True)
            return {"pages": len(document.pages)}
    except (pikepdf.PdfError, ValueError, TypeError, RecursionError) as error:
        raise Refused(Reason.DAMAGED) from error


def _copied(sources: list[str], folder: Path) -> pikepdf.Pdf:
    copied = pikepdf.new()
    for place, source in enumerate(sources):
        with open(source, "rb") as handle:
            kind = kind_of(handle.read(64))
        if kind == "photo":
            _add_page(copied, *as_jpeg(source, folder, place))
            continue
        with pikepdf.open(source, suppress_warnings=True) as given:
            if _hides_layers(given):
                raise Refused(Reason.LAYERED)
            if _is_undrawn(given):
                raise Refused(Reason.UNDRAWN)
            _keep_as_drawn(given)
            given.flatten_annotations("screen")  # as whoever compared it with the original saw it
            for page in given.pages:
                for name in _NOT_SHOWN & set(page.obj.keys()):
                    del page.obj[name]
            copied.pages.extend(given.pages)
    return copied


def _keep_as_drawn(document: pikepdf.Pdf) -> None:
    """Take back the wish that boxes be drawn anew, for which qpdf would leave out the looks of all of them."""
    if document.acroform.needs_appearances:
        document.acroform.needs_appearances = False


def _mark(page: pikepdf.Page, mark: pikepdf.Page) -> None:
    right, top = _corner(page)
    wide, high = (float(side) for side in mark.mediabox[2:])
    page.add_overlay(mark, pikepdf.Rectangle(right - wide, top - high, right, top))


def _corner(page: pikepdf.Page) -> tuple[float, float]:
    """Return the upper right corner of what is seen of a page; a box may be larger than its paper, or upside down."""
    boxes = [[float(side) for side in box] for box in (page.cropbox, page.mediabox)]
    right, top = (min(max(box[side], box[side + 2]) for box in boxes) for side in (0, 1))
    return right, top


def _add_page(document: pikepdf.Pdf, path: Path, width: int, height: int, colours: bool) -> None:
    image = pikepdf.Stream(
        document,
        path.read_bytes(),
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=width,
        Height=height,
        ColorSpace=pikepdf.Name.DeviceRGB if colours else pikepdf.Name.DeviceGray,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )
    paper = _A4 if height >= width else _A4[::-1]
    scale = min(paper[0] / width, paper[1] / height)
    wide, high = width * scale, height * scale
    left, low = (paper[0] - wide) / 2, (paper[1] - high) / 2
    drawing = f"q {wide:.2f} 0 0 {high:.2f} {left:.2f} {low:.2f} cm /Photo Do Q".encode()
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=[0, 0, *paper],
        Resources=pikepdf.Dictionary(XObject=pikepdf.Dictionary(Photo=document.make_indirect(image))),
        Contents=document.make_stream(drawing),
    )
    document.pages.append(pikepdf.Page(document.make_indirect(page)))
