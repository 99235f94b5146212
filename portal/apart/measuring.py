"""How good a scan is: its dots per inch where they are printed, colours, sharpness, light. Nothing is changed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, Final

import pikepdf
from PIL import Image, ImageChops

from portal.apart.main import kind_of
from portal.apart.pictures import FORMATS, SHARP, on_white, sharpness
from portal.apart.refusing import Reason, Refused

_MOST_PAGES: Final = 10  # of a thick bundle the first pages are looked at
_MOST_PIXELS: Final = 40_000_000
_LOOKED_AT: Final = (1200, 1200)
_A4: Final = (8.27, 11.69)  # inches
_TINT: Final = 12  # by so much must red, green and blue differ somewhere
_DARK: Final = 120  # the paper itself, of 255: the brightest tenth of the page
_UNIT: Final = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_Matrix = tuple[float, float, float, float, float, float]


def measure(source: str) -> dict[str, Any]:
    """Return the weakest of each measure over the pages; `dpi` is 0 where nothing on them is a picture.

    A photo is measured as if it filled a sheet of A4. Raises `Refused`.
    """
    with open(source, "rb") as handle:
        kind = kind_of(handle.read(64))
    try:
        if kind == "photo":
            with Image.open(source, formats=FORMATS) as picture:
                found = [_judged(picture, _dots_on_a4(picture.size))]
        else:
            with pikepdf.open(source, suppress_warnings=True) as document:
                found = [_judged(*drawn) for page in document.pages[:_MOST_PAGES] if (drawn := _largest(page))]
    except (pikepdf.PdfError, OSError, ValueError, TypeError, SyntaxError) as error:
        raise Refused(Reason.DAMAGED) from error
    return {
        "dpi": min((one["dpi"] for one in found), default=0),
        "is_grey": any(one["is_grey"] for one in found),
        "is_blurred": any(one["is_blurred"] for one in found),
        "is_dark": any(one["is_dark"] for one in found),
    }


def _dots_on_a4(size: tuple[int, int]) -> int:
    short, long = sorted(size)
    return round(max(short / _A4[0], long / _A4[1]))


def _judged(picture: Image.Image, dpi: int) -> dict[str, Any]:
    if picture.width * picture.height > _MOST_PIXELS:
        raise Refused(Reason.TOO_HEAVY)
    if picture.format == "JPEG":
        picture.draft(None, _LOOKED_AT)  # decoded smaller at once
    shown = on_white(picture)
    return {
        "dpi": dpi,
        "is_grey": _is_grey(shown),
        "is_blurred": sharpness(shown) < SHARP,
        "is_dark": _brightness_of_paper(shown) < _DARK,
    }


def _is_grey(picture: Image.Image) -> bool:
    if picture.mode != "RGB":
        return True
    small = picture.copy()
    small.thumbnail(_LOOKED_AT, Image.Resampling.BOX)
    red, green, blue = small.split()
    differences = (ImageChops.difference(red, green), ImageChops.difference(green, blue))
    return not any(sum(one.histogram()[_TINT + 1 :]) for one in differences)


def _brightness_of_paper(picture: Image.Image) -> int:
    """Return what the brightest tenth of the page reaches: letters are dark, paper is not."""
    counts = picture.convert("L").histogram()
    left = sum(counts) / 10
    for level in range(255, -1, -1):
        left -= counts[level]
        if left <= 0:
            return level
    return 0


def _largest(page: pikepdf.Page) -> tuple[Image.Image, int] | None:
    """Return the picture that covers most of a page, and its dots per inch there; None of a page without pictures."""
    drawn = [(wide * high, image, wide, high) for image, wide, high in _drawn(page) if wide > 0 and high > 0]
    if not drawn:
        return None
    _area, image, wide, high = max(drawn, key=lambda one: one[0])
    found = pikepdf.PdfImage(image)
    if found.width * found.height > _MOST_PIXELS:
        raise Refused(Reason.TOO_HEAVY)
    dpi = round(min(found.width / wide, found.height / high) * 72)
    if "/DCTDecode" in found.filters:
        return Image.open(io.BytesIO(image.read_raw_bytes()), formats=("JPEG",)), dpi
    return found.as_pil_image(), dpi


def _drawn(page: pikepdf.Page) -> Iterator[tuple[Any, float, float]]:
    """Yield each picture that the page draws itself, with its width and height there in points."""
    images, matrix, above = dict(page.images), _UNIT, list[_Matrix]()
    for operands, operator in pikepdf.parse_content_stream(page, "q Q cm Do"):  # type: ignore[misc]
        match str(operator):
            case "q":
                above.append(matrix)
            case "Q" if above:
                matrix = above.pop()
            case "cm":
                a, b, c, d, e, f = (float(number) for number in operands)
                matrix = _times((a, b, c, d, e, f), matrix)
            case "Do" if str(operands[0]) in images:
                a, b, c, d, _e, _f = matrix
                yield images[str(operands[0])], (a * a + b * b) ** 0.5, (c * c + d * d) ** 0.5


def _times(left: _Matrix, right: _Matrix) -> _Matrix:
    a, b, c, d, e, f = left
    g, h, i, j, k, m = right
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)
