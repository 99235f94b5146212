"""A page of the list: what was found, filters with counts, what was probably meant; suggestions while typing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from portal.core.templatetags.ui import lang_mark
from procedures import wording
from procedures.models import Procedure, sector_title
from procedures.queries import Filters, asked, catalogue, matching, ordered
from procedures.searching.understanding import Understanding

_PAGE: Final = 25
_MOST_CHOICES: Final = 40
_SUGGESTIONS: Final = 8
_SHORTEST: Final = 2
_LONGEST_NAME: Final = 70
_SHOWN: Final = ("code", "name", "name_en", "online_level", "sector__code", "sector__name")
_ALIKE: Final = ("sector__code", "sector__name", "agency", "levels", "audiences", "online_level")
# What each filter reads of a row, and its name in addresses.
PARAMETERS: Final = {
    "sector": "linh_vuc",
    "level": "cap",
    "agency": "co_quan",
    "audience": "doi_tuong",
    "online_level": "muc_do",
}


@dataclass(frozen=True)
class Choice:
    """A value of a filter, with how many procedures it leaves."""

    value: str
    name: str
    count: int
    is_chosen: bool

    @property
    def short_name(self) -> str:
        """The name, cut where a select would grow wider than a phone."""
        return self.name if len(self.name) <= _LONGEST_NAME else self.name[: _LONGEST_NAME - 1] + "…"


@dataclass(frozen=True)
class Facet:
    """A filter: its name in the address, its label, its choices, fullest first."""

    parameter: str
    label: str
    choices: tuple[Choice, ...]

    @property
    def options(self) -> str:
        """The choices as options of a select: hundreds a page, put together here because a template takes long."""
        rows = (
            (
                choice.value,
                mark_safe(" selected") if choice.is_chosen else "",
                lang_mark(choice.name),
                choice.short_name,
                choice.count,
            )
            for choice in self.choices
        )
        return format_html_join("", '<option value="{}"{}{}>{} ({})</option>', rows)


@dataclass(frozen=True)
class Finding:
    """What the list shows. `address` repeats the words and filters, for the other pages."""

    filters: Filters
    words: Understanding
    page: Page[Procedure]
    facets: tuple[Facet, ...]
    address: str
    count_by_words: int  # without the filters

    @property
    def is_narrowed(self) -> bool:
        """Whether anything beside the words was chosen."""
        return any(getattr(self.filters, name) for name in PARAMETERS)

    @property
    def is_fruitless(self) -> bool:
        """Whether the words, not the filters, found nothing that fits."""
        return bool(self.filters.q.strip()) and (not self.count_by_words or self.words.is_mostly_unknown)


@dataclass(frozen=True)
class _Group:
    """Procedures that are alike in all that is filtered by."""

    codes: Mapping[str, Sequence[str]]  # by filter
    count: int

    def fits(self, filters: Filters, *, but: str = "") -> bool:
        return all(
            name == but or not (chosen := getattr(filters, name)) or chosen in codes
            for name, codes in self.codes.items()
        )


def find(filters: Filters, day: date, number: Any = 1) -> Finding:
    """Return page `number` of what matches; takes three queries whatever is found."""
    words = asked(filters.q)
    found = matching(words, day)
    rows = found.order_by().values(*_ALIKE).annotate(count=Count("pk"))
    groups = [_group(row) for row in rows]
    sectors = {row["sector__code"]: row["sector__name"] for row in rows}
    pages = Paginator(ordered(filters.applied(found), words).only(*_SHOWN), _PAGE)
    pages.count = sum(group.count for group in groups if group.fits(filters))
    return Finding(
        filters=filters,
        words=words,
        page=pages.get_page(number),
        facets=tuple(_facet(name, label, groups, filters, sectors) for name, label in _labels()),
        address=urlencode({"q": filters.q} | {PARAMETERS[name]: getattr(filters, name) for name in PARAMETERS}),
        count_by_words=sum(group.count for group in groups),
    )


def suggestions(q: str, day: date) -> list[Procedure]:
    """Return the procedures that somebody who has typed `q` so far most probably looks for."""
    if len(q.strip()) < _SHORTEST:
        return []
    return list(catalogue(Filters(q=q), day)[:_SUGGESTIONS])


def _labels() -> tuple[tuple[str, str], ...]:
    return (
        ("sector", _("Sector")),
        ("level", _("Level")),
        ("agency", _("Agency")),
        ("audience", _("For whom")),
        ("online_level", _("Online level")),
    )


def _group(row: Mapping[str, Any]) -> _Group:
    return _Group(
        {
            "sector": [row["sector__code"]],
            "level": row["levels"],
            "agency": [row["agency"]] if row["agency"] else [],
            "audience": row["audiences"],
            "online_level": [row["online_level"]],
        },
        row["count"],
    )


def _facet(name: str, label: str, groups: Iterable[_Group], filters: Filters, sectors: Mapping[str, str]) -> Facet:
    counts: Counter[str] = Counter()
    for group in groups:
        if group.fits(filters, but=name):
            for code in group.codes[name]:
                counts[code] += group.count
    chosen = getattr(filters, name)
    offered = dict(counts.most_common(_MOST_CHOICES))
    if chosen:
        offered.setdefault(chosen, counts[chosen])
    return Facet(
        PARAMETERS[name],
        label,
        tuple(
            Choice(code, _capital(_words(name, code, sectors)), count, code == chosen)
            for code, count in offered.items()
        ),
    )


def _words(name: str, code: str, sectors: Mapping[str, str]) -> str:
    """Return what a value of a filter is called."""
    match name:
        case "agency":
            return code
        case "sector":
            return str(sector_title(code, sectors.get(code, code)))
        case _:
            return wording.value_text(name, code)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
