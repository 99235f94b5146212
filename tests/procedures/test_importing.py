"""An import: clean rows become pages, doubtful ones proposals, wrong ones nothing; and twice is once."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.core.text import unaccented
from procedures import services
from procedures.importing import reasons
from procedures.importing.rows import LONGEST_LINE
from procedures.models import ImportFinding, ImportRun, Procedure, ProcedureVersion, Proposal, ProposalRevision
from procedures.states import OnlineLevel, Origin, ProposalState
from tests import factories
from tests.factories import EXTRACT, NOW
from tests.procedures.rows import CODE, channel, clean, paper, written

pytestmark = pytest.mark.django_db


def run(folder: Path, *rows: object, publish: bool = True) -> ImportRun:
    """Import a file of these rows."""
    call_command("import_procedures", str(written(folder, rows)), publish=publish, quiet=True)
    return ImportRun.objects.latest("pk")


def reasons_of(report: ImportRun) -> list[tuple[int, str]]:
    return list(report.findings.order_by("line", "pk").values_list("line", "reason"))


def catalogue() -> list[Any]:
    """Return all that an import may write, as it stands."""
    versions = ProcedureVersion.objects.order_by("procedure__code", "number")
    proposals = Proposal.objects.order_by("code", "pk")
    return [
        *versions.values_list("procedure__code", "number", "sha256", "origin"),
        *proposals.values_list("code", "state", "revision", "document"),
        *Procedure.objects.order_by("code").values_list("code", "name", "sector__code", "search_text", "levels"),
        ProposalRevision.objects.count(),
    ]


def test_a_clean_row_becomes_an_information_page(tmp_path: Path, client: Any) -> None:
    report = run(tmp_path, clean())
    version = ProcedureVersion.objects.get(procedure__code=CODE)
    assert (report.published, report.proposed, report.wrong) == (1, 0, 0)
    assert version.origin == Origin.IMPORT and version.published_by is None
    assert version.procedure.online_level == OnlineLevel.INFORMATION
    assert unaccented("thử nghiệm") in version.procedure.search_text
    page = client.get(f"/thu-tuc/{CODE}/").content.decode()
    assert "Cấp giấy phép thử nghiệm" in page and "Đơn đề nghị" in page and "Nộp hồ sơ." in page


def test_without_publish_clean_rows_are_proposed(tmp_path: Path) -> None:
    report = run(tmp_path, clean(), publish=False)
    assert (report.published, report.proposed) == (0, 1)
    assert Proposal.objects.get().state == ProposalState.PROPOSED
    assert not ProcedureVersion.objects.exists()


def test_a_proposal_of_an_import_can_be_approved_as_it_is(tmp_path: Path) -> None:
    run(tmp_path, clean(), publish=False)
    waiting = Proposal.objects.get()
    services.approve(proposal_id=waiting.pk, seen_revision=1, by=factories.account(), at=NOW)
    assert run(tmp_path, clean(), publish=False).unchanged == 1


def test_publishing_closes_the_proposal_of_an_import_that_did_not(tmp_path: Path) -> None:
    run(tmp_path, clean(), clean(code="1.900002"), publish=False)
    edited = Proposal.objects.get(code="1.900002")
    editor = factories.account()
    services.send_back(proposal_id=edited.pk, by=editor, reason="Sửa tên", at=NOW)
    corrected = edited.document | {"name": "Tên đã sửa"}
    services.save_draft(proposal_id=edited.pk, seen_revision=1, document=corrected, by=editor, at=NOW)
    report = run(tmp_path, clean(), clean(code="1.900002"))
    assert (report.published, report.proposed) == (1, 1)
    assert Proposal.objects.get(code=CODE).state == ProposalState.DISCARDED
    assert Proposal.objects.get(code="1.900002").document == corrected


def test_a_row_that_was_misread_is_proposed_and_never_published(tmp_path: Path, client: Any) -> None:
    report = run(tmp_path, clean(channels=[channel(time_value=1100.0, time_unit=None)]))
    assert (report.published, report.proposed, report.shown_in_part) == (0, 1, 0)
    assert reasons_of(report) == [(1, "time-absurd"), (1, "time-without-unit")]
    finding = report.findings.first()
    assert finding and finding.proposal == Proposal.objects.get() and "1100" in finding.detail
    assert not Procedure.objects.exists()
    assert client.get(f"/thu-tuc/{CODE}/").status_code == 404


MANY_DAYS = clean(channels=[channel(time_value=77.0, time_unit=None), channel("Trực tuyến", time_value=77.0)])
PAPERS = clean(documents=[paper("Đơn đề nghịBản sao giấy phép")])


def test_of_a_doubtful_row_people_find_what_is_beyond_doubt(tmp_path: Path, client: Any) -> None:
    report = run(tmp_path, MANY_DAYS)
    assert (report.published, report.proposed, report.shown_in_part) == (0, 1, 1)
    page = client.get(f"/thu-tuc/{CODE}/").content.decode()
    assert "Đơn đề nghị" in page and "77" not in page
    assert "Một phần của trang này còn đang được kiểm tra" in page and "không quy định thời hạn" not in page
    assert CODE in client.get("/thu-tuc/", {"q": "giấy phép thử nghiệm"}).content.decode()
    # Papers that nobody can read are not "no papers are needed".
    run(tmp_path, clean(code="1.900002"), PAPERS | {"code": "1.900003"})
    page = client.get("/thu-tuc/1.900003/").content.decode()
    assert "Bản sao giấy phép" not in page and "Không cần giấy tờ" not in page and "đang được kiểm tra" in page


def test_approving_what_waited_completes_the_page(tmp_path: Path) -> None:
    run(tmp_path, MANY_DAYS)
    waiting = Proposal.objects.get()
    assert waiting.state == ProposalState.PROPOSED and waiting.base == ProcedureVersion.objects.get()
    version = services.approve(proposal_id=waiting.pk, seen_revision=1, by=factories.account(), at=NOW)
    assert version.number == 2 and "unconfirmed" not in version.document


def test_a_page_in_part_twice_is_once_and_a_clean_row_completes_it(tmp_path: Path) -> None:
    run(tmp_path, MANY_DAYS)
    before = catalogue()
    assert run(tmp_path, MANY_DAYS).shown_in_part == 1 and catalogue() == before
    assert run(tmp_path, clean()).published == 1
    assert "unconfirmed" not in ProcedureVersion.objects.latest("pk").document
    assert Proposal.objects.get().state == ProposalState.DISCARDED
    # A doubtful row takes nothing from a page that is whole.
    run(tmp_path, MANY_DAYS)
    assert ProcedureVersion.objects.count() == 2


def test_what_waited_without_a_page_gets_one_from_an_import_that_publishes(tmp_path: Path) -> None:
    run(tmp_path, MANY_DAYS, publish=False)
    assert not Procedure.objects.exists()
    assert run(tmp_path, MANY_DAYS).shown_in_part == 1
    assert Proposal.objects.get().base == ProcedureVersion.objects.get()


def test_a_doubtful_row_that_a_person_gave_up_gets_no_page(tmp_path: Path) -> None:
    run(tmp_path, MANY_DAYS, publish=False)
    services.discard(proposal_id=Proposal.objects.get().pk, by=factories.account(), reason="Không thuộc tỉnh", at=NOW)
    assert run(tmp_path, MANY_DAYS).shown_in_part == 0
    assert not Procedure.objects.exists()


def test_wrong_rows_do_not_stop_the_others(tmp_path: Path) -> None:
    report = run(
        tmp_path,
        "{this is no JSON",
        "[1, 2]",
        clean(code=None),
        clean(code="12345"),
        clean(code="1.900002", name=" "),
        clean(code="1.900003", channels="by hand"),
        '{"code": "1.900004", "name": "A\\u0000B"}',
        '{"code": "1.900005", "name": "\\ud800"}',
        '{"code": "1.900006", "name": "N", "channels": [{"time_value": NaN}]}',
        '{"code": "1.900007", "name": "N", "channels": [{"time_value": 1e999}]}',
        '{"code": "1.900008", "name": "' + "x" * LONGEST_LINE + '"}',
        "[" * 100_000,
        "",
        clean(),
        clean(name="Một tên khác"),
    )
    assert (report.wrong, report.published, report.proposed) == (13, 1, 0)
    assert [line for line, _reason in reasons_of(report)] == [*range(1, 13), 15]
    assert reasons_of(report)[-1] == (15, "code-twice")
    assert Procedure.objects.get().name == "Cấp giấy phép thử nghiệm"


def test_repeating_an_import_changes_nothing(tmp_path: Path) -> None:
    rows = [clean(), clean(code="1.900002", documents=[]), clean(code="1.900003")]
    run(tmp_path, *rows)
    before = catalogue()
    report = run(tmp_path, *rows)
    assert catalogue() == before
    assert (report.published, report.unchanged, report.proposed) == (0, 2, 1)
    assert reasons_of(report) == [(2, "papers-missing")]


def test_what_a_person_has_decided_about_a_proposal_stays(tmp_path: Path) -> None:
    doubtful = clean(documents=[])
    run(tmp_path, doubtful)
    waiting = Proposal.objects.get()
    services.discard(proposal_id=waiting.pk, by=factories.account(), reason="Không dùng", at=NOW)
    report = run(tmp_path, doubtful)
    assert Proposal.objects.get().state == ProposalState.DISCARDED
    assert report.findings.get().proposal == waiting


def test_what_a_person_gave_up_is_not_published_by_the_next_import(tmp_path: Path) -> None:
    run(tmp_path, clean(), publish=False)
    waiting = Proposal.objects.get()
    services.discard(proposal_id=waiting.pk, by=factories.account(), reason="Không thuộc tỉnh", at=NOW)
    assert run(tmp_path, clean()).published == 0
    assert not Procedure.objects.exists() and Proposal.objects.count() == 1


def test_a_proposal_that_somebody_corrects_is_not_overwritten(tmp_path: Path) -> None:
    run(tmp_path, clean(documents=[]))
    waiting = Proposal.objects.get()
    editor = factories.account()
    services.send_back(proposal_id=waiting.pk, by=editor, reason="Thiếu giấy tờ", at=NOW)
    corrected = waiting.document | {"papers": [{"code": "don", "name": "Đơn", "mode": "SUBMIT"}]}
    services.save_draft(proposal_id=waiting.pk, seen_revision=1, document=corrected, by=editor, at=NOW)
    run(tmp_path, clean(documents=[]))
    report = run(tmp_path, clean(documents=[], name="Tên mới của nguồn"))
    waiting.refresh_from_db()
    assert waiting.document == corrected
    assert "being-edited" in [reason for _line, reason in reasons_of(report)]


def test_a_new_file_brings_the_next_version_of_an_imported_page(tmp_path: Path) -> None:
    run(tmp_path, clean())
    report = run(tmp_path, clean(name="Cấp giấy phép thử nghiệm mới"))
    assert report.published == 1
    assert list(ProcedureVersion.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert Procedure.objects.get().name == "Cấp giấy phép thử nghiệm mới"


def test_local_decisions_are_never_overwritten(tmp_path: Path) -> None:
    ours = factories.published(EXTRACT)
    row = clean(code=EXTRACT, channels=[channel(fees=[{"amount": 9000, "currency": "VND"}], free=False, note="")])
    report = run(tmp_path, row)
    assert list(ProcedureVersion.objects.values_list("pk", flat=True)) == [ours.pk]
    assert (report.published, report.proposed) == (0, 1)
    assert reasons_of(report) == [(1, reasons.DIFFERS)]
    proposed = Proposal.objects.get(origin=Origin.IMPORT)
    for name in ("form", "process", "samples", "keywords", "online_level", "summary"):
        assert proposed.document.get(name) == ours.document.get(name)
    fees = [(fee["code"], fee["amount"], fee["per"]) for fee in proposed.document["fees"]]
    assert fees == [(ours.document["fees"][0]["code"], 9000, "copies")]


def test_a_page_that_a_person_has_approved_counts_as_decided_here(tmp_path: Path) -> None:
    run(tmp_path, clean(documents=[paper("Đơn đề nghị", originals=20261)]))
    services.approve(
        proposal_id=Proposal.objects.get().pk, seen_revision=1, by=factories.account("Người duyệt"), at=NOW
    )
    report = run(tmp_path, clean(name="Tên khác hẳn"))
    assert (report.published, report.proposed) == (0, 1)


def test_an_interrupted_import_goes_on_in_its_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("procedures.management.commands.import_procedures._BATCH", 2)
    rows = [clean(code=f"1.90000{n}", documents=[] if n == 1 else [paper("Đơn")]) for n in range(7)]
    file = written(tmp_path, [*rows, clean(code="1.900000", name="Lặp lại")])
    call_command("import_procedures", str(file), publish=True, quiet=True)
    whole, report = catalogue(), reasons_of(ImportRun.objects.get())
    for model in (ImportFinding, ImportRun):
        model.objects.all().delete()
    unfinished = ImportRun.objects.create(
        file_name=file.name, sha256=_sha256(file), publishes=True, started_at=NOW, lines_done=4, unchanged=4
    )
    call_command("import_procedures", str(file), publish=True, quiet=True)
    unfinished.refresh_from_db()
    assert unfinished.finished_at and unfinished.lines_done == 8
    assert catalogue() == whole
    assert reasons_of(unfinished) == [found for found in report if found[0] > 4]


def test_a_compressed_file_is_read_and_a_broken_one_told(tmp_path: Path) -> None:
    plain = written(tmp_path, [clean()])
    packed = tmp_path / "thu-tuc.jsonl.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    call_command("import_procedures", str(packed), publish=True, quiet=True)
    assert Procedure.objects.count() == 1
    packed.write_bytes(packed.read_bytes()[:-20])
    with pytest.raises(CommandError, match="cannot be read to its end"):
        call_command("import_procedures", str(packed), publish=True, quiet=True)
    with pytest.raises(CommandError, match="is no file"):
        call_command("import_procedures", str(tmp_path / "none"), publish=True)


def test_the_number_of_statements_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    run(tmp_path, clean(code="1.900000"))
    with CaptureQueriesContext(
        connection,
    ) as few:
        run(tmp_path, *(clean(code=f"1.9001{n:02}") for n in range(10)))
    with CaptureQueriesContext(connection) as many:
        run(tmp_path, *(clean(code=f"1.9002{n:02}") for n in range(60)))
    assert len(many) - len(few) <= 50 * 1  # the sector of each is looked up; nothing else is done one by one


def _sha256(file: Path) -> str:
    from procedures.importing.rows import sha256_of_file  # noqa: PLC0415

    return sha256_of_file(file)
