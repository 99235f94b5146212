"""The parts of a procedure's definition, as frozen dataclasses. Money is whole VND."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any

from procedures.definition.process import Process
from procedures.definition.terms import ANSWERED, Route, TimeLimit, routed
from procedures.eforms.definition import FormDefinition, Text
from procedures.rules import Rule, calculate, evaluate, look_up
from procedures.states import Availability, FilingChannel


@dataclass(frozen=True)
class Paper:
    """A paper (thành phần hồ sơ): to submit, to show, or to look up in a register."""

    code: str
    name: str
    mode: str
    originals: int
    copies: int
    when: str
    note: str
    basis: str
    variant: str  # of which case of application; empty: of every one
    template: str  # address of the file to fill in


@dataclass(frozen=True)
class Fee:
    """What is charged: `amount` VND per case, per unit of the answer that `per` names, or times `quantity`."""

    code: str
    name: str
    kind: str
    amount: int
    per: str
    timing: str
    illustrative: bool
    note: str
    when: Rule | None
    channels: tuple[str, ...]  # of filing; empty: all of them
    exempt: str  # who pays nothing
    counts: Text  # the question whose answer multiplies the amount; empty: none does
    quantity: Mapping[str, Any] | None = None  # an expression of `procedures.rules`
    exempt_if: Rule | None = None

    def applies(self, answers: Mapping[str, Any], today: date, channel: FilingChannel) -> bool:
        """Return whether somebody with these answers, who files in this way, pays it."""
        is_asked = self.when is None or evaluate(self.when, answers, today)
        if self.channels and channel not in self.channels:
            return False
        return is_asked and not (self.exempt_if is not None and evaluate(self.exempt_if, answers, today))


@dataclass(frozen=True)
class FeeLine:
    """A fee as it applies to one case."""

    code: str
    name: str
    kind: str
    unit_amount: int
    quantity: int
    name_en: str = ""

    @property
    def amount(self) -> int:
        return self.unit_amount * self.quantity

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "name": self.name,
            "name_en": self.name_en,
            "kind": self.kind,
            "unit_amount": self.unit_amount,
            "quantity": self.quantity,
            "amount": self.amount,
        }


@dataclass(frozen=True)
class ChannelTerms:
    """What one way of filing (cách thức thực hiện) adds: times of its own; none means the procedure's."""

    channel: str
    times: tuple[TimeLimit, ...]
    note: str


@dataclass(frozen=True)
class Authority:
    """An agency with a part in it: DECIDES (cơ quan có thẩm quyền), HANDLES or COOPERATES."""

    name: str
    role: str
    level: str


@dataclass(frozen=True)
class Variant:
    """A case of application (trường hợp) that papers and steps may be of."""

    code: str
    name: str
    when: Rule | None


@dataclass(frozen=True)
class Stage:
    """A step of the procedure as the public reads it (trình tự thực hiện)."""

    text: str
    variant: str = ""

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Terms:
    """Whether cases are taken in, and what the public is told; `season_*` are (month, day)."""

    state: Availability
    season_from: tuple[int, int] | None
    season_until: tuple[int, int] | None
    notice: str
    successor: str

    def takes_cases_on(self, day: date) -> bool:
        """Return whether a case may be filed on `day` (local)."""
        if self.state != Availability.SEASONAL or not self.season_from or not self.season_until:
            return self.state == Availability.OPEN
        place = (day.month, day.day)
        if self.season_from <= self.season_until:
            return self.season_from <= place <= self.season_until
        return place >= self.season_from or place <= self.season_until


@dataclass(frozen=True)
class Elsewhere:
    """A ministry's own system on which the procedure is handled: it owns the case, its code and its status.

    `system` is the name under which it can be asked about a case; empty when it cannot.
    """

    name: str
    url: str
    system: str


@dataclass(frozen=True)
class Related:
    """Another procedure, by code, and what it is to this one."""

    code: str
    relation: str


@dataclass(frozen=True)
class Retention:
    """For how many years after its end a case is kept, and by which law."""

    years: int
    basis: str


@dataclass(frozen=True)
class Sample:
    """An applicant made up to try the procedure: answers, and what must come of them. Times are local."""

    code: str
    name: str
    filed_at: str
    answers: Mapping[str, Any]
    expects: Mapping[str, Any]


@dataclass(frozen=True)
class LegalBasis:
    number: str
    title: str


@dataclass(frozen=True)
class Line:
    """A line of a document, or a column of its table: what it is called, and what stands there."""

    label: str
    value: str


