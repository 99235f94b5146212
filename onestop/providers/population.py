"""The national population database: a personal number for a newborn, a marriage looked up.

The contract is ours (docs/integration/population.md): the database's own is not public. `MaYeuCau` makes the request
safe to repeat: the same request gets the same number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from portal.core import http
from portal.core.errors import OutcomeUnknownError, RefusedError


@dataclass(frozen=True, kw_only=True)
class Newborn:
    """What the database needs to give a number. `birth_date` is an ISO date, `sex` MALE or FEMALE."""

    request_id: str
    full_name: str
    birth_date: str
    sex: str
    province: str


def personal_number(child: Newborn) -> str:
    """Return the 12 digits given to the child.

    Raises `RefusedError`, `UnreachableError`, `OutcomeUnknownError`.
    """
    answer = _call(
        "cap-so-dinh-danh",
        {
            "MaYeuCau": child.request_id,
            "HoVaTen": child.full_name,
            "NgaySinh": child.birth_date.replace("-", ""),
            "GioiTinh": "1" if child.sex == "MALE" else "2",
            "MaTinh": child.province,
        },
    )
    return str(answer["SoDinhDanh"])


def marriage(father: str, mother: str) -> dict[str, Any] | None:
    """Return the registered marriage of two personal numbers, or None when the registers show none."""
    answer = _call("tra-cuu-hon-nhan", {"SoDinhDanhCha": father, "SoDinhDanhMe": mother})
    return answer if answer.get("TimThay") else None


def _call(operation: str, body: dict[str, str]) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {settings.POPULATION_TOKEN}"}
    response = http.post_json(f"{settings.POPULATION_URL}/{operation}", body, headers=headers)
    if response.status_code >= 500:
        raise OutcomeUnknownError(f"{operation} was answered with status {response.status_code}.")
    answer = response.json() if response.status_code == 200 else {}
    if not isinstance(answer, dict) or str(answer.get("error_code")) != "0":
        raise RefusedError(f"{operation} was refused: {str(answer)[:200] if answer else response.status_code}")
    return answer
