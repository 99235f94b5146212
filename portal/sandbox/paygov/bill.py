"""The platform's proof of payment as a one-page PDF.

Written by hand with a font that every reader has, which lacks Vietnamese letters: the text stands without marks.
"""

from __future__ import annotations

import unicodedata
from typing import Final

from portal.sandbox.paygov.models import Transaction
from portal.sandbox.wire import VIETNAM

_TOP: Final = 780
_LINE: Final = 22


def render(payment: Transaction) -> bytes:
    """Return the PDF for a paid payment."""
    finished = (payment.finished_at or payment.started_at).astimezone(VIETNAM)
    receipt = payment.init["ThongTinBienLai"]
    return _document(
        [
            "CHỨNG TỪ THANH TOÁN (MÔI TRƯỜNG THỬ NGHIỆM)",
            "",
            f"Mã tham chiếu: {payment.reference}",
            f"Mã giao dịch: {payment.code}",
            f"Ngân hàng: {payment.bank}",
            f"Số tiền: {payment.amount:,} VND".replace(",", "."),
            f"Thời gian: {finished:%H:%M:%S %d/%m/%Y}",
            f"Người nộp: {receipt.get('HoTenNguoiNop', '')}",
            f"Thủ tục: {str(receipt.get('TenTTHC', ''))[:70]}",
            f"Hồ sơ: {receipt.get('MaHoSo', '')}",
        ]
    )


def _document(lines: list[str]) -> bytes:
    texts = [f"1 0 0 1 60 {_TOP - _LINE * number} Tm ({_plain(line)}) Tj" for number, line in enumerate(lines)]
    content = f"BT /F1 12 Tf {' '.join(texts)} ET".encode("ascii")
    return _with_table(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 5 0 R"
            b" /Resources << /Font << /F1 4 0 R >> >> >>",
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        ]
    )


def _with_table(objects: list[bytes]) -> bytes:
    """Return a PDF of `objects`, the first being the catalogue, with its cross-reference table."""
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)


def _plain(text: str) -> str:
    """Return `text` without marks, safe inside a PDF string."""
    bare = unicodedata.normalize("NFD", text.replace("Đ", "D").replace("đ", "d")).encode("ascii", "ignore").decode()
    return bare.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
