"""Why a row is doubtful, or no procedure at all: a registry, one function a reason.

A function is given the `Case` of a row and yields what stands there, once for each place. A row with a doubt is never
published by an import as it stands; a row that is wrong does not even become a proposal. Most doubts are about one
part of the page: the rest may be shown (`withholding`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.core.text import unaccented
from procedures import definition as definitions
from procedures import linting
from procedures.definition import DefinitionError
from procedures.importing import mapping
from procedures.importing.rows import Row
from procedures.importing.tidying import MOST_LAWS, MoneyNote, money_note, paper_name, result_parts, text_of
from procedures.states import PagePart

_CODE: Final = re.compile(r"^[0-9]\.[0-9]{6}$")
_MONEY: Final = re.compile(r"\d{1,3}(?:[.,]\d{3})+\s*(?:đồng|đ\b|vnđ|vnd)", re.IGNORECASE)
_LETTERS: Final = [chr(number) for number in range(0x41, 0x1F00)]
_SMALL: Final = "".join(letter for letter in _LETTERS if letter.islower())
_CAPITAL: Final = "".join(letter for letter in _LETTERS if letter.isupper())
_SEAM: Final = re.compile(f"[{_SMALL}](?=[{_CAPITAL}][{_SMALL}])")
_LONGEST_NAME: Final = 1000
_LONGEST_SECTOR: Final = 200
_MOST_WORKING_HOURS: Final = 8
_LEAST_AMOUNT: Final = 1000
_MOST_AMOUNT: Final = 10_000_000_000
_MOST_COPIES: Final = 20
_MOST_PLACES: Final = 5  # that are told of one reason in one row
# The lengths at which the crawl cuts: a text of exactly this length has lost its end.
_CUT: Final = {"name": 700, "note": 600}


@dataclass(frozen=True)
class Case:
    """A row, what has been read before it, and what is made of it."""

    row: Row
    document: Mapping[str, Any] = field(default_factory=dict)
    codes_before: Mapping[str, int] = field(default_factory=dict)  # line by code

    @property
    def content(self) -> Mapping[str, Any]:
        return self.row.content

    @property
    def channels(self) -> list[Mapping[str, Any]]:
        return list(self.content.get("channels") or [])

    @cached_property
    def money(self) -> list[tuple[Mapping[str, Any], MoneyNote]]:
        """Each channel with its note taken apart."""
        return [(channel, money_note(channel.get("note") or "")) for channel in self.channels]

    @property
    def papers(self) -> list[str]:
        return [text_of(paper.get("name")) for paper in self.content.get("documents") or []]


Find = Callable[[Case], Iterator[str]]


@dataclass(frozen=True)
class Reason:
    """A reason: what it is called, what to do, whether it makes the row wrong, and how it is found.

    `about` is the part of the page that is in doubt; None: what the procedure is, and with it the whole row.
    `is_gap` says that nothing false stands there, only too little.
    """

    code: str
    title: str | Promise
    advice: str | Promise
    find: Find
    is_wrong: bool = False
    about: PagePart | None = None
    is_gap: bool = False


@dataclass(frozen=True)
class Doubt:
    """A reason found in a row, and what stands there."""

    reason: str
    detail: str


REASONS: Final[dict[str, Reason]] = {}
# Reasons that no row shows by itself: how it stands to the catalogue.
DIFFERS: Final = "differs"
BEING_EDITED: Final = "being-edited"


def reason(
    code: str,
    title: str | Promise,
    advice: str | Promise,
    *,
    is_wrong: bool = False,
    about: PagePart | None = None,
    is_gap: bool = False,
) -> Callable[[Find], Find]:
    """Register the function below as a reason."""

    def register(find: Find) -> Find:
        REASONS[code] = Reason(code, title, advice, find, is_wrong, about, is_gap)
        return find

    return register


def wrongs(case: Case) -> list[Doubt]:
    """Return why the row is no procedure; an empty list when it is one."""
    return _found(case, is_wrong=True)


def doubts(case: Case) -> list[Doubt]:
    """Return what is doubtful about a row that could be read."""
    return _found(case, is_wrong=False)


def _found(case: Case, *, is_wrong: bool) -> list[Doubt]:
    found: list[Doubt] = []
    for one in REASONS.values():
        if one.is_wrong == is_wrong:
            places = list(dict.fromkeys(one.find(case)))
            found += [Doubt(one.code, place[:500]) for place in places[:_MOST_PLACES]]
    return found


# --- Rows that are no procedures -----------------------------------------------------------------


@reason("unreadable", _("the line cannot be read"), _("Put the line right in the file."), is_wrong=True)
def _unreadable(case: Case) -> Iterator[str]:
    if case.row.trouble:
        yield case.row.trouble


@reason("code-missing", _("no code"), _("Ask the source for the procedure's code."), is_wrong=True)
def _code_missing(case: Case) -> Iterator[str]:
    if not case.row.trouble and not str(case.content.get("code") or "").strip():
        yield str(case.content.get("name") or "")


@reason("code-wrong", _("wrong code"), _("A code has the form 1.001193."), is_wrong=True)
def _code_wrong(case: Case) -> Iterator[str]:
    code = case.content.get("code")
    if code and not (isinstance(code, str) and _CODE.match(code)):
        yield str(code)


@reason("code-twice", _("the code stands twice in the file"), _("Only the first row was taken."), is_wrong=True)
def _code_twice(case: Case) -> Iterator[str]:
    code = case.content.get("code")
    if isinstance(code, str) and case.codes_before.get(code, case.row.line) != case.row.line:
        yield str(_("first in line %(line)s")) % {"line": case.codes_before[code]}


@reason("name-missing", _("no name"), _("Ask the source for the procedure's name."), is_wrong=True)
def _name_missing(case: Case) -> Iterator[str]:
    if not case.row.trouble and not text_of(case.content.get("name")):
        yield str(case.content.get("code") or "")


# --- Facts of the procedure ----------------------------------------------------------------------


@reason("name-too-long", _("the name is too long"), _("Shorten the name in the proposal to 1,000 letters."))
def _name_too_long(case: Case) -> Iterator[str]:
    name = text_of(case.content.get("name"))
    if len(name) > _LONGEST_NAME:
        yield name


@reason("level-unknown", _("unknown level"), _("Choose the level that is competent."))
def _level_unknown(case: Case) -> Iterator[str]:
    names = case.content.get("levels") or []
    if not names:
        yield ""
    yield from (name for name in names if unaccented(name) not in mapping.LEVELS)


@reason("sector-unknown", _("unknown sector"), _("Choose the sector."))
def _sector_unknown(case: Case) -> Iterator[str]:
    name = text_of(case.content.get("sector"))
    if not re.search(r"[^\W\d_]{2}", name) or len(name) > _LONGEST_SECTOR:
        yield name or "–"


@reason("audience-unknown", _("unknown applicants"), _("Choose for whom the procedure is."))
def _audience_unknown(case: Case) -> Iterator[str]:
    subjects = case.content.get("subjects") or []
    if not subjects:
        yield ""
    yield from (subject for subject in subjects if mapping.audience_of(subject) is None)


@reason("agency-missing", _("no agency"), _("Say which agency is competent."), about=PagePart.COMPETENT, is_gap=True)
def _agency_missing(case: Case) -> Iterator[str]:
    if not text_of(case.content.get("agency")) and not text_of(case.content.get("authority")):
        yield ""


@reason("result-missing", _("no result"), _("Say what the applicant gets."), about=PagePart.RESULTS, is_gap=True)
def _result_missing(case: Case) -> Iterator[str]:
    if not case.document.get("results"):
        yield ""


# --- Times ---------------------------------------------------------------------------------------


@reason(
    "channel-unknown",
    _("no way of filing, or an unknown one"),
    _("Say how the case is filed."),
    about=PagePart.CHANNELS,
    is_gap=True,
)
def _channel_unknown(case: Case) -> Iterator[str]:
    if not case.channels:
        yield ""
    names = [str(channel.get("channel") or "–") for channel in case.channels]
    yield from (name for name in names if unaccented(name) not in mapping.CHANNELS)


# A value that cannot be is a sign that the row was misread: nothing in it can be trusted.
@reason("time-absurd", _("absurd time"), _("Look the time up in the decision, and correct it."))
def _time_absurd(case: Case) -> Iterator[str]:
    for channel in case.channels:
        value, kind = channel.get("time_value"), _kind_of(channel)
        if value is not None and not 0 < value <= mapping.LONGEST_TIME.get(kind, 120):
            yield _time_words(channel)


@reason(
    "time-without-unit",
    _("time without a unit"),
    _("Say whether these are days, working days or hours."),
    about=PagePart.TIME,
)
def _time_without_unit(case: Case) -> Iterator[str]:
    for channel in case.channels:
        if channel.get("time_value") is not None and not _kind_of(channel):
            yield _time_words(channel)


@reason(
    "time-missing",
    _("no time"),
    _("Look the time up in the decision; if the law sets none, say so."),
    about=PagePart.TIME,
    is_gap=True,
)
def _time_missing(case: Case) -> Iterator[str]:
    if all(channel.get("time_value") is None for channel in case.channels):
        yield ""


@reason("time-broken", _("a time with a fraction"), _("Write it in whole days or hours."), about=PagePart.TIME)
def _time_broken(case: Case) -> Iterator[str]:
    for channel in case.channels:
        value = channel.get("time_value")
        if value is not None and value != int(value):
            yield _time_words(channel)


@reason(
    "hours-unclear",
    _("more hours than a working day has"),
    _("Say whether these are working hours or hours."),
    about=PagePart.TIME,
)
def _hours_unclear(case: Case) -> Iterator[str]:
    for channel in case.channels:
        if _kind_of(channel) == "WORKING_HOURS" and (channel.get("time_value") or 0) > _MOST_WORKING_HOURS:
            yield _time_words(channel)


# --- Money ---------------------------------------------------------------------------------------


@reason(
    "fee-bare-number",
    _("a bare number as a fee"),
    _("Probably thousands of đồng: look the amount up."),
    about=PagePart.FEES,
)
def _fee_bare_number(case: Case) -> Iterator[str]:
    for channel in case.channels:
        for fee in channel.get("fees") or []:
            if fee.get("currency") in {None, "", "VND"} and 0 < (fee.get("amount") or 0) < _LEAST_AMOUNT:
                yield f"{fee.get('amount')} – {(channel.get('note') or '')[:120]}"


@reason("fee-absurd", _("absurd fee"), _("Look the amount up, and correct it."))
def _fee_absurd(case: Case) -> Iterator[str]:
    for channel in case.channels:
        for fee in channel.get("fees") or []:
            amount = fee.get("amount") or 0
            if not 0 <= amount <= _MOST_AMOUNT or amount != int(amount):
                yield str(amount)


@reason(
    "fee-foreign",
    _("a fee in foreign money"),
    _("Write the fee in đồng, or in the note on fees."),
    about=PagePart.FEES,
)
def _fee_foreign(case: Case) -> Iterator[str]:
    for channel in case.channels:
        for fee in channel.get("fees") or []:
            if fee.get("currency") not in {None, "", "VND"}:
                yield f"{fee.get('amount')} {fee.get('currency')}"


@reason("fee-contradicts", _("the fee contradicts its note"), _("Say which of them holds."), about=PagePart.FEES)
def _fee_contradicts(case: Case) -> Iterator[str]:
    for channel, note in case.money:
        amounts = [fee.get("amount") or 0 for fee in channel.get("fees") or []]
        says_money = bool(_MONEY.search(note.bracket))
        if (note.is_free and (any(amounts) or says_money)) or (amounts and not all(amounts) and not note.is_free):
            yield (channel.get("note") or "")[:200]


@reason("fee-unclear", _("a fee without an amount"), _("Look the amount up."), about=PagePart.FEES)
def _fee_unclear(case: Case) -> Iterator[str]:
    for channel, note in case.money:
        if not channel.get("fees") and not note.is_free and not note.is_unstated:
            yield (channel.get("note") or "")[:200]


# --- Papers and words ----------------------------------------------------------------------------


@reason(
    "papers-missing",
    _("no papers"),
    _("List the papers; if none are needed, say so in the conditions."),
    about=PagePart.PAPERS,
    is_gap=True,
)
def _papers_missing(case: Case) -> Iterator[str]:
    if not any(case.papers):
        yield ""


@reason(
    "paper-without-name",
    _("a paper without a name"),
    _("Name the paper, or join it to its neighbour."),
    about=PagePart.PAPERS,
)
def _paper_without_name(case: Case) -> Iterator[str]:
    for place, name in enumerate(case.papers, 1):
        if len(re.findall(r"[^\W\d_]", name)) < 3 or unaccented(name) in {"hoac", "trong do", "bao gom", "cu the"}:
            yield f"{place}: {name or '–'}"


@reason(
    "copies-glued",
    _("an absurd number of copies"),
    _("A year or an article was glued to it: correct the number."),
    about=PagePart.PAPERS,
    is_gap=True,
)
def _copies_glued(case: Case) -> Iterator[str]:
    for paper in case.content.get("documents") or []:
        counts = [paper.get(name) or 0 for name in ("originals", "copies")]
        if any(not 0 <= count <= _MOST_COPIES for count in counts):
            yield f"{max(counts):g} – {str(paper.get('name') or '')[-120:]}"


@reason(
    "text-cut",
    _("a paper's name that was cut off"),
    _("Copy the whole text from the decision."),
    about=PagePart.PAPERS,
    is_gap=True,
)
def _text_cut(case: Case) -> Iterator[str]:
    for paper in case.content.get("documents") or []:
        if len(paper.get("name") or "") == _CUT["name"]:
            yield f"… {paper['name'][-120:]}"


@reason(
    "note-cut",
    _("a note on fees that was cut off"),
    _("Copy the whole text from the decision."),
    about=PagePart.FEES,
    is_gap=True,
)
def _note_cut(case: Case) -> Iterator[str]:
    for channel in case.channels:
        if len(channel.get("note") or "") == _CUT["note"]:
            yield f"… {channel['note'][-120:]}"


_APART: Final = _("Take the words apart, or write them anew.")


@reason("glued", _("glued cells: name or sector"), _APART)
def _glued(case: Case) -> Iterator[str]:
    yield from _seams(case.content.get("name"), case.content.get("sector"))


@reason("glued-agency", _("glued cells: agency"), _APART, about=PagePart.COMPETENT)
def _glued_agency(case: Case) -> Iterator[str]:
    yield from _seams(case.content.get("agency"), case.content.get("authority"))


@reason("glued-papers", _("glued cells: papers"), _APART, about=PagePart.PAPERS)
def _glued_papers(case: Case) -> Iterator[str]:
    yield from _seams(*(paper_name(name).name for name in case.papers))


@reason("glued-results", _("glued cells: results"), _APART, about=PagePart.RESULTS)
def _glued_results(case: Case) -> Iterator[str]:
    yield from _seams(*(result_parts(text_of(one.get("name")), "")[0] for one in case.content.get("results") or []))


@reason("glued-steps", _("glued cells: steps or conditions"), _APART, about=PagePart.STEPS)
def _glued_steps(case: Case) -> Iterator[str]:
    yield from _seams(case.content.get("steps"), case.content.get("conditions"))


@reason(
    "file-glued",
    _("the name of a file glued to a paper"),
    _("Take the file's name off the paper's name."),
    about=PagePart.PAPERS,
)
def _file_glued(case: Case) -> Iterator[str]:
    for name in case.papers:
        if re.search(r"\S\.(docx?|pdf|xlsx?|rar|zip)\b", paper_name(name).name, re.IGNORECASE):
            yield f"… {name[-120:]}"


@reason("basis-missing", _("no legal basis"), _("Name the legal documents."), about=PagePart.LEGAL_BASIS, is_gap=True)
def _basis_missing(case: Case) -> Iterator[str]:
    if not case.document.get("legal_basis"):
        yield ""


@reason(
    "basis-absurd",
    _("an absurd number of a law"),
    _("Look the number up: the National Assembly passes few laws."),
    about=PagePart.LEGAL_BASIS,
)
def _basis_absurd(case: Case) -> Iterator[str]:
    for basis in case.document.get("legal_basis", []):
        found = re.match(r"^(\d+)/\d{4}/QH\d+$", basis["number"])
        if found and int(found[1]) > MOST_LAWS:
            yield str(basis["number"])


@reason("not-fit", _("the check before publishing finds an error"), _("Put right what the proposal's page says."))
def _not_fit(case: Case) -> Iterator[str]:
    if not case.document:
        return
    try:
        findings = linting.lint(definitions.load(case.document))
    except DefinitionError as error:
        yield str(error)
    else:
        yield from (finding.sentence for finding in findings if finding.is_error and case.document.get("legal_basis"))


# --- How it stands to the catalogue: found by the service -------------------------------------------


@reason(DIFFERS, _("differs from the local version"), _("Compare, and approve what shall hold."))
def _differs(case: Case) -> Iterator[str]:
    yield from ()


@reason(BEING_EDITED, _("somebody is editing the proposal"), _("Finish the proposal first, then import again."))
def _being_edited(case: Case) -> Iterator[str]:
    yield from ()


def _kind_of(channel: Mapping[str, Any]) -> str:
    return mapping.UNITS.get(unaccented(channel.get("time_unit") or ""), "")


def _time_words(channel: Mapping[str, Any]) -> str:
    parts = (channel.get("channel"), f"{channel.get('time_value'):g}", channel.get("time_unit") or "?")
    return " ".join(str(part) for part in parts if part)


def _seams(*texts: object) -> Iterator[str]:
    """Yield the place in each text where a small letter meets the capital of the next word."""
    for text in map(text_of, texts):
        if found := _SEAM.search(text):
            yield f"… {text[max(0, found.start() - 40) : found.end() + 40]} …"
