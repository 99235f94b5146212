"""QR codes as SVG data addresses, for paper."""

from __future__ import annotations

import segno


def svg(text: str) -> str:
    """Return a `data:` address of the QR code of `text` (error level M: a tenth may be smudged)."""
    return str(segno.make(text, error="m", micro=False).svg_data_uri(border=0))
