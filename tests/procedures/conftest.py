"""The shipped catalogue, published as the demo publishes it."""

from __future__ import annotations

import pytest

from identity.states import AgencyKind
from procedures.seeding import seed_catalogue
from tests import factories


@pytest.fixture
def catalogue(db: None) -> int:
    factories.agency("H09", kind=AgencyKind.PROVINCE)
    return seed_catalogue(at=factories.NOW)
