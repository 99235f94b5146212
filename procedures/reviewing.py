"""What the second person sees before approving: the changes in words, whom they touch, what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from procedures import definition as definitions
from procedures import linting, sampling
from procedures.definition import DefinitionError
from procedures.differences import Change, compare
from procedures.linting import Finding
from procedures.models import ProcedureVersion, Proposal
from procedures.open_cases import Effect, effect_of_change
from procedures.sampling import Outcome


@dataclass(frozen=True)
class Review:
    """Everything that approving rests on."""

    changes: tuple[Change, ...]
    effect: Effect
    findings: tuple[Finding, ...]
    outcomes: tuple[Outcome, ...]
    error: str  # why the document cannot be read; empty when it can
    is_stale: bool  # another version was published since it was drafted
    availability: str  # what the document says of taking cases in
    scheduled: ProcedureVersion | None  # a version that was to come into force, and would be replaced

    @property
    def closes(self) -> bool:
        """Whether nothing more can be filed once it is published."""
        return self.availability in {"PAUSED", "RETIRED"}

    @property
    def warnings(self) -> list[Finding]:
        """What the second person should know, and may decide."""
        return [finding for finding in self.findings if not finding.is_error]

    @property
    def obstacles(self) -> list[str]:
        """What must be put right before it can be published, in sentences."""
        errors = [self.error] if self.error else []
        errors += [finding.sentence for finding in self.findings if finding.is_error]
        return errors + [outcome.sentence for outcome in self.outcomes if not outcome.passed]


def review(proposal: Proposal, today: date) -> Review:
    """Return the review of a proposal against the newest version."""
    newest = ProcedureVersion.objects.filter(procedure__code=proposal.code).order_by("-number").first()
    changes = tuple(compare(newest.document, proposal.document) if newest else _all_of(proposal.document))
    findings, outcomes, error = _judged(proposal)
    return Review(
        changes=changes,
        effect=effect_of_change(
            proposal.code,
            newest=newest.pk if newest else None,
            binds=any(change.binds for change in changes),
        ),
        findings=findings,
        outcomes=outcomes,
        error=error,
        availability=str((proposal.document.get("availability") or {}).get("state", "OPEN")),
        is_stale=newest is not None and newest.pk != proposal.base_id,
        scheduled=newest if newest is not None and newest.effective_from > today else None,
    )


def _all_of(document: Mapping[str, Any]) -> list[Change]:
    """Return a new procedure part by part: who approves it reads all of it."""
    known = {name: document[name] for name in ("code", "name") if name in document}
    return [*compare(None, document), *compare(known, document)]


def _judged(proposal: Proposal) -> tuple[tuple[Finding, ...], tuple[Outcome, ...], str]:
    try:
        definition = definitions.load(proposal.document)
    except DefinitionError as error:
        return (), (), str(error)
    return tuple(linting.lint(definition)), tuple(sampling.run(definition)), ""
