"""A demo begins with originals in every place where they can be."""

from __future__ import annotations

import pytest

from identity import seeding
from identity.models import Account
from onestop import integrity
from onestop.models import Handover, Original
from onestop.seeding import seed_originals
from tests import factories
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_people_stay_signed_in_when_the_demo_is_written_again() -> None:
    seeding.seed_organisation()
    kept = []
    for _ in range(2):
        seeding.seed_accounts(password="x")
        kept.append(Account.objects.get(username="canbo.motcua").get_session_auth_hash())
    seeding.seed_accounts(password="another")

    assert kept[0] == kept[1]
    assert Account.objects.get(username="lanhdao").check_password("another")


def test_a_demo_has_originals_with_the_clerk_on_their_way_with_the_officer_and_due_back() -> None:
    seeding.seed_organisation()
    seeding.seed_accounts(password="x")
    marriage = factories.DOCUMENTS["1.000894"]
    factories.published("1.000894", samples=marriage["samples"])

    for _ in range(2):  # safe to run again
        seed_originals(at=NOW)

    held = [(one.keeper.username, one.is_due_back) for one in Original.objects.order_by("pk") if one.keeper]
    clerk, officer = ("canbo.motcua", False), ("congchuc.hotich", False)
    assert held == [officer, officer, clerk, clerk, clerk, ("canbo.motcua", True)]
    assert Handover.objects.under_way().get().items.count() == 2
    assert not any(found.count for found in integrity.findings())
