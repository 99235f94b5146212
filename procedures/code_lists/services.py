"""What the office does to a list: add, reword or end an entry, from tomorrow on at the earliest, with the reason."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from identity.models import Account
from portal.core.errors import DomainError
from portal.core.text import sort_key
from procedures.code_lists.acts import ListAct
from procedures.code_lists.models import CodeEntry, CodeList, CodeListChange


class ListChangeError(DomainError):
    """The change does not fit the list."""

    message = _("This change does not fit the list any more. Please look at it again.")


def earliest_change(at: datetime) -> date:
    """Return the first day from which a change may apply: whoever answers today keeps today's words."""
    return timezone.localtime(at).date() + timedelta(days=1)


@transaction.atomic
def add_entry(
    *, list_code: str, code: str, vi: str, en: str, effective_from: date, reason: str, by: Account, at: datetime
) -> CodeEntry:
    """Add an entry from a day on; raises `ListChangeError` while another with its code is in force then."""
    code_list = _locked(list_code, effective_from, at)
    if code_list.entries.filter(code=code, valid_to=None).exists():
        raise ListChangeError(_("An entry with this code is in force already."))
    if code_list.entries.filter(code=code, valid_to__gt=effective_from).exists():
        raise ListChangeError(_("The entry of this code ends later than that day."))
    entry = _begin(code_list, code, vi, en, effective_from)
    _record(entry, ListAct.ADD, before="", after=vi, effective_from=effective_from, reason=reason, by=by, at=at)
    return entry


@transaction.atomic
def reword_entry(
    *, list_code: str, code: str, vi: str, en: str, effective_from: date, reason: str, by: Account, at: datetime
) -> CodeEntry:
    """Give a code other words from a day on; raises `ListChangeError`."""
    old = _end(_locked(list_code, effective_from, at), code, effective_from)
    entry = _begin(old.code_list, code, vi, en, effective_from, position=old.position)
    _record(
        entry, ListAct.REWORD, before=old.vi, after=vi, effective_from=effective_from, reason=reason, by=by, at=at
    )
    return entry


@transaction.atomic
def end_entry(
    *, list_code: str, code: str, effective_from: date, reason: str, by: Account, at: datetime
) -> CodeEntry:
    """Let an entry be chosen no more from a day on; who chose it keeps it. Raises `ListChangeError`."""
    entry = _end(_locked(list_code, effective_from, at), code, effective_from)
    _record(entry, ListAct.END, before=entry.vi, after="", effective_from=effective_from, reason=reason, by=by, at=at)
    return entry


def _locked(list_code: str, effective_from: date, at: datetime) -> CodeList:
    if effective_from < earliest_change(at):
        raise ListChangeError(_("A change applies from tomorrow at the earliest."))
    return CodeList.objects.select_for_update().get(code=list_code)


def _end(code_list: CodeList, code: str, day: date) -> CodeEntry:
    found = code_list.entries.filter(code=code, valid_to=None, valid_from__lt=day).first()
    if found is None:
        raise ListChangeError
    found.valid_to = day
    found.save(update_fields=["valid_to"])
    return found


def _begin(code_list: CodeList, code: str, vi: str, en: str, day: date, *, position: int = 1000) -> CodeEntry:
    return CodeEntry.objects.create(
        code_list=code_list, code=code, vi=vi, en=en, position=position, sort_key=sort_key(vi), valid_from=day
    )


def _record(entry: CodeEntry, act: ListAct, **facts: Any) -> None:
    CodeListChange.objects.create(code_list=entry.code_list, code=entry.code, act=act, **facts)
