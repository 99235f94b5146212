"""A file that is not taken, in words for the person who gave it: why, and what to do."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.apart.refusing import Reason
from portal.core.errors import DomainError

_WORDS: Final[dict[Reason, Promise]] = {
    Reason.EMPTY: _("The file is empty. Please choose it again."),
    Reason.WRONG_TYPE: _("Only PDF files and photos (JPG, PNG, WebP) can be taken. Please choose another file."),
    Reason.HEIC: _(
        "This photo is in the HEIC format, which cannot be opened here. Please save it as JPG, or take it again from "
        "this page."
    ),
    Reason.DAMAGED: _("The file is damaged and cannot be opened. Please scan or photograph the paper again."),
    Reason.TOO_BIG: _("The file is too large. Please photograph page by page, or scan at 200 dpi."),
    Reason.TOO_HEAVY: _(
        "The file takes too much memory to open. Please photograph the paper again, or scan it at 200 dpi."
    ),
    Reason.TOO_MANY_PAGES: _("The PDF has too many pages. Please give only the pages that are asked for."),
    Reason.TOO_MANY_ROWS: _("The spreadsheet has too many rows. Please give it in several files."),
    Reason.NO_PAGES: _("The PDF has no pages. Please choose another file."),
    Reason.ENCRYPTED: _("The file is protected by a password. Please remove it first."),
    Reason.ACTIVE: _("The PDF contains programs, which are not taken. Please print it to a new PDF and add that."),
    Reason.LAYERED: _("The PDF has hidden layers. Please print it to a new PDF, as it is seen, and add that."),
    Reason.UNDRAWN: _(
        "The PDF was filled in on the screen, and not every program shows what was filled in. Please print it to a "
        "new PDF, and add that."
    ),
    Reason.DISGUISED: _("The file hides a second file inside. Please scan or photograph the paper again."),
    Reason.UNSAFE_ARCHIVE: _("The archive contains something that is not taken. Please add the papers one by one."),
    Reason.UNSCANNED: _("The virus check is not available just now. Please try again in a few minutes."),
    Reason.INFECTED: _("A virus was found in the file, so it was not kept. Please check your device."),
}


class FileRefusedError(DomainError):
    """The file cannot be taken; the message says why and what to do."""

    def __init__(self, reason: Reason, message: str | Promise | None = None) -> None:
        self.reason = reason
        super().__init__(message or _WORDS[reason])


def too_big(most_bytes: int) -> FileRefusedError:
    """Return the refusal of a file that is larger than its paper may be."""
    message = _("The file is larger than %(megabytes)d MB. Please photograph page by page, or scan at 200 dpi.")
    return FileRefusedError(Reason.TOO_BIG, message % {"megabytes": most_bytes // (1024 * 1024)})
