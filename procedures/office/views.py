"""Pages of the catalogue's office: the queue, the procedures with their history, a proposal on its way."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from identity.access import account_of, serves_as
from identity.states import Role
from portal.core.errors import ConflictError, DomainError
from portal.core.text import whole_number
from procedures import services
from procedures.definition import DefinitionError
from procedures.differences import compare
from procedures.models import Procedure, ProcedureVersion, Proposal
from procedures.office import queries
from procedures.office.forms import ProposeForm, ReasonForm
from procedures.office.paging import page_of
from procedures.office.saving import words
from procedures.office.sections import SECTIONS
from procedures.open_cases import effect_of_change
from procedures.reviewing import review
from procedures.states import Origin

_PAGE = 50
admin = serves_as(Role.CATALOGUE_ADMIN)


@admin
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """What waits for the second person, what is being written, what came into force."""
    waiting = queries.waiting()
    context = {
        "here": "home",
        "waiting": page_of(request, waiting, _PAGE),
        "imported": waiting.filter(origin=Origin.IMPORT).count(),
        "drafts": queries.drafts()[:_PAGE],
        "published": queries.published_lately()[:10],
        "me": account_of(request),
    }
    return render(request, "office/home.html", context)


@admin
@require_GET
def procedures(request: HttpRequest) -> HttpResponse:
    """All procedures, found by words and filters, with what is on its way for each."""
    chosen = queries.Choice.of(request.GET)
    page = page_of(request, queries.procedures(chosen, timezone.localdate()), _PAGE)
    context = {
        "here": "procedures",
        "chosen": chosen,
        "page": page,
        "sectors": queries.sectors(),
        "usage": queries.usage([procedure.code for procedure in page.object_list]),
    }
    return render(request, "office/procedures.html", context)


@admin
@require_GET
def history(request: HttpRequest, code: str) -> HttpResponse:
    """A procedure's versions: who, when, why, and the difference between any two."""
    procedure = _procedure(code)
    versions = list(procedure.versions.select_related("published_by").order_by("-number"))
    chosen = {version.number: version for version in versions}
    newer = chosen.get(whole_number(request.GET.get("den", "")) or 0, versions[0])
    older = chosen.get(whole_number(request.GET.get("tu", "")) or 0, chosen.get(newer.number - 1))
    context = {
        "here": "procedures",
        "procedure": procedure,
        "versions": versions,
        "in_force": ProcedureVersion.objects.in_force(timezone.localdate()).filter(procedure=procedure).first(),
        "newer": newer,
        "older": older,
        "changes": compare(older.document if older else None, newer.document),
        "proposals": Proposal.objects.open().filter(code=code),
    }
    return render(request, "office/history.html", context)


