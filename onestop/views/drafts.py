"""Around the pages of a form: who may open a draft, what keeps it while it is typed, coming back, deleting it."""

from __future__ import annotations

from dataclasses import replace
from functools import wraps
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from identity.access import View, account_of, citizen, officer
from identity.keeping import recall
from onestop import drafting, queries
from onestop.errors import ActionNotAllowedError, FiledAlreadyError, ProcedureUnavailableError
from onestop.models import Case
from onestop.services import counter, drafts, filing, stepping
from onestop.services.drafts import Kept, Sent
from onestop.services.typed import Values, typed_on
from onestop.views.uploading import take_uploads
from portal.core.formatting import local
from procedures.eforms import StepDefinition, visible_steps

_NUMBER_LENGTH = 16


def at_hand(request: HttpRequest, uuid: UUID) -> Case:
    """Return what the asker fills in: their own case, or one of a counter where they are a clerk.

    Raises `Http404` for anybody else's.
    """
    found = queries.case_of(account_of(request), uuid) or queries.counter_case(officer(request), uuid)
    if found is None:
        raise Http404
    return found


def own_draft(request: HttpRequest, uuid: UUID) -> Case:
    """Return the draft that the asker fills in; raises `FiledAlreadyError`, `Http404`."""
    case = at_hand(request, uuid)
    if not case.is_draft:
        raise FiledAlreadyError
    return case


def list_of(case: Case) -> str:
    """Return the name of the page on which somebody finds a draft again."""
    return "onestop:counter" if case.is_from_counter else "onestop:my_cases"


def while_draft(view: View) -> View:
    """Lead to the case, or to all of one's cases, and say why when it is a draft no more: another tab, going back."""

    @wraps(view)
    def guarded(request: HttpRequest, uuid: UUID, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, uuid, *args, **kwargs)
        except ActionNotAllowedError as error:
            messages.error(request, str(error.message))
        if queries.case_of(account_of(request), uuid) is not None:
            return redirect("onestop:case", uuid=uuid)
        if queries.counter_case(officer(request), uuid) is not None:
            return redirect("onestop:counter_case", uuid=uuid)
        return redirect("onestop:my_cases")

    return guarded


def visible(case: Case) -> list[StepDefinition]:
    """Return the pages that the answers lead through."""
    form = stepping.definition_of(case).form
    return visible_steps(form, case.answers, timezone.localdate()) if form else []


def sent_from(data: MultiValueDict[str, Any]) -> Sent:
    """Return which page sent `data`, what it had seen, and its place among what that page sent."""
    return Sent(str(data.get("page", ""))[:40], _number(data.get("revision")), _number(data.get("sequence")))


def up_to_date(request: HttpRequest, case: Case, step: str) -> HttpResponse | None:
    """Lead elsewhere when the procedure is closed or has a new version; what was sent is kept first."""
    now = timezone.now()
    try:
        if not filing.has_newer_form(case, now):
            return None
        _keep_what_was_sent(request, case, step)
        case = filing.bring_up_to_date(draft_id=case.pk, at=now)
    except ProcedureUnavailableError:
        _keep_what_was_sent(request, case, step)
        return redirect("onestop:check", uuid=case.uuid)
    if step in {page.code for page in visible(case)}:
        return redirect(request.get_full_path())
    return redirect("onestop:resume", uuid=case.uuid)


def take_back(request: HttpRequest, case: Case, step: StepDefinition) -> bool:
    """Keep in the draft what was sent from a page when the session had run out; return whether there was any."""
    for path in (request.path, reverse("onestop:autosave", args=[case.uuid, step.code])):
        data = recall(request, path=path)
        if data is not None:
            keep(case, step, sent_from(data), typed_on(step, data))
            return True
    return False


def keep(case: Case, page: StepDefinition, sent: Sent, values: Values) -> Kept:
    """Keep what was typed on a page; the same values from two devices are no conflict."""
    draft, today = drafting.draft_of(case), timezone.localdate()
    is_foreign = drafts.changed_elsewhere(draft, page.code, sent)
    if (
        is_foreign
        and drafting.both(case, page.code, today, here=values, elsewhere=drafting.stored_on(page, case)) is None
    ):
        sent, is_foreign = replace(sent, revision=draft.revision), False
    is_accepted = page.code in draft.done and not drafting.differs_from_answers(case, page, values, today)
    waits = values if is_foreign or not is_accepted else None
    return drafts.keep_typed(draft_id=case.pk, step=page.code, values=waits, sent=sent, at=timezone.now())


@citizen
@require_POST
@never_cache
def autosave(request: HttpRequest, uuid: UUID, step: str) -> JsonResponse:
    """Keep a page as it stands, half-typed or wrong; the answer says when, or what is in the way."""
    try:
        case = own_draft(request, uuid)
        page = next((page for page in drafting.form_of(case).steps if page.code == step), None)
        if page is None:
            raise Http404
        kept = keep(case, page, sent_from(request.POST), typed_on(page, request.POST))
    except ActionNotAllowedError as error:
        answer = {"trouble": str(error.message), "link": _("My cases"), "next": reverse("onestop:my_cases")}
        return JsonResponse(answer, status=HTTPStatus.GONE)
    # What waited in the session since it had run out is older than this.
    recall(request, path=request.path)
    at = f"{local(timezone.now()):%H:%M}"
    if kept == Kept.ASIDE:
        trouble = _(
            "This page was also changed in another tab or on another device. What you type here is kept apart: "
            "please look at both."
        )
        return JsonResponse({"trouble": trouble}, status=HTTPStatus.CONFLICT)
    return JsonResponse({"at": at})


@citizen
@require_GET
@while_draft
def resume(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Go on with a draft where something is left to do: reminders lead here."""
    case = own_draft(request, uuid)
    step = drafting.progress_of(case, timezone.localdate()).step
    if not step:
        return redirect("onestop:check", uuid=case.uuid)
    return redirect("onestop:step", uuid=case.uuid, step=step)


@citizen
@require_http_methods(["GET", "POST"])
@while_draft
def discard(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Throw a draft away, after asking once."""
    case = own_draft(request, uuid)
    if request.method != "POST":
        return render(request, "onestop/discard.html", {"case": case, "papers": queries.papers(case)})
    if case.is_from_counter:
        counter.discard(draft_id=case.pk, actor=queries.clerk_for(officer(request), case))
    else:
        filing.discard_draft(draft_id=case.pk, account=account_of(request))
    messages.success(request, _("The draft was deleted."))
    return redirect(list_of(case))


@citizen
@require_POST
@while_draft
def read_news(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What a new version of the procedure changed has been read; go on."""
    case = own_draft(request, uuid)
    drafts.read_news(draft_id=case.pk)
    return redirect("onestop:resume", uuid=case.uuid)


def _keep_what_was_sent(request: HttpRequest, case: Case, step: str) -> None:
    page = next((page for page in drafting.form_of(case).steps if page.code == step), None)
    if request.method != "POST" or page is None:
        return
    take_uploads(request, case, step)
    keep(case, page, sent_from(request.POST), typed_on(page, request.POST))


def _number(text: Any) -> int | None:
    found = str(text or "")
    return int(found) if found.isascii() and found.isdecimal() and len(found) <= _NUMBER_LENGTH else None
