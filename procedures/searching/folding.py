"""Habits of typing, undone: case, diacritics in any form, i for y, and what input methods leave behind."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

from portal.core.text import unaccented

LONGEST_QUERY: Final = 200

_ONSET: Final = "ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnpqrstvx]"
_VOWELS: Final = (
    "uyeu|uya|uye|uyu|ieu|yeu|oai|oay|oeo|uai|uay|uao|uoi|uou|oao|"
    "ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|oo|ua|ue|ui|uo|uu|uy|ye|[aeiouy]"
)
_SYLLABLE: Final = re.compile(f"(?:{_ONSET})?(?:{_VOWELS})(?:ch|ng|nh|[cmnpt])?")
_I_FOR_Y: Final = re.compile("(h|k|l|m|s|t|v|qu)y")
_VOWEL: Final = re.compile("[aeiouy]")
_TONES: Final = "sfrxjz"
_TONE_MARKS: Final = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng
_ALIKE: Final = (("s", "x"), ("ch", "tr"), ("d", "gi"), ("r", "d"), ("r", "gi"), ("l", "n"), ("v", "d"), ("k", "c"))


def fold(text: str) -> list[str]:
    """Return the words of `text` without case, diacritics and signs; công ty and công ti are the same word."""
    words = (word.strip(".") for word in unaccented(text).split())
    return [_fold_one(word) for word in words if word]


def written(text: str) -> list[tuple[str, str]]:
    """Return the words of `text`, folded and as written; hoà and hòa are written alike."""
    found = []
    for word in re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold()):
        parts = unicodedata.normalize("NFD", word)
        letters = "".join(sign for sign in parts if sign not in _TONE_MARKS)
        tone = "".join(sign for sign in parts if sign in _TONE_MARKS)
        found += [(folded, letters + tone) for folded in fold(word)]
    return found


def marks_of(text: str) -> dict[str, set[str]]:
    """Return, by the folded word, how the words of `text` were written."""
    found: dict[str, set[str]] = {}
    for folded, mark in written(text):
        found.setdefault(folded, set()).add(mark)
    return found


def is_syllable(word: str) -> bool:
    """Say whether a folded word is built as a Vietnamese syllable is."""
    return _SYLLABLE.fullmatch(word) is not None


def untyped(word: str) -> Iterator[str]:
    """Yield what a folded word may have been before an input method was switched off: giays and giay61 are giay."""
    without_digits = re.sub("[1-9]", "", word)
    if without_digits != word and len(without_digits) > 1 and word[0].isalpha() and is_syllable(without_digits):
        yield _fold_one(without_digits)
    if not word.isalpha() or not word.isascii():
        return
    for bare in _without_tone(_without_marks(word)):
        if bare != word and is_syllable(bare):
            yield _fold_one(bare)


def halves(word: str) -> Iterator[tuple[str, str]]:
    """Yield the two syllables that a word without its space may be: khaisinh is khai sinh."""
    for place in range(1, len(word)):
        if is_syllable(word[:place]) and is_syllable(word[place:]):
            yield _fold_one(word[:place]), _fold_one(word[place:])


def sounding_alike(word: str) -> Iterator[str]:
    """Yield what a folded syllable is mistaken for by ear: say is xay, chu is tru."""
    for one, other in _ALIKE:
        for was, now in ((one, other), (other, one)):
            rest = word.removeprefix(was)
            if rest != word and is_syllable(now + rest):
                yield _fold_one(now + rest)


def _fold_one(word: str) -> str:
    return _I_FOR_Y.sub(r"\1i", word) if _I_FOR_Y.fullmatch(word) else word


def _without_marks(word: str) -> str:
    """Undo Telex's doubled letters and w, also where they were typed at the end of the syllable."""
    word = re.sub(r"dd|d(?=.*d$)", "d", word, count=1)
    word = re.sub(r"(?<=^d)(.*[^d])d$", r"\1", word)
    word = re.sub(r"([aeo])\1", r"\1", word)
    word = re.sub(r"([aeo])([a-z]*?)\1([sfrxjz]?)$", r"\1\2\3", word)
    word = re.sub(r"(?<=[aou])([a-z]*)w", r"\1", word)
    word = re.sub(r"(?<=[aou])([a-z]*)w", r"\1", word)
    return word.replace("w", "u")


def _without_tone(word: str) -> Iterator[str]:
    yield word
    vowel = _VOWEL.search(word)
    if vowel is None:
        return
    for place in range(len(word) - 1, vowel.start(), -1):
        if word[place] in _TONES:
            yield word[:place] + word[place + 1 :]
