"""A commune at work, the two complete procedures published, and a citizen."""

from __future__ import annotations

import pytest

from identity.models import Account
from tests import factories
from tests.factories import Office


@pytest.fixture
def office(db: None) -> Office:
    factories.published(factories.EXTRACT)
    factories.published(factories.BIRTH)
    return factories.office()


@pytest.fixture
def by(office: Office) -> Account:
    return factories.citizen()
