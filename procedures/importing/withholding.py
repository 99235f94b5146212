"""What may be shown of a doubtful row: the parts of the page that no doubt is about.

People look for a procedure also while somebody checks how long it takes. So the page of a doubtful row says what is
beyond doubt, names what is being checked, and the row itself stays a proposal.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from procedures.importing.reasons import REASONS, Doubt
from procedures.states import PagePart

# The entries that a part of the page is made of, and what stands there when it is left out; None: nothing.
_EMPTY: Final[Mapping[PagePart, Mapping[str, Any]]] = {
    PagePart.COMPETENT: {"competent": None, "authorities": None},
    PagePart.RESULTS: {"results": []},
    PagePart.PAPERS: {"papers": []},
    PagePart.FEES: {"fees": [], "fees_note": None},
    PagePart.TIME: {"time": {"kind": "NONE", "illustrative": False}},
    PagePart.CHANNELS: {"channels": None},
    PagePart.STEPS: {"steps": None, "conditions": None},
    PagePart.LEGAL_BASIS: {"legal_basis": None},
}


def beyond_doubt(document: Mapping[str, Any], doubts: Sequence[Doubt]) -> dict[str, Any] | None:
    """Return the document without what is doubtful, and which parts these are; None when it is the row as such."""
    reasons = [REASONS[doubt.reason] for doubt in doubts]
    parts = {reason.about for reason in reasons}
    if None in parts:
        return None
    shown = dict(document)
    for part in {reason.about for reason in reasons if reason.about and not reason.is_gap}:
        shown |= _EMPTY[part]
        if part == PagePart.TIME:
            shown["channels"] = [_without_times(terms) for terms in shown.get("channels") or []] or None
    shown = {name: value for name, value in shown.items() if value is not None}
    return shown | {"unconfirmed": [str(part) for part in PagePart if part in parts]}


def _without_times(terms: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in terms.items() if name != "times"}
