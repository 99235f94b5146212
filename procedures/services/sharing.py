"""Blocks of questions that procedures share by copying them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from identity.models import Account
from procedures.eforms import FormDefinitionError, load_fields
from procedures.errors import NotPossibleError
from procedures.models import SharedBlock


@transaction.atomic
def share_block(*, name: str, fields: Sequence[Mapping[str, Any]], by: Account, at: datetime) -> SharedBlock:
    """Keep questions as a block under `name`; a block of this name is replaced.

    Raises `NotPossibleError` for questions that cannot be read.
    """
    kept = [dict(field) for field in fields]
    try:
        load_fields(kept)
    except FormDefinitionError as error:
        raise NotPossibleError(str(error)) from error
    block, _created = SharedBlock.objects.update_or_create(
        name=name, defaults={"fields": kept, "saved_by": by, "saved_at": at}
    )
    return block


@transaction.atomic
def forget_block(*, block_id: int) -> None:
    """Take a block out of the list; what was copied from it stays where it is."""
    SharedBlock.objects.filter(pk=block_id).delete()
