"""Writes of identity: accounts that sign in, keys for programs, calendars, and the organisation."""

from identity.services.accounts import account_at_counter, account_from_claims, remember_language
from identity.services.api_keys import issue_key, key_of, revoke_key
from identity.services.calendars import set_day, set_hours, unset_day
from identity.services.delegating import delegate, lend_own_seat, revoke_delegation
from identity.services.organising import (
    appoint,
    begin_agency,
    change_agency,
    end_appointment,
)
from identity.services.people import appoint_person, choose_password, give_first_password
from identity.services.plans import Plan, plan_from_yaml, problems_of, read_plan
from identity.services.reorganising import (
    begun_by,
    built_upon,
    rehearse,
    reorganise,
    rights_gained,
    rights_lost,
    undo_reorganisation,
)

__all__ = [
    "Plan",
    "account_at_counter",
    "account_from_claims",
    "appoint",
    "appoint_person",
    "begin_agency",
    "begun_by",
    "built_upon",
    "change_agency",
    "choose_password",
    "delegate",
    "end_appointment",
    "give_first_password",
    "issue_key",
    "key_of",
    "lend_own_seat",
    "plan_from_yaml",
    "problems_of",
    "read_plan",
    "rehearse",
    "remember_language",
    "reorganise",
    "revoke_delegation",
    "revoke_key",
    "rights_gained",
    "rights_lost",
    "set_day",
    "set_hours",
    "undo_reorganisation",
    "unset_day",
]
