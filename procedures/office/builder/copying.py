"""Copying questions into a form: from a block, or from the form of another procedure. Copies are never linked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from identity.access import serves_as
from identity.states import Role
from portal.core.errors import DomainError
from procedures import queries as catalogue
from procedures import services, wording
from procedures.definition import DefinitionError
from procedures.editing import outline
from procedures.models import SharedBlock
from procedures.office import queries
from procedures.office.builder import library
from procedures.office.builder.showing import frame
from procedures.office.saving import draft_called, save, words

admin = serves_as(Role.CATALOGUE_ADMIN)


@dataclass(frozen=True)
class Source:
    """A page to copy questions from: its words and its questions."""

    name: str
    page: Mapping[str, Any]
    fields: Sequence[Mapping[str, Any]]


@admin
@require_http_methods(["GET", "POST"])
def copy(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Choose a block (`?khoi=`) or a procedure (`?tu=`), then the questions; posting copies them."""
    draft = draft_called(uuid)
    sources = _sources(request)
    pages = outline.pages(draft.document)
    if request.method == "POST":
        return _copy(request, uuid, sources)
    found = []
    if request.GET.get("q"):
        chosen = queries.Choice(q=request.GET["q"].replace("\0", "")[:200])
        found = list(queries.procedures(chosen, timezone.localdate())[:10])
    context = frame(request, draft) | {
        "blocks": library.blocks(),
        "sources": [(place, source) for place, source in enumerate(sources)],
        "found": found,
        "q": request.GET.get("q", ""),
        "pages": [(page["code"], wording.name_of(page)) for page in pages],
        "target": request.GET.get("trang", ""),
    }
    return render(request, "office/builder/copy.html", context)


@admin
@require_POST
def forget(request: HttpRequest, uuid: UUID, block: UUID) -> HttpResponse:
    """Take one of the office's own blocks out of the list."""
    draft = draft_called(uuid)
    found = SharedBlock.objects.filter(uuid=block).first()
    if found is None:
        raise Http404
    services.forget_block(block_id=found.pk)
    messages.success(request, _("The block “%(name)s” is no longer offered.") % {"name": found.name})
    return redirect("office:copy", uuid=draft.uuid)


def _copy(request: HttpRequest, uuid: UUID, sources: Sequence[Source]) -> HttpResponse:
    draft = draft_called(uuid)
    chosen = set(request.POST.getlist("chosen"))
    target = request.POST.get("target", "")
    picked = [
        (source, fields)
        for place, source in enumerate(sources)
        if (fields := [field for field in source.fields if f"{place}.{field['code']}" in chosen])
    ]
    if not picked:
        messages.error(request, _("Choose at least one question."))
        return redirect(request.get_full_path())
    document = draft.document
    try:
        for source, fields in picked:
            if target:
                document = outline.with_copies(document, target, fields)
            else:
                document = outline.with_page(document, source.page or {"title": source.name}, fields)
        save(request, draft, document, _("copied from: %(name)s") % {"name": picked[0][0].name})
    except (DomainError, DefinitionError) as error:
        messages.error(request, words(error))
        return redirect(request.get_full_path())
    except LookupError as error:
        raise Http404 from error
    count = sum(len(fields) for _source, fields in picked)
    messages.success(
        request, _("Copied: %(count)s. Conditions on questions that are not here were left out.") % {"count": count}
    )
    return redirect(reverse("office:form", args=[draft.uuid]))


def _sources(request: HttpRequest) -> list[Source]:
    if request.GET.get("khoi"):
        block = library.block_called(request.GET["khoi"])
        return [Source(block.name, block.page, block.fields)] if block else []
    code = request.GET.get("tu", "").replace("\0", "")
    version = catalogue.version_in_force(code, timezone.localdate()) if code else None
    if version is None:
        return []
    return [
        Source(wording.name_of(page), _words_of(page), page["fields"]) for page in outline.pages(version.document)
    ]


def _words_of(page: Mapping[str, Any]) -> dict[str, Any]:
    return {name: page[name] for name in ("title", "why") if name in page}
