"""What of a procedure is searched: its words, alone and in pairs, weighted by where they stand.

Vietnamese words are mostly two syllables, so pairs of neighbours are indexed as words of their own: khai_sinh is
better evidence than khai and sinh. Everything is kept in columns of the procedure when it is published.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from procedures.definition import ProcedureDefinition
from procedures.searching.folding import fold, written

_Written = tuple[str, str]  # a word, folded and as written
NAME, KEYWORDS, SECTOR, REST = "A", "B", "C", "D"
_LONGEST_NAME: Final = 20
_MOST_REST: Final = 40  # a row whose vector is kept beside its table is ten times slower to rank

# What makes a procedure a special variant of a plain one, if the name says it. The place is the bit; only append.
TRAITS: Final = (
    ("nước ngoài",),
    ("cấp lại", "đăng ký lại", "làm lại", "bổ nhiệm lại", "công bố lại", "chấp thuận lại", "xác nhận lại"),
    ("lưu động",),
    ("biên giới",),
    ("liên thông",),
    ("gia hạn",),
    ("thu hồi",),
    ("hủy",),
    ("xóa",),
    ("chấm dứt",),
    ("thay đổi",),
    ("điều chỉnh",),
    ("tạm ngừng",),
    ("giải thể",),
    ("cấp đổi", "đổi"),
    ("khôi phục",),
    ("chuyển đổi",),
    ("giám sát",),
    ("cán bộ", "công chức"),
    ("trung ương",),
    ("miễn",),
    ("đã có hồ sơ",),
    ("sửa đổi",),
    ("quân đội", "quân sự", "công an nhân dân"),
    ("trình báo mất",),
    ("thông báo",),
    ("kết hợp",),
    ("tạm thời",),
    ("cơ quan nhà nước",),
    ("tiến hành tố tụng", "tổ chức chính trị"),
    ("sửa chữa", "cải tạo", "di dời"),
)
_WRITTEN_TRAITS: Final = tuple(tuple(tuple(written(phrase)) for phrase in trait) for trait in TRAITS)


@dataclass(frozen=True)
class SearchColumns:
    """What the search reads of a procedure."""

    text: str
    vector: str
    traits: int
    length: int


def columns_of(definition: ProcedureDefinition) -> SearchColumns:
    """Return the columns by which `definition` is found."""
    return columns(
        code=definition.code,
        name=definition.name,
        keywords=definition.keywords,
        sector=definition.sector_name,
        rest=[
            definition.name_en,
            *(result.name for result in definition.results),
            definition.summary,
            *(paper.name for paper in definition.papers),
        ],
    )


def columns(*, code: str, name: str, keywords: Iterable[str], sector: str, rest: Iterable[str]) -> SearchColumns:
    """Return the columns by which a procedure is found; `rest` is what it gives and asks for, in its order."""
    head, aside = parts_of_name(name)
    keywords = list(keywords)
    return SearchColumns(
        text=" | ".join(" ".join(fold(piece)) for piece in (code, name, *keywords, sector)),
        vector=vector_of({NAME: [head, code], KEYWORDS: keywords, SECTOR: [aside, sector], REST: rest}),
        traits=traits_of(head),
        length=min(len(fold(head)), _LONGEST_NAME),
    )


def parts_of_name(name: str) -> tuple[str, str]:
    """Return a name without Thủ tục and without what stands in brackets, and what stands there."""
    head = re.sub(r"^\W*thủ tục\b\W*", "", name, flags=re.IGNORECASE)
    aside = " ; ".join(re.findall(r"\(([^()]*)\)", head))
    return re.sub(r"\([^()]*\)", " ; ", head), aside


def traits_of(name: str) -> int:
    """Return the traits that a name says, one bit each. Marks count: đối với is no đổi."""
    return _bits(written(name), lambda word, trait: word == trait)


def traits_asked(words: Sequence[str], marks: Mapping[str, set[str]]) -> int:
    """Return the traits that folded words of a query name; where marks were typed, they count."""

    def same(word: tuple[str, str], trait: tuple[str, str]) -> bool:
        typed = marks.get(word[0], set()) - {word[0]}
        return word[0] == trait[0] and (not typed or trait[1] in typed)

    return _bits([(word, "") for word in words], same)


def _bits(words: Sequence[_Written], same: Callable[[_Written, _Written], bool]) -> int:
    found = 0
    for bit, phrases in enumerate(_WRITTEN_TRAITS):
        if any(_holds(words, phrase, same) for phrase in phrases):
            found |= 1 << bit
    return found


def _holds(words: Sequence[_Written], phrase: Sequence[_Written], same: Callable[[_Written, _Written], bool]) -> bool:
    return any(
        all(same(word, wanted) for word, wanted in zip(words[place:], phrase, strict=False))
        for place in range(len(words) - len(phrase) + 1)
    )


def terms_of(pieces: Iterable[str]) -> list[str]:
    """Return the words and the pairs of neighbours in `pieces`, once each; pairs do not reach over commas."""
    terms: dict[str, None] = {}
    for piece in pieces:
        for part in re.split(r"[,;:()/|\n]", piece):
            words = fold(part)
            terms.update(dict.fromkeys(words))
            terms.update(dict.fromkeys(pair(*two) for two in pairwise(words)))
    return list(terms)


def pair(first: str, second: str) -> str:
    """Return the term that stands for two neighbours."""
    return f"{first}_{second}"


def vector_of(weighted: Mapping[str, Iterable[str]]) -> str:
    """Return the tsvector, as Postgres reads it, of pieces by weight; a term counts by its best weight."""
    found: dict[str, str] = {}
    for weight in sorted(weighted):
        new = [term for term in terms_of(weighted[weight]) if term not in found]
        found |= dict.fromkeys(new[:_MOST_REST] if weight == REST else new, weight)
    return " ".join(f"{quoted(term)}:1{weight}" for term, weight in found.items())


def quoted(term: str) -> str:
    """Return a term as tsvector and tsquery read it."""
    escaped = term[:60].replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"
