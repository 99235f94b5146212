"""What the account already knows is shown, not asked: first answers of a new draft."""

from __future__ import annotations

from typing import Any

from identity.models import Account
from procedures.eforms import FieldDefinition, FormDefinition


def first_answers(form: FormDefinition | None, account: Account) -> dict[str, Any]:
    """Return the answers that follow from the account, and the defaults of the form."""
    if form is None:
        return {}
    known = {code: _value(field, account) for code, field in form.fields.items()}
    return {code: value for code, value in known.items() if value not in (None, "", {})}


def _value(field: FieldDefinition, account: Account) -> Any:
    match field.prefill:
        case "account.person":
            return {
                "full_name": account.full_name,
                "birth_date": account.birth_date,
                "sex": account.sex,
                "national_id": account.national_id,
            }
        case "account.phone":
            return account.phone
        case "account.email_address":
            return account.email_address
        case "account.address":
            return account.address or None
    return field.default
