"""The kinds of question as a clerk chooses them: what each is called and which properties it understands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from procedures import wording
from procedures.editing.outline import NOT_IN_GROUPS
from procedures.eforms.definition import KINDS

# Which properties a kind understands beside its words; a kind that does not stand here understands ANSWERED.
ANSWERED: Final = frozenset({"hint", "required"})
_MORE: Final[dict[str, frozenset[str]]] = {
    "text": frozenset({"max_length"}),
    "long_text": frozenset({"max_length"}),
    "number": frozenset({"min", "max"}),
    "money": frozenset({"min", "max"}),
    "date": frozenset({"latest"}),
    "choice": frozenset({"options"}),
    "several": frozenset({"options"}),
    "phone": frozenset({"prefill"}),
    "email": frozenset({"prefill"}),
    "address": frozenset({"prefill"}),
    "agency": frozenset({"agency_kind"}),
    "person": frozenset({"parts", "prefill"}),
    "file": frozenset({"paper", "upload"}),
    "group": frozenset({"rows"}),
}
# What the account of the applicant knows, by the kind of question that it can fill in.
PREFILLS: Final = {
    "person": "account.person",
    "phone": "account.phone",
    "email": "account.email_address",
    "address": "account.address",
}


@dataclass(frozen=True)
class KindOfQuestion:
    """A kind: its code in the definition, and the properties that its form shows."""

    code: str
    properties: frozenset[str]

    @property
    def title(self) -> str:
        return str(wording.KINDS[self.code][0]) if self.code in wording.KINDS else self.code

    @property
    def about(self) -> str:
        return str(wording.KINDS[self.code][1]) if self.code in wording.KINDS else ""


def kind_called(code: str) -> KindOfQuestion:
    """Return the kind; raises `LookupError` for one that the definition does not know."""
    if code not in KINDS:
        raise LookupError(code)
    if code == "note":
        return KindOfQuestion(code, frozenset())
    if code == "statement":
        return KindOfQuestion(code, frozenset({"required"}))
    return KindOfQuestion(code, ANSWERED | _MORE.get(code, frozenset()))


def kinds_to_choose(*, in_group: bool = False) -> list[KindOfQuestion]:
    """Return the kinds that may be chosen, in the order of the definition; in a group fewer."""
    return [kind_called(code) for code in KINDS if not in_group or code not in NOT_IN_GROUPS]
