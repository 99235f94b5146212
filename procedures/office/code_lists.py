"""Pages of the office for code lists: the lists, the entries of one with what changed, and a change."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods

from identity.access import account_of, serves_as
from identity.states import Role
from portal.core.errors import DomainError
from portal.core.text import unaccented
from procedures.code_lists import services
from procedures.code_lists.acts import ListAct
from procedures.code_lists.models import CodeEntry, CodeList
from procedures.eforms.fields import DateField, TidyField
from procedures.wording import LIST_ACTS

admin = serves_as(Role.CATALOGUE_ADMIN)


class EndForm(forms.Form):
    """From which day on, and why."""

    effective_from = DateField(label=_("From which day on"), help_text=_("Tomorrow at the earliest."))
    reason = TidyField(label=_("Why"), lines=True, max_length=1000, help_text=_("For those who read the history."))

    def clean_effective_from(self) -> date:
        return date.fromisoformat(self.cleaned_data["effective_from"])


class RewordForm(EndForm):
    """The new words."""

    vi = TidyField(label=_("Words in Vietnamese"), max_length=200)
    en = TidyField(label=_("Words in English"), max_length=200, required=False)
    field_order = ("code", "vi", "en", "effective_from", "reason")


class AddForm(RewordForm):
    """A new entry."""

    code = forms.RegexField(
        label=_("Code"),
        regex=r"^[A-Z0-9_]{1,40}$",
        help_text=_("Capital letters without marks, digits and underscores; it never changes."),
    )


@admin
@require_GET
def lists(request: HttpRequest) -> HttpResponse:
    """All lists, with how many entries are in force."""
    day = timezone.localdate()
    in_force = Q(entries__valid_from__lte=day) & (Q(entries__valid_to=None) | Q(entries__valid_to__gt=day))
    found = CodeList.objects.annotate(count=Count("entries", filter=in_force)).order_by("name")
    return render(request, "office/code_lists.html", {"here": "lists", "lists": found})


@admin
@require_GET
def entries(request: HttpRequest, code: str) -> HttpResponse:
    """The entries of a list, what is to come, and who changed what and why."""
    code_list, day = _list(code), timezone.localdate()
    words = unaccented(request.GET.get("q", "")[:100])
    found = code_list.entries.order_by("position", "sort_key", "valid_from")
    rows = [entry for entry in found if words in unaccented(f"{entry.vi} {entry.en} {entry.code}")]
    context = {
        "here": "lists",
        "code_list": code_list,
        "q": request.GET.get("q", "")[:100],
        "rows": [(entry, _state(entry, day)) for entry in rows],
        "changes": [
            (change, LIST_ACTS[ListAct(change.act)])
            for change in code_list.changes.select_related("by").order_by("-at", "-pk")[:50]
        ],
    }
    return render(request, "office/code_list.html", context)


@admin
@require_http_methods(["GET", "POST"])
def add(request: HttpRequest, code: str) -> HttpResponse:
    """A new entry of a list."""
    return _change(request, _list(code), AddForm(request.POST or None, initial=_tomorrow()), None)


@admin
@require_http_methods(["GET", "POST"])
def reword(request: HttpRequest, code: str, entry: str) -> HttpResponse:
    """Other words for an entry."""
    code_list = _list(code)
    found = _entry(code_list, entry)
    form = RewordForm(request.POST or None, initial={"vi": found.vi, "en": found.en} | _tomorrow())
    return _change(request, code_list, form, found)


@admin
@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, code: str, entry: str) -> HttpResponse:
    """The end of an entry."""
    code_list = _list(code)
    return _change(request, code_list, EndForm(request.POST or None, initial=_tomorrow()), _entry(code_list, entry))


def _change(request: HttpRequest, code_list: CodeList, form: EndForm, entry: CodeEntry | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            _save(code_list, form.cleaned_data, entry, by=account_of(request))
        except DomainError as error:
            form.add_error("effective_from", str(error.message))
        else:
            messages.success(request, _("The change is recorded; it applies from the day that you named."))
            return redirect("office:code_list", code=code_list.code)
    context = {
        "here": "lists",
        "code_list": code_list,
        "form": form,
        "entry": entry,
        "is_end": not isinstance(form, RewordForm),
    }
    return render(request, "office/code_list_change.html", context, status=422 if form.errors else 200)


def _save(code_list: CodeList, given: dict[str, Any], entry: CodeEntry | None, **who: Any) -> None:
    facts = {**given, **who, "list_code": code_list.code, "at": timezone.now()}
    if entry is None:
        services.add_entry(**facts)
    elif "vi" in given:
        services.reword_entry(code=entry.code, **facts)
    else:
        services.end_entry(code=entry.code, **facts)


def _tomorrow() -> dict[str, Any]:
    return {"effective_from": services.earliest_change(timezone.now()).isoformat()}


def _state(entry: CodeEntry, day: date) -> str:
    if entry.valid_from > day:
        return "waiting"
    return "trouble" if entry.valid_to and entry.valid_to <= day else "done"


def _list(code: str) -> CodeList:
    if "\0" in code:
        raise Http404
    return get_object_or_404(CodeList, code=code)


def _entry(code_list: CodeList, code: str) -> CodeEntry:
    if "\0" in code:
        raise Http404
    return get_object_or_404(code_list.entries, code=code, valid_to=None)
