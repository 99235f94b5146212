"""What a sample applicant expects, in words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy

from procedures.wording.names import name_of, value_text

_EXPECTED: Final = {
    "asked": gettext_lazy("Asked"),
    "not_asked": gettext_lazy("Not asked"),
    "papers": gettext_lazy("Papers"),
    "refused": gettext_lazy("Refused answers"),
    "fee": gettext_lazy("Fee"),
    "route": gettext_lazy("Road"),
    "due": gettext_lazy("Ready"),
    "eligible": gettext_lazy("whether one can apply"),
    "computed": gettext_lazy("computed values"),
    "agency": gettext_lazy("competent agency"),
}
_MOMENT: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d"


def expectations(document: Mapping[str, Any], expects: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what a sample expects as pairs of words: questions, papers and steps by their names."""
    pages = (document.get("form") or {}).get("steps", [])
    questions = {field["code"]: name_of(field) for page in pages for field in page.get("fields", [])}
    names = {
        "asked": questions,
        "not_asked": questions,
        "refused": questions,
        "papers": {paper["code"]: name_of(paper) for paper in document.get("papers", [])},
        "route": {step["code"]: name_of(step) for step in (document.get("process") or {}).get("steps", [])},
    }
    return [
        (str(_EXPECTED.get(name, name)), _expected_text(name, value, names.get(name, {})) or "–")
        for name, value in expects.items()
    ]


def _expected_text(name: str, value: Any, names: Mapping[str, str]) -> str:
    if isinstance(value, list):
        return ", ".join(names.get(one, str(one)) for one in value)
    if name == "due" and re.fullmatch(_MOMENT, str(value)):
        return f"{datetime.fromisoformat(value):%H:%M %d/%m/%Y}"
    return value_text("amount" if name == "fee" else name, value)
