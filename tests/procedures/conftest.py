"""The shipped catalogue, published as the demo publishes it."""

from __future__ import annotations

import pytest
from django.test import Client

from identity.models import Agency
from identity.states import AgencyKind, Role
from procedures.seeding import seed_catalogue
from tests import factories


@pytest.fixture
def catalogue(db: None) -> int:
    factories.agency("H09", kind=AgencyKind.PROVINCE)
    return seed_catalogue(at=factories.NOW)


@pytest.fixture
def admin(db: None) -> Client:
    """The browser of a catalogue admin of the province."""
    province = Agency.objects.filter(code="H09").first() or factories.agency("H09", kind=AgencyKind.PROVINCE)
    account = factories.account("Người quản trị danh mục")
    factories.appointment(account, province, Role.CATALOGUE_ADMIN)
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
