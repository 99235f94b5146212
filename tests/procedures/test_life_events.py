"""Life events: every answer leads somewhere, in an order that can be gone, and nothing is kept."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from identity.states import AgencyKind
from portal.env import BASE_DIR
from procedures.life_events import LifeEvent, all_events, bundle_for, event_called
from procedures.seeding import documents
from procedures.services import publish
from tests import factories

_TODAY = factories.NOW.date()
_SHIPPED = {str(document["code"]) for document in documents()}
_EVENTS = [pytest.param(event, id=event.code) for event in all_events()]
_BIRTH = {"foreign": "NO", "married": "NO", "father": "YES", "residence": "YES", "insured": "YES", "copies": "YES"}


def _ways(event: LifeEvent) -> Iterator[dict[str, str]]:
    """Yield every combination of answers, questions that are not asked left out."""
    codes = [question.code for question in event.questions]
    seen: set[tuple[tuple[str, str], ...]] = set()
    for values in product(*(question.choices for question in event.questions)):
        answers = event.answers(dict(zip(codes, values, strict=True)), _TODAY)
        if tuple(answers.items()) not in seen:
            seen.add(tuple(answers.items()))
            yield answers


def _query(answers: dict[str, str]) -> str:
    return "&".join(f"{name}={value}" for name, value in answers.items())


def test_there_are_the_seven_events_of_a_life() -> None:
    assert len(all_events()) == 7


@pytest.mark.parametrize("event", _EVENTS)
def test_procedures_that_are_not_shipped_have_a_name_of_their_own(event: LifeEvent) -> None:
    assert [line.procedure for line in event.lines if line.procedure not in _SHIPPED and not line.name] == []


@pytest.mark.parametrize("event", _EVENTS)
def test_procedures_that_are_not_shipped_exist_in_the_national_catalogue(event: LifeEvent) -> None:
    place = Path(os.environ.get("DOMAIN_DIR") or BASE_DIR.parent / "shared" / "domain")
    path = place / "procedures_2642.jsonl.gz"
    if not path.exists():
        pytest.skip(f"The national catalogue is not at {path}; DOMAIN_DIR names its folder.")
    with gzip.open(path, "rt") as lines:
        national = {json.loads(line)["code"] for line in lines}
    assert event.procedures - _SHIPPED <= national


@pytest.mark.django_db
@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("event", _EVENTS)
def test_every_combination_of_answers_gives_a_bundle_of_known_procedures(event: LifeEvent) -> None:
    for answers in _ways(event):
        bundle = bundle_for(event, answers, now=factories.NOW, today=_TODAY)
        assert bundle.steps, answers
        for step in bundle.steps:
            assert step.code in event.procedures and step.name != step.code and step.reasons
            assert step.is_published == (step.code in _SHIPPED)
            assert all(number < step.number for number in step.after)


@pytest.mark.django_db
@pytest.mark.usefixtures("catalogue")
def test_the_longest_way_follows_what_must_come_first() -> None:
    event = event_called("sinh-con")
    assert event
    bundle = bundle_for(event, _BIRTH, now=factories.NOW, today=_TODAY)
    assert [step.code for step in bundle.longest] == ["1.001022", "1.001193", "1.004222"]
    for before, step in zip(bundle.longest, bundle.longest[1:], strict=False):
        assert step.starts_at == before.ends_at and step.ends_at >= step.starts_at
    assert bundle.ready_at == max(step.ends_at for step in bundle.steps)


@pytest.mark.django_db
def test_the_same_paper_is_listed_once_and_names_its_steps() -> None:
    factories.agency("H09", kind=AgencyKind.PROVINCE)
    shown = {"code": "cccd", "name": "Căn cước", "mode": "SHOW", "originals": 1}
    for code, name in (("1.001193", "Giấy chứng sinh"), ("2.000635", "GIẤY CHỨNG SINH")):
        paper = {"code": "p", "name": name, "mode": "SUBMIT", "originals": 1}
        document = {d["code"]: d for d in documents()}[code] | {"papers": [paper, shown], "form": None}
        document |= {"process": None, "fees": [], "samples": [], "variants": [], "steps": []}
        publish(document=document, effective_from=_TODAY, published_by=None, at=factories.NOW)
    event = event_called("sinh-con")
    assert event
    answers = {**_BIRTH, "married": "YES", "residence": "NO", "insured": "NO"}
    papers = bundle_for(event, answers, now=factories.NOW, today=_TODAY).papers
    assert [(paper.name, paper.originals, len(paper.steps)) for paper in papers] == [
        ("Giấy chứng sinh", 2, 2),
        ("Căn cước", 0, 2),
    ]


@pytest.mark.django_db
@pytest.mark.usefixtures("catalogue")
def test_each_line_says_which_answers_and_which_law_brought_it(client: Client) -> None:
    page = client.get(f"/su-kien/sinh-con/?{_query(_BIRTH)}").content.decode()
    assert "“Cha mẹ của trẻ đã đăng ký kết hôn?” là “Chưa đăng ký”" in page
    assert "Luật Hộ tịch 60/2014/QH13, Điều 24 và Điều 25" in page


@pytest.mark.django_db
@pytest.mark.usefixtures("catalogue")
def test_what_is_not_published_is_named_but_is_no_link(client: Client) -> None:
    page = client.get(f"/su-kien/sinh-con/?{_query(_BIRTH)}").content.decode()
    assert "Giải quyết hưởng chế độ thai sản" in page and 'href="/thu-tuc/2.000693/' not in page


@pytest.mark.django_db
@pytest.mark.parametrize("event", _EVENTS)
def test_every_event_asks_first(client: Client, event: LifeEvent) -> None:
    page = client.get(f"/su-kien/{event.code}/").content.decode()
    assert str(event.name) in page and 'type="radio"' in page and 'class="error-summary"' not in page


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["married=NO", "married=KINGDOM&foreign=%00", "x=1&married=%F0%9F%99%82"])
def test_answers_that_are_missing_or_odd_are_asked_for(client: Client, query: str) -> None:
    answer = client.get(f"/su-kien/sinh-con/?{query}")
    assert answer.status_code == 200 and 'class="error-summary"' in answer.content.decode()


@pytest.mark.django_db
def test_nothing_of_the_answers_is_kept(client: Client) -> None:
    client.get(f"/su-kien/sinh-con/?{_query(_BIRTH)}")
    assert set(client.cookies) <= {"csrftoken"} and not Session.objects.exists()


@pytest.mark.django_db
@pytest.mark.usefixtures("catalogue")
def test_a_bundle_takes_the_same_few_queries_however_long_it_is(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    for event in all_events():
        for answers in list(_ways(event))[:: max(1, len(event.questions))]:
            with django_assert_max_num_queries(5):
                client.get(f"/su-kien/{event.code}/?{_query(answers)}")


@pytest.mark.django_db
def test_an_unknown_event_is_not_found(client: Client) -> None:
    assert client.get("/su-kien/bay-len-mat-trang/").status_code == 404
