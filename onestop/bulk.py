"""One act on many cases: ordered by a click, done by a worker, each case in a transaction of its own.

A service that stands above `acts`, because it carries them out. An item and its act are one transaction: run again
after a crash, what was done is not done again, and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q
from django.forms import Form
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _

from identity.models import Account
from identity.officers import Officer, officer_on
from onestop import acts, queries
from onestop.acts import Act, Call
from onestop.models import BulkItem, BulkJob, Case
from onestop.states import TABLE, Action
from portal.core import outbox
from portal.core.errors import DomainError

TOPIC: Final = "onestop.bulk"
MOST: Final = 500
_CODES: Final = ("accept", "sign", "issue", "forward", "reassign", "arrive", "return-result", "extend")
_EACH: Final = frozenset({Action.RETURN_RESULT, Action.EXTEND})  # what is typed differs from case to case


@dataclass(frozen=True)
class Choice:
    """What somebody is about to do, to which cases as they saw them, and the forms: one for all, or one for each."""

    act: Act
    cases: Sequence[Case]
    forms: Sequence[Form]

    @property
    def is_each(self) -> bool:
        return self.act.action in _EACH

    @property
    def is_valid(self) -> bool:
        return sum(form.is_valid() for form in self.forms) == len(self.forms)  # each says what is wrong with it

    @property
    def rows(self) -> list[tuple[Case, Form | None]]:
        """The cases, each with its own form where it has one."""
        return list(zip(self.cases, self.forms if self.is_each else [None] * len(self.cases), strict=True))

    @property
    def chosen(self) -> str:
        """The cases and their versions as one value of a form."""
        return ",".join(f"{case.pk}.{case.version}" for case in self.cases)


def acts_for(officer: Officer) -> list[Act]:
    """Return the acts that the officer's roles can do to many cases at once."""
    offered = [act for code in _CODES for act in acts.ACTS if act.code == code]
    return [act for act in offered if officer.roles & _roles(act)]


def choice(officer: Officer, code: str, seen: Mapping[int, int], data: QueryDict | None) -> Choice | None:
    """Return what is about to be done to the cases in `seen` (key → version); None when nothing can be.

    What the officer may not see, or cannot have seen yet, is left out. `data` is what was typed, None before
    anything was.
    """
    act = next((act for act in acts_for(officer) if act.code == code), None)
    visible = queries.cases_of(officer, to_act=True).filter(pk__in=list(seen)[:MOST])
    found = {case.pk: case for case in visible.select_related("procedure", "competent_agency")}
    cases = [found[pk] for pk, version in seen.items() if pk in found and version <= found[pk].version]
    if act is None or not cases:
        return None
    for case in cases:
        case.version = seen[case.pk]
    forms = [_form(act, case, data, officer.account) for case in (cases if act.action in _EACH else cases[:1])]
    return Choice(act, cases, forms)


@transaction.atomic
def order(choice: Choice, *, officer: Officer, at: datetime) -> BulkJob:
    """Record the job; a worker does it."""
    job = BulkJob.objects.create(account=officer.account, act=choice.act.code, created_at=at)
    typed = [_typed(form) for form in choice.forms]
    BulkItem.objects.bulk_create(
        BulkItem(job=job, case=case, seen_version=case.version, typed=typed[place if choice.is_each else 0])
        for place, case in enumerate(choice.cases)
    )
    outbox.record(topic=TOPIC, group=f"bulk:{job.uuid}", key=f"bulk:{job.uuid}", payload={"job_id": job.pk}, at=at)
    return job


def run(*, job_id: int, at: datetime) -> None:
    """Do what is left of a job. Safe to run again, and by two workers at once."""
    job = BulkJob.objects.select_related("account").get(pk=job_id)
    waiting = job.items.filter(outcome=BulkItem.Outcome.WAITING).order_by("pk")
    for item_id in list(waiting.values_list("pk", flat=True)):
        _run_item(job, item_id, at)
    if not waiting.exists():
        BulkJob.objects.filter(pk=job_id, finished_at=None).update(finished_at=at)


def job_of(officer: Officer, uuid: UUID) -> BulkJob | None:
    """Return the officer's own job, with how many of its items are done, refused and waiting."""
    counted = {
        outcome.lower(): Count("items", filter=Q(items__outcome=outcome)) for outcome in BulkItem.Outcome.values
    }
    return BulkJob.objects.filter(account=officer.account, uuid=uuid).annotate(**counted).first()


def act_of(job: BulkJob) -> Act:
    """Return the act that a job does."""
    return next(act for act in acts.ACTS if act.code == job.act)


@transaction.atomic
def _run_item(job: BulkJob, item_id: int, at: datetime) -> None:
    item = BulkItem.objects.select_for_update(skip_locked=True).filter(pk=item_id, outcome="WAITING").first()
    if item is None:
        return
    try:
        with transaction.atomic():
            _act(job, item, at)
        item.outcome = BulkItem.Outcome.DONE
    except DomainError as error:
        item.outcome, item.reason = BulkItem.Outcome.REFUSED, str(error.message)
    item.save(update_fields=["outcome", "reason"])


def _act(job: BulkJob, item: BulkItem, at: datetime) -> None:
    """Do the act as its button on the case page would; raises `DomainError`."""
    act = act_of(job)
    officer = officer_on(job.account, timezone.localdate(at))
    case = queries.cases_of(officer, to_act=True).filter(pk=item.case_id).first()
    if case is None:
        raise DomainError(_("The case is not at your agency any more."))
    form = act.make_form(case, _data(item.typed), job.account)
    if not form.is_valid():
        raise DomainError(" ".join(str(message) for found in form.errors.values() for message in found))
    act.run(Call(case, queries.actor_for(officer, case), at, item.seen_version, form))


def _form(act: Act, case: Case, data: QueryDict | None, by: Account) -> Form:
    form = act.make_form(case, data, by)
    if act.action in _EACH:
        form.prefix = str(case.pk)
    return form


def _typed(form: Form) -> dict[str, list[str]]:
    data = cast("QueryDict", form.data)
    return {name: data.getlist(form.add_prefix(name)) for name in form.fields}


def _data(typed: Mapping[str, list[Any]]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, values in typed.items():
        data.setlist(name, values)
    return data


def _roles(act: Act) -> set[Any]:
    return {role for (_state, action), move in TABLE.items() if action == act.action for role in move.roles}
