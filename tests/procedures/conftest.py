"""The shipped catalogue, published as the demo publishes it."""

from __future__ import annotations

import pytest

from procedures import definition as definitions
from procedures.seeding import documents, seed_catalogue
from tests import factories


@pytest.fixture
def catalogue(db: None) -> int:
    factories.named_by_samples(*map(definitions.load, documents()))
    return seed_catalogue(at=factories.NOW)
