"""Refusals of the catalogue."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.errors import ConflictError, DomainError


class ProposalClosedError(DomainError):
    """The act does not fit the state of the proposal."""

    message = _("This proposal has moved on; the act is no longer possible. Please look at it again.")


class SamePersonError(DomainError):
    """The second person must be another one."""

    message = _("Whoever wrote or proposed a change cannot approve it: a second person must.")


class StaleProposalError(ConflictError):
    """Somebody saved the same draft first, or published another version in the meantime."""


class NotFitToPublishError(DomainError):
    """A sample fails, the linter found an error, or the document is wrong: the message names it."""


class CatalogueConflictError(ConflictError):
    """Files would overwrite what was changed since they were written; `conflicts` names each procedure and why."""

    def __init__(self, conflicts: list[str]) -> None:
        super().__init__("\n".join(conflicts))
        self.conflicts = conflicts


class BusyError(DomainError):
    """Too many ask for what takes long to make."""

    message = _("Many people ask for this file right now. Please try again in a minute.")


class NotPossibleError(DomainError):
    """An edit would leave something that cannot be: the message says what, and what to do first."""


class CodeTakenError(DomainError):
    """A procedure of this code exists, or is being written."""

    message = _("There is a procedure with this code already, or somebody is writing one.")


class SynonymError(DomainError):
    """A phrase for the search that cannot be taken."""
