"""Acting for somebody: their work while they are away, their signature where they let it, and what stays written."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from identity import services
from identity.models import Account, Appointment, Delegation
from identity.officers import Seat, officer_on
from identity.states import Purpose, Role
from onestop import acts, lists, queries
from onestop.errors import ActionNotAllowedError
from onestop.kinds import DocumentKind, DocumentState
from onestop.models import Case
from onestop.services import deciding, handling
from onestop.states import Action
from portal.core import files
from tests import factories
from tests.core.paper import text_of
from tests.factories import NOW, Office
from tests.processes import LEADER_KEY, Authority

TODAY = NOW.date()
FACTS = {"registered_number": "12/1985", "registered_on": "1985-03-01", "registered_at": "UBND phường Phú Cường"}


@pytest.fixture
def deputy(office: Office) -> Account:
    """Somebody who serves nowhere by themselves, and has a key."""
    return factories.account("Đặng Thị Phó", signing_key=LEADER_KEY)


def lend(seat: Seat, to: Account, purpose: Purpose, capacity: str = "", title: str = "") -> Delegation:
    appointment = Appointment.objects.get(account=seat.account, role=seat.role)
    return services.delegate(
        appointment_id=appointment.pk,
        to=to,
        purpose=purpose,
        capacity=capacity,
        title=title,
        valid_from=TODAY,
        valid_to=TODAY + timedelta(days=365),
        reason="Thông báo phân công số 7",
        by=None,
        at=NOW,
    )


def seated(person: Account, case: Case) -> Seat:
    return queries.actor_for(officer_on(person, TODAY), case)


def offered(person: Account, case: Case) -> set[Action]:
    fresh = Case.objects.get(pk=case.pk)
    return {act.action for act in acts.possible(fresh, seated(person, fresh), NOW)}


@pytest.fixture
def proposed(office: Office, by: Account) -> Case:
    """A case whose draft lies before the leader."""
    case = factories.accepted(office, by)
    handling.record_facts(case_id=case.pk, actor=office.officer, facts=FACTS, at=NOW)
    return handling.propose(case_id=case.pk, actor=office.officer, at=NOW)


def test_who_stands_in_for_somebody_sees_and_does_their_work(office: Office, by: Account, deputy: Account) -> None:
    case = factories.accepted(office, by)
    handling.take(case_id=case.pk, actor=office.officer, at=NOW)
    lend(office.officer, deputy, Purpose.ABSENCE)
    at_work = officer_on(deputy, TODAY)

    mine = lists.page(lists.QUEUES["viec-cua-toi"], at_work, lists.Narrowing(), NOW)
    assert [one.pk for one in mine.cases] == [case.pk]
    assert queries.case_at(at_work, case.code or "") == case
    handling.record_facts(case_id=case.pk, actor=seated(deputy, case), facts=FACTS, at=NOW)

    last = queries.history(case)[-1]
    assert (last.actor, last.on_behalf_of, last.role) == (deputy, office.officer.account, Role.OFFICER)


def test_the_case_page_says_on_whose_behalf(client: Client, office: Office, by: Account, deputy: Account) -> None:
    case = factories.accepted(office, by)
    lend(office.officer, deputy, Purpose.ABSENCE)
    handling.record_facts(case_id=case.pk, actor=seated(deputy, case), facts=FACTS, at=NOW)
    client.force_login(office.officer.account, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = client.get(reverse("onestop:desk_case", args=[case.code])).content.decode()
    assert "thay cho Trần Minh Tâm" in page


def test_doing_a_leaders_work_is_not_signing_for_them(office: Office, proposed: Case, deputy: Account) -> None:
    lend(office.leader, deputy, Purpose.ABSENCE)
    assert Action.SIGN not in offered(deputy, proposed)
    assert Action.SEND_BACK in offered(deputy, proposed)
    with pytest.raises(ActionNotAllowedError):
        deciding.order_signature(case_id=proposed.pk, actor=seated(deputy, proposed), at=NOW)


def test_of_two_delegations_the_one_that_signs_is_used(office: Office, proposed: Case, deputy: Account) -> None:
    lend(office.leader, deputy, Purpose.ABSENCE)
    lend(office.leader, deputy, Purpose.SIGNING, "TL", "Chánh Văn phòng")
    assert Action.SIGN in offered(deputy, proposed)


def test_a_revoked_delegation_opens_nothing(office: Office, proposed: Case, deputy: Account) -> None:
    delegation = lend(office.leader, deputy, Purpose.SIGNING, "KT", "Phó Chủ tịch")
    services.revoke_delegation(delegation_id=delegation.pk, reason="Đã về", by=None, at=NOW)
    at_work = officer_on(deputy, TODAY)
    assert at_work.seats == () and queries.case_at(at_work, proposed.code or "") is None


def test_who_may_not_decide_themselves_does_not_decide_for_another(
    office: Office, proposed: Case, deputy: Account
) -> None:
    # The officer who appraised may not sign; lending them the leader's seat changes nothing in that.
    appraiser = office.officer.account
    assert appraiser is not None
    Account.objects.filter(pk=appraiser.pk).update(signing_key=LEADER_KEY)
    appraiser.refresh_from_db()
    lend(office.leader, appraiser, Purpose.SIGNING, "TUQ", "Công chức")
    with pytest.raises(ActionNotAllowedError):
        deciding.order_signature(case_id=proposed.pk, actor=seated(appraiser, proposed), at=NOW)


@pytest.mark.parametrize(
    ("capacity", "title", "block"),
    [
        ("KT", "Phó Chủ tịch", "TM. Ủy ban nhân dân KT. Chủ tịch Phó Chủ tịch"),
        ("TL", "Chánh Văn phòng", "TL. Chủ tịch Chánh Văn phòng"),
        ("TUQ", "Trưởng phòng Tư pháp", "TUQ. Chủ tịch Trưởng phòng Tư pháp"),
    ],
)
def test_the_signature_block_says_in_which_capacity(
    authority: Authority, office: Office, proposed: Case, deputy: Account, capacity: str, title: str, block: str
) -> None:
    Appointment.objects.filter(account=office.leader.account).update(title="Chủ tịch")
    lend(office.leader, deputy, Purpose.SIGNING, capacity, title)
    deciding.order_signature(case_id=proposed.pk, actor=seated(deputy, proposed), at=NOW)
    assert factories.deliver_all(topic="onestop.") == []

    document = proposed.documents.select_related("file").get(kind=DocumentKind.RESULT)
    assert document.state == DocumentState.SIGNED and document.file is not None
    text = "".join(text_of(files.read(document.file)).split()).casefold()
    assert "".join(f"{block} Đặng Thị Phó".split()).casefold() in text
    signed = next(event for event in queries.history(proposed) if event.action == Action.SIGN)
    assert (signed.actor, signed.on_behalf_of) == (deputy, office.leader.account)
