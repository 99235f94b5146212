"""Uploaded papers: what they are by their content, whatever they are called."""

from __future__ import annotations

import io
import re
import unicodedata
import warnings
from dataclasses import dataclass
from typing import Final

import pikepdf
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from portal.core.errors import DomainError

MOST_FILES: Final = 10
_MOST_PIXELS: Final = 60_000_000
_LONGEST_NAME: Final = 120
_PICTURES: Final = {"JPEG": ("image/jpeg", ".jpg"), "PNG": ("image/png", ".png"), "WEBP": ("image/webp", ".webp")}
_PDF: Final = ("application/pdf", ".pdf")


class UploadRefusedError(DomainError):
    """The file cannot be taken; the message says why and what to do."""


@dataclass(frozen=True)
class Upload:
    """A file that may be kept: a name to show, and the type that its content has."""

    content: bytes
    name: str
    content_type: str


def checked(content: bytes, *, name: str) -> Upload:
    """Return the file, its type read from its bytes; raises `UploadRefusedError`.

    Taken are PDF (readable, without a password) and JPEG, PNG or WebP pictures of sane dimensions. The content is
    not changed: a signed PDF stays signed.
    """
    if not content:
        raise UploadRefusedError(_("The file is empty. Please choose it again."))
    if len(content) > settings.UPLOAD_MAX_BYTES:
        raise too_big()
    content_type, ending = _PDF if content[:1024].lstrip().startswith(b"%PDF-") else _picture(content)
    if content_type == _PDF[0]:
        _check_pdf(content)
    return Upload(content, shown_name(name, ending), content_type)


def too_big() -> UploadRefusedError:
    """Return the refusal of a file that is too large."""
    megabytes = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
    message = _("The file is larger than %(megabytes)d MB. Please photograph page by page, or scan at 200 dpi.")
    return UploadRefusedError(message % {"megabytes": megabytes})


def shown_name(name: str, ending: str) -> str:
    """Return a name fit for showing: no folders, no control or direction signs, the ending of its real type."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    plain = "".join(sign for sign in last if unicodedata.category(sign)[0] != "C").strip(" .")
    stem = re.sub(r"\.[A-Za-z0-9]{1,5}$", "", plain)[:_LONGEST_NAME]
    return (stem or "giay-to") + ending


def _picture(content: bytes) -> tuple[str, str]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=list(_PICTURES)) as picture:
                width, height = picture.size
                kind = _PICTURES[str(picture.format)]
                picture.verify()
    except (UnidentifiedImageError, Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise _wrong_type() from error
    except (OSError, ValueError, SyntaxError, KeyError) as error:
        raise UploadRefusedError(_("The picture is damaged. Please take it again.")) from error
    if width * height > _MOST_PIXELS:
        raise too_big()
    return kind


def _wrong_type() -> UploadRefusedError:
    return UploadRefusedError(
        _("Only PDF files and photos (JPG, PNG, WebP) can be taken. Please choose another file.")
    )


def _check_pdf(content: bytes) -> None:
    try:
        with pikepdf.open(io.BytesIO(content)) as document:
            pages = len(document.pages)
    except pikepdf.PasswordError as error:
        raise UploadRefusedError(_("The PDF is protected by a password. Please remove it first.")) from error
    except (pikepdf.PdfError, ValueError) as error:
        raise UploadRefusedError(_("The PDF is damaged. Please export or scan it again.")) from error
    if pages == 0:
        raise UploadRefusedError(_("The PDF has no pages. Please choose another file."))
