"""People, the organisation that they serve in, and the calendars that it works by."""

from identity.models.accounts import Account, ApiKey
from identity.models.calendars import CalendarChange, CalendarDay, Shift, WorkCalendar, how_worked
from identity.models.organisation import (
    AdministrativeUnit,
    Agency,
    AgencyAlias,
    AgencySuccession,
    Appointment,
    Delegation,
    OrganisationChange,
    OrganisationUpload,
    Reorganisation,
)

__all__ = [
    "Account",
    "AdministrativeUnit",
    "Agency",
    "AgencyAlias",
    "AgencySuccession",
    "ApiKey",
    "Appointment",
    "CalendarChange",
    "CalendarDay",
    "Delegation",
    "OrganisationChange",
    "OrganisationUpload",
    "Reorganisation",
    "Shift",
    "WorkCalendar",
    "how_worked",
]
