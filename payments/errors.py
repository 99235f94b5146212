"""What payments refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.errors import DomainError


class FeeNotDueError(DomainError):
    """The fee was paid or cancelled already."""

    message = _("This fee no longer needs to be paid.")


class NotPaidInCashError(DomainError):
    """The fee was not paid in cash, or was paid back already."""

    message = _("This fee was not paid in cash, or has been paid back already.")


class RefundReasonMissingError(DomainError):
    """Cash is paid back without saying why."""

    message = _("Please write why the money is paid back: the voucher says it.")


class VoidReasonMissingError(DomainError):
    """A receipt is made void without saying why."""

    message = _("Please write why the receipt is void: the book of receipts keeps it.")


class GatewayUnavailableError(DomainError):
    """The payment platform does not answer."""

    message = _("The payment platform is not answering. Nothing was charged. Please try again in a few minutes.")
