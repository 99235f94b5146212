"""A change on its way: drafted, saved, proposed, sent back, approved by a second person.

Whoever saves says which revision they saw: the second of two people who edit at once is told, and loses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from identity.models import Account
from procedures import definition as definitions
from procedures import invariants, linting
from procedures.errors import (
    CodeTakenError,
    NotFitToPublishError,
    ProposalClosedError,
    SamePersonError,
    StaleProposalError,
)
from procedures.models import Procedure, ProcedureVersion, Proposal, ProposalRevision
from procedures.services.publishing import publish
from procedures.states import PROPOSAL_TABLE, Origin, ProposalAct, ProposalState


@transaction.atomic
def start_draft(
    *, code: str, document: Mapping[str, Any] | None, by: Account, at: datetime, reason: str = ""
) -> Proposal:
    """Return the open draft of the procedure `code`: the one there is, or a new one.

    A new one begins as `document`; when None, as the newest version. Raises `ProcedureVersion.DoesNotExist` when
    there is neither.
    """
    existing = Proposal.objects.open().filter(code=code, origin=Origin.ADMIN).first()
    if existing is not None:
        return existing
    base = _newest(code)
    if document is None and base is None:
        raise ProcedureVersion.DoesNotExist
    content = document if document is not None else base.document if base else {}
    try:
        return _create(content, code=code, base=base, origin=Origin.ADMIN, author=by, reason=reason, at=at)
    except CodeTakenError:  # of two at once, the other was first
        return Proposal.objects.open().get(code=code, origin=Origin.ADMIN)


@transaction.atomic
def start_new(*, document: Mapping[str, Any], by: Account, at: datetime) -> Proposal:
    """Return a new draft of a procedure that does not exist yet.

    Raises `CodeTakenError`, and `DefinitionError` for a document that could never be published.
    """
    definitions.load(document)
    code = str(document["code"])
    if Procedure.objects.filter(code=code).exists() or Proposal.objects.open().filter(code=code).exists():
        raise CodeTakenError
    return _create(document, code=code, base=None, origin=Origin.ADMIN, author=by, reason="", at=at)


@transaction.atomic
def save_draft(
    *,
    proposal_id: int,
    seen_revision: int,
    document: Mapping[str, Any],
    by: Account,
    at: datetime,
    note: str = "",
) -> Proposal:
    """Save `document` over revision `seen_revision` of a draft; saving what is there already changes nothing.

    Raises `StaleProposalError` naming who saved in the meantime, `ProposalClosedError`, and `DefinitionError` for a
    document that could never be published (a rule that refers to a missing field, for instance).
    """
    definitions.load(document)
    proposal = _locked(proposal_id, ProposalAct.SAVE)
    _refuse_if_somebody_saved(proposal, seen_revision)
    return _save(proposal, document, by=by, at=at, note=note)


@transaction.atomic
def undo(*, proposal_id: int, seen_revision: int, to: int, by: Account, at: datetime) -> Proposal:
    """Save the content of an earlier revision once more. Raises as `save_draft`."""
    earlier = ProposalRevision.objects.get(proposal_id=proposal_id, number=to)
    definitions.load(earlier.document)
    proposal = _locked(proposal_id, ProposalAct.SAVE)
    _refuse_if_somebody_saved(proposal, seen_revision)
    note = _("back to revision %(number)s") % {"number": to}
    return _save(proposal, earlier.document, by=by, at=at, note=note, restores=to)


@transaction.atomic
def submit_draft(
    *, proposal_id: int, by: Account, reason: str, at: datetime, effective_from: date | None = None
) -> Proposal:
    """Hand a draft to the second person; `effective_from` None means from the day of approval."""
    proposal = _locked(proposal_id, ProposalAct.PROPOSE)
    proposal.proposed_by, proposal.proposed_at = by, at
    proposal.reason = reason or proposal.reason
    proposal.effective_from = effective_from
    proposal.decision = ""
    return _advance(proposal, ProposalAct.PROPOSE)


@transaction.atomic
def propose(
    *,
    document: Mapping[str, Any],
    author: Account | None,
    origin: Origin,
    reason: str,
    effective_from: date | None,
    at: datetime,
) -> Proposal:
    """Propose `document` at once, as a command or an import does; `author` None is the command.

    What the same origin proposed before for this procedure and nobody decided yet is replaced. Proposing what is
    proposed already changes nothing. Raises `CodeTakenError` when somebody proposes the same this very moment.
    """
    code = str(document.get("code", ""))
    waiting = Proposal.objects.select_for_update().open().filter(code=code, origin=origin).first()
    if waiting is not None and waiting.document == document:
        return waiting
    if waiting is not None:
        waiting.base = _newest(code)
        waiting.proposed_by, waiting.proposed_at, waiting.reason = author, at, reason
        waiting.effective_from = effective_from
        return _save(waiting, document, by=author, at=at, note="")
    proposal = _create(document, code=code, base=_newest(code), origin=origin, author=author, reason=reason, at=at)
    proposal.effective_from = effective_from
    proposal.proposed_by, proposal.proposed_at = author, at
    return _advance(proposal, ProposalAct.PROPOSE)


@dataclass(frozen=True)
class Suggestion:
    """A document to propose, the version that it was compared with, and why."""

    document: Mapping[str, Any]
    base: ProcedureVersion | None
    reason: str


@transaction.atomic
def propose_all(
    *, suggestions: Sequence[Suggestion], author: Account | None, origin: Origin, at: datetime
) -> list[Proposal]:
    """Propose many documents at once, as `propose` does each; for procedures without an open proposal of `origin`.

    Raises `IntegrityError` when one of them has one.
    """
    proposals = Proposal.objects.bulk_create(
        Proposal(
            code=one.document["code"],
            base=one.base,
            state=PROPOSAL_TABLE[ProposalState.DRAFT, ProposalAct.PROPOSE],
            origin=origin,
            document=dict(one.document),
            reason=one.reason,
            author=author,
            created_at=at,
            changed_by=author,
            changed_at=at,
            proposed_by=author,
            proposed_at=at,
        )
        for one in suggestions
    )
    ProposalRevision.objects.bulk_create(_revision(proposal, author, at, "") for proposal in proposals)
    return proposals


@transaction.atomic
def send_back(*, proposal_id: int, by: Account, reason: str, at: datetime) -> Proposal:
    """Give a proposal back to its author with the reason."""
    proposal = _locked(proposal_id, ProposalAct.SEND_BACK)
    _decide(proposal, by, reason, at)
    return _advance(proposal, ProposalAct.SEND_BACK)


@transaction.atomic
def discard(*, proposal_id: int, by: Account | None, reason: str, at: datetime) -> Proposal:
    """Give a proposal up; its revisions stay to be read."""
    proposal = _locked(proposal_id, ProposalAct.DISCARD)
    _decide(proposal, by, reason, at)
    return _advance(proposal, ProposalAct.DISCARD)


@transaction.atomic
def approve(*, proposal_id: int, seen_revision: int, by: Account, at: datetime) -> ProcedureVersion:
    """Publish a proposal as the second person, from its day on (never from a past one).

    Raises `SamePersonError`; `StaleProposalError` when the proposal was changed after the page was opened, or
    another version was published since it was drafted; `NotFitToPublishError` while the linter finds an error or a
    sample fails; `DefinitionError`.
    """
    proposal = _locked(proposal_id, ProposalAct.APPROVE)
    _refuse_if_somebody_saved(proposal, seen_revision)
    if by.pk in {proposal.author_id, proposal.proposed_by_id, proposal.changed_by_id}:
        raise SamePersonError
    newest = _newest(proposal.code)
    if newest != proposal.base:
        raise StaleProposalError(
            _("Another version was published since this was drafted. Please compare them first.")
        )
    today = timezone.localtime(at).date()
    _refuse_errors(proposal, today)
    version = publish(
        document=proposal.document,
        effective_from=max(proposal.effective_from or today, today),
        published_by=by,
        at=at,
        origin=Origin(proposal.origin),
        reason=proposal.reason,
    )
    _decide(proposal, by, "", at)
    proposal.version = version if version != newest else None
    if proposal.version is None:
        raise NotFitToPublishError(_("The proposal changes nothing."))
    _advance(proposal, ProposalAct.APPROVE)
    return version


@transaction.atomic
def bring_up_to_date(*, proposal_id: int, seen_revision: int, by: Account, at: datetime) -> Proposal:
    """Lay the draft's changes over the newest version: parts that the draft did not touch come from there.

    Parts are the top-level entries of the document; a part that both changed keeps the draft's words, and the
    comparison shows it. Raises as `save_draft`.
    """
    proposal = _locked(proposal_id, ProposalAct.SAVE)
    _refuse_if_somebody_saved(proposal, seen_revision)
    newest = _newest(proposal.code)
    if newest is None or newest == proposal.base:
        return proposal
    before = proposal.base.document if proposal.base else {}
    mine = {name: part for name, part in proposal.document.items() if part != before.get(name)}
    gone = {name for name in before if name not in proposal.document}
    merged = {name: part for name, part in newest.document.items() if name not in gone} | mine
    proposal.base = newest
    return _save(proposal, merged, by=by, at=at, note=_("brought up to version %(n)s") % {"n": newest.number})


def _newest(code: str) -> ProcedureVersion | None:
    return ProcedureVersion.objects.filter(procedure__code=code).order_by("-number").first()


def _locked(proposal_id: int, act: ProposalAct) -> Proposal:
    proposal = Proposal.objects.select_for_update(of=("self",)).select_related("base").get(pk=proposal_id)
    if (ProposalState(proposal.state), act) not in PROPOSAL_TABLE:
        raise ProposalClosedError
    return proposal


def _advance(proposal: Proposal, act: ProposalAct) -> Proposal:
    proposal.state = PROPOSAL_TABLE[ProposalState(proposal.state), act]
    proposal.save()
    return proposal


def _create(
    document: Mapping[str, Any],
    *,
    code: str,
    base: ProcedureVersion | None,
    origin: Origin,
    author: Account | None,
    reason: str,
    at: datetime,
) -> Proposal:
    """Return a new draft; raises `CodeTakenError` when one of this origin was begun this very moment."""
    proposal = Proposal(
        code=code,
        base=base,
        origin=origin,
        document=dict(document),
        reason=reason,
        author=author,
        created_at=at,
        changed_by=author,
        changed_at=at,
    )
    try:
        with transaction.atomic():
            proposal.save()
    except IntegrityError as error:
        raise CodeTakenError from error
    _remember(proposal, author, at, "")
    return proposal


def _save(
    proposal: Proposal,
    document: Mapping[str, Any],
    *,
    by: Account | None,
    at: datetime,
    note: str,
    restores: int | None = None,
) -> Proposal:
    if proposal.document != document:
        proposal.document = dict(document)
        proposal.revision += 1
        proposal.changed_by, proposal.changed_at = by, at
        _remember(proposal, by, at, note, restores)
    proposal.save()
    return proposal


def _remember(proposal: Proposal, by: Account | None, at: datetime, note: str, restores: int | None = None) -> None:
    _revision(proposal, by, at, note, restores).save()


def _revision(
    proposal: Proposal, by: Account | None, at: datetime, note: str, restores: int | None = None
) -> ProposalRevision:
    return ProposalRevision(
        proposal=proposal,
        number=proposal.revision,
        document=proposal.document,
        saved_by=by,
        saved_at=at,
        note=note,
        restores=restores,
    )


def _decide(proposal: Proposal, by: Account | None, reason: str, at: datetime) -> None:
    proposal.decided_by, proposal.decided_at, proposal.decision = by, at, reason


def _refuse_if_somebody_saved(proposal: Proposal, seen: int) -> None:
    if proposal.revision == seen:
        return
    who = proposal.changed_by.full_name if proposal.changed_by else _("a command")
    message = _("%(who)s has saved this draft in the meantime. Nothing of yours is lost: compare, then save again.")
    raise StaleProposalError(message % {"who": who})


def _refuse_errors(proposal: Proposal, today: date) -> None:
    definition = definitions.load(proposal.document)
    errors = [finding for finding in linting.lint(definition) if finding.is_error]
    if errors:
        raise NotFitToPublishError(errors[0].sentence)
    unknown = invariants.unknown_agencies(definition, today)
    if unknown:
        raise NotFitToPublishError(
            _("The process names an agency that is not there: %(code)s.") % {"code": unknown[0]}
        )
