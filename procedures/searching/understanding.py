"""Reading a query: mistakes mended, short forms written out, everyday words put into the law's, fillers left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from procedures.searching.folding import LONGEST_QUERY, fold, halves, is_syllable, untyped
from procedures.searching.indexing import pair, quoted, traits_in
from procedures.searching.vocabulary import Vocabulary

_MOST_WORDS: Final = 24
_MOST_UNITS: Final = 24
_STRONG: Final = 0.45  # of the heaviest unit: what a procedure must hold to be found at all
_GENERIC: Final = 0.3  # the weight of what every second name says
_OPERATION: Final = 0.6  # the weight of what is done, against what it is done with
_CODE: Final = re.compile(r"\d\.\d{6}")
_GENERIC_WORDS: Final = frozenset(
    fold("đăng ký cấp giấy thủ tục hồ sơ làm xin việc về của cho và các theo đối với trường hợp tại ở từ đến trong")
)
_GENERIC_PAIRS: Final = frozenset(
    pair(*fold(words))
    for words in (
        "đăng ký", "thủ tục", "hồ sơ", "giấy tờ", "cấp giấy", "giấy chứng", "chứng nhận", "giấy phép", "cấp mới",
        "trường hợp", "đối với", "thực hiện", "hoạt động", "đề nghị", "cá nhân", "tổ chức", "cơ quan", "xác nhận",
        "làm giấy", "thông tin", "giải quyết", "cấp phép", "cơ sở", "có yếu",
    )
)  # fmt: skip
_OPERATION_WORDS: Final = frozenset(fold("lại mất đổi mới sửa gia hạn thêm bớt hủy hỏng rách nộp báo mua bán"))


@dataclass(frozen=True)
class Unit:
    """One thing asked for: the terms that stand for it, any of the alternatives, and how much it counts.

    A term that ends in * may go on.
    """

    alternatives: tuple[tuple[str, ...], ...]
    weight: float

    def query(self, place: str = "") -> str:
        """Return the tsquery that finds it, at one weight of the vector or anywhere."""
        return " | ".join(
            "(" + " & ".join(_lexeme(term, place) for term in terms) + ")" for terms in self.alternatives
        )


@dataclass(frozen=True)
class Understanding:
    """A query as it was read. `strong` holds the units of which a procedure must have at least one."""

    words: tuple[str, ...] = ()
    units: tuple[Unit, ...] = ()
    strong: tuple[Unit, ...] = ()
    traits: int = 0
    code: str = ""
    unknown: float = 0.0
    mended: tuple[tuple[str, str], ...] = ()

    @property
    def is_empty(self) -> bool:
        return not (self.units or self.code or self.unknown)

    @property
    def is_mostly_unknown(self) -> bool:
        """Whether more than half of what was asked stands nowhere in the catalogue."""
        known = max((unit.weight for unit in self.units), default=0.0)
        return self.unknown > known


@dataclass(frozen=True)
class _Piece:
    """A stretch of the query: its words, and the phrase that people said for them, if it was another one."""

    words: tuple[str, ...]
    said: tuple[str, ...] = ()

    @property
    def is_raw(self) -> bool:
        return not self.said


def understand(text: str, vocabulary: Vocabulary, *, typing: bool = False) -> Understanding:
    """Return what `text` asks for. While somebody is typing, the last word may go on."""
    words = fold(text.replace("\0", " ")[:LONGEST_QUERY])[:_MOST_WORDS]
    code = next((word[:8] for word in words if _CODE.match(word)), "")
    words = [word for word in words if not _CODE.match(word)]
    written = _written_out(words, vocabulary)
    mended = _mended(written, vocabulary)
    pieces = _in_the_laws_words(_written_out(mended, vocabulary), vocabulary)
    final = [word for piece in pieces for word in piece.words]
    units, unknown = _units(pieces, vocabulary, open_end=typing or not text.endswith(" "))
    heaviest = max((unit.weight for unit in units), default=0.0)
    return Understanding(
        words=tuple(final),
        units=tuple(units),
        strong=tuple(unit for unit in units if unit.weight >= _STRONG * heaviest),
        traits=traits_in(final),
        code=code,
        unknown=unknown,
        mended=tuple((was, now) for was, now in _differences(written, mended, vocabulary)),
    )


def _written_out(words: Sequence[str], vocabulary: Vocabulary) -> list[str]:
    """Write out short forms: dk is đăng ký, gplx is giấy phép lái xe."""
    shorts = vocabulary.synonyms.shorts
    return [word for run, meaning in _runs(words, shorts, vocabulary) for word in (meaning or run)]


def _runs(
    words: Sequence[str], phrases: dict[tuple[str, ...], tuple[str, ...]], vocabulary: Vocabulary
) -> Iterator[tuple[tuple[str, ...], tuple[str, ...] | None]]:
    """Yield the longest phrases known, from the left, with their meaning; other words one by one."""
    place = 0
    while place < len(words):
        for length in range(min(vocabulary.synonyms.longest, len(words) - place), 0, -1):
            run = tuple(words[place : place + length])
            if run in phrases:
                yield run, phrases[run]
                break
        else:
            length = 1
            yield (words[place],), None
        place += length


def _mended(words: Sequence[str], vocabulary: Vocabulary) -> list[str]:
    """Return the words with those that nobody knows put right."""
    out: list[str] = []
    for place, word in enumerate(words):
        before = out[-1] if out else ""
        after = words[place + 1] if place + 1 < len(words) else ""
        out += _mend(word, before, after, vocabulary)
    return out


def _mend(word: str, before: str, after: str, vocabulary: Vocabulary) -> Sequence[str]:
    if vocabulary.knows(word) or word.isdigit():
        return (word,)
    typed = list(untyped(word))
    known = [other for other in typed if vocabulary.knows(other)]
    fits = [o for o in known if vocabulary.has_pair(before, o) or vocabulary.has_pair(o, after)]
    if fits or known:
        return ((fits or known)[0],)
    for first, second in halves(word):
        if vocabulary.has_pair(first, second):
            return first, second
    return (_nearest(word, before, after, vocabulary) or (typed[0] if typed and not is_syllable(word) else word),)


def _nearest(word: str, before: str, after: str, vocabulary: Vocabulary) -> str:
    """Return the known word that was most probably meant, empty when none is near enough."""
    if len(word) < 3 or not word.isalpha():
        return ""
    most = 1 if len(word) < 6 else 2
    near = process.extract(word, vocabulary.words, scorer=OSA.distance, score_cutoff=most, limit=40)

    def fitness(found: tuple[str, float, int]) -> tuple[bool, float, bool, int]:
        other, distance, _place = found
        in_place = vocabulary.has_pair(before, other) or vocabulary.has_pair(other, after)
        return in_place, -distance, other[0] == word[0], vocabulary.frequency.get(other, 0)

    best = max(near, key=fitness, default=None)
    if best is None:
        return ""
    in_place, distance, _same_start, _frequency = fitness(best)
    return str(best[0]) if in_place or (len(word) > 4 and distance >= -1) or not is_syllable(word) else ""


def _differences(written: Sequence[str], mended: Sequence[str], vocabulary: Vocabulary) -> Iterator[tuple[str, str]]:
    """Yield what was put right, as typed and as meant; what an input method left behind is no mistake to speak of."""
    if len(written) != len(mended):
        return
    for was, now in zip(written, mended, strict=True):
        if was != now and now not in untyped(was):
            yield was, now


def _in_the_laws_words(words: Sequence[str], vocabulary: Vocabulary) -> list[_Piece]:
    """Leave fillers out and put everyday phrases into the law's words; phrases may close over a filler."""
    pieces = _with_meanings([_Piece((word,)) for word in words], vocabulary, drop_fillers=True)
    kept = [piece for place, piece in enumerate(pieces) if not _is_filler(pieces, place, vocabulary)]
    pieces = _with_meanings(kept, vocabulary, drop_fillers=False)
    return pieces or [_Piece((word,)) for word in words]


