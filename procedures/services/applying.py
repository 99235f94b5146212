"""Applying a catalogue of files: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from procedures import definition as definitions
from procedures.definition import sha256_of
from procedures.differences import Change, compare
from procedures.errors import CatalogueConflictError
from procedures.models import ProcedureVersion, Proposal
from procedures.open_cases import Effect, effect_of_change
from procedures.services.proposing import propose
from procedures.services.publishing import publish
from procedures.states import Origin


@dataclass(frozen=True)
class Step:
    """What applying the files does to one procedure."""

    code: str
    name: str
    document: Mapping[str, Any]
    changes: tuple[Change, ...]
    effect: Effect
    conflict: str  # why it may not be applied as it is; empty when it may


def plan(documents: Iterable[Mapping[str, Any]], exported: Mapping[str, str]) -> list[Step]:
    """Return what applying `documents` would change, unchanged procedures left out; changes nothing itself.

    `exported` holds the hash of each document when its file was written. Raises `DefinitionError` for a document
    that cannot be read.
    """
    newest = _newest_versions()
    steps = []
    for document in documents:
        definitions.load(document)
        step = _step(document, newest.get(document["code"]), exported.get(document["code"]))
        if step is not None:
            steps.append(step)
    return steps


@transaction.atomic
def apply(
    documents: Iterable[Mapping[str, Any]],
    exported: Mapping[str, str],
    *,
    at: datetime,
    effective_from: date | None = None,
    reason: str = "",
    publish_now: bool = False,
    overwrite: Collection[str] = (),
) -> list[Step]:
    """Propose every change of the files for the second person; `publish_now`, the operator's, publishes it.

    Raises `CatalogueConflictError` naming the procedures that were changed since the export, unless their codes stand
    in `overwrite`; then nothing at all is applied.
    """
    steps = plan(documents, exported)
    conflicts = [step for step in steps if step.conflict and step.code not in overwrite]
    if conflicts:
        raise CatalogueConflictError([f"{step.code} {step.name}: {step.conflict}" for step in conflicts])
    today = timezone.localtime(at).date()
    for step in steps:
        if publish_now:
            publish(
                document=step.document,
                effective_from=effective_from or today,
                published_by=None,
                at=at,
                origin=Origin.FILES,
                reason=reason,
            )
        else:
            propose(
                document=step.document,
                author=None,
                origin=Origin.FILES,
                reason=reason,
                effective_from=effective_from,
                at=at,
            )
    return steps


def _newest_versions() -> dict[str, ProcedureVersion]:
    versions = ProcedureVersion.objects.order_by("procedure", "-number").distinct("procedure")
    return {version.procedure.code: version for version in versions.select_related("procedure", "published_by")}


def _step(document: Mapping[str, Any], newest: ProcedureVersion | None, exported: str | None) -> Step | None:
    if newest is not None and newest.sha256 == sha256_of(document):
        return None
    changes = tuple(compare(newest.document if newest else None, document))
    binds = any(change.binds for change in changes)
    return Step(
        code=document["code"],
        name=document["name"],
        document=document,
        changes=changes,
        effect=effect_of_change(document["code"], newest=newest.pk if newest else None, binds=binds),
        conflict=_conflict(document["code"], newest, exported),
    )


def _conflict(code: str, newest: ProcedureVersion | None, exported: str | None) -> str:
    if newest is not None and exported is not None and newest.sha256 != exported:
        by = newest.published_by.full_name if newest.published_by else _("a command")
        return _("version %(number)s was published by %(who)s on %(day)s, after the files were written") % {
            "number": newest.number,
            "who": by,
            "day": f"{timezone.localtime(newest.published_at):%d/%m/%Y}",
        }
    other = Proposal.objects.open().filter(code=code).exclude(origin=Origin.FILES).first()
    if other is not None:
        who = other.changed_by.full_name if other.changed_by else _("a command")
        return _("%(who)s is working on another change of it") % {"who": who}
    return ""
