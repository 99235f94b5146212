"""Files good and bad, made here: photos, PDFs, archives, and what people with bad intentions send."""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib

import pikepdf
from PIL import Image, ImageDraw, ImageFilter

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def page(size: tuple[int, int] = (1240, 1754), *, blurred: bool = False) -> Image.Image:
    """Return a page with lines of letters on it."""
    picture = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(picture)
    for line in range(60, size[1] - 60, 40):
        pen.text((80, line), f"CONG HOA XA HOI CHU NGHIA VIET NAM {line}", fill="black", font_size=24)
    return picture.filter(ImageFilter.GaussianBlur(8)) if blurred else picture


def scan(size: tuple[int, int] = (1700, 2400)) -> bytes:
    """Return the photo of a page with letters and a red seal; so large it has 206 dots per inch on A4."""
    picture = page(size)
    ImageDraw.Draw(picture).ellipse((200, 200, 600, 600), outline="red", width=12)
    return jpeg(picture)


def jpeg(picture: Image.Image, *, orientation: int = 1, place: bool = False) -> bytes:
    """Return a photo as a phone writes it."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "SECRETPHONE"
    if place:
        exif.get_ifd(0x8825)[2] = (10.0, 58.0, 0.0)
    written = io.BytesIO()
    picture.save(written, "JPEG", quality=90, exif=exif)
    return written.getvalue()


def png(picture: Image.Image) -> bytes:
    written = io.BytesIO()
    picture.save(written, "PNG")
    return written.getvalue()


def pixel_flood(side: int = 64_250) -> bytes:
    """Return a tiny PNG that claims `side` × `side` dots."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!L", len(data)) + kind + data + struct.pack("!L", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack("!LLBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + chunk(b"IEND", b"")


def lottapixel() -> bytes:
    """Return a small JPEG whose header claims 64250 × 64250 dots."""
    small = bytearray(jpeg(Image.new("RGB", (8, 8))))
    place = small.index(b"\xff\xc0") + 5
    small[place : place + 4] = struct.pack("!HH", 64_250, 64_250)
    return bytes(small)


def honest_flood() -> bytes:
    """Return a PNG of 59 million real white dots, small to send."""
    return png(Image.new("L", (7_700, 7_700), 255).convert("RGB"))


def pdf(pages: int = 1, *, password: str = "", root: pikepdf.Dictionary | None = None) -> bytes:
    document = pikepdf.new()
    for _page in range(pages):
        document.add_blank_page()
    for name, value in (root or {}).items():
        document.Root[name] = value
    written = io.BytesIO()
    document.save(written, encryption=pikepdf.Encryption(owner=password, user=password) if password else False)
    return written.getvalue()


def pdf_with_action(kind: str) -> bytes:
    action = pikepdf.Dictionary(S=pikepdf.Name("/" + kind), JS=pikepdf.String("app.alert(1)"))
    return pdf(root=pikepdf.Dictionary(OpenAction=action))


def pdf_hiding_its_script() -> bytes:
    """Return a PDF with a script whose name is spelt with a code, in an object stream."""
    plain = pdf_with_action("JavaScript")
    with pikepdf.open(io.BytesIO(plain)) as document:
        written = io.BytesIO()
        document.save(written, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return written.getvalue()


def pdf_with_attachment() -> bytes:
    document = pikepdf.new()
    document.add_blank_page()
    document.attachments["bang-ke.xml"] = b"<x/>"
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def pdf_bomb(megabytes: int = 300, *, layers: int = 1) -> bytes:
    """Return a PDF whose page becomes `megabytes` large when it is unpacked."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b" " * 1_000_000) for _ in range(megabytes)) + packer.flush()
    for _layer in range(layers - 1):
        packed = zlib.compress(packed, 9)
    document = pikepdf.new()
    document.add_blank_page()
    filters = pikepdf.Array([pikepdf.Name.FlateDecode] * layers)
    document.pages[0].obj.Contents = pikepdf.Stream(document, packed, Filter=filters)
    written = io.BytesIO()
    document.save(written, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return written.getvalue()


def object_bomb() -> bytes:
    """Return a PDF whose cross-reference stream, and an object stream, unpack to hundreds of megabytes."""
    packed = zlib.compress(b"\1\0\0\0" * 60_000_000, 9)
    head = b"%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    stream = b"3 0 obj<</Type/XRef/Size 60000000/W[1 2 1]/Root 1 0 R/Filter/FlateDecode/Length %d>>stream\n" % len(
        packed
    )
    return head + stream + packed + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % len(head)


def page_loop() -> bytes:
    """Return a PDF whose pages contain themselves."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2/Parent 2 0 R>>endobj\n"
        b"trailer<</Root 1 0 R>>\n%%EOF"
    )


def archive(entries: dict[str, bytes], *, link: str = "") -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries.items():
            made.writestr(name, content)
        if link:
            entry = zipfile.ZipInfo(link)
            entry.external_attr = (stat.S_IFLNK | 0o777) << 16
            made.writestr(entry, "/etc/passwd")
    return written.getvalue()


def overlapping_archive() -> bytes:
    """Return an archive with two hundred names for the same packed bytes."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("0", b"\1\2\3" * 20_000)
        first = made.infolist()[0]
        for number in range(1, 100):
            entry = zipfile.ZipInfo(str(number))
            for part in ("CRC", "compress_size", "file_size", "header_offset", "compress_type"):
                setattr(entry, part, getattr(first, part))
            made.filelist.append(entry)
            made.NameToInfo[entry.filename] = entry
    return written.getvalue()


def polyglot() -> bytes:
    """Return a PDF that is an archive as well."""
    return pdf() + archive({"x.txt": b"x"})
