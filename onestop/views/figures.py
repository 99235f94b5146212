"""For leaders: the figures, the cases behind each of them, and the same as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple
from urllib.parse import urlencode

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from identity.access import officer, serves_as
from identity.officers import Officer
from identity.queries import calendar_of
from identity.states import LEADS
from onestop import figures as counted
from onestop import lists, queries
from onestop.figures import Dimension, Figure, Question, Row, charts
from onestop.figures.tomorrow import LIKELY
from onestop.forms import FiguresForm
from onestop.lists import Place
from onestop.models import CaseStep
from onestop.services import apologising, extending
from onestop.services.apologising import Apology
from onestop.states import Action
from onestop.views.lists import desk_context
from portal.core import tables
from portal.core.text import whole_number

TITLES: Final = {
    Figure.RECEIVED: gettext_lazy("Received"),
    Figure.ON_TIME: gettext_lazy("Decided on time"),
    Figure.LATE: gettext_lazy("Decided late"),
    Figure.LATE_BY_KPI: gettext_lazy("Late by QĐ 766"),
    Figure.IN_HAND: gettext_lazy("In hand"),
    Figure.OVERDUE: gettext_lazy("Overdue now"),
}
# The name of the filter that a line of the table sets.
_FILTERS: Final = {
    Dimension.AGENCY: "agency",
    Dimension.SECTOR: "sector",
    Dimension.PROCEDURE: "procedure",
    Dimension.CHANNEL: "channel",
    Dimension.OFFICER: "officer",
}


class Number(NamedTuple):
    """A number of the table, and what its list of cases is narrowed to."""

    figure: Figure
    title: str | Promise
    value: int
    query: str


@serves_as(*LEADS)
@require_GET
def figures(request: HttpRequest) -> HttpResponseBase:
    """The figures of a period as table, drawing and, on demand, spreadsheet."""
    form = _form(request)
    question = form.question(counted.scope_of(officer(request)), timezone.now())
    rows = counted.table(question, form.dimension)
    sums = None if form.dimension is Dimension.OFFICER else counted.total(rows)
    if request.GET.get("dang") == "xlsx":
        return _spreadsheet(question, form.dimension_text, [*rows, *([sums] if sums else [])])
    months = counted.trend(question)
    context = desk_context(officer(request), "figures") | {
        "form": form,
        "period": question.period,
        "by": form.dimension_text,
        "titles": TITLES.values(),
        "rows": [(row, _numbers(request, form.dimension, row)) for row in rows],
        "total": (sums, _numbers(request, None, sums)) if sums else None,
        "months": months,
        "columns": charts.columns(months),
        "lines": (drawn := charts.lines(rows)),
        "lines_height": len(drawn) * charts.LINE,
        "worst": counted.worst_queues(question),
        "query": _kept(request).urlencode(),
    }
    return render(request, "desk/figures.html", context)


@serves_as(*LEADS)
@require_GET
def behind(request: HttpRequest, figure: str) -> HttpResponse:
    """The cases that a number counts; those of the leader's agencies and below can be opened."""
    if figure not in set(Figure):
        raise Http404
    at_work, form = officer(request), _form(request)
    question = form.question(counted.scope_of(at_work), timezone.now(), whole_number(request.GET.get("officer", "")))
    page = counted.cases_behind(question, Figure(figure), Place.read(request.GET.get("after", "")))
    kept = _kept(request)
    opened = _opened(at_work, [case.pk for case in page.cases])
    context = desk_context(at_work, "figures") | {
        "title": TITLES[Figure(figure)],
        "period": question.period,
        "is_of_now": figure in {Figure.IN_HAND, Figure.OVERDUE},
        "cases": [(case, case.pk in opened) for case in page.cases],
        "query": kept.urlencode(),
        "next": f"?{kept.urlencode()}&{urlencode({'after': page.after})}" if page.after else "",
    }
    return render(request, "desk/behind.html", context)


@serves_as(*LEADS)
@require_GET
def tomorrow(request: HttpRequest) -> HttpResponse:
    """What will be late by the end of the next working day, or likely, each with its apology drafted."""
    at_work, now = officer(request), timezone.now()
    calendar = calendar_of(at_work.agencies[0].pk)
    until = calendar.close_of_day(calendar.next_working_day(timezone.localtime(now).date()))
    steps = counted.going_to_be_late(counted.scope_of(at_work), now, until)
    apologies = apologising.drafted(steps, now)
    opened = _opened(at_work, apologies)
    rows = [
        _Line(step, apologies[step.case_id], step.case_id in opened, _may_apologise(step, at_work)) for step in steps
    ]
    context = desk_context(at_work, "figures") | {
        "rows": rows,
        "chooses": any(row.apologises for row in rows),
        "until": until,
        "likely": LIKELY,
        "apology": Action.EXTEND.lower(),
    }
    return render(request, "desk/tomorrow.html", context)


class _Line(NamedTuple):
    """A case that will be late, its apology, and whether who looks at it may open it and send that."""

    step: CaseStep
    apology: Apology
    opens: bool
    apologises: bool


def _may_apologise(step: CaseStep, at_work: Officer) -> bool:
    return extending.any_leads(step, at_work.seats) and step.apologised_at is None  # type: ignore[attr-defined]


def _form(request: HttpRequest) -> FiguresForm:
    return FiguresForm(request.GET, lists.choices(officer(request)))


def _kept(request: HttpRequest) -> QueryDict:
    """Return what the address asks for, without place and form of the answer."""
    kept = request.GET.copy()
    for name in ("after", "dang"):
        kept.pop(name, None)
    return kept


def _opened(at_work: Officer, cases: Iterable[int]) -> set[int]:
    """Return which of the cases the officer may open."""
    return set(queries.cases_of(at_work).filter(pk__in=cases).values_list("pk", flat=True))


def _numbers(request: HttpRequest, dimension: Dimension | None, row: Row) -> list[Number]:
    """Return the numbers of a line, each with what narrows the list of its cases."""
    kept = _kept(request)
    if dimension is not None:
        kept[_FILTERS[dimension]] = str(row.key)
    return [Number(figure, TITLES[figure], row.numbers[figure], kept.urlencode()) for figure in Figure]


def _spreadsheet(question: Question, by: str, rows: Sequence[Row]) -> FileResponse:
    period = question.period
    head = [by, *(str(title) for title in TITLES.values()), _("Share on time")]
    lines = [[row.name, *row.numbers.values(), row.on_time_percent] for row in rows]
    book = tables.workbook([tables.Sheet(_("Figures"), head, [48, *[14] * (len(head) - 1)], lines)])
    name = f"thong-ke-{period.first}-{period.last}.xlsx"
    return FileResponse(book, as_attachment=True, filename=name, content_type=tables.XLSX)
