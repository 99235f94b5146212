"""Each print of a one-stop form is recorded with its number: what was printed before is a copy, and says so."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from identity.models import Account, Agency
from identity.officers import Seat
from onestop.figures import Period
from onestop.models import Case, CaseDocument, FormIssue


@transaction.atomic
def reprint(*, document: CaseDocument, actor: Seat, at: datetime) -> FormIssue:
    """Record that a form which was issued is printed once more."""
    Case.objects.select_for_update(of=("self",)).get(pk=document.case_id)
    form = document.kind.removeprefix("FORM_")
    return _record(form, str(document.uuid), document.case, actor.account, actor.agency, at)


@transaction.atomic
def print_control_sheet(*, case: Case, actor: Seat, at: datetime) -> FormIssue:
    """Record that form 06 of a case is printed."""
    locked = Case.objects.select_for_update(of=("self",)).get(pk=case.pk)
    return _record("06", str(case.uuid), locked, actor.account, actor.agency, at)


@transaction.atomic
def issue_register(*, period: Period, account: Account, agency: Agency, at: datetime) -> FormIssue:
    """Record that form 07 of an agency and a period is issued."""
    Agency.objects.select_for_update(of=("self",)).get(pk=agency.pk)
    return _record("07", f"{agency.code} {period.first} {period.last}", None, account, agency, at)


def _record(form: str, subject: str, case: Case | None, account: Account, agency: Agency, at: datetime) -> FormIssue:
    earlier = FormIssue.objects.filter(form=form, subject=subject).count()
    return FormIssue.objects.create(
        form=form, subject=subject, number=earlier + 1, case=case, account=account, agency=agency, at=at
    )