def _with_meanings(pieces: list[_Piece], vocabulary: Vocabulary, *, drop_fillers: bool) -> list[_Piece]:
    synonyms = vocabulary.synonyms
    out: list[_Piece] = []
    place = 0
    while place < len(pieces):
        for length in range(min(synonyms.longest, len(pieces) - place), 0, -1):
            run = pieces[place : place + length]
            phrase = tuple(word for piece in run for word in piece.words)
            if not all(piece.is_raw for piece in run):
                continue
            if phrase in synonyms.meanings:
                out.append(_Piece(synonyms.meanings[phrase], phrase))
                break
            if drop_fillers and length > 1 and phrase in synonyms.fillers:
                break
        else:
            length = 1
            out.append(pieces[place])
        place += length
    return out


def _is_filler(pieces: Sequence[_Piece], place: int, vocabulary: Vocabulary) -> bool:
    """Say whether a word says nothing here: em does, but not in trẻ em."""
    piece = pieces[place]
    if not piece.is_raw or piece.words not in vocabulary.synonyms.fillers:
        return False
    word = piece.words[0]
    before = pieces[place - 1].words[-1] if place and pieces[place - 1].words else ""
    after = pieces[place + 1].words[0] if place + 1 < len(pieces) and pieces[place + 1].words else ""
    return not (_belongs(before, word, vocabulary) or _belongs(word, after, vocabulary))


