"""Acts on many cases of a list: what will happen to how many, then what happened to each."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from identity.access import officer, serves_as
from identity.officers import Officer
from identity.states import DESK
from onestop import bulk, lists
from onestop.forms import ListForm
from onestop.models import BulkItem, Case
from onestop.views.lists import desk_context
from portal.core.errors import DomainError
from portal.core.text import whole_number


@serves_as(*DESK)
@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Say what would happen to the chosen cases, and ask for what the act needs."""
    return _ask(request, _choice(request, None))


@serves_as(*DESK)
@require_POST
def order(request: HttpRequest) -> HttpResponse:
    """Order the act; its page shows how it goes."""
    choice = _choice(request, request.POST)
    if choice is None or not choice.is_valid:
        return _ask(request, choice, status=422)
    job = bulk.order(choice, officer=officer(request), at=timezone.now())
    return redirect("onestop:desk_bulk_job", uuid=job.uuid)


@serves_as(*DESK)
@require_GET
def job(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How a job goes: progress while it runs, then each refusal with its reason."""
    at_work = officer(request)
    found = bulk.job_of(at_work, uuid)
    if found is None:
        raise Http404
    refused = found.items.filter(outcome=BulkItem.Outcome.REFUSED).select_related("case").order_by("pk")
    context = {"job": found, "act": bulk.act_of(found), "refused": refused, "total": found.items.count()}
    answer = render(request, "desk/bulk_job.html", desk_context(at_work, "") | context)
    if found.finished_at is None:
        answer["Refresh"] = "2"
    return answer


def _ask(request: HttpRequest, choice: bulk.Choice | None, status: int = 200) -> HttpResponse:
    context = desk_context(officer(request), "") | {"choice": choice, "most": bulk.MOST}
    return render(request, "desk/bulk.html", context, status=status if choice else 422)


def _choice(request: HttpRequest, typed: QueryDict | None) -> bulk.Choice | None:
    at_work = officer(request)
    seen = _whole_list(request, at_work) if request.POST.get("whole") else _seen(request.POST.getlist("chosen"))
    try:
        return bulk.choice(at_work, request.POST.get("bulk_act", ""), seen, typed)
    except DomainError as error:  # the first of the cases has no form for it
        messages.error(request, str(error.message))
        return None


def _seen(values: list[str]) -> dict[int, int]:
    """Return key → version of what stands in the boxes that were ticked, or in the one field that goes on."""
    pairs = (value.partition(".") for field in values for value in field.split(",")[: bulk.MOST])
    numbers = ((whole_number(key), whole_number(version)) for key, _, version in pairs)
    return {key: version for key, version in numbers if key is not None and version is not None}


def _whole_list(request: HttpRequest, at_work: Officer) -> dict[int, int]:
    """Return the first cases of the list from which the act was chosen."""
    queue = lists.QUEUES.get(request.POST.get("queue", ""))
    if queue is None:
        return {}
    form = ListForm(QueryDict(request.POST.get("query", "")), lists.choices(at_work))
    keys = lists.first_cases(queue, at_work, form.narrowing, timezone.now(), bulk.MOST)
    versions = dict(Case.objects.filter(pk__in=keys).values_list("pk", "version"))
    return {key: versions[key] for key in keys}
