"""Reading the national portal's catalogue, behind a protocol: which procedures there are, what one says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from portal.core import national_portal
from portal.core.errors import RefusedError
from portal.core.storable import can_be_stored


class NationalCatalogue(Protocol):
    """Whoever can be asked. Both raise `OutsideWorldError`s."""

    def listed(self) -> Mapping[str, str]:
        """Return the names of all procedures there, by code."""
        ...

    def procedure(self, code: str) -> Mapping[str, Any]:
        """Return what is said of a procedure, as it is said; raises `RefusedError` when nothing is."""
        ...


class Generation1:
    """`LayDanhSachTTHC` and `LayThuTuc`: keys in capitals, every scalar a text."""

    def listed(self) -> Mapping[str, str]:
        rows = [row for row in national_portal.call("LayDanhSachTTHC").get("result") or [] if isinstance(row, dict)]
        names = {str(row.get("MATTHC")): str(row.get("TENTTHC") or "") for row in rows}
        return {code: name for code, name in names.items() if can_be_stored([code, name])}

    def procedure(self, code: str) -> Mapping[str, Any]:
        found = national_portal.call("LayThuTuc", maTTHC=code).get("result")
        record = found[0] if isinstance(found, list) and found else found
        if not isinstance(record, dict) or record.get("MATTHC") != code:
            raise RefusedError(f"LayThuTuc did not answer with {code}.")
        return record


def told(catalogue: NationalCatalogue, code: str) -> Mapping[str, Any]:
    """Return what is said of a procedure; raises `RefusedError` when nothing is, or signs that cannot be stored."""
    said = catalogue.procedure(code)
    if not can_be_stored(said):
        raise RefusedError(f"LayThuTuc answered for {code} with signs that cannot be stored.")
    return said
