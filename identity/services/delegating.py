"""Who acts for whom: a seat is lent for an absence or for signing, by an admin or by its holder, and taken back."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.errors import OrganisationRefusedError
from identity.events import delegation_changed
from identity.models import Account, Appointment, Delegation
from identity.queries import stand_ins_for
from identity.services.organising import record_change
from identity.states import ChangeKind, Purpose, Role


@transaction.atomic
def delegate(
    *,
    appointment_id: int,
    to: Account,
    purpose: Purpose,
    capacity: str = "",
    title: str = "",
    valid_from: date,
    valid_to: date,
    reason: str,
    by: Account | None,
    at: datetime,
) -> Delegation:
    """Let `to` work from somebody's seat from a day until (not including) a day; for signing, with the `capacity`
    (KT., TL., TUQ.) and `title` that stand above their signature.

    Both are told. Raises `OrganisationRefusedError` when the seat is theirs, signs nothing, or is lent to them
    already, and where `reason` does not name the paper by which signing is delegated.
    """
    seat = Appointment.objects.select_for_update().select_related("agency", "account").get(pk=appointment_id)
    _refuse_wrong(seat, to, purpose, capacity, title, reason)
    if valid_to <= valid_from:
        raise OrganisationRefusedError(_("A delegation ends after it begins."))
    lent = Delegation.objects.filter(appointment=seat, to=to, purpose=purpose, revoked_at=None)
    if lent.filter(valid_from__lt=valid_to, valid_to__gt=valid_from).exists():
        raise OrganisationRefusedError(_("This was delegated to them for these days already."))
    signs = purpose == Purpose.SIGNING
    delegation = Delegation.objects.create(
        appointment=seat,
        to=to,
        purpose=purpose,
        capacity=capacity if signs else "",
        title=title if signs else "",
        valid_from=valid_from,
        valid_to=valid_to,
        reason=reason,
        granted_at=at,
    )
    details = {
        "purpose": [None, str(purpose)],
        "capacity": [None, delegation.capacity],
        "valid_from": [None, valid_from.isoformat()],
        "valid_to": [None, valid_to.isoformat()],
    }
    given = {name: pair for name, pair in details.items() if pair[1]}
    record_change(ChangeKind.DELEGATED, seat.agency, reason, by, at, account=to, details=given)
    delegation_changed.send(Delegation, delegation_id=delegation.pk, has_ended=False, at=at)
    return delegation


@transaction.atomic
def revoke_delegation(*, delegation_id: int, reason: str, by: Account | None, at: datetime) -> None:
    """End a delegation now; both are told. Revoked twice is revoked once."""
    found = Delegation.objects.select_for_update(of=("self",)).select_related("appointment__agency", "to")
    delegation = found.get(pk=delegation_id)
    if delegation.revoked_at is None:
        delegation.revoked_at = at
        delegation.save(update_fields=["revoked_at"])
        agency = delegation.appointment.agency
        record_change(ChangeKind.DELEGATION_REVOKED, agency, reason, by, at, account=delegation.to)
        delegation_changed.send(Delegation, delegation_id=delegation.pk, has_ended=True, at=at)


@transaction.atomic
def lend_own_seat(
    *,
    seat: Appointment,
    stand_in: Appointment,
    purpose: Purpose,
    capacity: str,
    first_day: date,
    last_day: date,
    reason: str,
    at: datetime,
) -> Delegation:
    """Let a colleague work from one's own seat on these days, both included; they sign under their own title.

    Raises what `delegate` raises, and `OrganisationRefusedError` when the days are over, or the colleague serves
    there in no role that fits.
    """
    if first_day < timezone.localtime(at).date() or last_day < first_day:
        raise OrganisationRefusedError(_("The first day is today or later, and the last day not before it."))
    if not stand_ins_for(seat, first_day).filter(pk=stand_in.pk).exists():
        raise OrganisationRefusedError(_("Who stands in serves at the same agency, in a role that fits."))
    return delegate(
        appointment_id=seat.pk,
        to=stand_in.account,
        purpose=purpose,
        capacity=capacity,
        title=stand_in.title,
        valid_from=first_day,
        valid_to=last_day + timedelta(days=1),
        reason=reason,
        by=seat.account,
        at=at,
    )


def _refuse_wrong(seat: Appointment, to: Account, purpose: Purpose, capacity: str, title: str, reason: str) -> None:
    """Raise `OrganisationRefusedError` unless somebody else may work from the seat, and sign where that is meant."""
    if to.pk == seat.account_id:
        raise OrganisationRefusedError(_("Somebody else must be named."))
    if purpose != Purpose.SIGNING:
        return
    if seat.role != Role.LEADER or not capacity or not title or not to.signing_key:
        raise OrganisationRefusedError(
            _("Signing is delegated from a leader to somebody with a signing key, with capacity and title.")
        )
    if not any(sign.isdigit() for sign in reason):
        raise OrganisationRefusedError(_("Signing is delegated by a paper: give its number and date."))
