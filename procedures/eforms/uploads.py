"""Uploaded papers: what a paper takes, by its definition in the form."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.apart.refusing import Reason
from portal.core.files import Demands, FileRefusedError
from procedures.eforms.question import FieldDefinition

MOST_FILES: Final = 10
MOST_PAGES: Final = 200
ACCEPTS: Final = ("photo", "pdf")
_MEGABYTE: Final = 1024 * 1024
_TYPES: Final = {
    "photo": "image/jpeg,image/png,image/webp",
    "pdf": "application/pdf",
    "zip": "application/zip",
}
UploadRefusedError = FileRefusedError


def demands_of(question: FieldDefinition | None) -> Demands:
    """Return what the paper of a question takes; what its definition leaves out has a default."""
    limits: dict[str, Any] = dict(question.upload) if question else {}
    return Demands(
        accepts=frozenset(limits.get("accepts", ACCEPTS)),
        most_bytes=min(settings.UPLOAD_MAX_BYTES, limits.get("max_megabytes", 1000) * _MEGABYTE),
        most_pages=limits.get("max_pages", MOST_PAGES),
        most_files=limits.get("max_files", MOST_FILES),
    )


def accepted_types(demands: Demands) -> str:
    """Return what the browser's file chooser offers."""
    return ",".join(_TYPES[kind] for kind in ("photo", "pdf", "zip") if kind in demands.accepts)


def check_count(count: int, most: int) -> None:
    """Raise `UploadRefusedError` when a paper would consist of more files than it may."""
    if count > most:
        message = _("At most %(count)d files can be added here.") % {"count": most}
        raise UploadRefusedError(Reason.TOO_BIG, message)
