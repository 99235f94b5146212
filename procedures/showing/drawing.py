"""The road of a case as a drawing: an SVG made here, as wide as a phone."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.core.templatetags.ui import letters_mark
from procedures.definition import ProcedureDefinition, Stage
from procedures.showing.words import share_words, time_words

_WIDTH: Final = 340
_LEFT: Final = 52  # where the words begin
_LETTERS: Final = 35  # of 15 px that fit beside the line
_LINE: Final = 22
_BAR: Final = _WIDTH - _LEFT - 8


@dataclass(frozen=True)
class Station:
    """A place on the road: what happens, a remark, and how much of the time it takes (percent)."""

    text: str
    remark: str = ""
    share: int = 0
    inside: bool = False  # done by the agencies, not by the applicant


def road_of(definition: ProcedureDefinition, stages: Iterable[Stage], channels: str) -> tuple[Station, ...]:
    """Return the road as the public reads it; where nobody has written it: filing, handling, the result."""
    public = tuple(Station(str(definition.says(stage.text))) for stage in stages)
    if public:
        return public
    last = ", ".join(str(definition.says(result.name)) for result in definition.results)
    between = inside_of(definition) or (
        Station(
            str(definition.says(definition.competent)) or _("The agency handles it"),
            time_words(definition.time),
            inside=True,
        ),
    )
    return (Station(_("You file the case"), channels), *between, Station(_("You get the result"), last))


def inside_of(definition: ProcedureDefinition) -> tuple[Station, ...]:
    """Return what the agencies do, with each step's part of the time; nothing where the process is not known."""
    steps = definition.process.steps if definition.process else ()
    return tuple(
        Station(str(definition.says(s.name)), share_words(s, definition.time), s.share, inside=True) for s in steps
    )


def drawing_of(road: Iterable[Station]) -> SafeString:
    """Return the SVG; the page says the same as a list, so readers by ear skip it."""
    places, y, road = [], 8, tuple(road)
    for number, station in enumerate(road, 1):
        drawn, height = _drawn(number, station, y, is_last=number == len(road))
        places.append(drawn)
        y += height
    return format_html(
        '<svg class="road" viewBox="0 0 {} {}" aria-hidden="true">{}</svg>',
        _WIDTH,
        y,
        format_html_join("", "{}", ((place,) for place in places)),
    )


def _drawn(number: int, station: Station, y: int, *, is_last: bool) -> tuple[SafeString, int]:
    """Return the drawing of a station that begins at `y`, and its height."""
    lines = _wrapped(station.text, _LETTERS)
    remarks = _wrapped(station.remark, _LETTERS + 4)
    words = format_html_join(
        "",
        '<text class="{}" x="{}" y="{}"{}>{}</text>',
        [
            ("what" if place < len(lines) else "remark", _LEFT, y + 20 + place * _LINE, letters_mark(line), line)
            for place, line in enumerate([*lines, *remarks])
        ],
    )
    height = max(34, _LINE * (len(lines) + len(remarks)) + 10)
    bar = _bar(station.share, y + height) if station.share else SafeString("")
    height += 14 if station.share else 0
    line = "" if is_last else format_html('<path class="line" d="M20 {}V{}"/>', y + 32, y + height + 18)
    mark = format_html(
        '<circle class="{}" cx="20" cy="{}" r="15"/><text class="number" x="20" y="{}">{}</text>',
        "inside" if station.inside else "yours",
        y + 16,
        y + 21,
        number,
    )
    return format_html("<g>{}{}{}{}</g>", line, mark, words, bar), height + 18


def _bar(share: int, y: int) -> SafeString:
    return format_html(
        '<rect class="rest" x="{0}" y="{1}" width="{2}" height="8" rx="4"/>'
        '<rect class="share" x="{0}" y="{1}" width="{3}" height="8" rx="4"/>',
        _LEFT,
        y,
        _BAR,
        max(_BAR * share // 100, 8),
    )


def _wrapped(text: str, letters: int) -> list[str]:
    return textwrap.wrap(text, letters)
