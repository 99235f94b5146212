from __future__ import annotations

import base64
from typing import Any

import pytest

from identity.models import Account
from onestop import tasks
from onestop.kinds import Channel
from onestop.models import Case
from onestop.services import receiving
from onestop.states import State
from portal.core import files
from portal.core.errors import OutcomeUnknownError
from tests import factories
from tests.factories import BIRTH, EXTRACT, NOW, PNG, Office
from tests.sandbox.world import FATHER, World


def file_there(world: World, **changes: Any) -> str:
    body = {"MaTTHC": EXTRACT, "SoDinhDanh": FATHER, "MaDonViTiepNhan": "H09.25747", **changes}
    answer = world.http.post("/dvcqg/nop-ho-so.json", json=body)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["MaHoSo"])


def test_a_case_filed_at_the_national_portal_arrives_once_and_keeps_its_code(
    neighbours: World, office: Office
) -> None:
    code = file_there(neighbours)

    for _ in range(3):
        tasks.pull_from_national_portal()

    case = Case.objects.get()
    assert (case.code, case.state, case.channel) == (code, State.SUBMITTED, Channel.NATIONAL)
    assert case.competent_agency == office.committee
    assert case.applicant_name == "Nguyễn Văn Minh"
    assert case.applicant_id_number == FATHER


def test_it_is_then_handled_like_any_other_and_its_progress_goes_back(neighbours: World, office: Office) -> None:
    code = file_there(neighbours)
    tasks.pull_from_national_portal()
    case = Case.objects.get()

    receiving.accept(case_id=case.pk, actor=office.clerk, at=case.changed_at)
    assert factories.deliver_all(case.changed_at, topic="national_portal") == []

    assert [row["TrangThai"] for row in neighbours.ledger(code)["TienDo"]] == ["1", "2", "4"]


def test_its_files_come_along(neighbours: World, office: Office) -> None:
    paper = {
        "MaThanhPhanHoSo": "giay_chung_sinh",
        "TenTepDinhKem": "giấy chứng sinh.png",
        "LoaiTep": "image/png",
        "NoiDung": base64.b64encode(PNG).decode(),
    }
    file_there(neighbours, MaTTHC=BIRTH, TaiLieuNop=[paper])

    tasks.pull_from_national_portal()

    kept = Case.objects.get().papers.get(code="giay_chung_sinh")
    assert kept.file.content_type == "image/png"
    assert files.read(kept.file)


def test_it_belongs_to_the_account_of_the_same_person(neighbours: World, office: Office) -> None:
    tech_id = "984694d8-9de3-5db1-b3c2-f88d038f1e82"
    account = Account.objects.create_user("minh", tech_id=tech_id)
    file_there(neighbours)

    tasks.pull_from_national_portal()

    assert Case.objects.get().applicant == account


@pytest.mark.parametrize(
    "wrong",
    [
        {"EformThongTinChiTiet": {"copies": "nhiều"}},
        {
            "TaiLieuNop": [
                {
                    "MaThanhPhanHoSo": "van_ban_uy_quyen",
                    "TenTepDinhKem": "a.pdf",
                    "LoaiTep": "application/pdf",
                    "NoiDung": base64.b64encode(b"MZ not a pdf").decode(),
                }
            ]
        },
    ],
    ids=["answers", "file"],
)
def test_a_case_that_we_cannot_take_stays_there_and_holds_up_no_other(
    neighbours: World, office: Office, wrong: dict[str, Any]
) -> None:
    file_there(neighbours, **wrong)
    good = file_there(neighbours)

    tasks.pull_from_national_portal()

    assert [case.code for case in Case.objects.all()] == [good]


def test_an_arrival_whose_confirmation_was_lost_is_confirmed_later_and_not_taken_twice(
    neighbours: World, office: Office
) -> None:
    code = file_there(neighbours)
    neighbours.plan("dvcqg.XacNhanNhanHoSo", "drop_before")
    with pytest.raises(OutcomeUnknownError):
        tasks.pull_from_national_portal()
    assert Case.objects.get().code == code

    tasks.pull_from_national_portal()

    assert Case.objects.get().events.count() == 1
    assert neighbours.call("LayDanhSachHoSoMoi")["result"] in ([], None)


def test_what_was_read_before_a_procedure_was_retired_is_not_lost(neighbours: World, office: Office) -> None:
    code = file_there(neighbours)
    factories.published(EXTRACT, form=None, process=None, fees=[], at=NOW)

    tasks.pull_from_national_portal()
    assert not Case.objects.exists()

    factories.published(EXTRACT)
    tasks.pull_from_national_portal()
    assert Case.objects.get().code == code
