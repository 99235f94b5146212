"""What a clerk sees of the counters at which they receive people."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db.models import OuterRef, Subquery, UUIDField
from django.db.models.functions import Cast, Substr
from django.utils import timezone

from identity.access import Officer
from identity.models import Account
from identity.states import Role
from onestop.actors import Actor, in_seat
from onestop.errors import ActionNotAllowedError
from onestop.models import Case
from onestop.queries.desk import cases_of
from onestop.queries.limits import PAGE, WITH
from onestop.states import State
from payments.models import CashRefund, Receipt

_UUID_BEGINS: Final = len("case:") + 1  # in the reference of a fee


def counters_of(officer: Officer) -> list[int]:
    """Return the centres at which the officer receives people."""
    return [seat.agency.pk for seat in officer.seats if seat.role == Role.CLERK]


def counter_case(officer: Officer, uuid: UUID) -> Case | None:
    """Return what was begun at a counter where the officer is a clerk, or None."""
    cases = Case.objects.of_counters(counters_of(officer)).with_procedure()
    return (
        cases.select_related(*WITH, "helping_agency", "applicant", "draft", "accept_on_payment")
        .filter(uuid=uuid)
        .first()
    )


def counter_or_desk_case(officer: Officer, uuid: UUID) -> Case | None:
    """Return what was begun at a counter where the officer is a clerk, or a case that they may open, or None."""
    return counter_case(officer, uuid) or cases_of(officer, to_act=True).filter(uuid=uuid).first()


def begun_at_counters(officer: Officer) -> list[Case]:
    """Return what waits at the officer's counters to be filed or paid for, the last touched first."""
    unfiled = Case.objects.of_counters(counters_of(officer)).filter(state__in=[State.DRAFT, State.AWAITING_PAYMENT])
    with_all = unfiled.select_related("procedure__sector", "applicant")
    return list(with_all.defer("procedure__search_text", "procedure__search_vector").order_by("-changed_at")[:PAGE])


def clerk_for(officer: Officer, case: Case) -> Actor:
    """Return the officer as a clerk of the centre that received the case; raises `ActionNotAllowedError`."""
    for seat in officer.seats:
        if seat.role == Role.CLERK and seat.agency.pk == case.receiving_centre_id:
            return in_seat(officer.account, seat)
    raise ActionNotAllowedError


def cash_receipts(account: Account, day: date) -> list[Receipt]:
    """Return the receipts of the cash that the account took on a day, void ones among them, in their order."""
    begins, ends = _bounds(day)
    theirs = Receipt.objects.filter(fee__cash__cashier=account)
    taken = theirs.filter(fee__cash__taken_at__gte=begins, fee__cash__taken_at__lt=ends)
    rows = taken.select_related("fee__cash__place", "file").annotate(**_case_of("fee__reference"))
    return list(rows.order_by("series", "number"))


def cash_refunds(account: Account, day: date) -> list[CashRefund]:
    """Return what the account paid back on a day, in the order of its vouchers."""
    begins, ends = _bounds(day)
    theirs = CashRefund.objects.filter(cashier=account, refunded_at__gte=begins, refunded_at__lt=ends)
    rows = theirs.select_related("payment__fee", "file").annotate(**_case_of("payment__fee__reference"))
    return list(rows.order_by("series", "number"))


def cash_refund(officer: Officer, series: str, number: int) -> CashRefund | None:
    """Return what was paid back at a counter where the officer is a clerk, by its voucher, or None."""
    if "\0" in series:
        return None
    given = CashRefund.objects.filter(place__in=counters_of(officer), series=series, number=number)
    return given.select_related("file").first()


def cash_receipt(officer: Officer, series: str, number: int) -> Receipt | None:
    """Return a receipt of cash that was taken at a counter where the officer is a clerk, or None."""
    if "\0" in series:
        return None
    taken = Receipt.objects.filter(fee__cash__place__in=counters_of(officer), series=series, number=number)
    return taken.select_related("fee__cash__place", "file").first()


def _case_of(reference: str) -> dict[str, Subquery]:
    """Return what names the case of a fee in a book: its code, and for whom it was paid."""
    cases = Case.objects.filter(uuid=Cast(Substr(OuterRef(reference), _UUID_BEGINS, 36), UUIDField()))
    return {
        "case_code": Subquery(cases.values("code")[:1]),
        "paid_for": Subquery(cases.values("applicant_name")[:1]),
    }


def _bounds(day: date) -> tuple[datetime, datetime]:
    begins = timezone.make_aware(datetime.combine(day, time.min))
    return begins, begins + timedelta(days=1)
