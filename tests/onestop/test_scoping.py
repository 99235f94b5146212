"""Two communes side by side: the words of one never come over to the other, whatever address is opened or sent to.

All that can be written in and about a case is marked. Every address is tried with all that is known of the other
commune's things; what is packed in a file is unpacked.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection, Iterator
from itertools import product
from typing import Any, Final

import pytest
from django.db.models import Model
from django.test import Client

from identity.models import Account
from identity.services import account_at_counter
from identity.states import DESK, AgencyKind, Role
from onestop import queries
from onestop.kinds import Presented
from onestop.models import (
    BulkItem,
    BulkJob,
    Case,
    CaseEvent,
    CaseMessage,
    CaseNote,
    CaseRating,
    CaseRequest,
    CaseStep,
    Confirmation,
    Custody,
    DeskView,
    Handover,
    Original,
    Scan,
)
from onestop.services import (
    cash,
    counter,
    desk_views,
    filing,
    handing_over,
    rating,
    receiving,
    requesting,
    scanning,
    talking,
)
from payments.models import CashPayment, CashRefund, FeeRequest, Receipt
from payments.services import void_receipt
from portal.core.files import Quality
from portal.core.models import StoredFile
from tests import factories
from tests.addresses import ours, rule_of
from tests.factories import NOW, Office
from tests.onestop.lists.conftest import BACKEND
from tests.onestop.test_api import bearer

pytestmark = pytest.mark.django_db

MARK: Final = "DẤUBÊNKIA"
NUMBER, PHONE = "074085007777", "0977777777"
# Written otherwise than they stand there: what was typed may be shown again.
SOUGHT: Final = (f"trần {MARK.lower()}", "+84977777777", "074.085.007.777", "0001")
_GOOD: Final = Quality(dpi=300, is_grey=False, is_blurred=False, is_dark=False)
_PAPERS: Final = {
    "to_khai": Presented.ELECTRONIC,
    "van_ban_uy_quyen": Presented.ORIGINAL,
    "giay_to_tuy_than": Presented.SHOWN,
    "du_lieu_ho_tich": Presented.LOOKED_UP,
}
# What nobody of the other commune may change.
_THEIRS: Final[tuple[type[Model], ...]] = (
    Case, CaseEvent, CaseMessage, CaseNote, CaseRating, CaseRequest, CaseStep, Confirmation, Custody, DeskView,
    Handover, Original, Scan, CashPayment, CashRefund, Receipt, FeeRequest, BulkItem,
)  # fmt: skip


@pytest.fixture
def here(db: None) -> Office:
    province = factories.agency("H09", kind=AgencyKind.PROVINCE, unit=factories.unit())
    factories.published(factories.EXTRACT)
    factories.published(factories.BIRTH)
    office = factories.office()
    for place in (office.committee, office.centre):
        place.parent = place.parent or province
        place.save()
    return office


@pytest.fixture
def there(here: Office) -> Office:
    return factories.office("H09.25942", "25942")


@pytest.fixture
def stranger(there: Office) -> Account:
    return factories.citizen(NUMBER, f"Trần {MARK}")


def marked(**changes: Any) -> dict[str, Any]:
    person = factories.person(f"Trần {MARK}", national_id=NUMBER)
    theirs = {"requester": person, "registered_person": person, "phone": PHONE, "competent_agency": "H09.25942"}
    return factories.extract_answers(**theirs) | changes


@pytest.fixture
def known(there: Office, stranger: Account) -> dict[str, list[str]]:
    """Let everything happen at the other commune; returns what may stand in addresses, by the name of its place."""
    online = factories.filed(stranger, answers=marked())
    case = receiving.accept(case_id=online.pk, actor=there.clerk, at=NOW)
    _talked_about(there, stranger, case)
    waiting = factories.filed(stranger, answers=marked())
    requesting.request_supplement(
        case_id=waiting.pk, actor=there.clerk, text=MARK, items=["phone"], due_at=NOW.replace(year=2030), at=NOW
    )
    served = factories.at_counter(there, stranger, **marked())
    rating.rate(case_id=served.pk, account=stranger, stars=1, reason=MARK, at=NOW)
    at_counter = _at_the_counter(there)
    birth = _with_a_paper(stranger)
    StoredFile.objects.update(display_name=f"{MARK}.png")
    clerk = there.clerk.account
    assert clerk is not None
    desk_views.save_view(owner=clerk, name=MARK, queue="don-vi", query="", shared_with=there.centre)
    job = BulkJob.objects.create(account=clerk, act="accept", created_at=NOW)
    BulkItem.objects.create(job=job, case=case, seen_version=1, outcome="REFUSED", reason=MARK)
    cases = [case, at_counter, birth, _begun(there)]
    return {
        "code": [str(case.code), str(birth.uuid)],
        "uuid": [str(one.uuid) for one in cases]
        + [_newest(model) for model in (Handover, CaseRequest, BulkJob, DeskView)],
        "paper": [str(birth.papers.get().uuid), str(case.papers.get().uuid)],
        "document": [str(one.uuid) for one in (*case.documents.all()[:1], *served.documents.filter(kind="RESULT"))],
        "opinion": [_newest(CaseRequest)],
        "fee": [str(fee.uuid) for fee in FeeRequest.objects.filter(cash__isnull=False)],
        "scan": [str(one.pk) for one in Scan.objects.all()],
        "series": [Receipt.objects.filter(fee__cash__isnull=False)[0].series, CashRefund.objects.get().series],
        "number": ["1"],
        "act": ["write-note", "certify"],
        "queue": ["don-vi"],
        "figure": ["tiep-nhan", "dang-giai-quyet"],
        "step": ["requester"],
    }


def _newest(model: Any) -> str:
    return str(model.objects.latest("pk").uuid)


def _with_a_paper(stranger: Account) -> Case:
    draft = factories.draft(stranger, factories.BIRTH)
    answers = draft.answers | {"competent_agency": "H09.25942"}
    filing.save_answers(draft_id=draft.pk, answers=answers, at=NOW)
    return factories.paid(filing.submit(draft_id=draft.pk, account=stranger, at=NOW))


def _talked_about(there: Office, stranger: Account, case: Case) -> None:
    talking.write_to_office(case_id=case.pk, account=stranger, text=MARK, at=NOW)
    talking.write_to_applicant(case_id=case.pk, actor=there.officer, text=MARK, at=NOW)
    talking.write_note(case_id=case.pk, actor=there.officer, text=MARK, at=NOW)
    about = {"kind": MARK, "number": MARK, "issuer": MARK, "owner": MARK}
    scanning.add_scan(
        case_id=case.pk,
        code="giay_to_tuy_than",
        file=factories.stored_file(),
        quality=_GOOD,
        about=about,
        actor=there.clerk,
        at=NOW,
    )


def _begun(there: Office) -> Case:
    person = account_at_counter(national_id=NUMBER, full_name=f"Trần {MARK}", phone=PHONE, email=f"{MARK}@example.vn")
    case = counter.begin(account=person, code=factories.EXTRACT, prefill={}, actor=there.clerk, at=NOW)
    return filing.save_answers(draft_id=case.pk, answers=marked(), at=NOW)


def _at_the_counter(there: Office) -> Case:
    """Return a case of the counter whose originals are half handed over, whose receipt was replaced, and whose money
    went back.
    """
    case = _begun(there)
    case = counter.file_for(draft_id=case.pk, actor=there.clerk, papers=_PAPERS, in_cash=True, accepts=False, at=NOW)
    one = case.originals.get()
    record = handing_over.hand_over(originals=[one.pk], actor=there.clerk, to_agency=there.committee, at=NOW)
    handing_over.receive(handover_id=record.pk, actor=there.officer, there=[one.pk], remark=MARK, at=NOW)
    handing_over.hand_over(originals=[one.pk], actor=there.officer, to_agency=there.centre, at=NOW)
    receipt = Receipt.objects.filter(fee__cash__place=there.centre).earliest("pk")
    void_receipt(receipt_id=receipt.pk, by=there.clerk.account, reason=MARK, at=NOW)
    receiving.reject(case_id=case.pk, actor=there.clerk, reason=MARK, at=NOW)
    fee = queries.filing_fee_of(case)
    assert fee is not None
    cash.pay_back(case_id=case.pk, fee=fee.uuid, actor=there.clerk, reason=MARK, at=NOW)
    return case


def filled(place: str, known: dict[str, list[str]]) -> Iterator[str]:
    """Yield an address with everything in its places that is known of the other commune."""
    names = re.findall(r"<\w+:(\w+)>", place)
    for values in product(*(known.get(name, ["x"]) for name in names)):
        address = place
        for name, value in zip(names, values, strict=True):
            address = re.sub(rf"<\w+:{name}>", value, address)
        yield "/" + address


def told(answer: Any) -> str:
    """Return what an answer says, whatever it is packed in."""
    content = answer.getvalue()
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(archive.read(name).decode(errors="replace") for name in archive.namelist())
    return str(content.decode(errors="replace"))


def refuse_words(answer: Any, address: str) -> None:
    assert answer.status_code < 500, address
    words = told(answer) + str(answer.headers)
    for secret in (MARK, NUMBER, PHONE, "0977 777 777", "074 085 007 777"):
        assert secret not in words, (address, secret)


def state_of_theirs() -> dict[str, list[Any]]:
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in _THEIRS}  # type: ignore[attr-defined]


@pytest.mark.parametrize("roles", [(Role.INSPECTOR,), DESK])
def test_nobody_of_one_commune_reads_or_changes_anything_of_the_other(
    client: Client, here: Office, known: dict[str, list[str]], roles: Collection[Role]
) -> None:
    somebody = factories.account("Người kiêm nhiệm")
    for role, agency in product(roles, (here.committee, here.centre)):
        factories.appointment(somebody, agency, role)
    client.force_login(somebody, backend=BACKEND)
    before, cases = state_of_theirs(), Case.objects.all()
    sent = {
        "case": known["code"],
        "original": [str(pk) for pk in Original.objects.values_list("pk", flat=True)],
        "chosen": ",".join(f"{case.pk}.{case.version}" for case in cases),
        "bulk_act": "accept",
        "all": "1",
        "reason": "x",
        "text": "x",
    }
    for place, pattern in ours():
        if not rule_of(pattern).roles or "quan-tri" in place:
            continue
        for address in filled(place, known):
            refuse_words(client.get(address), address)
            if "<uuid" not in place and "<str" not in place:
                refuse_words(client.get(address, sent | {"dang": "xlsx"}), address)
            refuse_words(client.post(address, sent), address)
    for place, words in product(("tim", "quay", "ban-giao"), SOUGHT):
        refuse_words(client.get(f"/mot-cua/{place}/", {"q": words}), place)
    assert state_of_theirs() == before


def test_no_citizen_and_no_program_reads_or_changes_anything_of_another(
    client: Client, here: Office, known: dict[str, list[str]]
) -> None:
    by = factories.citizen()
    client.force_login(by, backend=BACKEND)
    headers, before = bearer(by) | {"idempotency-key": "k"}, state_of_theirs()
    for place, pattern in ours():
        rule = rule_of(pattern)
        if rule.roles or rule.public or "tai-khoan" in place or "dang-" in place:
            continue
        for address in filled(place, known):
            with_key = headers if rule.by_key else None
            refuse_words(client.get(address, headers=with_key), address)
            refuse_words(client.post(address, {"reason": "x", "message": "x"}, headers=with_key), address)
    assert state_of_theirs() == before


def test_nobody_at_all_reads_what_stands_in_cases(client: Client, known: dict[str, list[str]]) -> None:
    for place, pattern in ours():
        if rule_of(pattern).public:
            for address in filled(place, known):
                refuse_words(client.get(address), address)
