"""Saving a process: only one that can work is kept."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from procedures import definition as definitions
from procedures import invariants
from procedures.editing import Document
from procedures.errors import NotPossibleError
from procedures.models import Proposal
from procedures.office.saving import save


def save_process(request: HttpRequest, draft: Proposal, document: Document, note: str) -> Proposal:
    """Save the draft with another process. Raises `NotPossibleError` saying all that is wrong, and as `save`."""
    definition = definitions.load(document)
    wrong = invariants.problems(definition)
    unknown = invariants.unknown_agencies(definition, timezone.localdate())
    wrong += [_("The process names an agency that is not there: %(code)s.") % {"code": code} for code in unknown]
    if wrong:
        raise NotPossibleError(" ".join(wrong))
    return save(request, draft, document, note)
