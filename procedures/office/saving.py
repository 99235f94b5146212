"""What the pages that edit a draft share: finding it, saving it as it was seen, and saying why not."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from identity.access import account_of
from portal.core.errors import DomainError
from portal.core.text import whole_number
from procedures import services
from procedures.models import Proposal


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


def words(error: Exception) -> str:
    """Return what a refusal says to the person who asked."""
    return str(error.message) if isinstance(error, DomainError) else str(error)
