"""The shipped catalogue: complete, honest about what is a demo value, and the two full roads as the issue asks."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from procedures import definition as definitions
from procedures import linting, sampling
from procedures.definition import ProcedureDefinition
from procedures.eforms import FieldDefinition
from procedures.seeding import CATALOGUE, documents
from procedures.wording import SECTORS_IN_ENGLISH
from tests import factories
from tests.procedures import national

DOCUMENTS = {document["code"]: document for document in documents()}
ALL = pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS.keys())
FULL = pytest.mark.parametrize("code", ["2.000635", "1.001193"])
# A number, a year or an agreement, the kind of act and its issuer; letters glued behind by a crawl do not fit.
BASIS = re.compile(
    r"\d{1,3}/\d{4}/(QH1[0-6]|(NĐ|NQ)-CP|TT-(BTP|BTC|BCA|BTNMT|BNNMT|BXD|BNV|BLĐTBXH|BGTVT)|TTLT-[A-Z-]+)"
)


FILEABLE = pytest.mark.parametrize("code", [code for code, document in DOCUMENTS.items() if document.get("form")])


@pytest.fixture(scope="module")
def nationally() -> dict[str, str]:
    """What the national catalogue says of each procedure, as one text."""
    return {row["code"]: json.dumps(row, ensure_ascii=False) for row in national.rows()}


def _laws(document: dict[str, Any]) -> Iterator[str]:
    """Yield each law that a paper rests on or the procedure names, with what stands behind it."""
    for paper in document["papers"]:
        yield from paper.get("basis", "").split("; ")
    for law in document["legal_basis"]:
        yield f"{law['number']} {law.get('title', '')}"


def _questions(fields: Iterable[FieldDefinition]) -> Iterator[FieldDefinition]:
    for field in fields:
        yield field
        yield from _questions(field.fields)


def _loaded(code: str) -> ProcedureDefinition:
    return definitions.load(DOCUMENTS[code])


def test_at_least_24_procedures_of_at_least_10_sectors_are_shipped() -> None:
    assert len(DOCUMENTS) >= 24
    assert len({document["sector"]["code"] for document in DOCUMENTS.values()}) >= 10


def test_one_sector_has_one_name() -> None:
    names = {(document["sector"]["code"], document["sector"]["name"]) for document in DOCUMENTS.values()}
    assert len(names) == len({code for code, _name in names})


@ALL
def test_a_procedure_stands_in_the_folder_of_its_code(document: dict[str, Any]) -> None:
    assert (CATALOGUE / document["code"] / "procedure.yaml").exists()
    assert definitions.load(document).code == document["code"]


@ALL
def test_a_citizen_reads_what_he_gets_who_may_apply_and_where(document: dict[str, Any]) -> None:
    definition = definitions.load(document)
    assert definition.summary and definition.applicants and definition.competent
    assert definition.papers and definition.results and definition.legal_basis and definition.keywords


@ALL
def test_every_cost_is_marked_as_a_demo_value(document: dict[str, Any]) -> None:
    definition = definitions.load(document)
    assert all(fee.illustrative for fee in definition.fees)
    assert bool(definition.fees) != definition.fees_illustrative


@ALL
def test_the_numbers_of_the_law_carry_no_letters_glued_behind(document: dict[str, Any]) -> None:
    wrong = [basis["number"] for basis in document["legal_basis"] if not BASIS.fullmatch(basis["number"])]
    assert wrong == []


@ALL
def test_an_article_is_named_only_where_the_national_text_names_it(
    document: dict[str, Any], nationally: dict[str, str]
) -> None:
    titles = {law["number"]: law.get("title", "") for law in document["legal_basis"]}
    for law in _laws(document):
        for article in re.findall(r"Điều (\d+)", law):
            number = BASIS.search(law)
            assert number, law
            names = "|".join(filter(None, (re.escape(number[0]), re.escape(titles.get(number[0], "")))))
            said = rf"Điều {article}\b[^.;]{{0,40}}({names})"
            assert re.search(said, nationally[document["code"]]), law


@ALL
def test_a_law_that_no_national_text_names_is_marked_as_not_checked(
    document: dict[str, Any], nationally: dict[str, str]
) -> None:
    everything = "\n".join(nationally.values())
    numbers = [(law, found[0]) for law in _laws(document) if (found := BASIS.search(law))]
    unknown = [law for law, number in numbers if number not in everything]
    assert [law for law in unknown if "chưa đối chiếu với công bố" not in law] == []


@ALL
def test_a_result_is_never_a_refusal_or_a_call_for_more_papers(document: dict[str, Any]) -> None:
    for result in definitions.load(document).results:
        assert not re.search(r"từ chối|sửa đổi, bổ sung của", result.name, re.IGNORECASE)
        assert not result.code or re.fullmatch(r"KQ\.G\d{2}\.\d{6}", result.code)


def test_one_result_code_means_one_kind_of_result() -> None:
    names: dict[str, set[str]] = {}
    for document in DOCUMENTS.values():
        for result in document["results"]:
            if "code" in result:
                names.setdefault(result["code"], set()).add(result["name"])
    assert {code: found for code, found in names.items() if len(found) > 1} == {}


def test_what_is_called_online_can_be_filed_and_nothing_else() -> None:
    fileable = {code for code in DOCUMENTS if _loaded(code).is_fileable}
    assert len(fileable) >= 10
    assert {code for code, document in DOCUMENTS.items() if document["online_level"] != "INFORMATION"} == fileable


@ALL
def test_the_linter_finds_nothing_that_must_be_put_right(document: dict[str, Any]) -> None:
    findings = linting.lint(definitions.load(document))
    assert [finding.sentence for finding in findings if finding.is_error] == []


@FILEABLE
def test_a_procedure_that_can_be_filed_has_samples(code: str) -> None:
    assert len(_loaded(code).samples) >= 3


@FILEABLE
def test_no_step_is_done_by_whoever_did_the_one_that_it_judges(code: str) -> None:
    process = _loaded(code).process
    assert process is not None
    for step in process.steps:
        assert step.not_same_as or step.role == "CLERK" or "PROPOSE" not in step.actions


@FILEABLE
def test_somebody_who_reads_english_is_asked_in_english(code: str) -> None:
    definition = _loaded(code)
    assert definition.form is not None and definition.name_en
    texts = [step.title for step in definition.form.steps] + [step.why for step in definition.form.steps]
    for field in _questions(definition.form.fields.values()):
        texts += [field.label, field.hint, *(option.label for option in field.options)]
    assert [text.vi for text in texts if text.vi and not text.en] == []


@ALL
def test_everything_that_a_page_says_has_its_english_and_no_english_is_left_over(document: dict[str, Any]) -> None:
    definition = definitions.load(document)
    texts = set(linting.public_texts(definition)) - {"", definition.name}
    assert definition.title.en and definition.sector_code in SECTORS_IN_ENGLISH
    assert sorted(text for text in texts if not definition.says(text).en) == []
    assert [found.place for found in linting.lint(definition) if found.code == "english-of-nothing"] == []


def test_the_same_words_have_the_same_english_in_every_procedure() -> None:
    found: dict[str, set[str]] = {}
    for document in DOCUMENTS.values():
        for vietnamese, english in document.get("english", {}).items():
            found.setdefault(vietnamese, set()).add(english)
    assert {vietnamese: words for vietnamese, words in found.items() if len(words) > 1} == {}


@FILEABLE
@pytest.mark.django_db
def test_samples_come_out_as_they_expect(code: str) -> None:
    definition = _loaded(code)
    factories.named_by_samples(definition)
    assert [outcome.sentence for outcome in sampling.run(definition) if not outcome.passed] == []


@FULL
def test_a_case_goes_from_the_clerk_to_the_officer_the_signer_the_records_clerk_and_back(code: str) -> None:
    process = _loaded(code).process
    assert process is not None
    assert [step.role for step in process.steps] == ["CLERK", "OFFICER", "LEADER", "RECORDS_CLERK", "CLERK"]
    assert [step.agency for step in process.steps] == ["RECEIVING", *["COMPETENT"] * 3, "RECEIVING"]


@FULL
def test_who_decides_is_not_who_prepared_and_who_seals_is_not_who_signed(code: str) -> None:
    process = _loaded(code).process
    assert process is not None
    apart = {step.code: step.not_same_as for step in process.steps}
    assert apart["appraise"] == ("receive",) and apart["sign"] == ("appraise",) and apart["issue"] == ("sign",)


@FULL
def test_a_case_received_after_15_00_is_due_the_next_working_day(code: str) -> None:
    limit = _loaded(code).time
    assert limit.kind == "SAME_DAY" and limit.cut_off is not None and limit.cut_off.hour == 15


def test_a_birth_waits_one_day_for_consent_and_three_for_the_marriage_and_needs_the_personal_number() -> None:
    process = _loaded("1.001193").process
    assert process is not None
    assert (process.consent_hours, process.verification_days) == (24, 3)
    appraise = process.steps[1]
    assert {"ASK_CONSENT", "ASK_VERIFICATION"} <= set(appraise.actions) and "personal_number" in appraise.requires


def test_a_birth_has_papers_to_submit_to_show_and_to_look_up() -> None:
    assert {paper.mode for paper in _loaded("1.001193").papers} == {"SUBMIT", "SHOW", "LOOK_UP"}


def test_departments_decide_in_at_least_six_sectors() -> None:
    decided = [d for d in DOCUMENTS.values() if d.get("route")]
    assert len({document["sector"]["code"] for document in decided}) >= 6
    assert all(document["levels"] == ["PROVINCE"] for document in decided)
