"""Following the national catalogue: looking at it, proposing what changed there, or deciding to keep our own.

Nothing is ever taken over by itself: what the national portal says is kept beside our versions, and an admin makes a
proposal of it with one click, in which form, process and every other decision of ours stay as they are.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

import structlog
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from identity.models import Account
from portal.core import outbox
from portal.core.errors import DomainError, OutsideWorldError, RefusedError
from procedures import definition as definitions
from procedures.importing import merging
from procedures.models import NationalCheck, NationalRecord, Procedure, ProcedureVersion, Proposal
from procedures.national import record as records
from procedures.national.client import NationalCatalogue, told
from procedures.services.newcomers import note_newcomers
from procedures.services.proposing import propose
from procedures.services.publishing import sector_codes
from procedures.states import Origin

log = structlog.get_logger(__name__)
TOPIC: Final = "procedures.look_at_national_catalogue"
BATCH: Final = 200  # procedures that one look reads: less than a worker's time limit allows


def look(*, catalogue: NationalCatalogue, at: datetime, batch: int = BATCH) -> NationalCheck:
    """Read the procedures that were looked at longest ago, and note which differ from ours.

    A portal that does not answer is noted in the check, and the next look goes on where this one stopped.
    """
    check = NationalCheck.objects.create(started_at=at)
    try:
        listed = catalogue.listed()
        if not listed:
            raise RefusedError("LayDanhSachTTHC named no procedure.")
        _note_the_gone(listed, at)
        note_newcomers(listed, at=at)
        codes = _whose_turn_it_is(listed, batch)
        sectors = sector_codes()
        for code in codes:
            _look_at(catalogue, code, sectors, check, at)
    except OutsideWorldError as error:
        log.warning("national_catalogue_unread", error=str(error), read=check.read)
        check.trouble = _("The national portal did not answer: %(why)s") % {"why": str(error)}
        check.trouble = check.trouble[:300]
    else:
        check.finished_at = timezone.now()
    check.save()
    return check


@transaction.atomic
def ask_now(*, at: datetime) -> None:
    """Let a worker look at the national catalogue at once; asking several times a minute is asking once."""
    outbox.record(topic=TOPIC, group=TOPIC, key=f"{TOPIC}:{at:%Y%m%d%H%M}", payload={}, at=at)


@transaction.atomic
def propose_national(*, code: str, seen: str, by: Account, at: datetime) -> Proposal:
    """Propose what the national portal says, our own decisions kept; `seen` is the hash of what the page showed.

    Raises `DomainError` when it has changed since, or when nothing differs any more.
    """
    record = _seen(code, seen)
    newest = newest_version(code)
    document = wanted(newest.document, record.record, sector_codes())
    if document == newest.document:
        raise DomainError(_("Our version says the same by now: there is nothing to propose."))
    definitions.load(document)
    day = f"{timezone.localtime(record.changed_at):%d/%m/%Y}"
    return propose(
        document=document,
        author=by,
        origin=Origin.NATIONAL,
        reason=_("Changed on the national portal; first seen on %(day)s") % {"day": day},
        effective_from=None,
        at=at,
    )


@transaction.atomic
def keep_ours(*, code: str, seen: str, set_aside: bool = True) -> NationalRecord:
    """Decide not to follow what the national portal says now; a later change is shown again. Raises `DomainError`."""
    record = _seen(code, seen)
    record.set_aside = record.sha256 if set_aside else ""
    record.save(update_fields=["set_aside"])
    return record


def wanted(ours: Mapping[str, Any], said: Mapping[str, Any], sectors: Mapping[str, str]) -> dict[str, Any]:
    """Return our document with what an answer of the national portal says differently."""
    return merging.merged(ours, records.document_of(said, sectors))


def newest_version(code: str) -> ProcedureVersion:
    """Return the newest version of a procedure; raises `ProcedureVersion.DoesNotExist`."""
    return ProcedureVersion.objects.filter(procedure__code=code).latest("number")


def _note_the_gone(listed: Collection[str], at: datetime) -> None:
    """Note which procedures the national list has dropped, and which have come back."""
    NationalRecord.objects.filter(gone_at=None).exclude(code__in=listed).update(gone_at=at)
    NationalRecord.objects.filter(code__in=listed).exclude(gone_at=None).update(gone_at=None)


def _whose_turn_it_is(listed: Collection[str], batch: int) -> list[str]:
    seen = dict(NationalRecord.objects.values_list("code", "seen_at"))
    ours = Procedure.objects.filter(retired_on=None, code__in=listed).values_list("code", flat=True)
    never = [code for code in sorted(ours) if code not in seen]
    return [*never, *sorted((code for code in ours if code in seen), key=lambda code: (seen[code], code))][:batch]


def _look_at(
    catalogue: NationalCatalogue, code: str, sectors: Mapping[str, str], check: NationalCheck, at: datetime
) -> None:
    try:
        said = told(catalogue, code)
    except RefusedError as error:
        log.warning("national_procedure_refused", code=code, error=str(error))
        NationalRecord.objects.filter(code=code).update(seen_at=at, trouble=str(error)[:300])
        return
    check.read += 1
    digest = definitions.sha256_of(said)
    with transaction.atomic():
        record, is_new = NationalRecord.objects.select_for_update().get_or_create(
            code=code,
            defaults={"record": said, "sha256": digest, "changed_at": at, "seen_at": at, "name": _name(said)},
        )
        if not is_new and record.sha256 != digest:
            record.record, record.sha256, record.changed_at, record.name = said, digest, at, _name(said)
            check.changed += 1
        ours = newest_version(code).document
        record.differs = wanted(ours, said, sectors) != ours
        record.seen_at, record.trouble = at, ""
        record.save()


def _name(said: Mapping[str, Any]) -> str:
    return str(said.get("TENTTHC", ""))[:1000]


def _seen(code: str, seen: str) -> NationalRecord:
    record = NationalRecord.objects.select_for_update().get(code=code)
    if record.sha256 != seen:
        raise DomainError(_("The national portal has changed this again. Please read the comparison once more."))
    return record
