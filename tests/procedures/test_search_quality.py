"""How well the search answers, on the 2,642 procedures of the national catalogue: queries of everyday life."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from procedures.evaluating import Query, evaluate, read
from procedures.models import Procedure
from tests import factories
from tests.procedures.national import SHARED, publish_national

OWN = Path(__file__).with_name("search_queries.jsonl")
TODAY = factories.NOW.date()

pytestmark = pytest.mark.django_db


def test_the_queries_of_everyday_life_are_many_and_each_once() -> None:
    queries = list(read(OWN))
    assert len({query.q for query in queries}) == len(queries) >= 150


@pytest.mark.usefixtures("catalogue")
def test_beside_our_catalogue_everyday_queries_find_their_procedure() -> None:
    publish_national()
    own = evaluate(read(OWN), TODAY)
    missed = [place.q for place in own.places if place.rank is None or place.rank > 5]
    assert own.recall(5) >= 0.98 and own.recall(1) >= 0.93, missed
    others = evaluate(read(SHARED / "search_queries_dev.jsonl"), TODAY)
    assert others.recall(5) >= 0.95 and others.recall(1) >= 0.90


def test_imported_names_alone_are_enough() -> None:
    """No keywords and no document of ours: only names, sectors, results, and how usual well-known codes are."""
    publish_national()
    own = _of_what_is_there(read(OWN))
    assert own.recall(5) >= 0.95 and own.recall(1) >= 0.85
    others = _of_what_is_there(read(SHARED / "search_queries_dev.jsonl"))
    assert others.recall(5) >= 0.95 and others.recall(1) >= 0.80


@pytest.mark.usefixtures("catalogue")
def test_the_command_prints_fractions_and_each_rank(tmp_path: Path) -> None:
    file = tmp_path / "queries.jsonl"
    lines = [{"q": "báo tử", "expected": ["1.000656"]}, {"q": "kết hôn", "expected": ["9.999999"]}]
    file.write_text("\n".join(json.dumps(line) for line in lines) + "\n", encoding="utf-8")
    assert _run(file) == "recall@1 0.5000\nrecall@5 0.5000\nmrr 0.5000\n"
    found = json.loads(_run(file, "--json"))
    assert found["recall@1"] == 0.5 and found["mrr"] == 0.5
    assert [query["rank"] for query in found["queries"]] == [1, None]


def test_a_file_that_holds_no_queries_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "queries.jsonl"
    file.write_text('{"q": "kết hôn"}\n', encoding="utf-8")
    with pytest.raises(CommandError, match="line 1"):
        _run(file)


def _run(*arguments: Any) -> str:
    out = StringIO()
    call_command("search_eval", *map(str, arguments), stdout=out)
    return out.getvalue()


def _of_what_is_there(queries: Any) -> Any:
    """Evaluate the queries for which an expected procedure is published."""
    known = set(Procedure.objects.values_list("code", flat=True))
    return evaluate([query for query in queries if _is_answerable(query, known)], TODAY)


def _is_answerable(query: Query, known: set[str]) -> bool:
    return bool(known & set(query.expected))
