"""What the filters of the lists offer to choose from; what is the same for everybody is kept for some minutes."""

from __future__ import annotations

from typing import Any, Final

from django.core.cache import cache
from django.db.models import Exists, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from identity.models import Account, Agency
from identity.officers import Officer
from onestop.lists.narrowing import NOBODY
from onestop.models import Case
from onestop.states import AT_OFFICE
from onestop.wording import CHANNELS, WORDS
from procedures.models import Procedure

_KEPT: Final = 300  # seconds
Choices = list[tuple[Any, str | Promise]]


def choices(officer: Officer) -> dict[str, Choices]:
    """Return what each filter offers."""
    shared: dict[str, Choices] = cache.get_or_set("desk-filters", _shared, _KEPT) or {}
    return shared | {
        "state": [(state.value, WORDS[state].text) for state in sorted(AT_OFFICE)],
        "channel": list(CHANNELS.items()),
        "holder": [(NOBODY, _("Nobody yet")), (officer.account.pk, _("Me")), *_colleagues(officer)],
    }


def _shared() -> dict[str, Choices]:
    used = Procedure.objects.filter(Exists(Case.objects.filter(procedure=OuterRef("pk")))).order_by("name", "code")
    rows = list(used.values_list("pk", "name", "sector", "sector__name"))
    agencies = Agency.objects.filter(Exists(Case.objects.filter(competent_agency=OuterRef("pk")))).order_by(
        "sort_key"
    )
    return {
        "procedure": [(pk, name) for pk, name, _sector, _name in rows],
        "sector": sorted({(pk, name) for _pk, _name, pk, name in rows}, key=lambda one: str(one[1])),
        "agency": list(agencies.values_list("pk", "name")),
    }


def _colleagues(officer: Officer) -> Choices:
    there = Account.objects.filter(appointments__agency__in=officer.agency_ids).exclude(pk=officer.account.pk)
    return sorted(((one.pk, one.full_name) for one in there.distinct()), key=lambda one: str(one[1]))
