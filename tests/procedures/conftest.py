"""The shipped catalogue, published as the demo publishes it (its samples are tried elsewhere), and its admins."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from identity.models import Account, Agency, Appointment
from identity.states import AgencyKind, Role
from procedures.models import Proposal
from tests import factories
from tests.procedures.editor import Editor


@pytest.fixture
def catalogue(db: None) -> int:
    factories.agency("H09", kind=AgencyKind.PROVINCE)
    return len([factories.published(code) for code in factories.DOCUMENTS])


@pytest.fixture
def province(db: None) -> Agency:
    return Agency.objects.filter(code="H09").first() or factories.agency("H09", kind=AgencyKind.PROVINCE)


@pytest.fixture
def admin_called(province: Agency) -> Callable[[str], Client]:
    """A browser in which the catalogue's admin of a name is signed in."""

    def sign_in(name: str) -> Client:
        account = Account.objects.create_user(name, full_name=name)
        Appointment.objects.create(
            account=account, agency=province, role=Role.CATALOGUE_ADMIN, title="Quản trị", valid_from=factories._SINCE
        )
        client = Client()
        client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture
def admin(admin_called: Callable[[str], Client]) -> Client:
    """The browser of a catalogue admin of the province."""
    return admin_called("Người quản trị danh mục")


@pytest.fixture
def editor(admin_called: Callable[[str], Client]) -> Editor:
    """An admin at a draft of the extract from the civil-status register."""
    factories.published(factories.EXTRACT)
    client = admin_called("Người soạn")
    client.post(f"/quan-tri/thu-tuc/{factories.EXTRACT}/soan/")
    return Editor(client, Proposal.objects.get())
