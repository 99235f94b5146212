"""Two admins do the same at the same moment: one is first, the other is told, and neither sees an error of ours."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TypeVar

import pytest
from django.db import connection, transaction

from identity.models import Account
from procedures import services
from procedures.errors import CodeTakenError, SynonymError
from procedures.models import Proposal, Synonym
from procedures.states import Origin, SynonymKind
from tests import factories
from tests.factories import EXTRACT, NOW

pytestmark = pytest.mark.django_db(transaction=True)
Answer = TypeVar("Answer")


def _at_once(act: Callable[[], Answer]) -> Answer:
    """Return what `act` returns to whoever does it while another, who did it first, has not committed yet."""
    is_done = Event()

    def first() -> None:
        try:
            with transaction.atomic():
                act()
                is_done.set()
                time.sleep(0.3)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(first)
        assert is_done.wait(10)
        try:
            return act()
        finally:
            other.result()


@pytest.fixture
def admin() -> Account:
    return Account.objects.create_user("quantri", full_name="Trần Thị Quản")


def test_a_phrase_is_added_once(admin: Account) -> None:
    def add() -> Synonym:
        return services.add_synonym(
            kind=SynonymKind.MEANING, phrase="báo hỷ", meaning="kết hôn", reason="Hay hỏi", by=admin, at=NOW
        )

    with pytest.raises(SynonymError):
        _at_once(add)
    assert Synonym.objects.filter(phrase="báo hỷ").count() == 1


def test_a_draft_is_begun_once_and_both_are_led_to_it(admin: Account) -> None:
    factories.published(EXTRACT)
    draft = _at_once(lambda: services.start_draft(code=EXTRACT, document=None, by=admin, at=NOW))
    assert Proposal.objects.get() == draft and draft.revisions.count() == 1


def test_a_change_is_proposed_once(admin: Account) -> None:
    document = {**factories.published(EXTRACT).document, "name": "Tên khác"}

    def propose() -> Proposal:
        return services.propose(
            document=document, author=admin, origin=Origin.SHEET, reason="", effective_from=None, at=NOW
        )

    with pytest.raises(CodeTakenError):
        _at_once(propose)
    assert Proposal.objects.count() == 1
