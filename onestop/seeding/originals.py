"""A few originals under way, so that a demo's pages about them are not empty."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from identity.models import Account
from identity.officers import Seat, seats_of
from identity.services import account_at_counter
from identity.states import Role
from onestop.kinds import Presented
from onestop.models import Original
from onestop.services import counter, filing, handing_over, receiving
from procedures.definition import Paper, ProcedureDefinition
from procedures.models import ProcedureVersion

_COMMUNE: Final = "H09.25747"
_MARRIAGE: Final = "1.000894"
_PAPER: Final = "giay_xac_nhan_hon_nhan"
_EXPECTED: Final = {"SHOW": Presented.SHOWN, "LOOK_UP": Presented.LOOKED_UP}
_COUPLES: Final = (
    ("Trần Hữu Nghĩa", "074085001101", "Nguyễn Thị Mai"),
    ("Lê Văn Phúc", "074085001102", "Phạm Thị Ngọc"),
    ("Võ Thành Trung", "074085001103", "Đỗ Thị Hạnh"),
    ("Huỳnh Công Danh", "074085001104", "Lý Thị Thu"),
    ("Bùi Quang Huy", "074085001105", "Trương Thị Yến"),
    ("Đặng Minh Quân", "074085001106", "Hồ Thị Lan"),
)


@transaction.atomic
def seed_originals(*, at: datetime) -> None:
    """File six marriages at a counter, each with an original: two with the officer, two on their way to him, one with
    the clerk, and one that is due back. Does nothing where there are originals already, or where the commune was
    reorganised since.
    """
    version = ProcedureVersion.objects.filter(procedure__code=_MARRIAGE).order_by("-pk").first()
    day = timezone.localtime(at).date()
    clerk, officer = _at_work("canbo.motcua", Role.CLERK, day), _at_work("congchuc.hotich", Role.OFFICER, day)
    if version is None or clerk is None or officer is None or officer.agency is None or Original.objects.exists():
        return
    first, second, third, fourth, _fifth, sixth = [
        _brought(version.definition, couple, clerk, at - timedelta(hours=len(_COUPLES) - place))
        for place, couple in enumerate(_COUPLES)
    ]
    for bundle, is_received in (([first, second], True), ([third, fourth], False)):
        keys = [one.pk for one in bundle]
        record = handing_over.hand_over(originals=keys, actor=clerk, to_agency=officer.agency, at=at)
        if is_received:
            handing_over.receive(handover_id=record.pk, actor=officer, there=keys, at=at)
    receiving.reject(
        case_id=sixth.case_id, actor=clerk, reason="Một bên chưa có mặt; đề nghị hai bên cùng đến.", at=at
    )


def _brought(definition: ProcedureDefinition, couple: tuple[str, str, str], clerk: Seat, at: datetime) -> Original:
    """Return the original that a couple brought with their case; the last couple's case is not accepted."""
    groom, number, bride = couple
    person = account_at_counter(national_id=number, full_name=groom, phone="0912345678", email="")
    case = counter.begin(account=person, code=_MARRIAGE, prefill={}, actor=clerk, at=at)
    filing.save_answers(draft_id=case.pk, answers=_answers(definition, groom, number, bride), at=at)
    case = counter.file_for(
        draft_id=case.pk,
        actor=clerk,
        papers={paper.code: _brought_as(paper) for paper in definition.papers},
        in_cash=True,
        accepts=couple != _COUPLES[-1],
        at=at,
    )
    return case.originals.get()


def _answers(definition: ProcedureDefinition, groom: str, number: str, bride: str) -> dict[str, Any]:
    answers = dict(definition.samples[0].answers)
    him = {"full_name": groom, "national_id": number}
    return answers | {
        "groom": answers["groom"] | him,
        "requester": answers["requester"] | him,
        "bride": answers["bride"] | {"full_name": bride},
    }


def _brought_as(paper: Paper) -> Presented:
    if paper.code == _PAPER:
        return Presented.ORIGINAL
    return _EXPECTED.get(paper.mode, Presented.NOT_NEEDED if paper.when else Presented.ELECTRONIC)


def _at_work(username: str, role: Role, day: date) -> Seat | None:
    account = Account.objects.filter(username=username).first()
    seats = seats_of(account, day) if account else []
    return next((seat for seat in seats if seat.role == role and seat.agency.code.startswith(_COMMUNE)), None)
