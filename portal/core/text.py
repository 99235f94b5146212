"""Text as people type it: tidied, folded for comparison, and sorted as in a Vietnamese dictionary."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

# The alphabet of 29 letters (TCVN): a letter with a mark is a letter of its own, a tone is not.
_ALPHABET: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES: Final = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng
_PLACE: Final = {letter: format(place + 10, "02") for place, letter in enumerate(_ALPHABET)}


def unaccented(text: str) -> str:
    """Return `text` in lower case without diacritics, đ as d, runs of other signs as one space."""
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    letters = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return re.sub(r"[^\w.]+", " ", letters.replace("_", " ")).strip()


def whole_number(text: str) -> int | None:
    """Return the number that plain digits write, if a column of the database can hold it; None for anything else."""
    return int(text) if re.fullmatch(r"[0-9]{1,18}", text) else None


def whole_numbers(texts: Iterable[str]) -> list[int]:
    """Return the numbers among `texts`, as boxes that were ticked send them."""
    return [number for text in texts if (number := whole_number(text)) is not None]


def one_line(text: str, most: int) -> str:
    """Return what somebody typed as one line of at most `most` signs, without what a database cannot hold."""
    return " ".join(text.replace("\0", "").split())[:most]


def sort_key(text: str) -> str:
    """Return a key in plain ASCII: letters first, then tones, so that C order is Vietnamese order."""
    letters, tones = [], []
    for sign in unicodedata.normalize("NFC", text).casefold():
        parts = unicodedata.normalize("NFD", sign)
        tone = next((str(place + 1) for place, mark in enumerate(_TONES) if mark in parts), "0")
        bare = unicodedata.normalize("NFC", "".join(part for part in parts if part not in _TONES))
        letters.append(_PLACE.get(bare, "00" if bare.isspace() else f"0{bare}" if bare.isdigit() else "0a"))
        tones.append(tone)
    return "".join(letters) + "-" + "".join(tones).rstrip("0")
