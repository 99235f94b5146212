"""People who serve: their accounts, and the first password, which is given and good for choosing one's own."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.errors import OrganisationRefusedError
from identity.models import Account, Appointment
from identity.services.organising import appoint, record_change
from identity.states import ChangeKind

_BYTES: Final = 12


def person_called(*, username: str, full_name: str) -> tuple[Account, bool]:
    """Return who signs in as `username`, and whether their account was opened just now, by their `full_name`.

    Raises `OrganisationRefusedError` when there is no such person and no name, or it is a citizen.
    """
    account = Account.objects.filter(username=username).first()
    if account is None and not full_name:
        raise OrganisationRefusedError(_("Nobody has this user name: with a full name, an account is opened."))
    if account is not None and account.tech_id is not None:
        raise OrganisationRefusedError(_("This is a citizen's account."))
    return account or Account.objects.create_user(username, full_name=full_name), account is None


@transaction.atomic
def appoint_person(
    *, username: str, full_name: str, reason: str, by: Account | None, at: datetime, **appointment: Any
) -> str:
    """Appoint whoever signs in as `username`; a `full_name` opens an account for somebody who has none.

    Returns the first password of a new account, which is shown once, else nothing. Raises what `appoint` and
    `person_called` raise.
    """
    account, is_new = person_called(username=username, full_name=full_name)
    appoint(account=account, reason=reason, by=by, at=at, **appointment)
    return give_first_password(account_id=account.pk, reason=reason, by=by, at=at) if is_new else ""


@transaction.atomic
def give_first_password(*, account_id: int, reason: str, by: Account | None, at: datetime) -> str:
    """Return a new password that is shown once, and with which the account chooses its own before anything else.

    The password of before, and the sessions that it opened, are worth nothing from now on. Raises
    `OrganisationRefusedError` for a citizen's account, and for one's own.
    """
    account = Account.objects.select_for_update().get(pk=account_id)
    if account.tech_id is not None:
        raise OrganisationRefusedError(_("This is a citizen's account."))
    if by is not None and by.pk == account.pk:
        raise OrganisationRefusedError(_("One's own password is changed on the page for that."))
    password = secrets.token_urlsafe(_BYTES)
    _set(account, password, is_first=True)
    _record(ChangeKind.PASSWORD_GIVEN, account, reason, by, at)
    return password


@transaction.atomic
def choose_password(*, account_id: int, password: str, at: datetime) -> None:
    """Let the account sign in with `password`, which it chose itself; sessions of the one before end."""
    account = Account.objects.select_for_update().get(pk=account_id)
    _set(account, password, is_first=False)
    _record(ChangeKind.PASSWORD_CHOSEN, account, "", account, at)


def _set(account: Account, password: str, *, is_first: bool) -> None:
    account.set_password(password)
    account.must_change_password = is_first
    account.save(update_fields=["password", "must_change_password"])


def _record(what: ChangeKind, account: Account, reason: str, by: Account | None, at: datetime) -> None:
    """Write it down at every agency where the account serves."""
    served = Appointment.objects.on(timezone.localtime(at).date()).filter(account=account).select_related("agency")
    for agency in {one.agency for one in served}:
        record_change(what, agency, reason, by, at, account=account)
