"""The shipped catalogue, published as the demo publishes it; its samples are tried where they are the subject."""

from __future__ import annotations

import pytest
from django.test import Client

from identity.models import Agency
from identity.states import AgencyKind, Role
from tests import factories


@pytest.fixture
def catalogue(db: None) -> int:
    factories.agency("H09", kind=AgencyKind.PROVINCE)
    return len([factories.published(code) for code in factories.DOCUMENTS])


@pytest.fixture
def admin(db: None) -> Client:
    """The browser of a catalogue admin of the province."""
    province = Agency.objects.filter(code="H09").first() or factories.agency("H09", kind=AgencyKind.PROVINCE)
    account = factories.account("Người quản trị danh mục")
    factories.appointment(account, province, Role.CATALOGUE_ADMIN)
    client = Client()
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client
