"""The synonyms of the search: seeded from a file, changed by administrators with a reason, asked for by searches."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from identity.models import Account
from portal.core.crypto import blind_index
from portal.core.errors import ConflictError
from procedures.errors import SynonymError
from procedures.models import FruitlessSearch, RareSearch, Synonym, SynonymChange
from procedures.searching.folding import fold
from procedures.states import SynonymKind

_FILE: Final = Path(__file__).parents[1] / "searching" / "synonyms.txt"
_MOST_KEPT: Final = 5000  # searches without a result; what comes after is not worth a row
_LONGEST: Final = 100
_A_STORY: Final = 12  # more words than that tell what happened to somebody
_DAYS: Final = 3  # what was asked on fewer days may be a name: it is counted, not kept
_RARE_FOR: Final = timedelta(days=30)
_KEPT_FOR: Final = timedelta(days=365)
_DIGIT: Final = re.compile(r"\d")


def seed_synonyms() -> int:
    """Add the phrases of the file that the table does not have; returns how many. What people changed stays."""
    known = set(Synonym.objects.values_list("folded", flat=True))
    new = {row.folded: row for row in reversed(list(synonyms_in_file())) if row.folded not in known}
    Synonym.objects.bulk_create(reversed(new.values()), ignore_conflicts=True)
    return len(new)


def synonyms_in_file() -> Iterator[Synonym]:
    """Yield the synonyms that the project brings."""
    kind = SynonymKind.FILLER
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        phrase, _sign, meaning = (part.strip() for part in line.partition("="))
        if phrase.startswith("["):
            kind = SynonymKind(phrase.strip("[]").upper())
        elif phrase and not phrase.startswith("#"):
            yield Synonym(kind=kind, phrase=phrase, folded=_folded(phrase), meaning=meaning)


@transaction.atomic
def add_synonym(
    *, kind: SynonymKind, phrase: str, meaning: str, reason: str, by: Account, at: datetime, asked: str = ""
) -> Synonym:
    """Add a phrase, or put one that was taken out in again; `asked` is the fruitless search that it answers.

    Raises `SynonymError` when the phrase is known already, or is none.
    """
    _refuse_nonsense(kind, phrase, meaning)
    known = Synonym.objects.select_for_update().filter(folded=_folded(phrase)).first()
    if known is not None and known.is_active:
        raise SynonymError(_("The search knows this phrase already: %(synonym)s.") % {"synonym": known})
    before = ""
    if known is None:
        synonym = Synonym(revision=0)
    else:
        synonym, before = known, _in_words(known)
    _set(synonym, kind=kind, phrase=phrase, meaning=meaning, is_active=True)
    _record(synonym, before, reason, by, at)
    if asked:
        FruitlessSearch.objects.filter(words=asked).update(synonym=synonym, dismissed_at=at)
    return synonym


@transaction.atomic
def change_synonym(
    *,
    synonym_id: int,
    seen_revision: int,
    kind: SynonymKind,
    phrase: str,
    meaning: str,
    is_active: bool,
    reason: str,
    by: Account,
    at: datetime,
) -> Synonym:
    """Change a phrase, or take it out.

    Raises `SynonymError` as `add_synonym`, `ConflictError` when somebody changed it meanwhile.
    """
    _refuse_nonsense(kind, phrase, meaning)
    synonym = Synonym.objects.select_for_update().get(pk=synonym_id)
    if synonym.revision != seen_revision:
        raise ConflictError(_("Somebody else changed this phrase meanwhile. Please look at it again."))
    before = _in_words(synonym)
    _set(synonym, kind=kind, phrase=phrase, meaning=meaning, is_active=is_active)
    if _in_words(synonym) != before:
        _record(synonym, before, reason, by, at)
    return synonym


@transaction.atomic
def note_fruitless(*, q: str, at: datetime) -> None:
    """Count a search that found nothing, without what may name a person or tell their story."""
    words = _without_numbers(q)[:_LONGEST].strip()
    if not words or len(fold(q)) > _A_STORY:
        return
    counted = FruitlessSearch.objects.filter(words=words).update(count=F("count") + 1, last_seen=at)
    if not counted and _is_asked_often(words, timezone.localdate(at)) and _has_room(FruitlessSearch):
        FruitlessSearch.objects.bulk_create([FruitlessSearch(words=words, last_seen=at)], ignore_conflicts=True)


def forget_searches(*, today: date) -> None:
    """Erase the searches that nobody has repeated for long; sooner those that are only counted."""
    RareSearch.objects.filter(last_day__lt=today - _RARE_FOR).delete()
    FruitlessSearch.objects.filter(last_seen__date__lt=today - _KEPT_FOR).delete()


def _is_asked_often(words: str, day: date) -> bool:
    """Count the day, by a digest of the words alone; return whether there were enough to keep the words."""
    digest = blind_index(f"search:{words}")
    search = RareSearch.objects.select_for_update().filter(digest=digest).first()
    if search is None:
        if _has_room(RareSearch):
            RareSearch.objects.bulk_create([RareSearch(digest=digest, last_day=day)], ignore_conflicts=True)
        return False
    if search.last_day < day:
        search.days, search.last_day = search.days + 1, day
    if search.days < _DAYS:
        search.save()
        return False
    search.delete()
    return True


def _has_room(searches: type[RareSearch | FruitlessSearch]) -> bool:
    return searches.objects.count() < _MOST_KEPT


def _without_numbers(q: str) -> str:
    """Return the words of a search without e-mail addresses and without numbers that may be a person's.

    Those of a telephone or an identity card have four digits or more, often written apart: 079 090 001 111.
    """
    words = fold(re.sub(r"\S*@\S*", " ", q))
    runs = ((has_digits, list(run)) for has_digits, run in groupby(words, lambda word: bool(_DIGIT.search(word))))
    return " ".join(
        word for has_digits, run in runs if not has_digits or len(_DIGIT.findall(" ".join(run))) < 4 for word in run
    )


def dismiss_fruitless(*, search_id: int, at: datetime) -> None:
    """Take a search off the list: nothing is to be made of it."""
    FruitlessSearch.objects.filter(pk=search_id, dismissed_at=None).update(dismissed_at=at)


def _folded(phrase: str) -> str:
    return " ".join(fold(phrase))[:_LONGEST]


def _refuse_nonsense(kind: SynonymKind, phrase: str, meaning: str) -> None:
    if not fold(phrase):
        raise SynonymError(_("A phrase has letters or digits."))
    if (kind == SynonymKind.FILLER) == bool(fold(meaning)):
        raise SynonymError(_("A phrase that says nothing has no meaning; any other phrase has one."))
    if fold(phrase) == fold(meaning):
        raise SynonymError(_("The phrase and its meaning are the same words."))


def _set(synonym: Synonym, *, kind: SynonymKind, phrase: str, meaning: str, is_active: bool) -> None:
    synonym.kind, synonym.phrase, synonym.meaning, synonym.is_active = kind, phrase, meaning, is_active
    synonym.folded = _folded(phrase)
    synonym.revision += 1
    try:
        with transaction.atomic():
            synonym.save()
    except IntegrityError as error:  # of two at once, the other was first
        raise SynonymError(_("The search knows this phrase already: %(synonym)s.") % {"synonym": phrase}) from error


def _record(synonym: Synonym, before: str, reason: str, by: Account, at: datetime) -> None:
    SynonymChange.objects.create(
        synonym=synonym, before=before, after=_in_words(synonym), reason=reason, by=by, at=at
    )


def _in_words(synonym: Synonym) -> str:
    taken_out = "" if synonym.is_active else " –"
    return f"{synonym.kind_text}: {synonym}{taken_out}"
