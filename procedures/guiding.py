"""Life events: which there are, and one with its questions and what comes of the answers. Nothing is kept."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from identity.access import public
from procedures.life_events import all_events, bundle_for, event_called


@public
@require_GET
@gzip_page
def events(request: HttpRequest) -> HttpResponse:
    """All life events."""
    return render(request, "procedures/events.html", {"events": all_events()})


@public
@require_GET
@gzip_page
def event(request: HttpRequest, code: str) -> HttpResponse:
    """The questions of a life event; once all are answered, the procedures in order."""
    found = event_called(code)
    if found is None:
        raise Http404
    today = timezone.localdate()
    given = {question.code: request.GET.get(question.code, "") for question in found.questions}
    asked, answers = found.asked(given, today), found.answers(given, today)
    missing = [question for question in asked if question.code not in answers]
    context = {
        "event": found,
        "asked": asked,
        "answers": answers,
        "missing": missing if any(given.values()) else [],
        "bundle": None if missing else bundle_for(found, answers, now=timezone.now(), today=today),
    }
    return render(request, "procedures/event.html", context)
