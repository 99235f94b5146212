"""Reading a query: mistakes mended, short forms written out, everyday words put into the law's, fillers left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from procedures.searching.folding import LONGEST_QUERY, fold, halves, is_syllable, marks_of, sounding_alike, untyped
from procedures.searching.indexing import pair, quoted, traits_asked
from procedures.searching.vocabulary import Vocabulary

_MOST_WORDS: Final = 24
_MOST_UNITS: Final = 24
_STRONG: Final = 0.45  # of the heaviest unit: what a procedure must hold to be found at all
_GENERIC: Final = 0.3  # the weight of what every second name says
_NUMBER: Final = 0.3  # the weight of what has digits
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
    """A query as it was read.

    `strong` holds the units of which a procedure must have at least one, `meant` the query as it was probably meant
    when something in it was misspelt.
    """

    words: tuple[str, ...] = ()
    units: tuple[Unit, ...] = ()
    strong: tuple[Unit, ...] = ()
    traits: int = 0
    code: str = ""
    unknown: float = 0.0
    meant: str = ""

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


def understand(text: str, vocabulary: Vocabulary) -> Understanding:
    """Return what `text` asks for. Its last word may go on, unless a space ends it."""
    words = fold(text.replace("\0", " ")[:LONGEST_QUERY])[:_MOST_WORDS]
    marks = marks_of(text[:LONGEST_QUERY])
    code = next((word[:8] for word in words if _CODE.match(word)), "")
    words = [word for word in words if not _CODE.match(word)]
    written = _written_out(words, vocabulary)
    mended = _mended(written, vocabulary)
    pieces = _in_the_laws_words(_written_out(mended, vocabulary), marks, vocabulary)
    final = [word for piece in pieces for word in piece.words]
    units, unknown = _units(pieces, vocabulary, open_end=not text.endswith(" "))
    heaviest = max((unit.weight for unit in units), default=0.0)
    return Understanding(
        words=tuple(final),
        units=tuple(units),
        strong=tuple(unit for unit in units if unit.weight >= _STRONG * heaviest),
        traits=traits_asked(final, marks),
        code=code,
        unknown=unknown,
        meant=vocabulary.spelt(mended) if _is_worth_saying(written, mended) else "",
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
    if word.isdigit():
        return (word,)
    if vocabulary.knows(word):
        return (_heard_otherwise(word, before, after, vocabulary),)
    typed = list(untyped(word))
    known = [other for other in typed if vocabulary.knows(other)]
    fits = [o for o in known if vocabulary.has_pair(before, o) or vocabulary.has_pair(o, after)]
    if fits or known:
        return ((fits or known)[0],)
    for first, second in halves(word):
        if vocabulary.has_pair(first, second):
            return first, second
    return (_nearest(word, before, after, vocabulary) or (typed[0] if typed and not is_syllable(word) else word),)


def _heard_otherwise(word: str, before: str, after: str, vocabulary: Vocabulary) -> str:
    """Return what a known word that fits nowhere sounds like, if that fits: tạm chú is tạm trú."""
    if (word,) in vocabulary.synonyms.fillers or _sides(before, word, after, vocabulary):
        return word
    alike = [other for other in sounding_alike(word) if _sides(before, other, after, vocabulary)]
    return max(alike, key=lambda other: vocabulary.frequency.get(other, 0), default=word)


def _nearest(word: str, before: str, after: str, vocabulary: Vocabulary) -> str:
    """Return the known word that was most probably meant, empty when none is near enough."""
    if len(word) < 3 or not word.isalpha():
        return ""
    most = 1 if len(word) < 6 else 2
    near = process.extract(word, vocabulary.words, scorer=OSA.distance, score_cutoff=most, limit=60)
    alike = {other: 0.5 for other in sounding_alike(word) if vocabulary.knows(other)}
    distances = {other: float(distance) for other, distance, _place in near} | alike

    def fitness(other: str) -> tuple[int, float, bool, int]:
        return (
            _sides(before, other, after, vocabulary),
            -distances[other],
            other[0] == word[0],
            vocabulary.frequency.get(other, 0),
        )

    best = max(distances, key=fitness, default="")
    is_sure = best and (
        _sides(before, best, after, vocabulary) or (len(word) > 4 and distances[best] <= 1) or not is_syllable(word)
    )
    return best if is_sure else ""


def _sides(before: str, word: str, after: str, vocabulary: Vocabulary) -> int:
    """Return on how many sides a word makes a known pair."""
    return vocabulary.has_pair(before, word) + vocabulary.has_pair(word, after)


def _is_worth_saying(written: Sequence[str], mended: Sequence[str]) -> bool:
    """Say whether anything was misspelt; what an input method left behind is no mistake to speak of."""
    if len(written) != len(mended):
        return True
    return any(was != now and now not in untyped(was) for was, now in zip(written, mended, strict=True))


def _in_the_laws_words(words: Sequence[str], marks: Mapping[str, set[str]], vocabulary: Vocabulary) -> list[_Piece]:
    """Leave fillers out and put everyday phrases into the law's words; phrases may close over a filler."""
    pieces = _with_meanings([_Piece((word,)) for word in words], vocabulary, drop_fillers=True)
    kept = [piece for place, piece in enumerate(pieces) if not _is_filler(pieces, place, marks, vocabulary)]
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


