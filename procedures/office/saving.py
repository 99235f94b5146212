"""What the pages that edit a draft share: finding it, saving it as it was seen, and saying why not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _

from identity.access import account_of
from portal.core.errors import DomainError
from portal.core.text import whole_number
from procedures import services
from procedures.models import Proposal
from procedures.rules import MissingFieldError


def draft_called(uuid: UUID) -> Proposal:
    """Return a draft; 404 for a proposal that is none any more."""
    found = get_object_or_404(Proposal, uuid=uuid)
    if not found.is_draft:
        raise Http404
    return found


def seen_revision(request: HttpRequest) -> int:
    """Return the revision that the page showed when it was sent."""
    return whole_number(request.POST.get("revision", "")) or 0


def save(request: HttpRequest, draft: Proposal, document: dict[str, Any], note: str) -> Proposal:
    """Save the draft over the revision that the page showed. Raises as `services.save_draft`."""
    return services.save_draft(
        proposal_id=draft.pk,
        seen_revision=seen_revision(request),
        document=document,
        by=account_of(request),
        at=timezone.now(),
        note=note[:300],
    )


def words(error: BaseException) -> str:
    """Return what a refusal says to the person who asked."""
    if isinstance(error, DomainError):
        return str(error.message)
    missing = _missing(error)
    if missing:
        message = _("A condition refers to a question that is not in the form: “%(path)s”. (%(place)s)")
        return message % {"path": missing.path, "place": error}
    return str(error)


def _missing(error: BaseException | None) -> MissingFieldError | None:
    """Return what a document was refused for when that is a rule on a field that does not exist."""
    while error is not None and not isinstance(error, MissingFieldError):
        error = error.__cause__
    return error
