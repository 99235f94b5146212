"""Reading a PDF back: its text by the fonts' own tables, its pages; independent of what made it."""

from __future__ import annotations

import io
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pikepdf
from PIL import Image


def text_of(pdf: bytes) -> str:
    """Return the text of all pages, lines run together, as a reader would copy it."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return " ".join("".join(_page_text(page)) for page in document.pages)


def pages_of(pdf: bytes) -> int:
    """Return how many pages there are."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return len(document.pages)


def fonts_of(pdf: bytes) -> set[str]:
    """Return the names of the fonts on the pages, without the mark of their subset."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        fonts = [font for page in document.pages for font in page.Resources.Font.values()]
        return {str(font.BaseFont).split("+")[-1] for font in fonts}


def qr_of(pdf: bytes) -> list[list[bool]]:
    """Return the modules of the QR code as it is drawn on the last page, row by row: dark or not."""
    command = ["pdftoppm", "-r", "300", "-gray", "-f", str(pages_of(pdf)), "-"]
    drawn = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    image = Image.open(io.BytesIO(drawn)).convert("L").point(lambda grey: 255 * (grey < 128))
    centres = list(_finders(image))
    left, right, below = (
        min(centres, key=lambda at: at[0] + at[1]),
        max(centres, key=lambda at: at[0] - at[1]),
        max(centres, key=lambda at: at[1] - at[0]),
    )
    width = right[0] - left[0]
    size = round(width / left[2]) + 7  # the centres of two finders are seven modules less apart than the edges
    step = width / (size - 7)
    assert abs(below[1] - left[1] - width) < step, "a square"
    x, y = left[0] - 3 * step, left[1] - 3 * step
    return [
        [bool(image.getpixel((round(x + column * step), round(y + row * step)))) for column in range(size)]
        for row in range(size)
    ]


def _finders(image: Image.Image) -> Iterator[tuple[float, float, float]]:
    """Yield the middle of each finder of a QR code (1:1:3:1:1, across and down), and how wide a module is there."""
    across, down = _lines(image), _lines(image.transpose(Image.Transpose.TRANSPOSE))
    for row, line in enumerate(across):
        for start, end in _finder_runs(line):
            x = (start + end) // 2
            for top, bottom in _finder_runs(down[x]):
                if top < row < bottom and abs((top + bottom) / 2 - row) < 1:
                    yield x, row, (end - start) / 7


def _lines(image: Image.Image) -> list[bytes]:
    pixels, width = image.tobytes(), image.width
    return [pixels[at : at + width] for at in range(0, len(pixels), width)]


def _finder_runs(line: bytes) -> Iterator[tuple[int, int]]:
    runs = [match.span() for match in re.finditer(rb"\xff+|\x00+", line)]
    for at in range(1 if line[:1] == b"\x00" else 0, len(runs) - 4, 2):
        lengths = [end - start for start, end in runs[at : at + 5]]
        unit = sum(lengths) / 7
        if unit > 3 and all(
            abs(length - unit * share) < unit / 2 for length, share in zip(lengths, (1, 1, 3, 1, 1), strict=True)
        ):
            yield runs[at][0], runs[at + 4][1]


def _page_text(page: Any) -> Iterator[str]:
    tables = {str(name): _letters(font) for name, font in page.Resources.Font.items()}
    table: dict[str, str] = {}
    instructions: Any = pikepdf.parse_content_stream(page)
    for operands, operator in instructions:
        if str(operator) == "Tf":
            table = tables[str(operands[0])]
        elif str(operator) in {"Tj", "TJ"}:
            strings = operands[0] if str(operator) == "TJ" else [operands[0]]
            codes = "".join(bytes(one).hex() for one in strings if isinstance(one, pikepdf.String))
            yield "".join(table.get(codes[at : at + 4], "?") for at in range(0, len(codes), 4))
        elif str(operator) == "ET":
            yield " "


def _letters(font: Any) -> dict[str, str]:
    """Return glyph code → letters, from the font's ToUnicode table."""
    pairs = re.findall(rb"<([0-9a-f]{4})> <([0-9a-f]+)>", font.ToUnicode.read_bytes().lower())
    return {code.decode(): bytes.fromhex(letters.decode()).decode("utf-16-be") for code, letters in pairs}