@dataclass(frozen=True)
class Wording:
    """What a document says, for the templates that many procedures share.

    `{code}` in a text stands for an answer or a recorded fact as people read it; a text whose codes are all without
    an answer is left out. `rows` names the group that the table shows; its columns are codes of the group.
    """

    heading: str
    subtitle: str
    authority: str  # in whose name a decision speaks: "Chủ tịch Ủy ban nhân dân tỉnh"
    grounds: tuple[str, ...]  # beside the legal basis
    opening: str
    lines: tuple[Line, ...]
    rows: str
    columns: tuple[Line, ...]
    articles: tuple[str, ...]
    recipients: tuple[str, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """All texts in which answers and facts may be named."""
        single = (self.subtitle, self.opening)
        return (*single, *self.grounds, *(line.value for line in self.lines), *self.articles, *self.recipients)


@dataclass(frozen=True)
class Result:
    """What the applicant gets; `template` names the document, `context` which answers and facts it shows.

    `pages_of` names a paper whose uploaded pages stand before the document itself: a certified copy.
    `symbol` stands behind the number ("GP-SXD"); without it the committee's own stands there. Of several results a
    case has the first whose rule holds for its answers and facts. `seals` names papers whose uploaded PDFs get the
    agency's seal when the result is issued.
    """

    name: str
    code: str
    template: str
    symbol: str
    context: Mapping[str, str]
    pages_of: str
    wording: Wording | None
    when: Rule | None = field(default=None, hash=False)
    seals: tuple[str, ...] = ()


@dataclass(frozen=True)
class ProcedureDefinition:
    """Everything a version says."""

    code: str
    local_code: str
    name: str
    name_en: str
    summary: str
    sector_code: str
    sector_name: str
    decision: str
    online_level: str
    levels: tuple[str, ...]
    audiences: tuple[str, ...]
    applicants: str
    competent: str
    authorities: tuple[Authority, ...]
    availability: Terms
    channels: tuple[ChannelTerms, ...]
    variants: tuple[Variant, ...]
    related: tuple[Related, ...]
    retention: Retention | None
    samples: tuple[Sample, ...]
    papers: tuple[Paper, ...]
    fees: tuple[Fee, ...]
    fees_illustrative: bool  # that there is none is itself a demo value
    fees_note: str  # what is known of money where there is no figure
    time: TimeLimit
    time_rules: tuple[TimeLimit, ...]
    route: tuple[Route, ...]
    legal_basis: tuple[LegalBasis, ...]
    results: tuple[Result, ...]
    steps: tuple[Stage, ...]
    conditions: str
    keywords: tuple[str, ...]
    english: Mapping[str, str]  # of texts outside the form, by their Vietnamese
    popularity: int
    unconfirmed: tuple[str, ...]  # parts that the source leaves in doubt: left out, or shown as far as they go
    form: FormDefinition | None
    process: Process | None
    elsewhere: Elsewhere | None = None

    @property
    def title(self) -> Text:
        """The name in its languages."""
        return Text(self.name, self.name_en or self.english.get(self.name, ""))

    def says(self, vietnamese: str) -> Text:
        """Return one of the texts in its languages; without English it is Vietnamese only."""
        return Text(vietnamese, self.english.get(vietnamese, ""))

    @property
    def is_fileable(self) -> bool:
        """Whether a case can be filed and handled here."""
        return self.form is not None and self.process is not None

    def variants_for(self, answers: Mapping[str, Any], today: date) -> frozenset[str]:
        """Return the codes of the cases of application that these answers fall under."""
        return frozenset(v.code for v in self.variants if v.when is None or evaluate(v.when, answers, today))

    def fee_lines(
        self, answers: Mapping[str, Any], timing: str, today: date, channel: FilingChannel
    ) -> tuple[FeeLine, ...]:
        """Return what is due at `timing` (FILING, SUPPLEMENT, RETURN, ON_DEMAND) for these answers, filed so."""
        return tuple(
            FeeLine(fee.code, fee.name, fee.kind, fee.amount, quantity, self.english.get(fee.name, ""))
            for fee in self.fees
            if fee.timing == timing and fee.applies(answers, today, channel)
            if (quantity := _quantity(fee, answers, today)) > 0
        )

    def time_for(self, answers: Mapping[str, Any], today: date, channel: FilingChannel) -> TimeLimit:
        """Return how long handling may take for these answers, filed in this way.

        The first limit whose rule holds; else the first that the way of filing has of its own; else the usual one.
        """
        by_answers = (one for one in self.time_rules if one.when and evaluate(one.when, answers, today))
        of_channel = (one for terms in self.channels if terms.channel == channel for one in terms.times)
        return next(chain(by_answers, of_channel), self.time)

    def competent_agency(self, answers: Mapping[str, Any], today: date) -> str:
        """Return the code of the agency that is competent for these answers; empty when none is named.

        The first route whose rule holds; without routes, the question `competent_agency`.
        """
        return routed(self.route, answers, today, otherwise=ANSWERED + "competent_agency")


def _quantity(fee: Fee, answers: Mapping[str, Any], today: date) -> int:
    if fee.quantity is None and fee.per == "CASE":
        return 1
    count = look_up(answers, fee.per) if fee.quantity is None else calculate(fee.quantity, answers, today)
    return count if isinstance(count, int) and not isinstance(count, bool) else 0
