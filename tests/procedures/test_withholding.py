"""What a page shows of a doubtful row, part by part."""

from __future__ import annotations

from typing import Any

import pytest

from procedures import definition as definitions
from procedures.importing import mapping
from procedures.importing.reasons import REASONS, Case, doubts
from procedures.importing.rows import Row
from procedures.importing.withholding import beyond_doubt
from tests.procedures.rows import channel, clean, paper
from tests.procedures.test_reasons import DOUBTFUL


def shown_of(row: dict[str, Any]) -> dict[str, Any] | None:
    document = mapping.document_of(row, {})
    return beyond_doubt(document, doubts(Case(Row(1, row), document)))


@pytest.mark.parametrize("reason", DOUBTFUL)
def test_a_row_is_shown_in_part_only_if_every_doubt_is_about_a_part(reason: str) -> None:
    row = DOUBTFUL[reason]
    found = [REASONS[doubt.reason] for doubt in doubts(Case(Row(1, row), mapping.document_of(row, {})))]
    shown = shown_of(row)
    assert (shown is None) == any(one.about is None for one in found)
    if shown is not None:
        assert set(shown["unconfirmed"]) == {str(one.about) for one in found}
        definitions.load(shown)


def test_a_doubtful_time_takes_the_times_of_all_ways_of_filing_with_it() -> None:
    shown = shown_of(clean(channels=[channel(), channel("Trực tuyến", time_unit=None)]))
    assert shown and shown["time"] == {"kind": "NONE", "illustrative": False}
    assert [terms["channel"] for terms in shown["channels"]] == ["DIRECT", "ONLINE"]
    assert not any("times" in terms for terms in shown["channels"])


def test_a_doubtful_fee_is_neither_an_amount_nor_free() -> None:
    shown = shown_of(clean(channels=[channel(fees=[{"amount": 50, "currency": "VND"}], free=False, note="50 VNĐ")]))
    assert shown and shown["fees"] == [] and "fees_note" not in shown and shown["unconfirmed"] == ["fees"]


def test_a_paper_that_was_cut_off_is_shown_as_far_as_it_goes() -> None:
    shown = shown_of(clean(documents=[paper("Đơn " * 175)]))
    assert shown and shown["papers"] and shown["unconfirmed"] == ["papers"]
