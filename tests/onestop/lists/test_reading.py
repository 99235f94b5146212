"""Who reads what by the tree: leaders and inspectors what is below them, and nobody what stands beside."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from identity.models import Account, Agency
from identity.officers import Seat
from identity.states import AgencyKind, Role
from onestop import acts, lists
from onestop.lists import QUEUES, Narrowing
from onestop.models import Case, CaseMessage, CaseReading
from onestop.states import State
from tests import factories
from tests.factories import NOW, Office, at_work
from tests.onestop.lists.conftest import Stand, inspector_of, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def department(office: Office) -> Agency:
    """The office's superior, a department of the province."""
    above = factories.agency("H09.5", kind=AgencyKind.DEPARTMENT)
    Agency.objects.filter(pk=office.committee.pk).update(parent=above)
    return above


def page_of(case: Case) -> str:
    return reverse("onestop:desk_case", args=[case.code])


def test_a_leader_reads_the_cases_of_the_agencies_below_and_touches_none(
    client: Client, office: Office, department: Agency, stand: Stand, by: Account
) -> None:
    case = stand(applicant=by)
    above = factories.actor(Role.LEADER, department)
    page = sign_in(client, above).get(page_of(case))

    assert page.status_code == 200
    assert "Nguyễn Văn An" in page.content.decode()
    for act in acts.ACTS:
        address = reverse("onestop:desk_act", args=[case.code, act.code])
        assert address not in page.content.decode()
        assert client.post(address, {"text": "x", "reason": "x", "sure": "yes"}).status_code == 404
    for taking in ("desk_take_away", "desk_control_sheet", "desk_send_again"):
        assert reverse(f"onestop:{taking}", args=[case.code]) not in page.content.decode()
        assert client.post(reverse(f"onestop:{taking}", args=[case.code])).status_code == 404
    assert not CaseReading.objects.exists()
    assert lists.find(at_work(above), str(case.code), NOW.date()) == [case]


@pytest.mark.parametrize("role", [Role.OFFICER, Role.RECORDS_CLERK])
def test_only_leaders_and_inspectors_read_what_is_below(
    client: Client, department: Agency, stand: Stand, role: Role
) -> None:
    case = stand()
    assert sign_in(client, factories.actor(role, department)).get(page_of(case)).status_code == 404


def test_nobody_reads_what_stands_beside_or_above(
    client: Client, office: Office, neighbour: Office, department: Agency, stand: Stand
) -> None:
    beside, above = stand(neighbour), stand(competent_agency=department, receiving_centre=neighbour.centre, role=None)
    for actor in (office.leader, inspector_of(office)):
        sign_in(client, actor)
        assert client.get(page_of(beside)).status_code == 404
        assert client.get(page_of(above)).status_code == 404
        assert lists.find(at_work(actor), "Nguyễn Văn An", NOW.date()) == []


@pytest.mark.parametrize("role", [Role.AGENCY_ADMIN, Role.CATALOGUE_ADMIN, Role.OPERATOR])
def test_who_keeps_people_or_procedures_of_an_agency_beside_their_desk_reads_none_of_its_cases(
    client: Client, office: Office, neighbour: Office, stand: Stand, role: Role
) -> None:
    theirs, clerk = stand(neighbour), office.clerk
    factories.appointment(clerk.account, neighbour.committee, role)
    sign_in(client, clerk)

    for page in ("desk_case", "desk_take_away", "desk_control_sheet"):
        assert client.post(reverse(f"onestop:{page}", args=[theirs.code])).status_code in {404, 405}
    assert client.get(page_of(theirs)).status_code == 404
    assert lists.find(at_work(clerk), str(theirs.code), NOW.date()) == []
    register = client.get(reverse("onestop:desk_register")).context["form"].fields["agency"].queryset
    assert list(register) == [office.centre]


def test_reading_from_above_does_not_make_a_message_read(
    client: Client, office: Office, department: Agency, stand: Stand, by: Account
) -> None:
    case = stand(applicant=by)
    CaseMessage.objects.create(case=case, author=by, text="Bao giờ xong?", written_at=NOW)

    for actor in (factories.actor(Role.LEADER, department), inspector_of(office)):
        assert sign_in(client, actor).get(page_of(case)).status_code == 200
    assert CaseMessage.objects.get().read_at is None


class TestInspector:
    def test_what_is_open_is_the_first_page(self, client: Client, office: Office, stand: Stand) -> None:
        case = stand()
        page = sign_in(client, inspector_of(office)).get(reverse("onestop:desk")).content.decode()

        assert f">{case.code}<" in page
        assert 'name="chosen"' not in page  # nothing can be done to many

    def test_each_list_shows_what_the_agencies_below_have(
        self, office: Office, neighbour: Office, stand: Stand
    ) -> None:
        new, handled = stand(state=State.SUBMITTED, role=None), stand()
        ready = stand(state=State.AT_COUNTER, role=Role.CLERK)
        elsewhere = stand(neighbour)
        own, all_over = inspector_of(office), inspector_of(office, whole_province=True)

        assert seen("kiem-tra", own) == {new.code, handled.code, ready.code}
        assert seen("tiep-nhan", own) == {new.code}
        assert seen("cho-tra", own) == {ready.code}
        assert seen("kiem-tra", all_over) == {new.code, handled.code, ready.code, elsewhere.code}

    def test_a_case_that_two_of_the_agencies_have_stands_and_counts_once(self, office: Office, stand: Stand) -> None:
        case = stand()
        page = lists.page(QUEUES["kiem-tra"], at_work(inspector_of(office)), Narrowing(), NOW)

        assert [one.pk for one in page.cases] == [case.pk]
        assert lists.counts(at_work(inspector_of(office)), NOW)["kiem-tra"] == "1"

    def test_work_and_signatures_are_nobodys_to_look_at(self, office: Office) -> None:
        lists_seen = {queue.code for queue in lists.queues_of(at_work(inspector_of(office)))}

        assert lists_seen == set(QUEUES) - {"viec-cua-toi", "don-vi", "cho-ky"}


def seen(queue: str, actor: Seat) -> set[str | None]:
    return {case.code for case in lists.page(QUEUES[queue], at_work(actor), Narrowing(), NOW).cases}
