"""Refusals: what a person may be told, and what a caller may catch."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A rule of the business says no. `message` is fit for the person who asked."""

    message: str | Promise = _("The request cannot be carried out.")

    def __init__(self, message: str | Promise | None = None) -> None:
        if message is not None:
            self.message = message
        super().__init__(str(self.message))


class ConflictError(DomainError):
    """Somebody else changed the same thing first; the page shows who and what."""

    message = _("Somebody else has changed this in the meantime. Please look at it again.")


class TooManyRequestsError(DomainError):
    """The same door was knocked at too often."""

    message = _("Too many attempts. Please wait a few minutes and try again.")


class DamagedFileError(DomainError):
    """A stored file is missing or is not what was stored."""

    message = _("The stored file is damaged and cannot be shown. The operator has been told.")
    status = 500


class QuarantinedFileError(DomainError):
    """A file that the virus scanner has not passed."""

    status = 403
    message = _("This file waits for the virus check, or did not pass it. Nobody can open it until it has passed.")


class StorageFullError(DomainError):
    """A file could not be written; nothing of it stays."""

    message = _("The file could not be stored just now. Nothing was lost; please try again in a few minutes.")


class OutsideWorldError(Exception):
    """Another system did not do what was asked of it."""


class UnreachableError(OutsideWorldError):
    """The request certainly did not arrive; it may be repeated."""


class OutcomeUnknownError(OutsideWorldError):
    """The request was sent and no answer came: ask the other side before repeating it."""


class RefusedError(OutsideWorldError):
    """The other system answered, and its answer is no; repeating will not help."""
