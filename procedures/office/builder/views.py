"""The outline of a draft's form and what is done to it there. Every act is a save, and a save can be undone."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from identity.access import account_of, serves_as
from identity.states import Role
from portal.core.errors import DomainError
from portal.core.text import whole_number
from procedures import services, wording
from procedures.definition import DefinitionError
from procedures.editing import Document, outline, with_members
from procedures.models import Proposal
from procedures.office.builder.forms import MinutesForm, WordsForm
from procedures.office.builder.history import travel_of
from procedures.office.builder.showing import frame, outline_of
from procedures.office.saving import draft_called, save, seen_revision, words

admin = serves_as(Role.CATALOGUE_ADMIN)


@admin
@require_GET
def form(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The form as an outline, with the preview, the findings and the samples beside it."""
    draft = draft_called(uuid)
    shown = outline_of(draft)
    context = frame(request, draft, page=request.GET.get("trang", "")) | {
        "outline": shown,
        "minutes_form": MinutesForm(initial={"minutes": shown.minutes}),
    }
    return render(request, "office/builder/form.html", context)


@admin
@require_POST
def page_act(request: HttpRequest, uuid: UUID, page: str, act: str) -> HttpResponse:
    """Move a page, or double it."""
    draft = draft_called(uuid)
    place, name = _place_of_page(draft, page)
    return _do(request, draft, _page_edit(request, act, page, place), name, f"#trang-{page}")


@admin
@require_POST
def question_act(request: HttpRequest, uuid: UUID, question: str, act: str) -> HttpResponse:
    """Move a question up, down or to another page, double it, or take a group apart."""
    draft = draft_called(uuid)
    try:
        name = wording.name_of(outline.question(draft.document, question))
        edit = _question_edit(request, draft, act, question)
    except LookupError as error:
        raise Http404 from error
    return _do(request, draft, edit, name, f"#cau-hoi-{question}")


@admin
@require_http_methods(["GET", "POST"])
def remove(request: HttpRequest, uuid: UUID, what: str, path: str) -> HttpResponse:
    """Before a page or a question goes: what goes with it; posting removes it."""
    draft = draft_called(uuid)
    is_page = what == "trang"
    try:
        part = outline.page(draft.document, path) if is_page else outline.question(draft.document, path)
    except LookupError as error:
        raise Http404 from error
    name = wording.name_of(part)
    if request.method == "POST":
        edit = _Edit(
            lambda d: outline.without_page(d, path) if is_page else outline.without_question(d, path),
            _("removed: %(name)s"),
        )
        return _do(request, draft, edit, name, "")
    codes = [field["code"] for field in part["fields"]] if is_page else [path]
    uses = outline.uses_of(draft.document, codes, besides=path if is_page else "")
    context = frame(request, draft, page=path if is_page else outline.page_of(draft.document, path)) | {
        "name": name,
        "is_page": is_page,
        "count": len(part["fields"]) if is_page else 0,
        "uses": [use for use in uses if use.may_go],
        "obstacles": [use for use in uses if not use.may_go],
    }
    return render(request, "office/builder/remove.html", context)


