"""How signatures look, by NĐ 30/2020/NĐ-CP, Phụ lục I: the leader's in blue, the seal red, on transparent ground.

The portal has no scans of handwriting: a person's picture is their name in a slanted hand, the seal is drawn.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from fontTools.pens.basePen import BasePen
from fontTools.pens.transformPen import TransformPen
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

_FONTS: Final = settings.BASE_DIR / "templates" / "documents" / "fonts"
_BLUE: Final = (20, 50, 160, 255)
_RED: Final = (214, 20, 30, 225)
_SEAL: Final = 600
_RING: Final = 222  # where the letters of a seal stand, from its middle


def font_file(style: str = "Regular") -> str:
    """Return the path of the serif that paper is set in."""
    return str(_FONTS / f"LiberationSerif-{style}.ttf")


def outline(text: str, *, italic: bool) -> bytes:
    """Return `text` as PDF drawing operators, 13 pt, its baseline 3.7 pt above the origin.

    Outlines need no font in the file: what a records clerk fills in looks the same in every reader.
    """
    font = _outlines("Italic" if italic else "Regular")
    glyphs, widths, names = font.getGlyphSet(), font["hmtx"], font.getBestCmap()
    scale, x, operators = 13 / font["head"].unitsPerEm, 0.0, ["q 0 g"]
    for letter in text:
        name = names.get(ord(letter), ".notdef")
        pen = _PathPen(glyphs, operators)
        glyphs[name].draw(TransformPen(pen, (scale, 0, 0, scale, x, 3.7)))
        x += widths[name][0] * scale
    return " ".join([*operators, "f Q"]).encode()


def small_line(text: str) -> bytes:
    """Return `text` as PDF drawing operators, 10 pt: what stands on a paper that goes with a result."""
    return b"q 0.769 0 0 0.769 0 0 cm " + outline(text, italic=False) + b" Q"


class _PathPen(BasePen):
    """Writes a glyph's outline as PDF path operators."""

    def __init__(self, glyphs: Any, operators: list[str]) -> None:
        super().__init__(glyphs)
        self.operators = operators

    def _add(self, operator: str, *points: tuple[float, float]) -> None:
        self.operators.append(" ".join(f"{x:.2f} {y:.2f}" for x, y in points) + f" {operator}")

    def _moveTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 - fontTools' name
        self._add("m", pt)

    def _lineTo(self, pt: tuple[float, float]) -> None:  # noqa: N802 - fontTools' name
        self._add("l", pt)

    def _curveToOne(self, pt1: tuple[float, float], pt2: tuple[float, float], pt3: tuple[float, float]) -> None:  # noqa: N802 - fontTools' name
        self._add("c", pt1, pt2, pt3)

    def _closePath(self) -> None:  # noqa: N802 - fontTools' name
        self.operators.append("h")


@lru_cache(maxsize=4)
def _outlines(style: str) -> TTFont:
    return TTFont(font_file(style))


@lru_cache(maxsize=64)
def signature_picture(name: str) -> Image.Image:
    """Return the picture of a person's signature: the last part of the name, slanted, with a flourish."""
    picture = Image.new("RGBA", (720, 300), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.text(
        (360, 205), name.split()[-1] if name.split() else "", font=_font("Italic", 170), fill=_BLUE, anchor="ms"
    )
    curve = [(40 + 6.4 * step, 245 + 22 * math.sin(step / 9.0) - step * 0.35) for step in range(101)]
    draw.line(curve, fill=_BLUE, width=7, joint="curve")
    return picture.transform(picture.size, Image.Transform.AFFINE, (1, 0.22, -30, 0, 1, 0), Image.Resampling.BICUBIC)


@lru_cache(maxsize=64)
def seal_picture(name: str, territory: str) -> Image.Image:
    """Return a round red seal: the agency's name around, a star within."""
    picture = Image.new("RGBA", (_SEAL, _SEAL), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    for inset, width in ((6, 12), (150, 5)):
        draw.ellipse((inset, inset, _SEAL - inset, _SEAL - inset), outline=_RED, width=width)
    _around(picture, name.upper(), middle=-90, room=230, outward=True)
    _around(picture, territory.upper(), middle=90, room=100, outward=False)
    draw.polygon(_star(_SEAL / 2, _SEAL / 2, 88), fill=_RED)
    return picture


def _around(picture: Image.Image, text: str, *, middle: float, room: float, outward: bool) -> None:
    """Set `text` along the ring around the angle `middle` (degrees, 0 to the right, clockwise), in at most `room`."""
    size = next((size for size in range(46, 18, -2) if _sweep(text, size) <= room), 18)
    turn = 1 if outward else -1
    angle = middle - turn * _sweep(text, size) / 2
    for letter in text:
        half = _sweep(letter, size) / 2
        angle += turn * half
        _set_letter(picture, letter, size=size, angle=angle, upright=angle + turn * 90)
        angle += turn * half


def _sweep(text: str, size: int) -> float:
    """Return the angle that `text` takes on the ring, in degrees; letters of a ring stand a little apart."""
    return math.degrees(sum(_font("Bold", size).getlength(letter) + 3 for letter in text) / _RING)


def _set_letter(picture: Image.Image, letter: str, *, size: int, angle: float, upright: float) -> None:
    tile = Image.new("RGBA", (90, 90), (0, 0, 0, 0))
    ImageDraw.Draw(tile).text((45, 60), letter, font=_font("Bold", size), fill=_RED, anchor="ms")
    turned = tile.rotate(-upright, resample=Image.Resampling.BICUBIC)
    x = _SEAL / 2 + _RING * math.cos(math.radians(angle)) - 45
    y = _SEAL / 2 + _RING * math.sin(math.radians(angle)) - 45
    picture.alpha_composite(turned, (round(x), round(y)))


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    points = []
    for corner in range(10):
        reach = radius if corner % 2 == 0 else radius * 0.382
        angle = math.radians(-90 + 36 * corner)
        points.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    return points


@lru_cache(maxsize=32)
def _font(style: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font_file(style), size)
