"""The road of a case as a drawing: an SVG made here, as wide as a phone."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from portal.core.templatetags.ui import letters_mark
from procedures.definition import Lead, ProcedureDefinition, Process, Stage
from procedures.showing.words import rule_words, share_words, step_terms, time_words
from procedures.wording import value_text

_WIDTH: Final = 340
_LEFT: Final = 52  # where the words begin
_LETTERS: Final = 35  # of 15 px that fit beside the line
_LINE: Final = 22
_LANE: Final = 12  # between the ways that leave the order
_BAR: Final = _WIDTH - _LEFT - 8


@dataclass(frozen=True)
class Turn:
    """A way that leaves the order: to which station (from 1; 0 ends the road), and when, in words."""

    to: int
    words: str


@dataclass(frozen=True)
class Station:
    """A place on the road: what happens, a remark, and how much of the time it takes (percent).

    From it one goes on to the next one unless `goes_on` is false, and by its turns.
    """

    text: str
    remark: str = ""
    share: int = 0
    inside: bool = False  # done by the agencies, not by the applicant
    terms: tuple[str, ...] = ()
    turns: tuple[Turn, ...] = ()
    goes_on: bool = True

    @property
    def remarks(self) -> tuple[str, ...]:
        """Everything that is said beside what happens."""
        return tuple(word for word in (self.remark, *self.terms, *(turn.words for turn in self.turns)) if word)


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


def inside_of(definition: ProcedureDefinition, *, for_office: Mapping[str, str] | None = None) -> tuple[Station, ...]:
    """Return what the agencies do, each step's part of the time, and where its outcome leads; nothing if unknown.

    For the office, which gives the names of agencies by code, also who has each step and on which terms.
    """
    process = definition.process
    if process is None:
        return ()
    in_order = {edge.source for edge in process.edges() if edge.lead is None}
    return tuple(
        Station(
            str(definition.says(step.name)),
            share_words(step, definition.time),
            step.share,
            inside=True,
            terms=() if for_office is None else step_terms(definition, step, for_office),
            turns=tuple(_turn(definition, process, lead) for lead in step.leads),
            goes_on=step.code in in_order,
        )
        for step in process.steps
    )


def _turn(definition: ProcedureDefinition, process: Process, lead: Lead) -> Turn:
    number = next((place for place, step in enumerate(process.steps, 1) if step.code == lead.to), 0)
    case = ", ".join(word for word in (value_text("by", lead.by), rule_words(definition, lead.when)) if word)
    to = _("to step %(number)d") % {"number": number} if number else _("it ends")
    return Turn(number, f"{case}: {to}" if case else _("then %(to)s") % {"to": to})


def drawing_of(road: Iterable[Station]) -> SafeString:
    """Return the SVG, named and described; the page says the same as a list."""
    places, y, road = [], 8, tuple(road)
    tops: list[int] = []
    for number, station in enumerate(road, 1):
        drawn, height = _drawn(number, station, y, is_last=number == len(road))
        places.append(drawn)
        tops.append(y)
        y += height
    turns = [(place, turn.to - 1) for place, station in enumerate(road) for turn in station.turns if turn.to]
    arcs = [_arc(tops[source], tops[to], lane) for lane, (source, to) in enumerate(turns)]
    return format_html(
        '<svg class="road" role="img" viewBox="0 0 {} {}"><title>{}</title><desc>{}</desc>{}</svg>',
        _WIDTH + _LANE * len(arcs) + (4 if arcs else 0),
        y,
        _("The road of a case, drawn"),
        _("%(count)d steps from top to bottom; the list beside says the same.") % {"count": len(road)},
        format_html_join("", "{}", ((part,) for part in [*places, *arcs])),
    )


def _arc(source: int, to: int, lane: int) -> SafeString:
    """Return the way from the station at the height `source` to another one, in its lane beside the words."""
    x, start, end = _WIDTH + _LANE * (lane + 1) - 6, source + 16, to + 16
    return format_html(
        '<path class="turn" d="M{0} {2}H{1}V{3}H{0}"/><path class="tip" d="M{0} {3}l8 -5v10z"/>',
        _WIDTH - 6,
        x,
        start,
        end,
    )


def _drawn(number: int, station: Station, y: int, *, is_last: bool) -> tuple[SafeString, int]:
    """Return the drawing of a station that begins at `y`, and its height."""
    lines = _wrapped(station.text, _LETTERS)
    remarks = [line for remark in station.remarks for line in _wrapped(remark, _LETTERS + 4)]
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
    line = (
        ""
        if is_last or not station.goes_on
        else format_html('<path class="line" d="M20 {}V{}"/>', y + 32, y + height + 18)
    )
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
