"""Writes of identity: accounts that sign in, and the calendars that offices work by."""

from identity.services.accounts import account_from_claims
from identity.services.calendars import set_day, set_hours, unset_day

__all__ = ["account_from_claims", "set_day", "set_hours", "unset_day"]
