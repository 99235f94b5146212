"""What identity refuses."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.core.errors import DomainError


class SignInRefusedError(DomainError):
    """The identity provider's answer cannot be accepted."""

    message = _("Signing in did not succeed. Please try again.")


class AccountClosedError(SignInRefusedError):
    """The account was closed."""

    message = _("This account was closed. Please turn to the one-stop centre, civil servants to the operator.")


class UnknownAgencyError(DomainError):
    """No agency in force carries this code."""

    message = _("This agency is not known.")


class CalendarRefusedError(DomainError):
    """The calendar says this already."""

    message = _("The calendar says this already; nothing was changed.")


class PastDayError(CalendarRefusedError):
    """The day is over."""

    message = _("This day is over: what was promised on it stays. Only today and later days can be changed.")


class HoursOverlapError(CalendarRefusedError):
    """Stretches of work overlap, or one ends before it begins."""

    message = _("Each stretch of work begins before it ends, and no two overlap.")


class NobodyWorksError(CalendarRefusedError):
    """No weekday would be worked."""

    message = _("At least one weekday must be worked, otherwise no due date could be computed.")


class KeyNotIssuedError(DomainError):
    """An API key cannot be made as it was asked for."""


class KeyRefusedError(DomainError):
    """An API key opens nothing: whichever of unknown, expired and revoked it is, the answer is the same."""

    message = _("The API key is missing, not known, expired or revoked.")


class OrganisationRefusedError(DomainError):
    """Agencies, appointments or delegations cannot be changed like this."""


class PlanRefusedError(DomainError):
    """A plan of a reorganisation cannot be applied; `problems` says everything that is wrong with it."""

    message = _("The plan cannot be applied.")

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__()
