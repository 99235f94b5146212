"""Where versions, proposals, rows and lists come from, and where they stand."""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy

from procedures.code_lists.acts import ListAct
from procedures.states import Origin, ProposalState, RowOutcome, SynonymKind

SYNONYM_KINDS: Final = {
    SynonymKind.SHORT: gettext_lazy("short form"),
    SynonymKind.MEANING: gettext_lazy("everyday words"),
    SynonymKind.FILLER: gettext_lazy("says nothing"),
}
ORIGINS: Final = {
    Origin.ADMIN: gettext_lazy("written in the office"),
    Origin.FILES: gettext_lazy("from the catalogue's files"),
    Origin.SHEET: gettext_lazy("from a spreadsheet"),
    Origin.IMPORT: gettext_lazy("from an import"),
    Origin.NATIONAL: gettext_lazy("from the national portal"),
    Origin.ROLLBACK: gettext_lazy("going back"),
}
LIST_ACTS: Final = {
    ListAct.ADD: gettext_lazy("added"),
    ListAct.REWORD: gettext_lazy("reworded"),
    ListAct.END: gettext_lazy("ended"),
}
# (tone, word) of each state.
PROPOSAL_STATES: Final = {
    ProposalState.DRAFT: ("moving", gettext_lazy("being written")),
    ProposalState.PROPOSED: ("waiting", gettext_lazy("waiting for a second person")),
    ProposalState.PUBLISHED: ("done", gettext_lazy("published")),
    ProposalState.DISCARDED: ("trouble", gettext_lazy("given up")),
}
ROW_OUTCOMES: Final = {
    RowOutcome.WRONG: ("trouble", gettext_lazy("not taken")),
    RowOutcome.DOUBTFUL: ("waiting", gettext_lazy("doubtful")),
    RowOutcome.DIFFERS: ("moving", gettext_lazy("differs from ours")),
}
