"""A procedure's page, worked out before it is shown: dates, ways of filing, papers by case, the drawing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Final

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from identity.calendar import Calendar
from procedures import queries, wording
from procedures.definition import Paper, ProcedureDefinition, Stage, TimeLimit, Variant
from procedures.models import Procedure, ProcedureVersion
from procedures.promises import due_at, province_calendar
from procedures.showing import drawing
from procedures.showing.words import time_words
from procedures.states import Availability, FilingChannel, PagePart, Relation

RELATIONS: Final = {
    Relation.BEFORE: _("comes before this one"),
    Relation.AFTER: _("comes after this one"),
    Relation.INSTEAD: _("may be done instead of this one"),
    Relation.TOGETHER: _("is often done together with this one"),
}
_MOST_NEIGHBOURS: Final = 5
_MOST_DRAWN: Final = 160  # letters of a step beside its place on the road


@dataclass(frozen=True)
class Time:
    """A time limit: in words, under which condition, and the date if the case were filed now."""

    words: str
    limit: TimeLimit
    ready_at: datetime | None


@dataclass(frozen=True)
class Channel:
    """A way of filing, with its times; `can_file` where the portal itself takes the case in."""

    code: str
    name: str
    note: str
    times: tuple[Time, ...]
    can_file: bool


@dataclass(frozen=True)
class PaperGroup:
    """The papers of one case of application; no name: of every one."""

    name: str
    papers: tuple[Paper, ...]


@dataclass(frozen=True)
class Neighbour:
    """Another procedure, what it is to this one, and whether it has a page."""

    code: str
    name: str
    relation: str
    has_page: bool


@dataclass(frozen=True)
class Lane:
    """A row of stations, drawn and told."""

    title: str | Promise
    stations: tuple[drawing.Station, ...]

    @property
    def is_wordy(self) -> bool:
        """Whether its words are too many to be drawn beside a line: then they are only told."""
        return any(len(station.text) > _MOST_DRAWN for station in self.stations)

    @property
    def drawing(self) -> SafeString:
        return drawing.drawing_of(self.stations)


@dataclass(frozen=True)
class Page:
    """All that the page of a procedure shows."""

    procedure: Procedure
    version: ProcedureVersion
    definition: ProcedureDefinition
    channels: tuple[Channel, ...]
    variant: Variant | None  # the case that the reader has chosen
    neighbours: tuple[Neighbour, ...]
    successor: Neighbour | None
    takes_cases: bool

    @property
    def name(self) -> str:
        """The procedure's name in the reader's language, where it has one."""
        return str(self.definition.title)

    @property
    def lead(self) -> str:
        """The summary (or the name) in the reader's language, where it has one."""
        return str(self.definition.says(self.definition.summary)) or self.name

    @property
    def can_be_filed(self) -> bool:
        return self.definition.is_fileable and self.takes_cases

    @property
    def is_paused(self) -> bool:
        return self.definition.availability.state == Availability.PAUSED

    @property
    def is_seasonal(self) -> bool:
        return self.definition.availability.state == Availability.SEASONAL

    @property
    def season(self) -> dict[str, str]:
        """The first and the last day of the season, as day/month."""
        terms = self.definition.availability
        days = {"first": terms.season_from, "last": terms.season_until}
        return {name: f"{day[1]:02}/{day[0]:02}" for name, day in days.items() if day}

    @property
    def paper_groups(self) -> tuple[PaperGroup, ...]:
        """The papers to get ready: those of every case, then by case; of the chosen case only, if one is chosen."""
        groups = [PaperGroup("", self._papers_of(""))]
        chosen = (self.variant,) if self.variant else self.definition.variants
        groups += [PaperGroup(variant.name, self._papers_of(variant.code)) for variant in chosen]
        return tuple(group for group in groups if group.papers)

    @property
    def looked_up(self) -> tuple[Paper, ...]:
        """What the agencies look up themselves: nobody has to bring it."""
        return tuple(paper for paper in self.definition.papers if paper.mode == "LOOK_UP" and self._applies(paper))

    @property
    def paper_count(self) -> int:
        return sum(len(group.papers) for group in self.paper_groups)

    @property
    def stages(self) -> tuple[Stage, ...]:
        """The steps that the public reads, of the chosen case only, if one is chosen."""
        return tuple(stage for stage in self.definition.steps if self._applies(stage))

    @cached_property
    def lanes(self) -> tuple[Lane, ...]:
        """The road of a case; beside what the public reads, what happens inside, if both are known."""
        road = Lane("", drawing.road_of(self.definition, self.stages, ", ".join(c.name for c in self.channels)))
        inside = drawing.inside_of(self.definition) if self.stages else ()
        return (road, Lane(_("How the agencies share the time"), inside)) if inside else (road,)

    @property
    def minutes(self) -> int:
        """How long filling in the form takes most people; 0 without a form."""
        return self.definition.form.minutes if self.definition.form else 0

    @property
    def first_time(self) -> Time | None:
        """The time that comes first in the reader's mind: of the first way of filing."""
        return next((time for channel in self.channels for time in channel.times), None)

    @property
    def unconfirmed(self) -> list[str]:
        """The parts of the page that are still being checked, in words."""
        return [wording.label(part).lower() for part in self.definition.unconfirmed]

    @property
    def has_no_known_time(self) -> bool:
        """Whether the time is being checked and nothing is known of it."""
        is_open = PagePart.TIME in self.definition.unconfirmed
        return is_open and all(time.limit.kind == "NONE" for channel in self.channels for time in channel.times)

    @property
    def has_one_time(self) -> bool:
        """Whether every way of filing takes the same time."""
        return len({channel.times for channel in self.channels}) == 1 and len(self.channels[0].times) == 1

    def _papers_of(self, variant: str) -> tuple[Paper, ...]:
        return tuple(p for p in self.definition.papers if p.variant == variant and p.mode != "LOOK_UP")

    def _applies(self, part: Paper | Stage) -> bool:
        return not self.variant or part.variant in {"", self.variant.code}