@admin
@require_POST
def group(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put the chosen questions into a repeated group."""
    draft = draft_called(uuid)
    named = WordsForm(request.POST)
    if not named.is_valid():
        messages.error(request, _("Give the group a name: what is repeated, for instance “Heir”."))
        return redirect(_address(draft))
    name, codes = named.cleaned_data["name"], request.POST.getlist("chosen")
    return _do(request, draft, _Edit(lambda d: outline.grouped(d, codes, name), _("grouped: %(name)s")), name, "")


@admin
@require_POST
def share(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Keep the chosen questions as a block for every procedure."""
    draft = draft_called(uuid)
    named = WordsForm(request.POST)
    chosen = set(request.POST.getlist("chosen"))
    fields = [field for _page, field in outline.questions(draft.document) if field["code"] in chosen]
    if not named.is_valid() or not fields:
        messages.error(request, _("Choose the questions, and give the block a name."))
        return redirect(_address(draft))
    try:
        block = services.share_block(
            name=named.cleaned_data["name"], fields=fields, by=account_of(request), at=timezone.now()
        )
    except DomainError as error:
        messages.error(request, words(error))
    else:
        messages.success(request, _("Kept as the block “%(name)s”.") % {"name": block.name})
    return redirect(_address(draft))


@admin
@require_POST
def minutes(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How long filling in takes, said to the applicant."""
    draft = draft_called(uuid)
    given = MinutesForm(request.POST)
    if not given.is_valid() or not outline.pages(draft.document):
        messages.error(request, _("Enter the minutes as a number from 1 to 240."))
        return redirect(_address(draft))
    count = given.cleaned_data["minutes"]
    edit = _Edit(lambda d: with_members(d, {"form": {**d["form"], "minutes": count}}), _("minutes: %(name)s"))
    return _do(request, draft, edit, str(count), "")


@admin
@require_POST
def go(request: HttpRequest, uuid: UUID, act: str) -> HttpResponse:
    """Undo or redo one save."""
    draft = draft_called(uuid)
    ways = travel_of(draft)
    to = ways.undo if act == "hoan-tac" else ways.redo if act == "lam-lai" else None
    if to is None:
        raise Http404
    try:
        services.undo(
            proposal_id=draft.pk,
            seen_revision=seen_revision(request),
            to=to,
            by=account_of(request),
            at=timezone.now(),
        )
    except (DomainError, DefinitionError) as error:
        messages.error(request, words(error))
    else:
        messages.success(request, _("Undone.") if act == "hoan-tac" else _("Done again."))
    return redirect(_address(draft))


class _Edit:
    """An edit of the document and the note under which it stands in the history."""

    def __init__(self, change: Callable[[Document], Document], note: str) -> None:
        self.change, self.note = change, note


def _do(request: HttpRequest, draft: Proposal, edit: _Edit, name: str, anchor: str) -> HttpResponse:
    note = edit.note % {"name": name[:200]}
    try:
        save(request, draft, edit.change(draft.document), note)
    except (DomainError, DefinitionError) as error:
        messages.error(request, words(error))
    except LookupError as error:
        raise Http404 from error
    else:
        messages.success(request, note)
    return redirect(_address(draft) + anchor)


def _page_edit(request: HttpRequest, act: str, page: str, place: int) -> _Edit:
    match act:
        case "len":
            return _Edit(lambda d: outline.page_moved(d, page, place - 1), _("moved: %(name)s"))
        case "xuong":
            return _Edit(lambda d: outline.page_moved(d, page, place + 1), _("moved: %(name)s"))
        case "dat":
            to = _posted_place(request)
            return _Edit(lambda d: outline.page_moved(d, page, to), _("moved: %(name)s"))
        case "nhan-doi":
            return _Edit(lambda d: outline.page_duplicated(d, page), _("doubled: %(name)s"))
    raise Http404


def _question_edit(request: HttpRequest, draft: Proposal, act: str, path: str) -> _Edit:
    match act:
        case "len" | "xuong":
            step = -1 if act == "len" else 1
            return _Edit(lambda d: outline.question_stepped(d, path, step), _("moved: %(name)s"))
        case "dat":
            to, page = _posted_place(request), request.POST.get("page", "")
            return _Edit(lambda d: outline.question_moved(d, path, to, page), _("moved: %(name)s"))
        case "chuyen":
            page = request.POST.get(f"page-{path}", "")
            end = len(outline.page(draft.document, page)["fields"])
            return _Edit(lambda d: outline.question_moved(d, path, end, page), _("moved: %(name)s"))
        case "nhan-doi":
            return _Edit(lambda d: outline.question_duplicated(d, path), _("doubled: %(name)s"))
        case "tach-nhom":
            if outline.question(draft.document, path)["kind"] != "group":
                raise Http404
            return _Edit(lambda d: outline.ungrouped(d, path), _("taken apart: %(name)s"))
    raise Http404


def _posted_place(request: HttpRequest) -> int:
    place = whole_number(request.POST.get("place", ""))
    if place is None:
        raise Http404
    return place


def _place_of_page(draft: Proposal, code: str) -> tuple[int, str]:
    for place, page in enumerate(outline.pages(draft.document)):
        if page["code"] == code:
            return place, wording.name_of(page)
    raise Http404


def _address(draft: Proposal) -> str:
    return reverse("office:form", args=[draft.uuid])
