"""Writes of identity: accounts that sign in, keys for programs, and the calendars that offices work by."""

from identity.services.accounts import account_at_counter, account_from_claims, remember_language
from identity.services.api_keys import issue_key, key_of, revoke_key
from identity.services.calendars import set_day, set_hours, unset_day

__all__ = [
    "account_at_counter",
    "account_from_claims",
    "issue_key",
    "key_of",
    "remember_language",
    "revoke_key",
    "set_day",
    "set_hours",
    "unset_day",
]
