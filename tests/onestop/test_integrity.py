"""`verify_integrity` asks the database alone, and finds what no service would do."""

from __future__ import annotations

import json
from io import StringIO

import pgtrigger
import pytest
from django.core.management import call_command

from identity.models import Account
from onestop.models import Case, Custody, Handover, HandoverItem, HandoverSignature, Original
from onestop.services import custody, handing_over
from tests import factories
from tests.factories import NOW, Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def original(office: Office, by: Account) -> Original:
    """An original that the clerk has handed over to the officer, who is handing it to the leader."""
    case = factories.accepted(office, by)
    found = custody.take_in(case_id=case.pk, code="to_khai", actor=office.clerk, at=NOW)
    first = handing_over.hand_over(originals=[found.pk], actor=office.clerk, to_agency=office.committee, at=NOW)
    handing_over.receive(handover_id=first.pk, actor=office.officer, there=[found.pk], at=NOW)
    handing_over.hand_over(originals=[found.pk], actor=office.officer, to_agency=office.committee, at=NOW)
    return Original.objects.get()


def broken() -> set[str]:
    """Return the rules that the command says are broken."""
    said = StringIO()
    try:
        call_command("verify_integrity", "--json", stdout=said)
    except SystemExit as end:
        assert end.code == 1
    return {one["rule"] for one in json.loads(said.getvalue()) if one["count"]}


def test_what_the_services_do_is_whole(original: Original) -> None:
    assert broken() == set()


def test_an_original_with_another_holder_than_its_way_says_is_found(original: Original, office: Office) -> None:
    Original.objects.update(keeper=office.leader.account)
    assert broken() == {"original_has_one_holder"}


def test_an_original_without_a_way_is_found(original: Original) -> None:
    Original.objects.create(
        case=original.case,
        code="van_ban_uy_quyen",
        name="Văn bản ủy quyền",
        agency=original.agency,
        keeper=original.keeper,
        since=NOW,
        last_move="TAKEN_IN",
    )
    assert broken() == {"original_has_one_holder"}


@pytest.mark.parametrize(("sequence", "rule"), [(1, "way_has_no_gaps"), (2, "original_has_one_holder")])
def test_a_line_that_was_taken_out_of_a_way_is_found(original: Original, sequence: int, rule: str) -> None:
    with pgtrigger.ignore("onestop.Custody:custody_is_append_only"):
        Custody.objects.filter(sequence=sequence).delete()
    assert broken() == {rule}


def test_an_original_that_has_lost_its_record_is_found(original: Original) -> None:
    Original.objects.update(handover=None)
    assert broken() == {"original_on_one_way"}


def test_an_original_under_a_closed_record_is_found(original: Original) -> None:
    Handover.objects.filter(accepted_at=None).update(taken_back_at=NOW)
    assert broken() == {"original_on_one_way"}


def test_an_original_that_its_record_does_not_list_is_found(original: Original) -> None:
    HandoverItem.objects.all().delete()
    assert broken() == {"original_on_one_way"}


def test_one_person_on_both_sides_is_found(original: Original, office: Office) -> None:
    with pgtrigger.ignore("onestop.HandoverSignature:handover_signature_stays"):
        HandoverSignature.objects.filter(side="RECEIVER").update(account=office.clerk.account)
    assert broken() == {"handover_signed_by_two", "handed_over_by_signature"}


def test_a_record_that_nobody_signed_for_is_found(original: Original) -> None:
    with pgtrigger.ignore("onestop.HandoverSignature:handover_signature_stays"):
        HandoverSignature.objects.filter(side="RECEIVER").delete()
    assert broken() == {"handover_signed_by_two", "handed_over_by_signature"}


def test_a_case_that_counts_another_history_is_found(original: Original) -> None:
    Case.objects.update(version=99)
    assert broken() == {"history_is_dense"}
