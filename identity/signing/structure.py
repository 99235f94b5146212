"""A second opinion on a PDF's signatures, independent of pyHanko: byte ranges, and nothing hidden in the gaps."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_BYTE_RANGE: Final = re.compile(rb"/ByteRange\s*\[\s*(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s+(\d{1,12})\s*\]")


class StructureError(ValueError):
    """The file is not built as a signed file of ours is."""


@dataclass(frozen=True)
class Coverage:
    """What one signature covers: everything up to `end` but its own /Contents, between `gap_start` and `gap_end`."""

    gap_start: int
    gap_end: int
    end: int


def coverages(pdf: bytes) -> list[Coverage]:
    """Return the coverage of each signature, in file order; raises `StructureError`.

    Each begins at 0, leaves out exactly one hexadecimal string, ends at an end-of-file mark, and each covers more
    than the one before; the last covers the whole file. The string must be canonical: capitals, then
    zeros behind its DER.
    """
    found = [_coverage(pdf, match) for match in _BYTE_RANGE.finditer(pdf)]
    ends = [coverage.end for coverage in found]
    if ends != sorted(set(ends)):
        raise StructureError("Signatures do not cover one another.")
    if found and found[-1].end != len(pdf):
        raise StructureError("Something stands after the last time-stamp.")
    return found


def _coverage(pdf: bytes, match: re.Match[bytes]) -> Coverage:
    start, first, second, length = (int(number) for number in match.groups())
    end = second + length
    if start != 0 or not first < second < end <= len(pdf):
        raise StructureError("A byte range is not what it should be.")
    gap = pdf[first:second]
    if gap[:1] != b"<" or gap[-1:] != b">" or not re.fullmatch(rb"[0-9A-F]+", gap[1:-1]):
        raise StructureError("A signature leaves out more than its own value.")
    if b"%%EOF" not in pdf[end - 16 : end]:
        raise StructureError("A signature does not end where a revision ends.")
    _check_canonical(bytes.fromhex(gap[1:-1].decode()))
    return Coverage(first, second, end)


def _check_canonical(value: bytes) -> None:
    """Raise unless the value is one DER element in definite form with zeros behind it."""
    if len(value) < 4 or value[0] != 0x30 or value[1] != 0x82:
        raise StructureError("A signature's value is not in definite DER form.")
    size = 4 + int.from_bytes(value[2:4], "big")
    if size > len(value) or value[size:].strip(b"\0"):
        raise StructureError("Something is hidden behind a signature's value.")
