"""A change needs two people, loses nobody's work, and can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from identity.models import Account
from procedures import queries, services
from procedures.definition import DefinitionError
from procedures.errors import NotFitToPublishError, ProposalClosedError, SamePersonError, StaleProposalError
from procedures.models import Procedure, ProcedureVersion, Proposal
from procedures.states import PROPOSAL_TABLE, Origin, ProposalAct, ProposalState
from tests import factories
from tests.factories import EXTRACT, NOW

TODAY = NOW.date()

pytestmark = pytest.mark.django_db


def _admin(name: str) -> Account:
    return Account.objects.create_user(name, full_name=name)


@pytest.fixture
def writer() -> Account:
    return _admin("Nguyễn Viết")


@pytest.fixture
def second() -> Account:
    return _admin("Trần Duyệt")


def _draft(by: Account, **changes: Any) -> Proposal:
    if not ProcedureVersion.objects.filter(procedure__code=EXTRACT).exists():
        factories.published(EXTRACT)
    draft = services.start_draft(code=EXTRACT, document=None, by=by, at=NOW)
    return _saved(draft, by, **changes) if changes else draft


def _saved(draft: Proposal, by: Account, *, seen: int | None = None, **changes: Any) -> Proposal:
    document = deepcopy(draft.document) | changes
    return services.save_draft(
        proposal_id=draft.pk, seen_revision=seen or draft.revision, document=document, by=by, at=NOW
    )


def _proposed(by: Account, **changes: Any) -> Proposal:
    draft = _draft(by, **changes)
    return services.submit_draft(proposal_id=draft.pk, by=by, reason="Quyết định mới", at=NOW)


def _approve(proposal: Proposal, by: Account) -> ProcedureVersion:
    return services.approve(proposal_id=proposal.pk, seen_revision=proposal.revision, by=by, at=NOW)


def test_a_change_is_published_when_a_second_person_approves_it(writer: Account, second: Account) -> None:
    version = _approve(_proposed(writer, name="Tên mới"), second)
    assert (version.number, version.published_by, version.origin, version.reason) == (
        2,
        second,
        Origin.ADMIN,
        "Quyết định mới",
    )
    assert queries.version_in_force(EXTRACT, TODAY) == version
    assert Procedure.objects.get().name == "Tên mới"
    proposal = Proposal.objects.get()
    assert (proposal.state, proposal.version, proposal.decided_by) == (ProposalState.PUBLISHED, version, second)


def test_the_author_cannot_be_the_second_person(writer: Account, second: Account) -> None:
    proposal = _proposed(writer, name="Tên mới")
    with pytest.raises(SamePersonError):
        _approve(proposal, writer)
    assert ProcedureVersion.objects.count() == 1


def test_whoever_changed_the_draft_last_cannot_approve_it(writer: Account, second: Account) -> None:
    draft = _saved(_draft(writer), second, name="Sửa bởi người thứ hai")
    proposal = services.submit_draft(proposal_id=draft.pk, by=writer, reason="", at=NOW)
    with pytest.raises(SamePersonError):
        _approve(proposal, second)


def test_the_second_of_two_who_edit_at_once_is_told_and_nothing_is_lost(writer: Account, second: Account) -> None:
    draft = _draft(writer)
    _saved(draft, writer, summary="Của người thứ nhất")
    with pytest.raises(StaleProposalError, match="Nguyễn Viết"):
        _saved(draft, second, seen=draft.revision, summary="Của người thứ hai")
    draft.refresh_from_db()
    assert draft.document["summary"] == "Của người thứ nhất"


def test_saving_the_same_again_is_no_new_revision(writer: Account) -> None:
    draft = _draft(writer, summary="Mới")
    again = _saved(draft, writer, summary="Mới")
    assert again.revision == draft.revision == 2
    assert [row.number for row in again.revisions.order_by("number")] == [1, 2]


def test_undo_brings_an_earlier_revision_back_as_a_new_one(writer: Account) -> None:
    draft = _draft(writer, summary="Lỡ tay")
    before = draft.revisions.get(number=1).document
    undone = services.undo(proposal_id=draft.pk, seen_revision=draft.revision, to=1, by=writer, at=NOW)
    assert (undone.revision, undone.document) == (3, before)


def test_a_rule_that_refers_to_a_missing_field_cannot_be_saved(writer: Account) -> None:
    draft = _draft(writer)
    document = deepcopy(draft.document)
    document["form"]["steps"][2]["show_if"] = {"field": "khong_co", "op": "eq", "value": "x"}
    with pytest.raises(DefinitionError, match="khong_co"):
        services.save_draft(proposal_id=draft.pk, seen_revision=draft.revision, document=document, by=writer, at=NOW)
    assert draft.revisions.count() == 1


def test_a_failing_sample_keeps_a_proposal_from_being_approved(writer: Account, second: Account) -> None:
    sample = {"code": "s1", "name": "Chị Lan xin hai bản", "answers": {"copies": 2}, "expects": {"fee": 99}}
    proposal = _proposed(writer, samples=[sample])
    with pytest.raises(NotFitToPublishError, match="Chị Lan xin hai bản"):
        _approve(proposal, second)
    assert ProcedureVersion.objects.count() == 1
    assert Proposal.objects.get().state == ProposalState.PROPOSED


def test_an_error_of_the_linter_keeps_a_proposal_from_being_approved(writer: Account, second: Account) -> None:
    draft = _draft(writer)
    document = deepcopy(draft.document)
    document["form"]["steps"][2]["show_if"] = {"field": "on_behalf", "op": "eq", "value": "NOBODY"}
    proposal = services.save_draft(
        proposal_id=draft.pk, seen_revision=draft.revision, document=document, by=writer, at=NOW
    )
    services.submit_draft(proposal_id=proposal.pk, by=writer, reason="", at=NOW)
    with pytest.raises(NotFitToPublishError, match="authority"):
        _approve(proposal, second)


def test_a_proposal_drafted_on_an_older_version_is_compared_first(writer: Account, second: Account) -> None:
    proposal = _proposed(writer, summary="Cũ")
    factories.published(EXTRACT, name="Phiên bản chen ngang")
    with pytest.raises(StaleProposalError):
        _approve(proposal, second)
    draft = services.send_back(proposal_id=proposal.pk, by=second, reason="So lại", at=NOW)
    merged = services.bring_up_to_date(proposal_id=draft.pk, seen_revision=draft.revision, by=writer, at=NOW)
    assert (merged.document["summary"], merged.document["name"]) == ("Cũ", "Phiên bản chen ngang")
    services.submit_draft(proposal_id=merged.pk, by=writer, reason="", at=NOW)
    assert _approve(merged, second).number == 3


def test_a_version_for_a_later_day_changes_no_list_before_that_day(writer: Account, second: Account) -> None:
    proposal = _proposed(writer, name="Tên của ngày mai")
    Proposal.objects.update(effective_from=TODAY + timedelta(days=1))
    before = Procedure.objects.get().name
    _approve(proposal, second)
    assert Procedure.objects.get().name == before
    assert services.bring_lists_up_to_date(today=TODAY) == 0
    assert services.bring_lists_up_to_date(today=TODAY + timedelta(days=1)) == 1
    assert Procedure.objects.get().name == "Tên của ngày mai"


def test_going_back_is_one_act_and_replaces_what_was_to_come(writer: Account, second: Account) -> None:
    first = factories.published(EXTRACT)
    proposal = _proposed(writer, name="Tên của ngày mai")
    Proposal.objects.update(effective_from=TODAY + timedelta(days=1))
    _approve(proposal, second)
    back = services.roll_back(code=EXTRACT, to=1, by=writer, reason="Nhầm", at=NOW)
    assert (back.number, back.sha256, back.origin) == (3, first.sha256, Origin.ROLLBACK)
    assert queries.version_in_force(EXTRACT, TODAY + timedelta(days=9)) == back


def test_a_second_draft_of_a_procedure_is_the_first_one(writer: Account, second: Account) -> None:
    draft = _draft(writer)
    assert services.start_draft(code=EXTRACT, document=None, by=second, at=NOW) == draft
    with pytest.raises(IntegrityError), transaction.atomic():
        Proposal.objects.create(
            code=EXTRACT, origin=Origin.ADMIN, document={}, created_at=NOW, changed_at=NOW, author=writer
        )


def test_a_command_proposes_again_in_place_of_what_it_proposed() -> None:
    document = factories.published(EXTRACT).document
    texts = [document | {"summary": text} for text in ("Một", "Hai", "Hai")]
    for text in texts:
        services.propose(document=text, author=None, origin=Origin.IMPORT, reason="", effective_from=None, at=NOW)
    proposal = Proposal.objects.get()
    assert (proposal.document["summary"], proposal.revision, proposal.state) == ("Hai", 2, ProposalState.PROPOSED)


@pytest.mark.parametrize("state", list(ProposalState))
@pytest.mark.parametrize("act", list(ProposalAct))
def test_only_what_stands_in_the_table_is_possible(
    state: ProposalState, act: ProposalAct, writer: Account, second: Account
) -> None:
    version = factories.published(EXTRACT)
    proposal = Proposal.objects.create(
        code=EXTRACT,
        origin=Origin.ADMIN,
        state=state,
        base=version,
        version=version if state == ProposalState.PUBLISHED else None,
        document=version.document | {"summary": "Khác"},
        author=writer,
        changed_by=writer,
        created_at=NOW,
        changed_at=NOW,
    )
    acts: dict[ProposalAct, Callable[[], object]] = {
        ProposalAct.SAVE: lambda: _saved(proposal, writer, summary="Lại khác"),
        ProposalAct.PROPOSE: lambda: services.submit_draft(proposal_id=proposal.pk, by=writer, reason="", at=NOW),
        ProposalAct.SEND_BACK: lambda: services.send_back(proposal_id=proposal.pk, by=second, reason="x", at=NOW),
        ProposalAct.DISCARD: lambda: services.discard(proposal_id=proposal.pk, by=second, reason="x", at=NOW),
        ProposalAct.APPROVE: lambda: _approve(proposal, second),
    }
    after = PROPOSAL_TABLE.get((state, act))
    if after is None:
        with pytest.raises(ProposalClosedError):
            acts[act]()
        return
    acts[act]()
    proposal.refresh_from_db()
    assert proposal.state == after
