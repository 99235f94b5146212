"""Rules that refuse: who cannot apply and what to do instead, and answers that deny one another."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from identity.access import serves_as
from identity.states import Role
from portal.core.errors import ConflictError, DomainError
from portal.core.text import whole_number
from procedures import definition as definitions
from procedures.definition import DefinitionError
from procedures.editing import outline
from procedures.editing import refusals as editing
from procedures.models import Proposal
from procedures.office.builder.forms import RefusalForm
from procedures.office.builder.showing import frame
from procedures.office.choosing import Condition, RuleForm
from procedures.office.saving import draft_called, save, words
from procedures.office.subjects import whole

admin = serves_as(Role.CATALOGUE_ADMIN)
_SORTS: Final = {"khong-nop-duoc": "eligible", "khong-hop-nhau": "validate"}
_WHEN: Final = Condition("when", gettext_lazy("Refused when"))


@admin
@require_http_methods(["GET", "POST"])
def refusal(request: HttpRequest, uuid: UUID, sort: str, place: str) -> HttpResponse:
    """When it refuses, and what it says; `moi` is a new one."""
    draft = draft_called(uuid)
    name, number = _place(draft, sort, place)
    form = definitions.load(draft.document).form
    if form is None:
        raise Http404
    current = editing.refusals(draft.document, name)[number] if number is not None else {}
    data = request.POST if request.method == "POST" else None
    rule = RuleForm(data, condition=_WHEN, owner=current, scope=whole(form))
    said = RefusalForm(data, refusal=current, is_barrier=name == "eligible", questions=outline.labels(draft.document))
    status = 200
    if rule.is_rearranged:
        said.errors.clear()
    elif data is not None:
        status = _save(request, draft, name, number, rule, said)
        if status == 302:
            return redirect(reverse("office:form", args=[draft.uuid]) + "#quy-tac")
        draft.refresh_from_db()
    context = frame(request, draft) | {
        "form": rule,
        "words_form": said,
        "is_barrier": name == "eligible",
    }
    return render(request, "office/builder/refusal.html", context, status=status)


@admin
@require_POST
def remove_refusal(request: HttpRequest, uuid: UUID, sort: str, place: str) -> HttpResponse:
    """Take a refusal out."""
    draft = draft_called(uuid)
    name, number = _place(draft, sort, place)
    if number is None:
        raise Http404
    try:
        save(request, draft, editing.without_refusal(draft.document, name, number), _("a rule that refuses"))
    except (DomainError, DefinitionError) as error:
        messages.error(request, words(error))
    return redirect(reverse("office:form", args=[draft.uuid]) + "#quy-tac")


def _save(
    request: HttpRequest, draft: Proposal, name: str, number: int | None, rule: RuleForm, said: RefusalForm
) -> int:
    if not (rule.is_valid() & said.is_valid()):
        return 422
    members: dict[str, Any] = {"when": rule.rule()} | said.members()
    try:
        document = editing.with_refusal(draft.document, name, members, number)
        save(request, draft, document, _("a rule that refuses"))
    except (DomainError, DefinitionError) as error:
        rule.add_error(None, words(error))
        return 409 if isinstance(error, ConflictError) else 422
    messages.success(request, _("Saved."))
    return 302


def _place(draft: Proposal, sort: str, place: str) -> tuple[str, int | None]:
    if sort not in _SORTS:
        raise Http404
    number = whole_number(place)
    if place != "moi" and (number is None or number >= len(editing.refusals(draft.document, _SORTS[sort]))):
        raise Http404
    return _SORTS[sort], number