@admin
@require_http_methods(["GET", "POST"])
def roll_back(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """Before going back: what changes, and for whom; posting does it."""
    procedure = _procedure(code)
    target = get_object_or_404(procedure.versions, number=number)
    newest = procedure.versions.latest("number")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            version = services.roll_back(
                code=code,
                to=number,
                by=account_of(request),
                reason=form.cleaned_data["reason"],
                at=timezone.now(),
            )
        except (DomainError, DefinitionError) as error:
            messages.error(request, words(error))
            return redirect("office:history", code=code)
        done = _("The content of version %(old)s is in force again, as version %(new)s.")
        messages.success(request, done % {"old": number, "new": version.number})
        return redirect("office:history", code=code)
    changes = compare(newest.document, target.document)
    context = {
        "here": "procedures",
        "procedure": procedure,
        "target": target,
        "newest": newest,
        "changes": changes,
        "effect": effect_of_change(code, newest=newest.pk, binds=any(change.binds for change in changes)),
        "form": form,
    }
    return render(request, "office/roll_back.html", context, status=422 if form.errors else 200)


@admin
@require_POST
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Begin a change of a procedure, or go on with the draft that there is."""
    _procedure(code)
    draft = services.start_draft(code=code, document=None, by=account_of(request), at=timezone.now())
    return redirect("office:proposal", uuid=draft.uuid)


@admin
@require_GET
def proposal(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A change on its way: what it changes, whom it touches, what is wrong, and what may be done with it."""
    return _show(request, _proposal(uuid))


@admin
@require_POST
def act(request: HttpRequest, uuid: UUID, act: str) -> HttpResponse:
    """Hand over, approve, send back, give up, undo or bring up to date, as the page was seen."""
    found = _proposal(uuid)
    run = _ACTS.get(act)
    if run is None:
        raise Http404
    form: Any = ProposeForm(request.POST) if act == "trinh" else ReasonForm(request.POST)
    if act in {"trinh", "tra-lai", "bo"} and not form.is_valid():
        return _show(request, found, form=form, status=422)
    seen = whole_number(request.POST.get("revision", "")) or 0
    try:
        done = run(request, found, seen, form)
    except ConflictError as error:
        messages.error(request, words(error))
        return _show(request, _proposal(uuid), status=409)
    except (DomainError, DefinitionError) as error:
        messages.error(request, words(error))
        return _show(request, _proposal(uuid), status=422)
    messages.success(request, done)
    return redirect("office:proposal", uuid=uuid)


def _propose(request: HttpRequest, found: Proposal, seen: int, form: ProposeForm) -> str:
    services.submit_draft(
        proposal_id=found.pk,
        by=account_of(request),
        reason=form.cleaned_data["reason"],
        effective_from=form.cleaned_data["effective_from"],
        at=timezone.now(),
    )
    return _("Proposed. A second person approves it or sends it back.")


def _approve(request: HttpRequest, found: Proposal, seen: int, form: ReasonForm) -> str:
    version = services.approve(proposal_id=found.pk, seen_revision=seen, by=account_of(request), at=timezone.now())
    done = _("Published as version %(number)s, in force from %(day)s.")
    return done % {"number": version.number, "day": f"{version.effective_from:%d/%m/%Y}"}


def _send_back(request: HttpRequest, found: Proposal, seen: int, form: ReasonForm) -> str:
    reason = form.cleaned_data["reason"]
    services.send_back(proposal_id=found.pk, by=account_of(request), reason=reason, at=timezone.now())
    return _("Sent back to its author.")


def _discard(request: HttpRequest, found: Proposal, seen: int, form: ReasonForm) -> str:
    reason = form.cleaned_data["reason"]
    services.discard(proposal_id=found.pk, by=account_of(request), reason=reason, at=timezone.now())
    return _("Given up. What was written can still be read.")


def _undo(request: HttpRequest, found: Proposal, seen: int, form: ReasonForm) -> str:
    to = whole_number(request.POST.get("to", "")) or 0
    if not found.revisions.filter(number=to).exists():
        raise Http404
    services.undo(proposal_id=found.pk, seen_revision=seen, to=to, by=account_of(request), at=timezone.now())
    return _("The draft is as it was then.")


def _bring_up_to_date(request: HttpRequest, found: Proposal, seen: int, form: ReasonForm) -> str:
    services.bring_up_to_date(proposal_id=found.pk, seen_revision=seen, by=account_of(request), at=timezone.now())
    return _("The draft stands on the newest version now. Please read the comparison.")


_ACTS: dict[str, Callable[[HttpRequest, Proposal, int, Any], str]] = {
    "trinh": _propose,
    "duyet": _approve,
    "tra-lai": _send_back,
    "bo": _discard,
    "hoan-tac": _undo,
    "cap-nhat": _bring_up_to_date,
}


def _show(request: HttpRequest, found: Proposal, *, form: Any = None, status: int = 200) -> HttpResponse:
    me = account_of(request)
    context = {
        "here": "home",
        "proposal": found,
        "review": review(found, timezone.localdate()),
        "doubts": queries.doubts_about(found),
        "sections": SECTIONS,
        "revisions": found.revisions.select_related("saved_by").order_by("-number")[:30],
        "is_mine": me.pk in {found.author_id, found.proposed_by_id, found.changed_by_id},
        "propose_form": form
        if isinstance(form, ProposeForm)
        else ProposeForm(initial={"reason": found.reason, "effective_from": found.effective_from}),
        "reason_form": form if isinstance(form, ReasonForm) else ReasonForm(),
    }
    return render(request, "office/proposal.html", context, status=status)


def _procedure(code: str) -> Procedure:
    if "\0" in code:
        raise Http404
    return get_object_or_404(Procedure.objects.select_related("sector", "successor"), code=code)


def _proposal(uuid: UUID) -> Proposal:
    with_people = Proposal.objects.select_related("author", "changed_by", "proposed_by", "decided_by", "version")
    return get_object_or_404(with_people, uuid=uuid)
