"""Who took a whole case or a list away is recorded: an archive, a print or a table leaves the house."""

from __future__ import annotations

from datetime import datetime

from identity.models import Account
from identity.officers import Seat
from onestop.kinds import ReadingForm
from onestop.models import Case, CaseReading, ListReading


def record(*, case: Case, actor: Seat, form: ReadingForm, at: datetime) -> CaseReading:
    """Record that somebody takes the case away; before, not after: what cannot be recorded is not given."""
    return CaseReading.objects.create(case=case, account=actor.account, agency=actor.agency, form=form, at=at)


def record_list(*, list: str, query: str, account: Account, at: datetime) -> ListReading:
    """Record that `account` takes a list away as it stands behind `query`; before, not after."""
    return ListReading.objects.create(list=list, query=query, account=account, at=at)
