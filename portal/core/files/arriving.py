"""While a request's files arrive: none is written further than the largest file may be."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler

from portal.core.errors import DomainError, StorageFullError
from portal.core.files.refusals import too_big


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Django's handler of temporary files, which gives up a file that grows too large or that the disk refuses.

    What was given up does not stand in `request.FILES`; `given_up` says why, by the name of its input.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if start + len(raw_data) > settings.UPLOAD_MAX_BYTES:
            self._give_up(too_big(settings.UPLOAD_MAX_BYTES))
        try:
            return super().receive_data_chunk(raw_data, start)
        except OSError:
            self._give_up(StorageFullError())
        return None

    def file_complete(self, file_size: int) -> UploadedFile[Any] | None:
        if getattr(self, "file", None) is None:
            return None
        try:
            return super().file_complete(file_size)
        except OSError:
            given_up(self.request)[str(self.field_name)] = StorageFullError()
            return None

    def _give_up(self, refusal: DomainError) -> None:
        given_up(self.request)[str(self.field_name)] = refusal
        self.file.close()
        raise SkipFile


def given_up(request: Any) -> dict[str, DomainError]:
    """Return the refusals of files that were given up while they arrived, by the name of their input."""
    found: dict[str, DomainError] = request.__dict__.setdefault("_uploads_given_up", {})
    return found
