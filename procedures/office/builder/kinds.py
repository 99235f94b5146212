"""The kinds of question as a clerk chooses them: what each is called and which properties it understands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.utils.text import capfirst

from procedures import wording
from procedures.editing.outline import NOT_IN_GROUPS
from procedures.eforms import KINDS
from procedures.eforms.kinds.composite import Composed

# Which properties a kind understands beside its words; a kind that does not stand here understands ANSWERED.
ANSWERED: Final = frozenset({"hint", "required"})
_MORE: Final[dict[str, frozenset[str]]] = {
    "text": frozenset({"max_length"}),
    "long_text": frozenset({"max_length"}),
    "number": frozenset({"min", "max"}),
    "money": frozenset({"min", "max"}),
    "date": frozenset({"latest"}),
    "choice": frozenset({"options", "list"}),
    "several": frozenset({"options", "list"}),
    "phone": frozenset({"prefill"}),
    "email": frozenset({"prefill"}),
    "address": frozenset({"prefill"}),
    "agency": frozenset({"agency_kind"}),
    "person": frozenset({"parts", "prefill"}),
    "file": frozenset({"paper", "upload"}),
    "group": frozenset({"rows"}),
    "table": frozenset({"rows"}),
    "organisation": frozenset({"parts"}),
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
        return str(wording.KINDS[self.code][0] if self.code in wording.KINDS else KINDS[self.code].name)

    @property
    def flags(self) -> list[tuple[str, str]]:
        """What may be switched on for a question of this kind, with its words."""
        properties = KINDS[self.code].properties.items()
        return [
            (name, capfirst(wording.label(name))) for name, schema in properties if schema.get("type") == "boolean"
        ]

    @property
    def is_computed(self) -> bool:
        return KINDS[self.code].is_computed

    @property
    def parts(self) -> list[tuple[str, str]]:
        """The parts that an answer may consist of, with their words; empty for a kind without parts."""
        kind = KINDS[self.code]
        known = kind.known if isinstance(kind, Composed) else {}
        return [(name, str(label)) for name, (_kind, label) in known.items()]

    @property
    def usual_parts(self) -> list[str]:
        """The parts that are asked for where nothing else is said."""
        kind = KINDS[self.code]
        return list(kind.usual) if isinstance(kind, Composed) else []

    @property
    def about(self) -> str:
        return str(wording.KINDS[self.code][1]) if self.code in wording.KINDS else ""


def kind_called(code: str) -> KindOfQuestion:
    """Return the kind; raises `LookupError` for one that the definition does not know."""
    if code not in KINDS:
        raise LookupError(code)
    if not KINDS[code].is_asked:
        return KindOfQuestion(code, frozenset())
    if code == "statement":
        return KindOfQuestion(code, frozenset({"required"}))
    if KINDS[code].is_computed:
        return KindOfQuestion(code, frozenset({"hint", "computed"}))
    return KindOfQuestion(code, ANSWERED | _MORE.get(code, frozenset()))


def kinds_to_choose(*, in_group: bool = False) -> list[KindOfQuestion]:
    """Return the kinds that may be chosen, in the order of the definition; in a group fewer."""
    left_out = {*NOT_IN_GROUPS, *(code for code, kind in KINDS.items() if kind.is_computed)} if in_group else set()
    return [kind_called(code) for code in KINDS if code not in left_out]
