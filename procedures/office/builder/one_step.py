"""One step of a draft's process: finding it, what stands around its pages, saving what can work."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from procedures import definition as definitions
from procedures import invariants
from procedures.editing import Document, steps
from procedures.errors import NotPossibleError
from procedures.models import Proposal
from procedures.office.saving import save
from procedures.office.sections import SECTIONS, section_called


def step_called(draft: Proposal, code: str) -> dict[str, Any]:
    """Return a step of the draft's process; 404 when there is none."""
    found = next((step for step in steps.steps(draft.document) if step["code"] == code), None)
    if found is None:
        raise Http404
    return found


def step_frame(draft: Proposal, current: Mapping[str, Any], back: str) -> dict[str, Any]:
    """Return what stands around a page of a step; `back` names the address of the page above it."""
    return process_frame(draft) | {"step": current, "back": reverse(back, args=[draft.uuid, current["code"]])}


def process_frame(draft: Proposal) -> dict[str, Any]:
    """Return what stands around a page of the process."""
    return {"here": "home", "proposal": draft, "sections": SECTIONS, "section": section_called("quy-trinh")}


def save_process(request: HttpRequest, draft: Proposal, document: Document, note: str) -> Proposal:
    """Save the draft with another process. Raises `NotPossibleError` saying all that is wrong, and as `save`."""
    definition = definitions.load(document)
    wrong = invariants.problems(definition)
    unknown = invariants.unknown_agencies(definition, timezone.localdate())
    wrong += [_("The process names an agency that is not there: %(code)s.") % {"code": code} for code in unknown]
    if wrong:
        raise NotPossibleError(" ".join(wrong))
    return save(request, draft, document, note)
