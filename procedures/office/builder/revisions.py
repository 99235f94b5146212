"""Who changed what and when: every save of a proposal in words, and the way back to any of them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from identity.access import serves_as
from identity.states import Role
from procedures.differences import Change, compare
from procedures.models import Proposal, ProposalRevision
from procedures.office.builder.history import travel_of
from procedures.office.sections import SECTIONS

admin = serves_as(Role.CATALOGUE_ADMIN)
_PAGE = 20


@dataclass(frozen=True)
class Saved:
    """A save: who, when, under which note, and what it changed in words."""

    revision: ProposalRevision
    changes: list[Change]


@admin
@require_GET
def revisions(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The saves of a proposal, newest first, each with what it changed."""
    proposal = get_object_or_404(Proposal, uuid=uuid)
    pages = Paginator(proposal.revisions.select_related("saved_by").order_by("-number"), _PAGE)
    page = pages.get_page(request.GET.get("trang"))
    shown = list(page.object_list)
    before = {one.number: one for one in shown}
    oldest = shown[-1].number if shown else 0
    before |= {one.number: one for one in proposal.revisions.filter(number=oldest - 1)}
    context = {
        "here": "home",
        "proposal": proposal,
        "sections": SECTIONS,
        "travel": travel_of(proposal),
        "page": page,
        "saves": [Saved(one, _changes(before.get(one.number - 1), one)) for one in shown],
    }
    return render(request, "office/builder/revisions.html", context)


def _changes(before: ProposalRevision | None, after: ProposalRevision) -> list[Change]:
    return compare(before.document, after.document) if before else []
