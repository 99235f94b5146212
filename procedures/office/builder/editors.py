"""Pages on which a page or a question of the form is written: its words, its properties, its conditions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from identity.access import serves_as
from identity.states import Role
from portal.core.errors import ConflictError, DomainError
from procedures import definition as definitions
from procedures import wording
from procedures.definition import DefinitionError
from procedures.editing import Document, outline
from procedures.models import Proposal
from procedures.office.builder import library
from procedures.office.builder.forms import NewPageForm, PageForm, QuestionForm
from procedures.office.builder.kinds import KindOfQuestion, kind_called, kinds_to_choose
from procedures.office.builder.showing import frame
from procedures.office.choosing import Condition, RuleForm
from procedures.office.saving import draft_called, save, words
from procedures.office.subjects import before, computable, in_row, whole

admin = serves_as(Role.CATALOGUE_ADMIN)
_RULES: Final = {
    "hien": Condition("show_if", gettext_lazy("When it is shown"), gettext_lazy("always")),
    "bat-buoc": Condition("required_if", gettext_lazy("When it must be answered"), gettext_lazy("as ticked above")),
}


@admin
@require_http_methods(["GET", "POST"])
def new_page(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A new page: its words, and the block or question it begins with."""
    draft = draft_called(uuid)
    blocks = {block.key: block for block in library.blocks()}
    choices = [(key, _("the block “%(name)s”") % {"name": block.name}) for key, block in blocks.items()]
    form = NewPageForm(request.POST or None, blocks=choices)

    def change() -> Document:
        block = blocks.get(form.cleaned_data["start"])
        fields = block.fields if block else [form.first_question()]
        return outline.with_page(draft.document, form.members(), fields)

    note = _("added: page “%(name)s”")
    return _edit(
        request, draft, form, change, lambda: note % {"name": form.cleaned_data["title"]}, title=_("A new page")
    )


@admin
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, uuid: UUID, page: str) -> HttpResponse:
    """The words of a page."""
    draft = draft_called(uuid)
    current = _found(lambda: outline.page(draft.document, page))
    form = PageForm(request.POST or None, page=current)
    return _edit(
        request,
        draft,
        form,
        lambda: outline.page_changed(draft.document, page, form.members()),
        lambda: _("page “%(name)s”") % {"name": form.cleaned_data["title"]},
        title=wording.name_of(current),
        page=page,
        conditions=_conditions(draft, current, ("hien",), "office:page_rule", page),
        removes=reverse("office:remove", args=[draft.uuid, "trang", page]),
    )


@admin
@require_http_methods(["GET", "POST"])
def new_question(request: HttpRequest, uuid: UUID, where: str) -> HttpResponse:
    """A new question on a page, or in a group (`.code`): first its kind is chosen, then it is written."""
    draft = draft_called(uuid)
    in_group = where.startswith(".")
    page_code = _found(lambda: outline.page_of(draft.document, where[1:]) if in_group else _page_code(draft, where))
    if "loai" not in request.GET:
        context = frame(request, draft, page=page_code) | {"kinds": kinds_to_choose(in_group=in_group)}
        return render(request, "office/builder/kinds.html", context)
    kind = _kind(request.GET["loai"], in_group=in_group)
    operands = _operands(draft, page_code, "") if kind.is_computed else []
    form = QuestionForm(
        request.POST or None, kind=kind, document=draft.document, in_group=in_group, operands=operands
    )
    return _edit(
        request,
        draft,
        form,
        lambda: outline.with_question(draft.document, where, _without_empty(form.members())),
        lambda: _("added: question “%(name)s”") % {"name": form.cleaned_data["label"]},
        title=_("A new question: %(kind)s") % {"kind": kind.title},
        page=page_code,
        about=kind.about,
    )


@admin
@require_http_methods(["GET", "POST"])
def question(request: HttpRequest, uuid: UUID, question: str) -> HttpResponse:
    """The words and properties of a question; `?loai=` makes it one of another kind."""
    draft = draft_called(uuid)
    current = _found(lambda: outline.question(draft.document, question))
    in_group = "." in question
    page_code = outline.page_of(draft.document, question)
    if "loai" in request.GET and not request.GET["loai"]:
        context = frame(request, draft, page=page_code) | {
            "kinds": kinds_to_choose(in_group=in_group),
            "changes": wording.name_of(current),
        }
        return render(request, "office/builder/kinds.html", context)
    kind = _kind(request.GET.get("loai", current["kind"]), in_group=in_group)
    form = QuestionForm(
        request.POST or None,
        kind=kind,
        document=draft.document,
        question=current,
        in_group=in_group,
        operands=_operands(draft, page_code, question) if kind.is_computed else [],
    )
    conditions = _conditions(draft, current, tuple(_RULES), "office:question_rule", question)
    return _edit(
        request,
        draft,
        form,
        lambda: outline.question_changed(draft.document, question, form.changes()),
        lambda: _("question “%(name)s”") % {"name": form.cleaned_data["label"]},
        title=wording.name_of(current),
        page=page_code,
        about=f"{kind.title} – {kind.about}",
        conditions=conditions if kind.code != "note" else conditions[:1],
        changes_kind=True,
        removes=reverse("office:remove", args=[draft.uuid, "cau-hoi", question]),
    )


