"""The shipped catalogue, published as the demo publishes it; its samples are tried where they are the subject."""

from __future__ import annotations

import pytest

from identity.states import AgencyKind
from tests import factories


@pytest.fixture
def catalogue(db: None) -> int:
    factories.agency("H09", kind=AgencyKind.PROVINCE)
    return len([factories.published(code) for code in factories.DOCUMENTS])
