"""Photos: judged by their header, then drawn anew, so that nothing of the original but its picture is kept."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any, Final

from PIL import Image, ImageFilter, ImageOps, ImageStat

from portal.apart.refusing import Reason, Refused

FORMATS: Final = ("JPEG", "PNG", "WEBP")
_MOST_PIXELS: Final = 60_000_000
_MOST_BYTES_OPEN: Final = 64_000_000  # of a picture that can only be decoded whole
_LONGEST_SIDE: Final = 4000  # an A4 page at 340 dots per inch
_LOSSLESS_PIXELS: Final = 4_000_000
_THUMBNAIL: Final = (240, 240)
_SMALL_SIDE: Final = 1000  # fewer dots along an A4 page are hard to read
SHARP: Final = 150.0  # variance of the Laplacian in the sharpest parts
_TILES: Final = 6
_LAPLACIAN: Final = ImageFilter.Kernel((3, 3), (0, 1, 0, 1, -4, 1, 0, 1, 0), scale=1, offset=128)

Image.MAX_IMAGE_PIXELS = _MOST_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)


def redraw(source: str, target: str, thumbnail: str, *, angle: int = 0) -> dict[str, Any]:
    """Write the picture anew (upright, turned `angle` degrees to the right) and its thumbnail; return its facts.

    Metadata, places and whatever else rode along in the file stay behind. Raises `Refused`.
    """
    try:
        picture = _drawn(source, angle)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(Reason.TOO_HEAVY) from error
    except (OSError, ValueError, SyntaxError, KeyError, EOFError) as error:
        raise Refused(Reason.DAMAGED) from error
    lossless = picture.info.get("was") == "PNG" and picture.width * picture.height <= _LOSSLESS_PIXELS
    if lossless:
        picture.save(target, "PNG", compress_level=4, exif=b"", pnginfo=None, icc_profile=None)
    else:
        picture = on_white(picture)
        picture.save(target, "JPEG", quality=88, exif=b"", icc_profile=None)
    _write_thumbnail(picture, thumbnail)
    return {
        "type": "image/png" if lossless else "image/jpeg",
        "width": picture.width,
        "height": picture.height,
        "pages": 1,
        "warnings": _warnings(picture),
    }


def on_white(picture: Image.Image) -> Image.Image:
    """Return the picture without transparency, in colours or greys."""
    if picture.mode in {"RGB", "L"}:
        return picture
    if "A" not in picture.getbands():
        return picture.convert("RGB")
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A"))
    return paper


def _drawn(source: str, angle: int) -> Image.Image:
    with Image.open(source, formats=FORMATS) as opened:
        kind = opened.format
        if opened.width * opened.height > _MOST_PIXELS:
            raise Refused(Reason.TOO_HEAVY)
        if kind == "JPEG":
            scale = _LONGEST_SIDE / max(opened.size)  # decoded smaller at once where that is enough
            opened.draft(None, (int(opened.width * scale), int(opened.height * scale)))
        if opened.width * opened.height * len(opened.getbands()) > _MOST_BYTES_OPEN:
            raise Refused(Reason.TOO_HEAVY)
        opened.load()
        if opened.mode not in {"RGB", "L", "RGBA"}:
            picture = opened.convert(
                "RGBA" if "transparency" in opened.info or opened.mode in {"LA", "PA"} else "RGB"
            )
            picture.info["exif"] = opened.info.get("exif", b"")
        else:
            picture = opened
        picture = _upright(picture, opened)
        if max(picture.size) > _LONGEST_SIDE:
            picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE), Image.Resampling.BOX)
        if angle % 360:
            picture = picture.transpose(_TURNS[angle % 360])
        picture.info.clear()
        picture.info["was"] = kind
        return picture


def _upright(picture: Image.Image, opened: Image.Image) -> Image.Image:
    """Return the picture as the camera was held; an unreadable note about that is no reason to refuse it."""
    try:
        turned = ImageOps.exif_transpose(picture)
    except (OSError, ValueError, SyntaxError, KeyError, TypeError):
        turned = picture
    return turned.copy() if turned is opened else turned


def _write_thumbnail(picture: Image.Image, target: str) -> None:
    small = (
        picture.copy() if max(picture.size) <= 2 * _THUMBNAIL[0] else picture.reduce(max(picture.size) // 480 or 1)
    )
    small.thumbnail(_THUMBNAIL)
    on_white(small).convert("RGB").save(target, "JPEG", quality=70)


def _warnings(picture: Image.Image) -> list[str]:
    found = []
    if max(picture.size) < _SMALL_SIDE:
        found.append("SMALL")
    if sharpness(picture) < SHARP:
        found.append("BLURRED")
    return found


def sharpness(picture: Image.Image) -> float:
    """Return the variance of the Laplacian where it is highest: on a sharp page some letters stand out clearly."""
    grey = on_white(picture).convert("L")
    grey.thumbnail((1200, 1200), Image.Resampling.BOX)
    edges = grey.filter(_LAPLACIAN)
    wide, high = max(edges.width // _TILES, 1), max(edges.height // _TILES, 1)
    tiles = [
        ImageStat.Stat(edges.crop((x * wide + 1, y * high + 1, (x + 1) * wide - 1, (y + 1) * high - 1))).var[0]
        for x in range(_TILES)
        for y in range(_TILES)
        if wide > 3 and high > 3
    ]
    best = sorted(tiles)[-3:]
    return sum(best) / len(best) if best else 0.0


_TURNS: Final = {
    90: Image.Transpose.ROTATE_270,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_90,
}


def as_jpeg(source: str, folder: Path, place: int) -> tuple[Path, int, int, bool]:
    """Return a JPEG of a photo that was drawn here before: its path, width, height, whether it has colours."""
    with Image.open(source, formats=FORMATS) as picture:
        if picture.format == "JPEG" and picture.mode in {"RGB", "L"}:
            return Path(source), picture.width, picture.height, picture.mode == "RGB"
        flat = on_white(picture)
        target = folder / f"{place}.jpg"
        flat.save(target, "JPEG", quality=90)
        return target, flat.width, flat.height, flat.mode == "RGB"
