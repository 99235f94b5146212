"""Pages for the search's vocabulary: the synonyms, what each change was for, and searches that found nothing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from identity.access import account_of, serves_as
from identity.states import Role
from portal.core.errors import DomainError
from portal.core.text import whole_number
from procedures import services
from procedures.eforms.fields import TidyField
from procedures.models import FruitlessSearch, Synonym
from procedures.office import queries
from procedures.office.paging import page_of
from procedures.states import SynonymKind
from procedures.wording import SYNONYM_KINDS

_PAGE = 50
admin = serves_as(Role.CATALOGUE_ADMIN)


class SynonymForm(forms.Form):
    """A phrase and how it is understood."""

    phrase = TidyField(label=gettext_lazy("What people write"), max_length=100)
    kind = forms.ChoiceField(
        label=gettext_lazy("How it is understood"),
        choices=[(str(kind), words) for kind, words in SYNONYM_KINDS.items()],
        widget=forms.RadioSelect,
    )
    meaning = TidyField(
        label=gettext_lazy("What the law calls it"),
        help_text=gettext_lazy("The words of the procedure's name; left empty when the phrase says nothing."),
        max_length=300,
        required=False,
    )
    reason = TidyField(label=gettext_lazy("Why"), max_length=1000)


@admin
@require_GET
def synonyms(request: HttpRequest) -> HttpResponse:
    """All phrases, found by words and kind."""
    chosen = queries.Phrases.of(request.GET)
    page = page_of(request, queries.synonyms(chosen), _PAGE)
    kinds = [(str(kind), str(words)) for kind, words in SYNONYM_KINDS.items()]
    context = {"here": "synonyms", "chosen": chosen, "page": page, "kinds": kinds}
    return render(request, "office/synonyms.html", context)


@admin
@require_http_methods(["GET", "POST"])
def new_synonym(request: HttpRequest) -> HttpResponse:
    """A new phrase, perhaps one that people searched for in vain."""
    asked = request.GET.get("tu", "").replace("\0", "")[:100]
    form = SynonymForm(request.POST or None, initial={"phrase": asked, "kind": str(SynonymKind.MEANING)})
    if request.method == "POST" and form.is_valid():
        try:
            services.add_synonym(**_understood(form), by=account_of(request), at=timezone.now(), asked=asked)
        except DomainError as error:
            form.add_error("phrase", str(error.message))
        else:
            messages.success(request, _("The search knows the phrase from now on."))
            return redirect("office:fruitless" if asked else "office:synonyms")
    return _show(request, form, asked=asked)


@admin
@require_http_methods(["GET", "POST"])
def synonym(request: HttpRequest, number: int) -> HttpResponse:
    """A phrase with its history; posting changes it, or takes it out."""
    found = get_object_or_404(Synonym, pk=number)
    initial = {"phrase": found.phrase, "kind": found.kind, "meaning": found.meaning}
    form = SynonymForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_synonym(
                synonym_id=found.pk,
                seen_revision=whole_number(request.POST.get("revision", "")) or 0,
                is_active="take_out" not in request.POST,
                by=account_of(request),
                at=timezone.now(),
                **_understood(form),
            )
        except DomainError as error:
            form.add_error(None, str(error.message))
        else:
            messages.success(request, _("Saved. The search goes by it from now on."))
            return redirect("office:synonyms")
    return _show(request, form, synonym=found)


@admin
@require_GET
def fruitless(request: HttpRequest) -> HttpResponse:
    """Searches that found nothing, the most frequent first."""
    page = page_of(request, queries.fruitless(), _PAGE)
    return render(request, "office/fruitless.html", {"here": "fruitless", "page": page})


@admin
@require_POST
def dismiss(request: HttpRequest, number: int) -> HttpResponse:
    """Take a search off the list."""
    found = get_object_or_404(FruitlessSearch, pk=number)
    services.dismiss_fruitless(search_id=found.pk, at=timezone.now())
    messages.success(request, _("Taken off the list: %(words)s") % {"words": found.words})
    return redirect("office:fruitless")


def _understood(form: SynonymForm) -> dict[str, Any]:
    cleaned = form.cleaned_data
    return {name: cleaned[name] for name in ("phrase", "meaning", "reason")} | {"kind": SynonymKind(cleaned["kind"])}


def _show(request: HttpRequest, form: SynonymForm, **more: Any) -> HttpResponse:
    found = more.get("synonym")
    changes = found.changes.select_related("by").order_by("-at", "-pk") if found else []
    context = {"here": "synonyms", "form": form, "changes": changes} | more
    return render(request, "office/synonym.html", context, status=422 if form.errors else 200)
