"""Signing and printing, beside the libraries called alone."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko_certvalidator import ValidationContext
from weasyprint import HTML

from identity import signing
from identity.signing import keys
from portal.core.pdf import render_pdf
from portal.core.qr import svg

ROUNDS = 7
LEADER, SEAL = "leader-H09.25747", "seal-H09.25747"
_ROOT = Path(settings.BASE_DIR) / "templates" / "documents"


def times() -> Iterator[tuple[str, float, float, float]]:
    """Yield name, our median in ms, the floor's median in ms, and the goal of their ratio."""
    plain = render_pdf("documents/result_extract.html", _result())
    signed = signing.sign_as_leader(plain, key=LEADER, reason="bench")
    expected = signing.Expectation((LEADER, SEAL))

    def seal() -> None:
        signing.seal_as_agency(
            signed, key=SEAL, number="1/BENCH", date="ngày 24 tháng 11 năm 2026", expected=expected
        )

    ours, floor = _medians(
        lambda: signing.sign_as_leader(plain, key=LEADER, reason="x"), lambda: _stock(plain, False)
    )
    yield "leader's signature (B-T + revocation)", ours, floor, 0.85
    sealed = signing.seal_as_agency(
        signed, key=SEAL, number="1/BENCH", date="ngày 24 tháng 11 năm 2026", expected=expected
    )
    # The floor signs the same file: it, too, has to read what the leader's signature brought along.
    rounds = _rounds(seal, lambda: signing.verify(sealed, expected), lambda: _stock(signed, True))
    floor = statistics.median(stock for _, _, stock in rounds)
    yield "agency's seal (B-LTA)", statistics.median(both - check for both, check, _ in rounds), floor, 0.85
    yield "… and the strict check of both", statistics.median(both for both, _, _ in rounds), floor, 2.0
    html = render_to_string("documents/fee_receipt.html", _receipt())
    css = str(_ROOT / "paper.css")
    ours, floor = _medians(
        lambda: render_pdf("documents/fee_receipt.html", _receipt()),
        lambda: HTML(string=html, base_url=_ROOT.as_uri() + "/").write_pdf(stylesheets=[css]),
    )
    yield "fee receipt PDF", ours, floor, 1.3


def _medians(ours: Callable[[], object], floor: Callable[[], object]) -> tuple[float, float]:
    rounds = _rounds(ours, floor)
    return statistics.median(one for one, _ in rounds), statistics.median(other for _, other in rounds)


def _rounds(*calls: Callable[[], object]) -> list[tuple[float, ...]]:
    """Return the milliseconds of each call in each round, side by side; a first round warms up and does not count."""
    return [tuple(_milliseconds(call) for call in calls) for _ in range(ROUNDS + 1)][1:]


def _milliseconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1000


def _stock(pdf: bytes, lta: bool) -> None:
    """Sign with pyHanko as its manual shows: the key loaded each time, its own defaults."""
    folder = Path(settings.PKI_DIR)
    signer = signers.SimpleSigner.load(
        str(folder / f"{LEADER}.key.pem"),
        str(folder / f"{LEADER}.cert.pem"),
        ca_chain_files=(str(folder / "interm.cert.pem"),),
    )
    context = ValidationContext(
        trust_roots=[keys.certificate("root")],
        other_certs=[keys.certificate("interm")],
        allow_fetching=True,
        revocation_mode="hard-fail",
    )
    metadata = signers.PdfSignatureMetadata(
        field_name="Signature",
        subfilter=SigSeedSubFilter.PADES,
        embed_validation_info=True,
        use_pades_lta=lta,
        validation_context=context,
    )
    stamper = HTTPTimeStamper(settings.TIMESTAMP_URL)
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    signers.PdfSigner(metadata, signer=signer, timestamper=stamper).sign_pdf(writer, output=io.BytesIO())


def _result() -> dict[str, object]:
    return {
        "agency": "Ủy ban nhân dân phường Thủ Dầu Một",
        "place": "Phường Thủ Dầu Một",
        "qr": svg("http://127.0.0.1/xac-thuc/bench/"),
        "case_code": "H09.25747.MC-261124-0001",
        "labels": {"document": "Trích lục khai sinh (bản sao)"},
        "person": {"full_name": "Nguyễn Thị Ánh Nguyệt", "birth_date": "15/03/1990", "sex": "FEMALE"},
    }


def _receipt() -> dict[str, object]:
    line = {"name": "Phí cấp bản sao", "quantity": 2, "unit": "8.000 đồng", "amount": "16.000 đồng"}
    return {
        "kind": "phí",
        "series": "BD-PHI-26",
        "number": "0000001",
        "agency": "Ủy ban nhân dân phường Thủ Dầu Một",
        "payer": "Nguyễn Thị Ánh Nguyệt",
        "lines": [line],
        "amount": "16.000 đồng",
        "amount_in_words": "Mười sáu nghìn đồng",
    }