def _is_filler(pieces: Sequence[_Piece], place: int, marks: Mapping[str, set[str]], vocabulary: Vocabulary) -> bool:
    """Say whether a word says nothing here: em does, but not in trẻ em; thế does, but not thẻ."""
    piece = pieces[place]
    if not piece.is_raw or piece.words not in vocabulary.synonyms.fillers:
        return False
    word = piece.words[0]
    written = marks.get(word, set())
    if written and word not in written and not written & vocabulary.synonyms.filler_marks.get(word, set()):
        return False
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
    return vocabulary.frequency.get(pair(first, second), 0) >= max(1, vocabulary.documents // 1500)


def _units(pieces: Iterable[_Piece], vocabulary: Vocabulary, *, open_end: bool) -> tuple[list[Unit], float]:
    """Return what to look for, heaviest first, and the weight of what cannot be found."""
    flat = [(word, piece) for piece in pieces for word in piece.words]
    units: dict[tuple[str, ...], Unit] = {}
    in_pair = set()

    def add(term: str, weight: float, *owners: _Piece) -> None:
        said = owners[0].said if all(owner is owners[0] for owner in owners) else ()
        unit = Unit(_or(term, said), weight * (_NUMBER if any(sign.isdigit() for sign in term) else 1.0))
        key = unit.alternatives[0]
        if key not in units or units[key].weight < unit.weight:
            units[key] = unit

    unknown = 0.0
    last = len(flat) - 1
    for place, ((first, one), (second, other)) in enumerate(pairwise(flat)):
        term = pair(first, second)
        weight = vocabulary.rarity(term) * (_GENERIC if term in _GENERIC_PAIRS else 1.0)
        if vocabulary.has_pair(first, second):
            in_pair |= {place, place + 1}
            add(term, weight, one, other)
        elif open_end and place + 1 == last and other.is_raw and vocabulary.has_beginning(term):
            add(f"{term}*", 0.7 * weight, one, other)
    for place, (word, piece) in enumerate(flat):
        if vocabulary.frequency.get(word):
            counted = place > 0 and flat[place - 1][0].isdigit()  # the 3 tuổi of a story
            share = _NUMBER if counted else _share(word, is_in_pair=place in in_pair)
            add(word, share * vocabulary.rarity(word), piece)
        elif open_end and place == last and piece.is_raw and len(word) > 1 and vocabulary.has_beginning(word):
            add(f"{word}*", 0.5, piece)
        elif word not in _GENERIC_WORDS:
            unknown += 0.6
    return sorted(units.values(), key=lambda unit: -unit.weight)[:_MOST_UNITS], unknown


def _share(word: str, *, is_in_pair: bool) -> float:
    """Return how much a single word counts, against a pair."""
    if word in _OPERATION_WORDS:
        return 0.3
    return (0.25 if is_in_pair else 0.6) * (_GENERIC if word in _GENERIC_WORDS else 1.0)


def _or(term: str, said: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Return a term with the phrase that people said for it, which counts as well where a procedure holds it."""
    if len(said) < 2:
        return ((term,), said) if said else ((term,),)
    return (term,), tuple(pair(*two) for two in pairwise(said))


def _lexeme(term: str, place: str) -> str:
    marks = ("*" if term.endswith("*") else "") + place
    lexeme = quoted(term.removesuffix("*"))
    return f"{lexeme}:{marks}" if marks else lexeme
