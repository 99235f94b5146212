"""Who took a whole case away is recorded: an archive or a print leaves the house."""

from __future__ import annotations

from datetime import datetime

from identity.models import Account, Agency
from onestop.kinds import ReadingForm
from onestop.models import Case, CaseReading


def record(*, case: Case, account: Account, agency: Agency, form: ReadingForm, at: datetime) -> CaseReading:
    """Record that `account` takes the case away; before, not after: what cannot be recorded is not given."""
    return CaseReading.objects.create(case=case, account=account, agency=agency, form=form, at=at)
