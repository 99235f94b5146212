"""Pages of the working calendars: days off, swapped and make-up days, the hours of each weekday; who changed them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from identity import services
from identity.access import account_of, serves_as
from identity.models import CalendarChange, WorkCalendar
from identity.queries import hours_of_week
from identity.states import Role
from portal.core.errors import DomainError
from portal.core.text import whole_number
from procedures import open_cases
from procedures.office.calendar_forms import DayForm, HoursForm
from procedures.office.forms import ReasonForm

admin = serves_as(Role.CATALOGUE_ADMIN)


@admin
@require_GET
def calendars(request: HttpRequest) -> HttpResponse:
    """The calendars; a province with one of them is led to it."""
    found = list(WorkCalendar.objects.order_by("name"))
    if len(found) == 1:
        return redirect("office:calendar", code=found[0].code)
    return render(request, "office/calendars.html", {"here": "calendars", "calendars": found})


@admin
@require_GET
def calendar(request: HttpRequest, code: str) -> HttpResponse:
    """A calendar: the days of a year that differ, the hours of a week, what was changed by whom."""
    found, today = _calendar(code), timezone.localdate()
    year = whole_number(request.GET.get("nam", "")) or today.year
    context = {
        "here": "calendars",
        "calendar": found,
        "year": year,
        "today": today,
        "days": found.days.filter(day__year=year).order_by("day") if 1900 < year < 3000 else [],
        "week": [(number, WEEKDAYS[number], hours) for number, hours in hours_of_week(found, today).items()],
        "changes": found.changes.select_related("by").order_by("-pk")[:30],
    }
    return render(request, "office/calendar.html", context)


@admin
@require_http_methods(["GET", "POST"])
def day(request: HttpRequest, code: str, day: str) -> HttpResponse:
    """A day that differs, or is to differ (`moi`)."""
    found = _calendar(code)
    chosen = _date(day)
    known = found.days.filter(day=chosen).first() if chosen else None
    form = DayForm(request.POST or None, initial=DayForm.initial_of(known))

    def change() -> CalendarChange:
        return services.set_day(calendar_id=found.pk, **form.cleaned_data, **_signed(request), today=_today())

    title = f"{known.day:%d/%m/%Y}" if known else _("A day that differs")
    return _answer(request, found, form, change, title=title)


@admin
@require_http_methods(["GET", "POST"])
def unset_day(request: HttpRequest, code: str, day: str) -> HttpResponse:
    """Before a day follows its weekday again: why; posting does it."""
    found = _calendar(code)
    known = get_object_or_404(found.days, day=_date(day) or date.max)
    form = ReasonForm(request.POST or None)

    def change() -> CalendarChange:
        reason = form.cleaned_data["reason"]
        return services.unset_day(
            calendar_id=found.pk, day=known.day, reason=reason, **_signed(request), today=_today()
        )

    title = _("%(day)s is an ordinary day again") % {"day": f"{known.day:%d/%m/%Y}"}
    return _answer(request, found, form, change, title=title)


@admin
@require_http_methods(["GET", "POST"])
def hours(request: HttpRequest, code: str, weekday: int) -> HttpResponse:
    """The hours of a weekday from a day on."""
    found = _calendar(code)
    if weekday not in WEEKDAYS:
        raise Http404
    initial = {"hours": "\n".join(map(str, hours_of_week(found, _today()).get(weekday, ())))}
    form = HoursForm(request.POST or None, initial=initial)

    def change() -> CalendarChange:
        given = form.cleaned_data
        return services.set_hours(
            calendar_id=found.pk,
            weekday=weekday,
            hours=given["hours"],
            valid_from=given["valid_from"],
            reason=given["reason"],
            **_signed(request),
            today=_today(),
        )

    return _answer(request, found, form, change, title=str(WEEKDAYS[weekday]))


def _answer(
    request: HttpRequest,
    found: WorkCalendar,
    form: Any,
    change: Callable[[], CalendarChange],
    *,
    title: str,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            done = change()
        except DomainError as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("Saved. Due dates of open cases are being computed anew."))
            return redirect(reverse("office:calendar", args=[found.code]) + f"?nam={done.valid_from.year}")
    dated = open_cases.dated_by(found.pk, timezone.now())
    context = {"here": "calendars", "calendar": found, "form": form, "title": title, "dated": dated}
    return render(request, "office/calendar_change.html", context, status=422 if form.errors else 200)


def _signed(request: HttpRequest) -> dict[str, Any]:
    return {"by": account_of(request), "at": timezone.now()}


def _today() -> date:
    return timezone.localdate()


def _calendar(code: str) -> WorkCalendar:
    if "\0" in code:
        raise Http404
    return get_object_or_404(WorkCalendar, code=code)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