def page_of(version: ProcedureVersion, *, now: datetime, today: date, variant: str = "") -> Page:
    """Return the page of a version for a reader who has chosen the case of application `variant`."""
    definition = version.definition
    terms = definition.availability
    known = queries.versions_in_force({part.code for part in definition.related} | ({terms.successor} - {""}), today)
    successor = terms.successor and Neighbour(
        terms.successor, _name(known, terms.successor), "", terms.successor in known
    )
    takes_cases = terms.takes_cases_on(today)
    return Page(
        procedure=version.procedure,
        version=version,
        definition=definition,
        channels=channels_of(
            definition, province_calendar(today), now, can_file=definition.is_fileable and takes_cases
        ),
        variant=next((one for one in definition.variants if one.code == variant), None),
        neighbours=_neighbours(definition, known, queries.neighbours(version.procedure, today)),
        successor=successor or None,
        takes_cases=takes_cases,
    )


def channels_of(
    definition: ProcedureDefinition, calendar: Calendar | None, now: datetime, *, can_file: bool
) -> tuple[Channel, ...]:
    """Return the ways of filing; a record that names none is taken at the counter, and here if it has a form."""
    usual = (definition.time, *definition.time_rules)
    named = [(terms.channel, terms.note, terms.times or usual) for terms in definition.channels]
    if not named:
        online = [FilingChannel.ONLINE] if definition.is_fileable else []
        named = [(str(channel), "", usual) for channel in [*online, FilingChannel.DIRECT]]
    return tuple(
        Channel(
            code=code,
            name=wording.value_text("channel", code),
            note=note,
            times=tuple(_time(limit, calendar, now) for limit in limits),
            can_file=can_file and code == FilingChannel.ONLINE,
        )
        for code, note, limits in named
    )


def _time(limit: TimeLimit, calendar: Calendar | None, now: datetime) -> Time:
    return Time(time_words(limit), limit, due_at(limit, calendar, now) if calendar else None)


def _name(known: dict[str, ProcedureVersion], code: str) -> str:
    return str(known[code].procedure.title) if code in known else code


def _neighbours(
    definition: ProcedureDefinition, known: dict[str, ProcedureVersion], same_sector: QuerySet[Procedure]
) -> tuple[Neighbour, ...]:
    """Return the related procedures; where the record names none, the most used of the sector."""
    if not definition.related:
        return tuple(Neighbour(one.code, str(one.title), "", has_page=True) for one in same_sector[:_MOST_NEIGHBOURS])
    return tuple(
        Neighbour(part.code, _name(known, part.code), str(RELATIONS[Relation(part.relation)]), part.code in known)
        for part in definition.related
    )
