"""The second opinion on a file's structure, by itself: each trick with byte ranges has its refusal."""

from __future__ import annotations

import pytest

from identity.signing.structure import Coverage, StructureError, coverages

_DER = "3082000401020304"


def revision(before: bytes, *, value: str = _DER + "0000", ranges: str = "", tail: bytes = b"\n%%EOF\n") -> bytes:
    """Return `before` with one more signature; `ranges` in place of the honest byte range."""
    placeholder = b"[0 0000000000 0000000000 0000000000]"
    head = before + b"/ByteRange " + placeholder + b" /Contents "
    first = len(head)
    second = first + len(value) + 2
    end = second + len(tail)
    honest = f"[0 {first:010} {second:010} {end - second:010}]"
    return head.replace(placeholder, (ranges or honest).encode()) + f"<{value}>".encode() + tail


def test_each_signature_covers_the_file_up_to_its_own_end() -> None:
    first = revision(b"%PDF-1.7\n")
    second = revision(first)

    assert [coverage.end for coverage in coverages(second)] == [len(first), len(second)]
    assert isinstance(coverages(second)[0], Coverage)


def test_a_file_without_signatures_has_no_coverage() -> None:
    assert coverages(b"%PDF-1.7\n%%EOF\n") == []


@pytest.mark.parametrize(
    "forged",
    [
        revision(b"%PDF-1.7\n") + b"more\n%%EOF\n",
        revision(b"%PDF-1.7\n", tail=b"\nno mark of an end\n"),
        revision(b"%PDF-1.7\n", ranges="[1 0000000060 0000000080 0000000001]"),
        revision(b"%PDF-1.7\n", ranges="[0 0000000080 0000000060 0000000001]"),
        revision(b"%PDF-1.7\n", ranges="[0 0000000060 0000000080 9999999999]"),
        revision(b"%PDF-1.7\n", ranges="[0 0000000009 0000000080 0000000008]"),
        revision(b"%PDF-1.7\n", value=_DER + "00AB"),
        revision(b"%PDF-1.7\n", value=_DER + "00ab"),
        revision(b"%PDF-1.7\n", value=_DER.lower() + "zz"),
        revision(b"%PDF-1.7\n", value="3080000401020304"),
        revision(b"%PDF-1.7\n", value="3082FFFF01020304"),
        revision(b"%PDF-1.7\n", value="3082"),
    ],
    ids=[
        "something behind",
        "no end of file",
        "does not begin at 0",
        "backwards",
        "beyond the file",
        "leaves out more than the value",
        "hidden in the padding",
        "small letters",
        "not hexadecimal",
        "indefinite length",
        "longer than its place",
        "too short",
    ],
)
def test_a_trick_with_byte_ranges_is_refused(forged: bytes) -> None:
    with pytest.raises(StructureError):
        coverages(forged)
