"""The words of the catalogue and the curated synonyms, remembered by each process until one of them changes."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import pairwise
from math import log
from typing import Final

from django.db import connection

from procedures.models import Procedure, Synonym
from procedures.searching.folding import fold, marks_of
from procedures.searching.indexing import pair
from procedures.states import SynonymKind

_STAMP: Final = """
SELECT (SELECT max(id) FROM procedures_procedureversion), (SELECT max(listed_id) FROM procedures_procedure),
       (SELECT max(id) FROM procedures_synonymchange), (SELECT max(id) FROM procedures_synonym)
"""


@dataclass(frozen=True)
class Synonyms:
    """What people say, by the folded words: what it is short for, what the law calls it, what says nothing."""

    shorts: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    meanings: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    fillers: frozenset[tuple[str, ...]] = frozenset()
    filler_marks: dict[str, set[str]] = field(default_factory=dict)

    @cached_property
    def longest(self) -> int:
        """The number of words of the longest phrase."""
        return max((len(words) for words in (*self.shorts, *self.meanings, *self.fillers)), default=0)

    @cached_property
    def words(self) -> frozenset[str]:
        """Every single word of the phrases: these are no typing mistakes."""
        return frozenset(word for words in (*self.shorts, *self.meanings, *self.fillers) for word in words)


@dataclass(frozen=True)
class Vocabulary:
    """How many procedures hold each term, and how the words are written properly."""

    documents: int
    frequency: dict[str, int]
    written: tuple[str, ...]  # names and phrases, from which proper spelling is learnt
    synonyms: Synonyms

    def rarity(self, term: str) -> float:
        """Return how telling a term is, from 0 (in every procedure) to 1 (in one or none)."""
        if not self.documents:
            return 1.0
        known = max(self.frequency.get(term, 0), 1)
        return log(1 + self.documents / known) / log(1 + self.documents)

    def knows(self, word: str) -> bool:
        """Say whether a word stands in the catalogue or in the synonyms."""
        return word in self.frequency or word in self.synonyms.words

    def has_pair(self, first: str, second: str) -> bool:
        """Say whether the two stand beside each other somewhere in the catalogue."""
        return pair(first, second) in self.frequency

    def has_beginning(self, term: str) -> bool:
        """Say whether a word, or a pair of words, begins like this."""
        place = bisect_left(self._terms, term)
        return place < len(self._terms) and self._terms[place].startswith(term)

    @cached_property
    def _terms(self) -> list[str]:
        return sorted(self.frequency)

    @cached_property
    def words(self) -> list[str]:
        """The single words, in which misspelt ones are looked up."""
        singles = {word for word in self.frequency if "_" not in word} | self.synonyms.words
        return sorted(word for word in singles if word.isalpha() and len(word) > 1)

    @cached_property
    def spelling(self) -> dict[str, str]:
        """How words and pairs are mostly written; learnt when the first misspelt query asks for it."""
        counts: Counter[tuple[str, str]] = Counter()
        for text in self.written:
            counts.update(_spellings(text))
        best: dict[str, str] = {}
        for (folded, written), _count in counts.most_common():
            best.setdefault(folded, written)
        return best

    def spelt(self, words: Iterable[str]) -> str:
        """Return folded words as the catalogue writes them."""
        return " ".join(self._spelt(list(words)))

    def _spelt(self, words: list[str]) -> list[str]:
        out: list[str] = []
        while words:
            two = self.spelling.get(pair(*words[:2])) if len(words) > 1 else None
            out.append(two or self.spelling.get(words[0], words[0]))
            words = words[2:] if two else words[1:]
        return out


_remembered: dict[str, tuple[object, Vocabulary]] = {}


def current() -> Vocabulary:
    """Return the vocabulary of what is published and curated now."""
    with connection.cursor() as cursor:
        cursor.execute(_STAMP)
        stamp = cursor.fetchone()
    known = _remembered.get(connection.alias)
    if known is None or known[0] != stamp:
        known = (stamp, _collected())
        _remembered[connection.alias] = known
    return known[1]


def synonyms_of(rows: Iterable[tuple[str, str, str]]) -> Synonyms:
    """Return the synonyms of rows of kind, phrase and meaning."""
    rows = list(rows)
    read = [(kind, tuple(fold(phrase)), tuple(fold(meaning))) for kind, phrase, meaning in rows]
    singles = " ".join(phrase for kind, phrase, _m in rows if kind == SynonymKind.FILLER and len(fold(phrase)) == 1)
    return Synonyms(
        shorts={phrase: meaning for kind, phrase, meaning in read if kind == SynonymKind.SHORT and phrase},
        meanings={phrase: meaning for kind, phrase, meaning in read if kind == SynonymKind.MEANING and phrase},
        fillers=frozenset(phrase for kind, phrase, _meaning in read if kind == SynonymKind.FILLER and phrase),
        filler_marks=marks_of(singles),
    )


def _collected() -> Vocabulary:
    frequency: Counter[str] = Counter()
    rows = list(Procedure.objects.filter(retired_on=None).values_list("name", "search_text"))
    for _name, text in rows:
        frequency.update(_terms_of_folded(text))
    synonyms = list(Synonym.objects.filter(is_active=True).values_list("kind", "phrase", "meaning"))
    phrases = (text for _kind, phrase, meaning in synonyms for text in (phrase, meaning))
    return Vocabulary(
        documents=len(rows),
        frequency=dict(frequency),
        written=(*(name for name, _text in rows), *phrases),
        synonyms=synonyms_of(synonyms),
    )


def _terms_of_folded(text: str) -> set[str]:
    terms: set[str] = set()
    for piece in text.split(" | "):
        words = piece.split()
        terms.update(words)
        terms.update(map(pair, words, words[1:]))
    return terms


def _spellings(text: str) -> Iterator[tuple[str, str]]:
    """Yield the words and pairs of a text, folded and as written."""
    written = re.findall(r"\w+", text.lower())
    folded = [_folded(word) for word in written]
    yield from zip(folded, written, strict=True)
    for place, (first, second) in enumerate(pairwise(folded)):
        yield pair(first, second), f"{written[place]} {written[place + 1]}"


@cache
def _folded(word: str) -> str:
    return (fold(word) or [""])[0]
