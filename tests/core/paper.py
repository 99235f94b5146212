"""Reading a PDF back: its text by the fonts' own tables, its pages; independent of what made it."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf


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
