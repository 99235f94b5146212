"""Filled in by another (người làm hộ): one person types, the person whose case it is reads it and confirms.

Whoever holds the link and is not that person learns nothing, not even that it exists.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from identity.models import Account
from onestop.errors import ActionNotAllowedError, NobodyElseError, StaleCaseError, WordsMissingError
from onestop.models import Case, Confirmation
from onestop.services import filing
from onestop.services.advancing import lock_draft, open_draft

LASTS: Final = timedelta(days=7)


@transaction.atomic
def ask(*, draft_id: int, account: Account, at: datetime) -> str:
    """Make a link for the person whom the draft names as its applicant, and return its token; an older one is void.

    Raises `NobodyElseError` when that is `account`, or nobody; `ActionNotAllowedError`.
    """
    case = open_draft(draft_id)
    if case.applicant_id != account.pk:
        raise ActionNotAllowedError
    if not names_another(case, account):
        raise NobodyElseError
    token = secrets.token_urlsafe(32)
    asked = {"typed_by": account, "token_hash": _hash(token), "words": ""}
    times = {"asked_at": at, "expires_at": at + LASTS}
    Confirmation.objects.update_or_create(case=case, defaults=asked | times)
    return token


def names_another(case: Case, account: Account) -> bool:
    """Return whether the draft of `account` names somebody else as its applicant."""
    return _named(case) not in {"", account.national_id}


def asked_of(account: Account, token: str, at: datetime) -> Confirmation | None:
    """Return what `account` is asked to confirm by a link, or None: used, run out, or meant for somebody else."""
    found = Confirmation.objects.filter(token_hash=_hash(token), expires_at__gt=at)
    asked = found.select_related("typed_by", "case").first()
    return asked if asked and account.national_id and _named(asked.case) == account.national_id else None


def digest_of(case: Case) -> str:
    """Return what names the answers as they were read."""
    return _hash(json.dumps(case.answers, sort_keys=True, ensure_ascii=False))


@transaction.atomic
def confirm(*, token: str, account: Account, digest: str, at: datetime) -> Case:
    """File the draft as the case of `account`, who has read the answers of `digest`.

    Raises `StaleCaseError` when they were changed since, `ActionNotAllowedError` when the link is not theirs to use,
    and what `filing.submit` raises.
    """
    asked, case = _taken(token, account, at)
    if digest_of(case) != digest:
        raise StaleCaseError(_("The answers were changed after you opened the page. Please read them once more."))
    filed = filing.submit_for(case, owner=account, typed_by=asked.typed_by, at=at)
    asked.token_hash, asked.confirmed_at = None, at
    asked.save(update_fields=["token_hash", "confirmed_at"])
    return filed


@transaction.atomic
def send_back(*, token: str, account: Account, words: str, at: datetime) -> None:
    """Say what is wrong: the draft stays with its writer. Raises `WordsMissingError`, `ActionNotAllowedError`."""
    if not words.strip():
        raise WordsMissingError
    asked, _case = _taken(token, account, at)
    asked.token_hash, asked.words = None, words
    asked.save(update_fields=["token_hash", "words"])


def _taken(token: str, account: Account, at: datetime) -> tuple[Confirmation, Case]:
    """Return what the link asks for, its draft locked; of two who use it at once, the later finds it used."""
    asked = asked_of(account, token, at)
    case = lock_draft(asked.case_id) if asked else None
    again = asked_of(account, token, at)
    if case is None or again is None or case.applicant_id != again.typed_by_id:
        raise ActionNotAllowedError
    return again, case


def _named(case: Case) -> str:
    return str((case.answers.get("requester") or {}).get("national_id") or "")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
