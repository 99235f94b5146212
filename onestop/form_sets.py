"""Which one-stop form is printed on which template: `one_stop_forms.yaml` says it by day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

import yaml

CONTROL_SHEET: Final = "CONTROL_SHEET"  # phiếu kiểm soát quá trình giải quyết hồ sơ
REGISTER: Final = "REGISTER"  # sổ theo dõi hồ sơ
_FILE: Final = Path(__file__).with_name("one_stop_forms.yaml")


@dataclass(frozen=True)
class Form:
    """A form of a circular: its number there (none: the circular has no such form), and what it is printed on."""

    number: str
    template: str


def form_on(kind: str, day: date) -> Form:
    """Return the form of a kind (01-05 by their document's kind) in the set that is in force on a day."""
    *_, forms = (forms for since, forms in _sets() if since <= day)
    return forms[kind]


@lru_cache(maxsize=1)
def _sets() -> list[tuple[date, dict[str, Form]]]:
    """Return the sets with the first day of each, the oldest first."""
    document = yaml.safe_load(_FILE.read_text())
    sets = [
        (entry["since"] or date.min, {kind: Form(**form) for kind, form in entry["forms"].items()})
        for entry in document
    ]
    return sorted(sets, key=lambda one: one[0])
