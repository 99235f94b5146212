"""API keys: made by a person for a program, shown once, found by their beginning, compared by their hash."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from identity.errors import KeyNotIssuedError, KeyRefusedError
from identity.models import Account, ApiKey
from identity.states import Scope

LONGEST: Final = timedelta(days=365)
MOST_KEYS: Final = 20
_MARK: Final = "bdp"  # portal.core.logs knows it
_ALPHABET: Final = "abcdefghijkmnpqrstuvwxyz23456789"
_MINUTE: Final = timedelta(minutes=1)


@transaction.atomic
def issue_key(
    *, account: Account, name: str, scopes: Collection[Scope], lasts: timedelta, at: datetime
) -> tuple[ApiKey, str]:
    """Return a new key and, this once, its token. Raises `KeyNotIssuedError`."""
    if not scopes or not timedelta(0) < lasts <= LONGEST:
        raise KeyNotIssuedError(_("A key needs at least one permission and lasts a year at most."))
    Account.objects.select_for_update().get(pk=account.pk)  # so that two at once do not exceed the number
    if ApiKey.objects.of(account).count() >= MOST_KEYS:
        raise KeyNotIssuedError(_("There are many keys already. Please revoke one that is not used any more."))
    prefix = "".join(secrets.choice(_ALPHABET) for _sign in range(10))
    token = f"{_MARK}_{prefix}_{secrets.token_urlsafe(32)}"
    try:
        with transaction.atomic():
            key = ApiKey.objects.create(
                account=account,
                name=name,
                prefix=prefix,
                token_hash=_hash(token),
                scopes=sorted(str(scope) for scope in scopes),
                created_at=at,
                expires_at=at + lasts,
            )
    except IntegrityError as error:
        raise KeyNotIssuedError(_("There is a key of this name already.")) from error
    return key, token


def revoke_key(*, account: Account, uuid: UUID, at: datetime) -> None:
    """End a key of the account now; one that is ended, or somebody else's, is left alone."""
    ApiKey.objects.of(account).filter(uuid=uuid).update(revoked_at=at)


def key_of(*, token: str, at: datetime) -> ApiKey:
    """Return the usable key that `token` is, and note its use; raises `KeyRefusedError`, whatever is wrong."""
    mark, _sign, rest = token.partition("_")
    prefix = rest.partition("_")[0]
    is_shaped = mark == _MARK and len(prefix) == 10 and prefix.isascii() and prefix.isalnum()
    key = ApiKey.objects.select_related("account").filter(prefix=prefix).first() if is_shaped else None
    if key is None or not compare_digest(key.token_hash, _hash(token)) or not key.is_usable(at):
        raise KeyRefusedError
    not_just_now = Q(last_used_at=None) | Q(last_used_at__lt=at - _MINUTE)
    ApiKey.objects.filter(not_just_now, pk=key.pk).update(last_used_at=at)
    return key


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
