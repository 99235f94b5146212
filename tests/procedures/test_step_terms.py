"""Which agency has a step, how often an act is done in it, how opinions are asked for: all chosen, nothing typed."""

from __future__ import annotations

from typing import Any

import pytest

from identity.models import Agency
from identity.states import AgencyKind
from procedures.editing import steps
from tests import factories
from tests.procedures.editor import Editor
from tests.procedures.test_processes import branching, procedure, straight, wrong

pytestmark = pytest.mark.django_db
PROCESS = "sua/quy-trinh/"
APPRAISE = f"{PROCESS}buoc/appraise/"
ASKING = ("RECORD_FACTS", "REQUEST_SUPPLEMENT", "ASK_OPINION", "GO_ON", "PROPOSE")


@pytest.fixture(autouse=True)
def asked(db: None) -> list[Agency]:
    """Two agencies whose opinion may be asked."""
    return [factories.agency(f"H09.{n}", kind=AgencyKind.DEPARTMENT, name=f"Sở thứ {n}") for n in (5, 6)]


@pytest.fixture
def appraising(editor: Editor) -> Editor:
    rows = branching()
    rows[1]["actions"] = list(ASKING)
    editor.put(process={"steps": rows})
    return editor


def appraise(editor: Editor) -> dict[str, Any]:
    return next(one for one in steps.steps(editor.document) if one["code"] == "appraise")


def test_opinions_are_asked_on_terms_that_are_chosen_and_drawn(appraising: Editor) -> None:
    sent = appraising.post(
        f"{APPRAISE}dieu-khoan/",
        days="12",
        unit="CALENDAR_DAYS",
        agencies=["H09.5", "H09.6"],
        silence_is_consent="on",
        confidential="on",
    )
    assert sent.status_code == 302
    assert appraise(appraising)["consultation"] == {
        "silence_is_consent": True,
        "confidential": True,
        "time": {"kind": "CALENDAR_DAYS", "value": 12},
        "agencies": ["H09.5", "H09.6"],
    }
    page = appraising.get(PROCESS)
    assert "Lấy ý kiến: Sở thứ 5, Sở thứ 6; 12 ngày; im lặng là đồng ý; bảo mật" in page
    shown = appraising.get(f"{APPRAISE}dieu-khoan/")
    assert 'value="12"' in shown and shown.count("checked") == 4


def test_how_often_an_act_may_be_done_is_chosen_and_taken_back(appraising: Editor) -> None:
    page = f"{APPRAISE}dieu-khoan/"
    assert appraising.post(page, request_supplement="1").status_code == 302
    assert appraise(appraising)["at_most"] == {"REQUEST_SUPPLEMENT": 1}
    assert "tối đa 1 lần" in appraising.get(PROCESS)
    appraising.post(page)
    assert "at_most" not in appraise(appraising)
    assert appraising.post(page, request_supplement="0").status_code == 422


def test_a_step_goes_to_an_agency_by_the_answers_the_one_for_all_other_cases_last(appraising: Editor) -> None:
    routes = f"{APPRAISE}co-quan/"
    many = {"when-part": ["1:copies|number"], "when-o1": "gt", "when-v1": "2"}
    refused = appraising.post(f"{routes}moi/", agency="H09.5", **many)
    assert refused.status_code == 422 and "không có điều kiện" in refused.content.decode()
    assert appraising.post(f"{routes}moi/", agency="H09.6").status_code == 302
    assert appraising.post(f"{routes}moi/", agency="H09.5", **many).status_code == 302

    found = appraise(appraising)
    assert found["agency"] == "ROUTED"
    assert [one["agency"] for one in found["route"]] == ["H09.5", "H09.6"]
    page = appraising.get(PROCESS)
    assert "Sở thứ 5" in page and "các trường hợp khác: Sở thứ 6" in page

    for _each in range(2):
        appraising.post(f"{routes}0/xoa/")
    assert appraise(appraising)["agency"] == "COMPETENT" and "route" not in appraise(appraising)


def test_what_holds_for_the_whole_process_is_chosen_too(appraising: Editor) -> None:
    page = f"{PROCESS}chung/"
    flags = {"receipt_on_request": "on", "collected_in_person": "on"}
    assert appraising.post(page, consent_hours="8", **flags).status_code == 302
    process = appraising.document["process"]
    assert process["consent_hours"] == 8
    assert all(process[flag] is True for flag in flags)
    assert len(process["steps"]) == len(branching())
    appraising.post(page)
    assert set(appraising.document["process"]) == {"steps"}
    assert appraising.post(page, verification_days="0").status_code == 422


def test_terms_go_with_the_act_that_they_are_of(appraising: Editor) -> None:
    appraising.post(f"{APPRAISE}dieu-khoan/", request_supplement="1", agencies=["H09.5"])
    rows = [one | {"actions": ["PROPOSE"]} if one["code"] == "appraise" else one for one in branching()]
    kept = steps.with_steps(appraising.document, [dict(appraise(appraising)) | {"actions": ["PROPOSE"]}, *rows[2:]])
    assert not {"at_most", "consultation"} & set(steps.steps(kept)[0])


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"consultation": {"silence_is_consent": True}}, "its holder may not ask"),
        ({"at_most": {"REQUEST_SUPPLEMENT": 1}}, "limits what its holder may not do"),
        (
            {"agency": "ROUTED", "route": [{"agency": "H09.5", "when": {"field": "copies", "op": "gt", "value": 2}}]},
            "may find no agency",
        ),
    ],
)
def test_terms_that_cannot_work_are_said_in_words(more: dict[str, Any], words: str) -> None:
    found = wrong(procedure(*straight(**more)))
    assert len(found) == 1 and "“appraise”" in found[0] and words in found[0]


def test_whoever_is_waited_for_is_told_for_how_long() -> None:
    steps_ = straight(actions=["ASK_CONSENT", "ASK_VERIFICATION", "PROPOSE"])
    assert [line.split("“")[1] for line in wrong(procedure(*steps_))] == ["appraise” has ", "appraise” has "]


def test_a_step_without_anything_to_limit_has_no_terms(appraising: Editor) -> None:
    page = appraising.get(f"{PROCESS}buoc/issue/dieu-khoan/")
    assert "không cần điều khoản" in page
