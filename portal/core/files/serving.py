"""Handing a stored file to the person it belongs to; nothing in it can run."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from portal.core.files.storing import content_for_people
from portal.core.models import StoredFile

POLICY: Final = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"
# Chromium's own PDF viewer does not start in a sandbox; nothing else is allowed to the page either.
_PDF_POLICY: Final = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


def served(stored: StoredFile) -> HttpResponse:
    """Return a stored file for viewing in place, an archive for saving; the caller has seen to who asks.

    Raises `QuarantinedFileError`, `DamagedFileError`.
    """
    response = HttpResponse(content_for_people(stored), content_type=stored.content_type)
    inline = stored.is_photo or stored.is_pdf
    response["Content-Disposition"] = content_disposition_header(not inline, stored.display_name) or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _PDF_POLICY if stored.is_pdf else POLICY
    response["Cache-Control"] = "private, no-store"
    return response
