"""Making the two signatures. Everything happens in memory: a refusal leaves no half-signed file behind."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pyhanko.pdf_utils import generic, layout
from pyhanko.pdf_utils.content import PdfContent, RawContent
from pyhanko.pdf_utils.images import PdfImage
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, TimestampDSSContentSettings
from pyhanko.sign.timestamps import TimestampRequestError
from pyhanko.stamp import StaticStampStyle
from pyhanko_certvalidator.errors import (
    CRLFetchError,
    InsufficientRevinfoError,
    OCSPFetchError,
    PathBuildingError,
    PathValidationError,
)

from identity.signing import appearance, authorities, keys, placing
from identity.signing.types import Expectation, SigningRefusedError, TrustServiceError
from identity.signing.verifying import verify

_name = generic.NameObject


def sign_as_leader(pdf: bytes, *, key: str, reason: str, verify_at: str = "") -> bytes:
    """Return `pdf` with its fields made and the leader's signature in place (PAdES B-T, revocation data inside).

    `verify_at`, the address where the result is verified, stands readable in the signature: it tells of a file that
    somebody changed which result it claims to be.
    Raises `TrustServiceError` (try later), `SigningRefusedError` (the key may not sign).
    """
    certificate = keys.certificate(key)
    person = str(certificate.subject.native.get("common_name", ""))
    picture = PdfImage(appearance.signature_picture(person))
    return _sign(placing.with_fields(pdf), key, placing.LEADER, picture, reason=reason, contact=verify_at, last=False)


def seal_as_agency(pdf: bytes, *, key: str, number: str, date: str, expected: Expectation) -> bytes:
    """Return the signed `pdf` numbered, dated and sealed: PAdES B-LTA, a time-stamp over the whole file at the end.

    What comes out has passed the strict policy. Raises `TrustServiceError`, `SigningRefusedError`.
    """
    subject = keys.certificate(key).subject.native
    picture = PdfImage(
        appearance.seal_picture(str(subject.get("common_name", "")), str(subject.get("organization_name", "")))
    )
    sealed = _sign(
        pdf, key, placing.SEAL, picture, reason="", last=True, texts={placing.NUMBER: number, placing.DATE: date}
    )
    verdict = verify(sealed, expected)
    if not verdict.is_valid:
        raise SigningRefusedError(verdict.message)
    return sealed


def seal_attachment(pdf: bytes, *, key: str, words: str, verify_at: str = "") -> bytes:
    """Return a paper that is issued beside a result, sealed: at the top right of page 1 stand `words`, no picture;
    `verify_at` as of `sign_as_leader`.

    What comes out has passed the strict policy. Raises `TrustServiceError`, `SigningRefusedError`.
    """
    drawing = RawContent(appearance.small_line(words), box=layout.BoxConstraints(width=270, height=16))
    fielded = placing.with_attachment_field(pdf)
    sealed = _sign(fielded, key, placing.ATTACHED, drawing, reason=words, contact=verify_at, last=True)
    verdict = verify(sealed, Expectation(keys=(key,), is_attachment=True))
    if not verdict.is_valid:
        raise SigningRefusedError(verdict.message)
    return sealed


def _sign(
    pdf: bytes,
    key: str,
    field: str,
    drawing: PdfContent,
    *,
    reason: str,
    last: bool,
    contact: str = "",
    texts: dict[str, str] | None = None,
) -> bytes:
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    for name, text in (texts or {}).items():
        _fill(writer, name, text)
    # The order matters: validation data goes in before the last time-stamp, which then covers the whole file.
    settings_of_dss = DSSContentSettings(
        include_vri=False,
        next_ts_settings=TimestampDSSContentSettings(include_vri=False, update_before_ts=True),
    )
    metadata = signers.PdfSignatureMetadata(
        field_name=field,
        subfilter=SigSeedSubFilter.PADES,
        md_algorithm="sha256",
        reason=reason or None,
        contact_info=contact or None,
        embed_validation_info=True,
        use_pades_lta=last,
        validation_context=authorities.validation_context(),
        dss_settings=settings_of_dss,
    )
    style = StaticStampStyle(
        border_width=0,
        background=drawing,
        background_opacity=1,
        background_layout=layout.SimpleBoxLayoutRule(
            x_align=layout.AxisAlignment.ALIGN_MID, y_align=layout.AxisAlignment.ALIGN_MID
        ),
    )
    signer = signers.PdfSigner(
        metadata, signer=keys.signer(key), timestamper=authorities.time_stamper(), stamp_style=style
    )
    with _typed_failures():
        out = signer.sign_pdf(writer, output=io.BytesIO())
    return bytes(out.getbuffer())


@contextmanager
def _typed_failures() -> Iterator[None]:
    try:
        yield
    except (TimestampRequestError, OSError) as error:  # what `requests` raises is an OSError
        raise TrustServiceError("The time-stamping authority does not answer.") from error
    except (CRLFetchError, OCSPFetchError, InsufficientRevinfoError) as error:
        raise TrustServiceError("Revocation data cannot be fetched.") from error
    except (SigningError, PathValidationError, PathBuildingError) as error:
        if _is_for_want_of_answers(error):
            raise TrustServiceError("Revocation data cannot be fetched.") from error
        raise SigningRefusedError from error


def _is_for_want_of_answers(error: BaseException) -> bool:
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, CRLFetchError | OCSPFetchError | InsufficientRevinfoError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False


def _fill(writer: IncrementalPdfFileWriter, name: str, text: str) -> None:
    """Set a text field's value and draw it; the value itself stays readable to machines."""
    form: Any = writer.root["/AcroForm"]
    field = next(ref.get_object() for ref in form["/Fields"] if ref.get_object().get("/T") == name)
    left, bottom, right, top = (float(side) for side in field["/Rect"])
    drawing = generic.StreamObject(stream_data=appearance.outline(text, italic=name == placing.DATE))
    drawing[_name("/Type")] = _name("/XObject")
    drawing[_name("/Subtype")] = _name("/Form")
    drawing[_name("/BBox")] = generic.ArrayObject(
        [generic.FloatObject(side) for side in (0, 0, right - left, top - bottom)]
    )
    field[_name("/V")] = generic.TextStringObject(text)
    field[_name("/AP")] = generic.DictionaryObject({_name("/N"): writer.add_object(drawing)})
    writer.update_container(field)
