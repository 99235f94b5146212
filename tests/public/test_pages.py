"""The public pages: they answer, they say the sandbox's truth, they are light, and they speak Vietnamese."""

from __future__ import annotations

import gzip
from pathlib import Path

import polib
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from identity.models import Account
from identity.states import Role
from portal.core import outbox
from portal.core.models import OutboxMessage
from portal.env import BASE_DIR
from tests import factories

FIRST_VIEW = [
    "static/vendor/bootstrap-5.3.9/bootstrap-reboot.min.css",
    "static/css/theme.css",
    "static/js/portal.js",
    "static/img/motif.svg",
    *(
        f"static/vendor/be-vietnam-pro-5.3.0/be-vietnam-pro-{subset}-{weight}-normal.woff2"
        for subset in ("latin", "vietnamese")
        for weight in (400, 600)
    ),
]


def _sent(path: Path) -> int:
    content = path.read_bytes()
    return len(content) if path.suffix == ".woff2" else len(gzip.compress(content))


@pytest.mark.django_db
def test_the_home_page_is_at_most_100_kilobytes_with_its_fonts(client: Client) -> None:
    factories.published(factories.EXTRACT)
    page = len(gzip.compress(client.get("/").content))
    assert page + sum(_sent(BASE_DIR / name) for name in FIRST_VIEW) < 100_000


def test_every_string_has_its_vietnamese() -> None:
    catalogue = polib.pofile(str(BASE_DIR / "locale/vi/LC_MESSAGES/django.po"))
    missing = [entry.msgid for entry in catalogue.untranslated_entries() + catalogue.fuzzy_entries()]
    assert missing == []
    assert len(catalogue) > 300


@pytest.mark.django_db
def test_the_language_can_be_switched(client: Client) -> None:
    assert 'lang="vi"' in client.get("/").content.decode()
    client.post(reverse("set_language"), {"language": "en"})
    page = client.get("/").content.decode()
    assert 'lang="en"' in page and "What would you like to do today?" in page


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/thu-tuc/", "/tra-cuu/", "/xac-thuc/", "/dang-nhap/", "/livez", "/readyz"])
def test_public_pages_answer(client: Client, address: str) -> None:
    assert client.get(address).status_code == 200


@pytest.mark.django_db
def test_an_unknown_page_says_so_kindly(client: Client) -> None:
    answer = client.get("/khong-co/")
    assert answer.status_code == 404
    assert "Không tìm thấy trang" in answer.content.decode()


@pytest.mark.django_db
def test_no_page_lets_a_foreign_script_run(client: Client) -> None:
    policy = client.get("/")["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe-inline" not in policy


@pytest.mark.django_db(transaction=True)
def test_the_operator_sees_what_is_stuck_and_tries_it_again(client: Client) -> None:
    with transaction.atomic():
        message = outbox.record(topic="nobody", group="g", key="stuck", payload={}, at=factories.NOW)
    OutboxMessage.objects.update(state=OutboxMessage.State.DEAD, attempts=3, last_error="no such topic")
    operator = factories.actor(Role.OPERATOR, factories.office().committee).account
    assert isinstance(operator, Account)
    client.force_login(operator, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "no such topic" in client.get(reverse("outbox")).content.decode()
    client.post(reverse("outbox"), {"key": ["stuck"]})
    message.refresh_from_db()
    assert message.state == OutboxMessage.State.UNKNOWN
