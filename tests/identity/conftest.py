"""A province with two communes, each below it."""

from __future__ import annotations

import pytest

from identity.models import Agency
from identity.states import AgencyKind
from tests import factories
from tests.factories import Office


@pytest.fixture
def province() -> Agency:
    return factories.agency("H09", kind=AgencyKind.PROVINCE)


@pytest.fixture
def office(province: Agency) -> Office:
    made = factories.office()
    Agency.objects.filter(pk=made.committee.pk).update(parent=province)
    return made


@pytest.fixture
def neighbour(province: Agency, office: Office) -> Office:
    made = factories.office("H09.25942", "25942")
    Agency.objects.filter(pk=made.committee.pk).update(parent=province)
    return made
