"""Procedures that the national list names and our catalogue does not have: taken over as a proposal, or set aside."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from identity.models import Account
from portal.core.errors import DomainError
from portal.core.text import unaccented
from procedures import definition as definitions
from procedures.errors import CodeTakenError
from procedures.importing import mapping, reasons
from procedures.importing.reasons import Case, Doubt
from procedures.importing.rows import Row
from procedures.models import NationalNewcomer, Procedure, Proposal
from procedures.national import record as records
from procedures.national.client import NationalCatalogue, told
from procedures.services.proposing import propose
from procedures.services.publishing import sector_codes
from procedures.states import Origin

_CODE: Final = re.compile(r"^[0-9]\.[0-9]{6}$")
_LONGEST: Final = 1000
_BATCH: Final = 500
_TO_DECIDE: Final = {"set_aside_at": None, "set_aside_by": None, "set_aside_because": ""}


def note_newcomers(listed: Mapping[str, str], *, at: datetime) -> None:
    """Keep what the list names and the catalogue lacks; what it names no more, and nobody decided, is dropped."""
    ours = set(Procedure.objects.values_list("code", flat=True))
    named = {code: name[:_LONGEST] for code, name in listed.items() if code not in ours and _CODE.match(code)}
    known = {newcomer.code: newcomer for newcomer in NationalNewcomer.objects.all()}
    gone = [code for code in known.keys() - named.keys() if known[code].set_aside_at is None]
    NationalNewcomer.objects.filter(code__in=gone).delete()
    renamed = [known[code] for code, name in named.items() if code in known and known[code].name != name]
    for newcomer in renamed:
        newcomer.name, newcomer.folded = named[newcomer.code], _folded(named[newcomer.code])
    NationalNewcomer.objects.bulk_update(renamed, ["name", "folded"], batch_size=_BATCH)
    NationalNewcomer.objects.bulk_create(
        [
            NationalNewcomer(code=code, name=name, folded=_folded(name), first_seen_at=at)
            for code, name in named.items()
            if code not in known
        ],
        batch_size=_BATCH,
        ignore_conflicts=True,
    )


def take_newcomer_over(*, code: str, catalogue: NationalCatalogue, by: Account, at: datetime) -> Proposal:
    """Propose a procedure as the national portal describes it: an information page, as an import makes one.

    Raises `DomainError` for what cannot be read as a procedure, `CodeTakenError` when the catalogue has it by now,
    and `OutsideWorldError` when the portal does not answer.
    """
    case = Case(Row(1, records.row_of(told(catalogue, code))))
    wrongs = reasons.wrongs(case)
    if wrongs:
        raise DomainError(_("This cannot be taken over: %(why)s.") % {"why": _titles(wrongs)})
    document = mapping.document_of(case.content, sector_codes())
    definitions.load(document)
    doubts = reasons.doubts(Case(case.row, document))
    why = _("New in the national list")
    with transaction.atomic():
        NationalNewcomer.objects.select_for_update().get(code=code)
        if Procedure.objects.filter(code=code).exists():
            raise CodeTakenError
        NationalNewcomer.objects.filter(code=code).update(**_TO_DECIDE)
        return propose(
            document=document,
            author=by,
            origin=Origin.NATIONAL,
            reason=f"{why}: {_titles(doubts)}"[:_LONGEST] if doubts else why,
            effective_from=None,
            at=at,
        )


@transaction.atomic
def set_newcomer_aside(*, code: str, because: str, by: Account, at: datetime) -> None:
    """Decide that a procedure is none of the province's; it is offered no more."""
    NationalNewcomer.objects.filter(code=code).update(set_aside_at=at, set_aside_by=by, set_aside_because=because)


@transaction.atomic
def offer_newcomer_again(*, code: str) -> None:
    """Offer a procedure that was set aside."""
    NationalNewcomer.objects.filter(code=code).update(**_TO_DECIDE)


def _folded(name: str) -> str:
    return unaccented(name)[:_LONGEST]


def _titles(doubts: list[Doubt]) -> str:
    return ", ".join(dict.fromkeys(str(reasons.REASONS[doubt.reason].title) for doubt in doubts))
