"""Money asked for and money learned to have come. All amounts are whole VND."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from identity.models import Account, Agency
from payments.states import AttemptState, FeeKind, FeeState, Verdict
from portal.core.fields import EncryptedJSONField, EncryptedTextField
from portal.core.ids import uuid7
from portal.core.models import StoredFile


class FeeRequest(models.Model):
    """A demand for money. `reference` says what it is for, in words only the asker understands."""

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    reference = models.CharField(max_length=120, unique=True)
    description = models.CharField(max_length=250)  # procedure's name; no personal data
    details = models.JSONField(default=dict)  # codes the receipt message needs: MaTTHC, TenTTHC, MaDonVi, …
    lines = models.JSONField()  # [{"code", "name", "kind": PHI|LE_PHI, "unit_amount", "quantity", "amount"}]
    amount = models.PositiveBigIntegerField()
    payer_name = EncryptedTextField()
    state = models.CharField(max_length=10, choices=[(s, s) for s in FeeState], default=FeeState.DUE)
    created_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="fee_is_positive"),
            models.CheckConstraint(
                condition=Q(state__in=[FeeState.PAID, FeeState.REFUNDED], paid_at__isnull=False)
                | Q(state__in=[FeeState.DUE, FeeState.CANCELLED], paid_at__isnull=True),
                name="fee_paid_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def is_due(self) -> bool:
        return self.state == FeeState.DUE

    @property
    def is_paid(self) -> bool:
        return self.state == FeeState.PAID

    @property
    def is_refunded(self) -> bool:
        return self.state == FeeState.REFUNDED

    @property
    def taken_in_cash(self) -> CashPayment | None:
        """The cash that paid it, if it was cash."""
        return getattr(self, "cash", None)

    def amount_of(self, kind: FeeKind) -> int:
        """Return what of it is phí, or lệ phí."""
        return sum(line["amount"] for line in self.lines if line["kind"] == kind)


class PaymentAttempt(models.Model):
    """One try to pay one fee through a gateway; its amount is frozen when it begins."""

    fee = models.ForeignKey(FeeRequest, models.PROTECT, related_name="attempts")
    provider = models.CharField(max_length=20)
    reference = models.CharField(max_length=40, unique=True)  # MaThamChieu: unique, letters and digits
    amount = models.PositiveBigIntegerField()
    state = models.CharField(max_length=10, choices=[(s, s) for s in AttemptState], default=AttemptState.STARTED)
    pay_url = models.URLField(max_length=500, blank=True)
    transaction_code = models.CharField(max_length=60, blank=True)  # MaGiaoDich
    bank = models.CharField(max_length=30, blank=True)  # MaNganHang
    started_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    next_query_at = models.DateTimeField(null=True)
    queries = models.PositiveIntegerField(default=0)
    bill = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")  # GET_BILL's PDF

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="attempt_is_positive"),
            models.UniqueConstraint(
                fields=["provider", "transaction_code"],
                condition=~Q(transaction_code=""),
                name="gateway_transaction_once",
            ),
        ]
        indexes = [
            models.Index(fields=["next_query_at"], condition=Q(state=AttemptState.STARTED), name="attempt_to_query")
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def has_failed(self) -> bool:
        return self.state == AttemptState.FAILED


class GatewayNotice(models.Model):
    """Every confirmation that reached us, genuine or not, with our verdict. Never edited."""

    provider = models.CharField(max_length=20)
    reference = models.CharField(max_length=64, db_index=True)  # as it was sent, cut to length
    attempt = models.ForeignKey(PaymentAttempt, models.PROTECT, null=True, related_name="notices")
    verdict = models.CharField(max_length=16, choices=[(v, v) for v in Verdict])
    body = EncryptedJSONField()
    received_at = models.DateTimeField()

    class Meta:
        triggers = [pgtrigger.Protect(name="notice_is_append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.reference} {self.verdict}"


class CashPayment(models.Model):
    """A fee that was paid in cash at a counter: who took the money, where and when."""

    fee = models.OneToOneField(FeeRequest, models.PROTECT, related_name="cash")
    cashier = models.ForeignKey(Account, models.PROTECT, related_name="+")
    place = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["cashier", "taken_at"], name="cash_of_cashier")]

    def __str__(self) -> str:
        return f"{self.fee_id} {self.taken_at:%d/%m/%Y}"


class CashRefund(models.Model):
    """Cash that was paid back whole, with its voucher (phiếu chi): by whom, where and why. Never edited but for the
    voucher's file; the receipts stay as they are.
    """

    payment = models.OneToOneField(CashPayment, models.PROTECT, related_name="refund")
    cashier = models.ForeignKey(Account, models.PROTECT, related_name="+")
    place = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    series = models.CharField(max_length=50)
    number = models.PositiveIntegerField()
    refunded_at = models.DateTimeField()
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="voucher_number_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="refund_says_why"),
        ]
        indexes = [models.Index(fields=["cashier", "refunded_at"], name="refund_of_cashier")]

    def __str__(self) -> str:
        return f"{self.series} {self.number:07}"


class Receipt(models.Model):
    """Biên lai: the agency's own receipt, one for phí and one for lệ phí, numbered within its series.

    A receipt that is void keeps its number; another one has taken its place.
    """

    fee = models.ForeignKey(FeeRequest, models.PROTECT, related_name="receipts")
    kind = models.CharField(max_length=6, choices=[(k, k) for k in FeeKind])
    series = models.CharField(max_length=50)
    number = models.PositiveIntegerField()
    amount = models.PositiveBigIntegerField()
    issued_at = models.DateTimeField()
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="+")
    voided_at = models.DateTimeField(null=True)
    voided_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    void_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["fee", "kind"], condition=Q(voided_at=None), name="receipt_in_force_once_per_kind"
            ),
            models.UniqueConstraint(fields=["series", "number"], name="receipt_number_once"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="receipt_is_positive"),
            models.CheckConstraint(
                condition=Q(voided_at=None, voided_by=None, void_reason="")
                | (Q(voided_at__isnull=False, voided_by__isnull=False) & ~Q(void_reason="")),
                name="void_receipt_says_why_and_by_whom",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series} {self.number:07}"

    @property
    def is_void(self) -> bool:
        return self.voided_at is not None


class ReceiptSeries(models.Model):
    """The last receipt number of a series (ký hiệu); its lock keeps the numbers unique and dense."""

    code = models.CharField(max_length=50, unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.code} {self.last}"
