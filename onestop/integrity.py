"""What must be true of the rows, asked of the database alone: these rules know neither models nor services.

Each rule is a query that returns the keys of the rows that break it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db import connection


@dataclass(frozen=True)
class Rule:
    """A rule: its name, what it says, and the query for the rows that break it."""

    name: str
    says: str
    broken: str


@dataclass(frozen=True)
class Finding:
    """How many rows break a rule, and the first of them by key; nothing about a person."""

    rule: Rule
    count: int
    first: list[int]


_SHOWN: Final = 20
RULES: Final = (
    Rule(
        "original_has_one_holder",
        "Each original is with the one whom the last line of its way names, or has gone back by it.",
        """
        SELECT o.id FROM onestop_original o
        LEFT JOIN (
            SELECT DISTINCT ON (original_id) original_id, move, agency_id, keeper_id, since
            FROM onestop_custody ORDER BY original_id, sequence DESC
        ) w ON w.original_id = o.id
        WHERE w.original_id IS NULL
           OR (o.last_move, o.since) IS DISTINCT FROM (w.move, w.since)
           OR (o.agency_id, o.keeper_id) IS DISTINCT FROM (w.agency_id, w.keeper_id)
           OR (o.keeper_id IS NULL) <> (o.last_move IN ('HANDED_BACK', 'POSTED'))
        """,
    ),
    Rule(
        "way_has_no_gaps",
        "The lines of an original's way are counted from one, and begin with its being taken in.",
        """
        SELECT original_id FROM onestop_custody GROUP BY original_id
        HAVING min(sequence) <> 1 OR max(sequence) <> count(*)
            OR min(move) FILTER (WHERE sequence = 1) <> 'TAKEN_IN'
        """,
    ),
    Rule(
        "original_on_one_way",
        "An original is on its way by one record at most, which holds it and is open.",
        """
        SELECT o.id FROM onestop_original o
        LEFT JOIN onestop_handoveritem i ON i.original_id = o.id
        LEFT JOIN onestop_handover h ON h.id = i.handover_id
        GROUP BY o.id, o.handover_id
        HAVING count(h.id) FILTER (WHERE h.accepted_at IS NULL AND h.taken_back_at IS NULL)
            <> (o.handover_id IS NOT NULL)::int
            OR bool_or(h.id = o.handover_id AND (h.accepted_at IS NOT NULL OR h.taken_back_at IS NOT NULL))
        """,
    ),
    Rule(
        "handover_signed_by_two",
        "A record bears the giver's signature, and once it is accepted that of somebody else.",
        """
        SELECT h.id FROM onestop_handover h
        LEFT JOIN onestop_handoversignature g ON g.handover_id = h.id AND g.side = 'GIVER'
        LEFT JOIN onestop_handoversignature r ON r.handover_id = h.id AND r.side = 'RECEIVER'
        WHERE g.id IS NULL OR (h.accepted_at IS NULL) <> (r.id IS NULL)
           OR r.account_id IN (g.account_id, g.on_behalf_of_id, h.giver_id)
           OR r.on_behalf_of_id IN (g.account_id, g.on_behalf_of_id, h.giver_id)
        """,
    ),
    Rule(
        "handed_over_by_signature",
        "Who came to hold an original by a record has signed that record as its receiver.",
        """
        SELECT c.original_id FROM onestop_custody c
        LEFT JOIN onestop_handoversignature r ON r.handover_id = c.handover_id AND r.side = 'RECEIVER'
        WHERE c.move = 'HANDED_OVER' AND r.account_id IS DISTINCT FROM c.keeper_id
        """,
    ),
    Rule(
        "cash_is_receipted",
        "The receipts in force of a fee that was taken in cash add up to it, and it counts as paid.",
        """
        SELECT f.id FROM payments_cashpayment c
        JOIN payments_feerequest f ON f.id = c.fee_id
        LEFT JOIN payments_receipt r ON r.fee_id = f.id AND r.voided_at IS NULL
        GROUP BY f.id
        HAVING coalesce(sum(r.amount), 0) <> f.amount OR f.state NOT IN ('PAID', 'REFUNDED')
        """,
    ),
    Rule(
        "paid_back_by_voucher",
        "A fee counts as paid back when there is a voucher for it, and only then.",
        """
        SELECT f.id FROM payments_feerequest f
        LEFT JOIN payments_cashpayment c ON c.fee_id = f.id
        LEFT JOIN payments_cashrefund v ON v.payment_id = c.id
        WHERE (f.state = 'REFUNDED') <> (v.id IS NOT NULL)
        """,
    ),
    Rule(
        "ended_cases_owe_nothing",
        "No fee of a case that has ended is due.",
        """
        SELECT f.id FROM payments_feerequest f
        JOIN onestop_case c ON c.uuid::text = split_part(f.reference, ':', 2)
        WHERE f.state = 'DUE' AND c.state IN ('REJECTED', 'WITHDRAWN', 'STOPPED', 'RETURNED', 'RESULT_REVOKED')
        """,
    ),
    Rule(
        "history_is_dense",
        "The history of a case has as many rows as the case says, counted from one.",
        """
        SELECT c.id FROM onestop_case c
        LEFT JOIN (
            SELECT case_id, count(*) AS rows, max(sequence) AS last FROM onestop_caseevent GROUP BY case_id
        ) e ON e.case_id = c.id
        WHERE (c.version, c.version) <> (coalesce(e.rows, 0), coalesce(e.last, 0))
        """,
    ),
)


def findings() -> Iterator[Finding]:
    """Yield what each rule finds; the caller keeps the snapshot in which all of them are asked."""
    with connection.cursor() as cursor:
        for rule in RULES:
            cursor.execute(rule.broken)
            broken = sorted(key for (key,) in cursor.fetchall())
            yield Finding(rule, len(broken), broken[:_SHOWN])