@admin
@require_http_methods(["GET", "POST"])
def page_rule(request: HttpRequest, uuid: UUID, page: str, rule: str) -> HttpResponse:
    """When a page is shown."""
    draft = draft_called(uuid)
    current = _found(lambda: outline.page(draft.document, page))
    if rule != "hien":
        raise Http404
    return _edit_rule(
        request,
        draft,
        current,
        _RULES[rule],
        place=(page, ""),
        change=lambda members: outline.page_changed(draft.document, page, members),
    )


@admin
@require_http_methods(["GET", "POST"])
def question_rule(request: HttpRequest, uuid: UUID, question: str, rule: str) -> HttpResponse:
    """When a question is asked, or must be answered."""
    draft = draft_called(uuid)
    current = _found(lambda: outline.question(draft.document, question))
    if rule not in _RULES:
        raise Http404
    return _edit_rule(
        request,
        draft,
        current,
        _RULES[rule],
        place=(outline.page_of(draft.document, question), question),
        change=lambda members: outline.question_changed(draft.document, question, members),
    )


def _edit_rule(
    request: HttpRequest,
    draft: Proposal,
    owner: dict[str, Any],
    condition: Condition,
    *,
    place: tuple[str, str],
    change: Callable[[dict[str, Any]], Document],
) -> HttpResponse:
    form = definitions.load(draft.document).form
    if form is None:
        raise Http404
    name, status = condition.name, 200
    rule_form = RuleForm(
        request.POST if request.method == "POST" else None,
        condition=condition,
        owner=owner,
        scope=before(form, *place),
    )
    if rule_form.is_bound and not rule_form.is_rearranged:
        status = 422
        if rule_form.is_valid():
            members = {name: rule_form.rule()} | ({"required": None} if name == "required_if" else {})
            try:
                save(request, draft, change(members), _("condition of “%(name)s”") % {"name": wording.name_of(owner)})
            except (DomainError, DefinitionError) as error:
                rule_form.add_error(None, words(error))
                status = 409 if isinstance(error, ConflictError) else 422
                draft.refresh_from_db()
            else:
                messages.success(request, _("Saved."))
                return redirect(_back(draft, place[0]))
    context = frame(request, draft, page=place[0]) | {
        "form": rule_form,
        "owner": wording.name_of(owner),
        "is_page": not place[1],
        "requires": name == "required_if",
    }
    return render(request, "office/builder/rule.html", context, status=status)


def _edit(
    request: HttpRequest,
    draft: Proposal,
    form: forms.Form,
    change: Callable[[], Document],
    note: Callable[[], str],
    *,
    page: str = "",
    **shown: Any,
) -> HttpResponse:
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                saved = save(request, draft, change(), note())
            except (DomainError, DefinitionError) as error:
                form.add_error(None, words(error))
                status = 409 if isinstance(error, ConflictError) else 422
            else:
                messages.success(request, _("Saved."))
                return redirect(_back(saved, page))
        draft.refresh_from_db()
    context = frame(request, draft, page=page) | {"form": form} | shown
    return render(request, "office/builder/edit.html", context, status=status)


def _conditions(
    draft: Proposal, owner: dict[str, Any], names: tuple[str, ...], address: str, path: str
) -> list[dict[str, str]]:
    form = definitions.load(draft.document).form
    scope = in_row(form, path.split(".")[0]) if form and "." in path else whole(form)
    return [
        {
            "title": str(_RULES[name].title),
            "words": scope.words(owner.get(_RULES[name].name)) or str(_RULES[name].without),
            "address": reverse(address, args=[draft.uuid, path, name]),
        }
        for name in names
    ]


def _operands(draft: Proposal, page: str, question: str) -> list[tuple[str, str]]:
    """Return the answers that a value may be computed from: those before it, and the columns of groups."""
    form = definitions.load(draft.document).form
    return computable(form, page, question) if form else []


def _found(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except LookupError as error:
        raise Http404 from error


def _page_code(draft: Proposal, code: str) -> str:
    return str(outline.page(draft.document, code)["code"])


def _kind(code: str, *, in_group: bool) -> KindOfQuestion:
    kind = _found(lambda: kind_called(code))
    if kind.code not in {one.code for one in kinds_to_choose(in_group=in_group)}:
        raise Http404
    return kind  # type: ignore[no-any-return]


def _without_empty(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value not in (None, "", [], {})}


def _back(draft: Proposal, page: str) -> str:
    return reverse("office:form", args=[draft.uuid]) + (f"?trang={page}#trang-{page}" if page else "")
