"""Reading the national portal's catalogue, behind a protocol: which procedures there are, what one says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from portal.core import national_portal
from portal.core.errors import RefusedError
from portal.core.storable import can_be_stored


class NationalCatalogue(Protocol):
    """Whoever can be asked. Both raise `OutsideWorldError`s."""

    def listed(self) -> frozenset[str]:
        """Return the codes of all procedures there."""
        ...

    def procedure(self, code: str) -> Mapping[str, Any]:
        """Return what is said of a procedure, as it is said; raises `RefusedError` when nothing is."""
        ...


class Generation1:
    """`LayDanhSachTTHC` and `LayThuTuc`: keys in capitals, every scalar a text."""

    def listed(self) -> frozenset[str]:
        rows = national_portal.call("LayDanhSachTTHC").get("result")
        codes = (str(row.get("MATTHC")) for row in rows or [] if isinstance(row, dict))
        return frozenset(code for code in codes if can_be_stored(code))

    def procedure(self, code: str) -> Mapping[str, Any]:
        found = national_portal.call("LayThuTuc", maTTHC=code).get("result")
        record = found[0] if isinstance(found, list) and found else found
        if not isinstance(record, dict) or record.get("MATTHC") != code:
            raise RefusedError(f"LayThuTuc did not answer with {code}.")
        return record
