"""The invented people of the sandbox: who signs in with VNeID and whom the population database knows."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

_FILE: Final = Path(__file__).resolve().parent / "citizens.json"


@dataclass(frozen=True)
class Citizen:
    """One person: the claims that VNeID gives, and a word on who this is in the demonstration."""

    claims: dict[str, Any]
    role: str
    spouse: str  # SoDinhDanh, empty when not married

    @property
    def number(self) -> str:
        return str(self.claims["SoDinhDanh"])

    @property
    def name(self) -> str:
        return str(self.claims["HoVaTen"])

    @property
    def initials(self) -> str:
        words = self.name.split()
        return words[0][0] + words[-1][0]

    @property
    def born(self) -> str:
        day = str(self.claims["NgayThangNamSinh"])
        return f"{day[6:]}/{day[4:6]}/{day[:4]}"


@cache
def everyone() -> dict[str, Citizen]:
    """Return all citizens by their number, in the order of the file."""
    rows = json.loads(_FILE.read_text(encoding="utf-8"))
    people = [Citizen(claims=row["claims"], role=row["role"], spouse=row.get("spouse", "")) for row in rows]
    return {person.number: person for person in people}
