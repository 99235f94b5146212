"""What the one-stop desk refuses, in words for the person who asked."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from portal.core.errors import ConflictError, DomainError


class ActionNotAllowedError(DomainError):
    """The table of states, or the process step, does not allow this action to this role now."""

    message = _("This action is not possible at this point of the case.")


class NotTakenBackError(DomainError):
    """A reorganisation cannot be rolled back any more."""


class FiledAlreadyError(ActionNotAllowedError):
    """The draft is none any more."""

    message = _("This application has been filed already; its answers no longer change.")


class StaleCaseError(ConflictError):
    """The case was changed after the page was opened."""


class IncompleteAnswersError(DomainError):
    """The answers do not satisfy the form; `step` is the first that is wrong, `errors` say what, by field."""

    message = _("Some answers are missing or need correction.")

    def __init__(self, step: str, message: object = None, errors: Mapping[str, list[str]] | None = None) -> None:
        self.step, self.errors = step, dict(errors or {})
        super().__init__(str(message) if message else None)


class NotEligibleError(IncompleteAnswersError):
    """By the answers the applicant cannot apply; the message is the procedure's own. `step` is where it is seen."""


class TypedNotAcceptedError(IncompleteAnswersError):
    """Something was typed on a page and not sent on; filing would leave it out."""

    message = _("Something was typed on this page and not saved as an answer yet. Please look at it and go on.")


class FormChangedError(DomainError):
    """A new version of the procedure asks something else than the draft was filled in for."""

    message = _("The procedure has changed since this application was begun. Please see what is new, then file.")


class ProcedureUnavailableError(DomainError):
    """The procedure cannot be filed online, or no longer."""

    message = _("This procedure is not open for online filing at the moment.")


class PapersMissingError(DomainError):
    """It was not said of every published paper how it was brought."""

    message = _("Please say of each paper how it was brought, or that it is not needed.")


class ScanRefusedError(DomainError):
    """A scan cannot be certified, kept or taken out as it stands; the message says why."""


class NoSigningKeyError(DomainError):
    """Neither who acts nor their agency has a key to sign with."""

    message = _("You have no signing key on this system, nor has your agency. Please ask its administrator.")


class FeesUnpaidError(DomainError):
    """Nothing is handed over while a fee of the case is due."""


class ReasonMissingError(DomainError):
    """A refusal or a request without a reason."""

    message = _("Please write the reason: the applicant will read it.")


class WordsMissingError(DomainError):
    """A message or a note without words."""

    message = _("Please write something first.")


class WordingRefusedError(DomainError):
    """A wording of a notice names what it may not say, or says nothing."""


class NobodyElseError(DomainError):
    """The draft names nobody else as its applicant."""

    message = _("Please name the other person, with their identity number, as the applicant first.")


class RatingMissingError(DomainError):
    """A rating without stars."""

    message = _("Please choose how satisfied you are.")


class RatedAlreadyError(ConflictError):
    """A case is rated once."""

    message = _("You have rated this case already. Thank you.")


class FactsMissingError(DomainError):
    """The step cannot end before its holder has recorded what it requires; the message says what."""


class ResultNotReadyError(DomainError):
    """The document is not signed yet, or is being signed."""

    message = _("The document is not signed yet. Please wait for the signature to finish.")


class KeyReusedError(DomainError):
    """An Idempotency-Key came before, with another request."""

    message = _("This Idempotency-Key was used before, with another request. Please take a new one.")


class AnsweredAlreadyError(ConflictError):
    """What the office asked for is answered, has run out, or was asked in another request."""

    message = _("The office does not wait for this answer any more. Please look at the case again.")


class TooManyUploadsError(DomainError):
    """Many uploaded papers wait to be used in a case."""

    message = _("Many uploaded papers have not been used yet. Please file with them, or wait until they are deleted.")


class LinksSentError(DomainError):
    """The link to confirm was sent often enough for today."""

    message = _("The link was sent three times today. Please pass it on yourself, or wait until tomorrow.")


class RegisterTooLongError(DomainError):
    """A register has more lines than a printed form should."""

    message = _("These are too many cases for paper. Please choose a shorter period, or take the XLSX file.")


class NotHeldError(ConflictError):
    """An original is not, or no longer, where somebody wants to take it from."""

    message = _("Some of these originals are not with you any more. Please look at the list again.")


class OnItsWayError(ConflictError):
    """An original is in a record that the receiver has not signed."""

    message = _("Some of these originals are in a record that the receiver has not signed yet. Take it back first.")


class HeldAlreadyError(ConflictError):
    """The office holds the original of this paper."""

    message = _("The original of this paper is held already.")


class NothingChosenError(DomainError):
    """A record, or a return, without any original."""

    message = _("Please choose at least one original.")


class SeveralHoldersError(DomainError):
    """The originals of one record lie with several people, or at several agencies."""

    message = _("These originals lie with different people or agencies: please make a record for each.")


class WrongReceiverError(DomainError):
    """The originals of a case go to an agency, or a person, that has nothing to do with it."""

    message = _("One of these cases is none of the receiver's. Originals go only where their case may be read.")


class OwnHandoverError(DomainError):
    """The giver cannot sign as the receiver, nor can who works for them."""

    message = _("Nobody signs both sides: somebody else must take this over.")


class HandoverClosedError(ConflictError):
    """The record was signed by somebody else, or taken back, in the meantime."""

    message = _("This record is closed: it was signed by somebody else, or taken back.")


class NotDueBackError(DomainError):
    """The case still needs the original."""

    message = _("The case still needs this original. It goes back once the case has ended or the result is there.")
