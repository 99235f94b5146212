"""Tables carried out: as a rehearsal that leaves nothing behind, or for good, all rows or none."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from identity.errors import OrganisationRefusedError, PlanRefusedError
from identity.models import Account, Agency, OrganisationUpload, WorkCalendar
from identity.services.importing.planning import (
    EVERYTHING,
    ImportPlan,
    Problem,
    Reach,
    Step,
    facts_of,
    plan_import,
)
from identity.services.importing.tables import FIRST_DAY, FULL_NAME, UNTIL, Row
from identity.services.organising import appoint, begin_agency, change_agency, change_appointment, end_appointment
from identity.services.people import give_first_password, person_called
from identity.states import Doing, Role
from portal.core.errors import DomainError
from portal.core.files import Table

MOST_NEW_ACCOUNTS: Final = 100  # that one page opens: a password is made slowly, on purpose
_MOST_ROWS: Final = 2_000  # that one page reads and tries: some seconds


def rehearse_import(
    *, tables: Sequence[Table], at: datetime, by: Account | None = None, reach: Reach = EVERYTHING
) -> ImportPlan:
    """Return what the tables would change, and all that is wrong with them: they are carried out and taken back."""
    plan = plan_import(tables, timezone.localtime(at).date(), reach)
    _rehearse(plan, by, at)
    return plan


@transaction.atomic
def import_organisation(
    *, tables: Sequence[Table], reason: str, at: datetime, by: Account | None = None, reach: Reach = EVERYTHING
) -> tuple[ImportPlan, dict[str, str]]:
    """Apply the tables, all or nothing; returns what was done, and the first passwords of accounts that were opened.

    Raises `PlanRefusedError` with the rows that are wrong.
    """
    plan = plan_import(tables, timezone.localtime(at).date(), reach)
    opened = _carry_out(plan, reason, by, at)
    if plan.problems:
        raise PlanRefusedError([str(problem) for problem in plan.problems])
    who: dict[str, Any] = {"reason": reason, "by": by, "at": at}
    return plan, {one.username: give_first_password(account_id=one.pk, **who) for one in opened}


@transaction.atomic
def take_upload(*, tables: Sequence[Table], file_name: str, by: Account, at: datetime) -> OrganisationUpload:
    """Keep what an admin gave until it is applied; what they gave before and did not apply gives way.

    Raises `OrganisationRefusedError` when it is too much for one page.
    """
    if sum(len(table.rows) for table in tables) > _MOST_ROWS:
        raise OrganisationRefusedError(_("At most %(most)s rows: please divide the file.") % {"most": _MOST_ROWS})
    OrganisationUpload.objects.filter(given_by=by, applied_at=None).delete()
    kept = [{"name": table.name, "rows": table.rows} for table in tables]
    return OrganisationUpload.objects.create(file_name=file_name[:255], tables=kept, given_by=by, given_at=at)


def rehearse_upload(*, upload: OrganisationUpload, by: Account, at: datetime, reach: Reach) -> ImportPlan:
    """Return what the tables that an admin gave would change; those that open too many accounts are only read."""
    plan = plan_import(upload.as_tables, timezone.localtime(at).date(), reach)
    if len(plan.opens) <= MOST_NEW_ACCOUNTS:
        _rehearse(plan, by, at)
    return plan


@transaction.atomic
def apply_upload(*, upload_id: int, reason: str, by: Account, at: datetime, reach: Reach) -> dict[str, str]:
    """Apply what was given, once, and keep nothing of it; returns the first passwords of new accounts.

    Raises `PlanRefusedError`, and `OrganisationRefusedError` when it was applied or opens too many accounts.
    """
    upload = OrganisationUpload.objects.select_for_update().get(pk=upload_id)
    if upload.applied_at is not None:
        raise OrganisationRefusedError(_("These tables were applied already."))
    if len(plan_import(upload.as_tables, timezone.localtime(at).date(), reach).opens) > MOST_NEW_ACCOUNTS:
        words = _("At most %(most)s new accounts at once: please divide the file.")
        raise OrganisationRefusedError(words % {"most": MOST_NEW_ACCOUNTS})
    _plan, passwords = import_organisation(tables=upload.as_tables, reason=reason, by=by, at=at, reach=reach)
    upload.applied_at, upload.tables = at, []
    upload.save(update_fields=["applied_at", "tables"])
    return passwords


def _rehearse(plan: ImportPlan, by: Account | None, at: datetime) -> None:
    """Carry the plan out and take it back, so that it knows all that is wrong with it."""
    with transaction.atomic():
        _carry_out(plan, "", by, at)
        transaction.set_rollback(True)


def _carry_out(plan: ImportPlan, reason: str, by: Account | None, at: datetime) -> list[Account]:
    """Do what the plan says as far as nothing is wrong, and write into it what was; returns the accounts opened."""
    today = timezone.localtime(at).date()
    who: dict[str, Any] = {"reason": reason, "by": by, "at": at}
    opened: list[Account] = []
    in_order = sorted(plan.steps, key=lambda step: list(Doing).index(step.doing))
    for step in [] if plan.problems else in_order:
        try:
            with transaction.atomic():
                opened += _do(step, today, who)
        except DomainError as error:
            plan.problems.append(Problem(step.row.table, step.row.number, str(error.message)))
    return opened


def _do(step: Step, today: date, who: dict[str, Any]) -> list[Account]:
    """Do what a row says; returns the account that it opened, if it did."""
    row, seat = step.row, step.seat
    if step.doing in {Doing.BEGIN, Doing.CHANGE}:
        _keep_agency(row, today, who)
    elif seat is None:
        return _appoint(row, today, who)
    elif step.doing == Doing.ALTER:
        last = row.day(UNTIL) if "valid_to" in step.differs else seat.valid_to
        change_appointment(appointment_id=seat.pk, title=row.cells["title"], valid_to=last, **who)
    else:
        end_appointment(appointment_id=seat.pk, on=row.day(UNTIL) or today, **who)
    return []


def _keep_agency(row: Row, today: date, who: dict[str, Any]) -> None:
    known = Agency.objects.filter(code=row.cells["code"]).first()
    facts = facts_of(row)
    if known is not None:
        change_agency(agency_id=known.pk, facts=facts, **who)
        return
    above: Agency | None = facts["parent"]
    facts["calendar"] = above.calendar if above else WorkCalendar.objects.order_by("pk").first()
    begin_agency(code=row.cells["code"], facts=facts, on=row.day(FIRST_DAY) or today, **who)


def _appoint(row: Row, today: date, who: dict[str, Any]) -> list[Account]:
    cells = row.cells
    account, is_new = person_called(username=cells["username"], full_name=cells.get(FULL_NAME, ""))
    appoint(
        account=account,
        agency=Agency.objects.get(code=cells["agency"]),
        role=Role(cells["role"]),
        title=cells["title"],
        valid_from=row.day(FIRST_DAY) or today,
        valid_to=row.day(UNTIL),
        **who,
    )
    return [account] if is_new else []
