"""Papers to sign in tests, and what a forger would make of them."""

from __future__ import annotations

import io
from typing import Any

from django.conf import settings
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers.pdf_signer import TimestampDSSContentSettings
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator import ValidationContext

from identity import signing
from identity.signing import keys
from identity.signing.structure import coverages
from portal.core.pdf import render_pdf
from portal.core.qr import svg
from tests.processes import LEADER_KEY, SEAL_KEY

EXPECTED = signing.Expectation((LEADER_KEY, SEAL_KEY))
NUMBER, DATE = "45/UBND-HT", "ngày 24 tháng 11 năm 2026"
ADDRESS = "http://127.0.0.1:8000/xac-thuc/0190a000-0000-7000-8000-000000000001/"


def unsigned(*, note: str = "") -> bytes:
    """Return a result as a worker renders it, its fields not yet made."""
    context = {
        "agency": "Ủy ban nhân dân phường Thử Nghiệm",
        "place": "Phường Thử Nghiệm",
        "leader_capacity": ["TM. Ủy ban nhân dân", "Chủ tịch"],
        "leader_name": "Phạm Văn Đức",
        "case_code": "H09.25747-261124-0001",
        "verify_url": ADDRESS,
        "qr": svg(ADDRESS),
        "labels": {"document": "Trích lục khai sinh (bản sao)"},
        "copies": 2,
        "person": {"full_name": "Nguyễn Thị Bình", "birth_date": "03/11/2026", "sex": "FEMALE"},
        "registered_at": "Ủy ban nhân dân phường Phú Cường",
        "registered_number": "123",
        "registered_on": "05/11/2026",
        "requester": "Nguyễn Văn An",
        "note": note,
    }
    return render_pdf("documents/result_extract.html", context)


def signed(pdf: bytes, *, key: str = LEADER_KEY) -> bytes:
    """Return `pdf` signed in the leader's place."""
    return signing.sign_as_leader(pdf, key=key, reason="H09.25747-261124-0001", verify_at=ADDRESS)


def sealed(pdf: bytes, *, key: str = SEAL_KEY, expected: signing.Expectation = EXPECTED) -> bytes:
    """Return the signed `pdf` numbered, dated and sealed."""
    return signing.seal_as_agency(pdf, key=key, number=NUMBER, date=DATE, expected=expected)


def before_last_revision(result: bytes) -> bytes:
    """Return the result as it was when the seal was applied: without validation data and last time-stamp."""
    return result[: coverages(result)[-2].end]


def with_field_changed(pdf: bytes, name: str, text: str) -> IncrementalPdfFileWriter:
    """Return a writer over `pdf` that gives the text field another value."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    form: Any = writer.root["/AcroForm"]
    field = next(ref.get_object() for ref in form["/Fields"] if ref.get_object().get("/T") == name)
    field[generic.NameObject("/V")] = generic.TextStringObject(text)
    writer.update_container(field)
    return writer


def with_time_stamp(writer: IncrementalPdfFileWriter, *, evidence: bytes) -> bytes:
    """Return what `writer` holds with the validation data of `evidence` and a time-stamp, which anybody can get."""
    store = DocumentSecurityStore.read_dss(PdfFileReader(io.BytesIO(evidence)))
    known = store.as_validation_context({"trust_roots": [keys.certificate("root")]})
    DocumentSecurityStore.supply_dss_in_writer(
        writer, None, certs=list(store.load_certs()), ocsps=list(known.ocsps), crls=list(known.crls)
    )
    out = io.BytesIO()
    signers.PdfTimeStamper(_time_stamper()).timestamp_pdf(
        writer,
        "sha256",
        validation_context=_fetching(),
        output=out,
        dss_settings=TimestampDSSContentSettings(include_vri=False, update_before_ts=True),
    )
    return out.getvalue()


def with_another_signature(pdf: bytes, *, key: str) -> bytes:
    """Return `pdf` with one more approval signature, made by a key of ours."""
    metadata = signers.PdfSignatureMetadata(field_name="Another", subfilter=SigSeedSubFilter.PADES)
    signer = signers.PdfSigner(metadata, signer=keys.signer(key), timestamper=_time_stamper())
    out = signer.sign_pdf(IncrementalPdfFileWriter(io.BytesIO(pdf)), output=io.BytesIO())
    return bytes(out.getbuffer())


def _time_stamper() -> HTTPTimeStamper:
    return HTTPTimeStamper(settings.TIMESTAMP_URL)


def _fetching() -> ValidationContext:
    return ValidationContext(
        trust_roots=[keys.certificate("root")], other_certs=[keys.certificate("interm")], allow_fetching=True
    )