def _belongs(first: str, second: str, vocabulary: Vocabulary) -> bool:
    """Say whether two words make a known pair although one alone would be a filler."""
    if (
        not first
        or not second
        or ((first,) in vocabulary.synonyms.fillers and (second,) in vocabulary.synonyms.fillers)
    ):
        return False
    return vocabulary.frequency.get(pair(first, second), 0) >= max(1, vocabulary.documents // 800)


def _units(pieces: Iterable[_Piece], vocabulary: Vocabulary, *, open_end: bool) -> tuple[list[Unit], float]:
    """Return what to look for, heaviest first, and the weight of what cannot be found."""
    flat = [(word, piece.said) for piece in pieces for word in piece.words]
    flat = [(word, said) for word, said in flat if word]
    last = len(flat) - 1
    units: dict[tuple[str, ...], Unit] = {}
    unknown = 0.0
    in_pair = set()
    for place, ((first, said), (second, said_too)) in enumerate(zip(flat, flat[1:], strict=False)):
        term = pair(first, second)
        known = vocabulary.has_pair(first, second)
        goes_on = open_end and place + 1 == last and not said_too
        if not known and not (goes_on and _begins(term, vocabulary)):
            continue
        if known:
            in_pair |= {place, place + 1}
        weight = vocabulary.rarity(term) * (_GENERIC if term in _GENERIC_PAIRS else 1.0)
        if known:
            _add(units, Unit(_or(term, said if said == said_too else ()), weight))
        else:
            _add(units, Unit(_or(f"{term}*", ()), 0.7 * weight))
    for place, (word, said) in enumerate(flat):
        if not vocabulary.frequency.get(word):
            goes_on = open_end and place == last and not said and len(word) > 1
            if goes_on and _begins(word, vocabulary):
                _add(units, Unit(_or(f"{word}*", ()), 0.5))
            elif word not in _GENERIC_WORDS:
                unknown += 0.6
            continue
        share = 0.25 if place in in_pair else 0.6
        if word in _GENERIC_WORDS:
            share *= _GENERIC
        elif word in _OPERATION_WORDS:
            share = 0.5 * _OPERATION
        _add(units, Unit(_or(word, said), share * vocabulary.rarity(word)))
    heaviest_first = sorted(units.values(), key=lambda unit: -unit.weight)
    return heaviest_first[:_MOST_UNITS], unknown


def _add(units: dict[tuple[str, ...], Unit], unit: Unit) -> None:
    key = unit.alternatives[0]
    known = units.get(key)
    if known is None or known.weight < unit.weight:
        units[key] = replace(unit, weight=round(unit.weight, 4))


def _begins(term: str, vocabulary: Vocabulary) -> bool:
    return any(other.startswith(term) for other in vocabulary.frequency)


def _or(term: str, said: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return a term with the phrase that people said for it, which counts as well where a procedure holds it."""
    if len(said) < 2:
        return ((term,), said) if said else ((term,),)
    return (term,), tuple(pair(*two) for two in zip(said, said[1:], strict=False))


def _lexeme(term: str, place: str) -> str:
    marks = ("*" if term.endswith("*") else "") + place
    lexeme = quoted(term.removesuffix("*"))
    return f"{lexeme}:{marks}" if marks else lexeme
