"""The systems of ministries on which some procedures are handled: where a case of theirs stands.

The ministry owns the case, its code and its status; we only ask. Adding a system is a class and a line in `SYSTEMS`.
The contract is ours (docs/integration/ministry-systems.md): those of the systems are not public.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol
from zoneinfo import ZoneInfo

from django.conf import settings

from portal.core import http
from portal.core.errors import OutcomeUnknownError, RefusedError

_ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
_ENDED: Final = frozenset({"3", "7", "8", "9", "10"})  # TrangThaiHoSo


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a case stands at the ministry: its words, since when, and whether it has ended there."""

    words: str
    since: datetime
    has_ended: bool


class MinistrySystem(Protocol):
    """A ministry's system that can be asked about a person's case."""

    def standing(self, code: str, national_id: str) -> Standing | None:
        """Return where the case stands; None when the person has no such case there.

        Raises `RefusedError`, `UnreachableError`, `OutcomeUnknownError`.
        """


@dataclass(frozen=True)
class HouseholdBusinesses:
    """The Ministry of Finance's system for registering household businesses."""

    url: str
    token: str

    def standing(self, code: str, national_id: str) -> Standing | None:
        answer = self._ask({"MaHoSo": code, "SoDinhDanh": national_id})
        if answer.get("TimThay") != "1":
            return None
        since = datetime.strptime(str(answer["ThoiDiem"]), "%Y%m%d%H%M%S").replace(tzinfo=_ZONE)
        return Standing(
            words=str(answer["TenTrangThai"])[:200], since=since, has_ended=str(answer["TrangThai"]) in _ENDED
        )

    def _ask(self, body: Mapping[str, str]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}"}
        response = http.post_json(f"{self.url}/tra-cuu-ho-so", dict(body), headers=headers)
        if response.status_code >= 500:
            raise OutcomeUnknownError(f"The ministry's system answered with status {response.status_code}.")
        answer = response.json() if response.status_code == 200 else {}
        if not isinstance(answer, dict) or str(answer.get("error_code")) != "0":
            raise RefusedError(f"The ministry's system refused: {str(answer)[:200] or response.status_code}")
        return answer


SYSTEMS: Final[dict[str, Callable[[], MinistrySystem]]] = {
    "HO_KINH_DOANH": lambda: HouseholdBusinesses(settings.HOUSEHOLD_BUSINESS_URL, settings.HOUSEHOLD_BUSINESS_TOKEN),
}


def system_called(name: str) -> MinistrySystem:
    """Return the system that a procedure names; raises `KeyError`."""
    return SYSTEMS[name]()
