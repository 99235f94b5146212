"""The catalogue as files: out, in and out again gives the same bytes; applying is all or nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.management import CommandError, call_command

from identity.models import Account
from procedures import folders, services
from procedures.definition import DefinitionError, canonical
from procedures.models import ProcedureVersion, Proposal
from procedures.seeding import documents
from procedures.states import Origin, ProposalState
from tests import every_kind, factories
from tests.factories import BIRTH, EXTRACT, NOW

pytestmark = pytest.mark.django_db


def _bytes(root: Path) -> dict[str, bytes]:
    return {str(file.relative_to(root)): file.read_bytes() for file in sorted(root.rglob("*.yaml"))}


def _change(root: Path, code: str, **changes: Any) -> None:
    file = root / code / "procedure.yaml"
    file.write_text(yaml.safe_dump(yaml.safe_load(file.read_text()) | changes, allow_unicode=True))


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    for code in (EXTRACT, BIRTH):
        factories.published(code)
    call_command("catalogue", "export", tmp_path / "out")
    return tmp_path / "out"


def test_writing_what_was_read_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    folders.write(first, documents())
    folders.write(second, folders.read(first))
    assert _bytes(first) == _bytes(second) and len(_bytes(first)) > 40
    assert [canonical(d) for d in folders.read(second)] == [canonical(d) for d in documents()]


def test_export_import_export_gives_the_same_bytes(exported: Path, tmp_path: Path) -> None:
    before = _bytes(exported)
    _change(exported, EXTRACT, decision="1/QĐ")
    call_command("catalogue", "apply", exported, "--publish")
    call_command("catalogue", "export", tmp_path / "again")
    again = _bytes(tmp_path / "again")
    assert again != before
    call_command("catalogue", "apply", tmp_path / "again", "--publish")
    call_command("catalogue", "export", tmp_path / "third")
    assert _bytes(tmp_path / "third") == again
    assert ProcedureVersion.objects.filter(procedure__code=EXTRACT).count() == 2


@pytest.mark.parametrize(
    "text",
    [
        "YES",
        "no",
        "2026-11-24",
        "1e3",
        "0x1F",
        "12:30",
        "null",
        "~",
        " lùi dòng",
        "dòng một\n\ndòng hai\n",
        "a: b # c",
        "'",
    ],
)
def test_a_text_that_looks_like_something_else_stays_a_text(tmp_path: Path, text: str) -> None:
    document = {"code": EXTRACT, "summary": text, "keywords": [text]}
    folders.write_one(tmp_path / EXTRACT, document)
    assert list(folders.read(tmp_path)) == [document]


def test_a_part_that_is_gone_loses_its_file(exported: Path) -> None:
    document = next(d for d in folders.read(exported) if d["code"] == EXTRACT)
    folders.write_one(exported / EXTRACT, {n: v for n, v in document.items() if n not in {"form", "process"}})
    assert not (exported / EXTRACT / "form.yaml").exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [("a: [", "procedure.yaml"), ("code: x\ncode: y\n", "given twice"), ("code: '9.999999'\n", "the code is not")],
)
def test_a_file_that_cannot_be_read_is_named(exported: Path, content: str, told: str) -> None:
    (exported / EXTRACT / "procedure.yaml").write_text(content)
    with pytest.raises(DefinitionError, match=told):
        list(folders.read(exported))


def test_plan_prints_the_changes_and_changes_nothing(exported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _change(exported, EXTRACT, decision="Quyết định mới")
    call_command("catalogue", "plan", exported)
    printed = capsys.readouterr().out
    assert "163/QĐ-BTP → Quyết định mới" in printed and "1 procedure(s) would change" in printed
    assert ProcedureVersion.objects.count() == 2 and not Proposal.objects.exists()


def test_apply_makes_proposals_for_the_second_person(exported: Path) -> None:
    _change(exported, EXTRACT, decision="Quyết định mới")
    call_command("catalogue", "apply", exported, "--reason", "Cập nhật")
    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.origin, proposal.reason) == (ProposalState.PROPOSED, Origin.FILES, "Cập nhật")
    assert ProcedureVersion.objects.count() == 2


def test_what_the_operator_publishes_is_recorded_as_such(exported: Path) -> None:
    _change(exported, EXTRACT, decision="Quyết định mới")
    call_command("catalogue", "apply", exported, "--publish", "--reason", "Khẩn")
    newest = ProcedureVersion.objects.latest("pk")
    assert (newest.number, newest.origin, newest.published_by, newest.reason) == (2, Origin.FILES, None, "Khẩn")


def test_what_was_changed_since_the_export_is_a_conflict_by_name_and_nothing_is_applied(exported: Path) -> None:
    admin = Account.objects.create_user("qt", full_name="Nguyễn Quản Trị")
    version = ProcedureVersion.objects.get(procedure__code=EXTRACT)
    services.publish(
        document=version.document | {"decision": "Chen ngang"},
        effective_from=NOW.date(),
        published_by=admin,
        at=NOW,
    )
    for code in (EXTRACT, BIRTH):
        _change(exported, code, decision="Từ tệp")
    with pytest.raises(CommandError, match=rf"{EXTRACT}.*Nguyễn Quản Trị"):
        call_command("catalogue", "apply", exported, "--publish")
    assert ProcedureVersion.objects.count() == 3
    call_command("catalogue", "apply", exported, "--publish", "--overwrite", EXTRACT)
    assert ProcedureVersion.objects.count() == 5


def test_one_wrong_document_applies_nothing(exported: Path) -> None:
    _change(exported, BIRTH, decision="Đúng")
    _change(exported, EXTRACT, levels=[])
    with pytest.raises(CommandError, match=EXTRACT):
        call_command("catalogue", "apply", exported, "--publish")
    assert ProcedureVersion.objects.count() == 2


def test_rollback_goes_to_the_version_before(exported: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = ProcedureVersion.objects.get(procedure__code=EXTRACT)
    _change(exported, EXTRACT, decision="Nhầm")
    call_command("catalogue", "apply", exported, "--publish")
    call_command("catalogue", "rollback", EXTRACT)
    newest = ProcedureVersion.objects.latest("pk")
    assert (newest.number, newest.sha256) == (3, first.sha256)
    with pytest.raises(CommandError, match="no such version"):
        call_command("catalogue", "rollback", EXTRACT, "--to", "9")


def test_a_form_of_every_kind_and_rule_is_written_and_read_byte_for_byte(tmp_path: Path) -> None:
    document = every_kind.document()
    folders.write(tmp_path / "a", [document])
    read = list(folders.read(tmp_path / "a"))
    assert read == [document]
    folders.write(tmp_path / "b", read)
    for name in ("procedure.yaml", "form.yaml"):
        written = [(tmp_path / side / every_kind.CODE / name).read_bytes() for side in ("a", "b")]
        assert written[0] == written[1]
