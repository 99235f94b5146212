"""What the parts, entries and values of a document are called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.formatting import dong
from procedures.wording.sentences import expression_text, rule_text

# Entries that are words for people: changing them binds nobody.
TEXTS: Final = frozenset(
    {"label", "hint", "title", "why", "name", "note", "summary", "name_en", "help", "minutes", "message", "instead"}
)
RULES: Final = frozenset({"show_if", "required_if", "when", "exempt_if"})
EXPRESSIONS: Final = frozenset({"quantity", "value"})  # a value that is an object is one
_AREAS: Final = {
    "english": gettext_lazy("English texts"),
    "papers": gettext_lazy("Papers"),
    "fees": gettext_lazy("Fees"),
    "variants": gettext_lazy("Cases of application"),
    "samples": gettext_lazy("Sample applicants"),
    "channels": gettext_lazy("Ways of filing"),
    "results": gettext_lazy("Results"),
    "legal_basis": gettext_lazy("Legal basis"),
    "authorities": gettext_lazy("Agencies"),
    "related": gettext_lazy("Related procedures"),
    "time": gettext_lazy("Time limit"),
    "availability": gettext_lazy("Availability"),
    "retention": gettext_lazy("Retention"),
    "steps": gettext_lazy("How it goes"),
    "unconfirmed": gettext_lazy("Still being checked"),
    "sector": gettext_lazy("Sector"),
    "keywords": gettext_lazy("Search words"),
    "levels": gettext_lazy("Levels"),
    "audiences": gettext_lazy("Audiences"),
    "time_rules": gettext_lazy("Time limits by the answers"),
    "route": gettext_lazy("Competent agency by the answers"),
    "eligible": gettext_lazy("Who cannot apply"),
    "validate": gettext_lazy("Answers that deny one another"),
}
_LABELS: Final = {
    "name": gettext_lazy("name"),
    "name_en": gettext_lazy("English name"),
    "summary": gettext_lazy("summary"),
    "decision": gettext_lazy("decision"),
    "online_level": gettext_lazy("online level"),
    "applicants": gettext_lazy("who may apply"),
    "competent": gettext_lazy("competent agency"),
    "conditions": gettext_lazy("conditions"),
    "popularity": gettext_lazy("cases a year"),
    "fees_illustrative": gettext_lazy("that it is free is illustrative"),
    "fees_note": gettext_lazy("note on fees"),
    "amount": gettext_lazy("amount"),
    "per": gettext_lazy("charged per"),
    "timing": gettext_lazy("when it is paid"),
    "kind": gettext_lazy("kind"),
    "value": gettext_lazy("value"),
    "cut_off": gettext_lazy("cut-off"),
    "illustrative": gettext_lazy("illustrative"),
    "note": gettext_lazy("note"),
    "condition": gettext_lazy("condition"),
    "mode": gettext_lazy("what to do with it"),
    "originals": gettext_lazy("originals"),
    "copies": gettext_lazy("copies"),
    "basis": gettext_lazy("legal basis"),
    "variant": gettext_lazy("case of application"),
    "template": gettext_lazy("template"),
    "symbol": gettext_lazy("symbol behind the number"),
    "wording": gettext_lazy("what the document says"),
    "when": gettext_lazy("applies when"),
    "show_if": gettext_lazy("shown when"),
    "required_if": gettext_lazy("required when"),
    "required": gettext_lazy("required"),
    "label": gettext_lazy("words"),
    "hint": gettext_lazy("hint"),
    "title": gettext_lazy("title"),
    "why": gettext_lazy("explanation"),
    "page": gettext_lazy("page"),
    "options": gettext_lazy("choices"),
    "min": gettext_lazy("least"),
    "max": gettext_lazy("most"),
    "max_length": gettext_lazy("longest"),
    "minutes": gettext_lazy("minutes to fill in"),
    "role": gettext_lazy("role"),
    "agency": gettext_lazy("agency"),
    "share": gettext_lazy("share of the time (%)"),
    "next": gettext_lazy("where it leads"),
    "to": gettext_lazy("to the step"),
    "by": gettext_lazy("by the act"),
    "at_most": gettext_lazy("how often at most"),
    "consultation": gettext_lazy("how opinions are asked for"),
    "agencies": gettext_lazy("agencies that are asked"),
    "silence_is_consent": gettext_lazy("silence means consent"),
    "stops_clock": gettext_lazy("the clock stands meanwhile"),
    "confidential": gettext_lazy("confidential"),
    "receipt_on_request": gettext_lazy("form 01 only on request"),
    "collected_in_person": gettext_lazy("collected by nobody else"),
    "elsewhere": gettext_lazy("handled on a ministry's system"),
    "seals": gettext_lazy("papers that are sealed with it"),
    "actions": gettext_lazy("what its holder may do"),
    "facts": gettext_lazy("facts to record"),
    "requires": gettext_lazy("facts it needs"),
    "not_same_as": gettext_lazy("not the person of"),
    "consent_hours": gettext_lazy("hours to consent"),
    "verification_days": gettext_lazy("days to verify"),
    "years": gettext_lazy("years"),
    "state": gettext_lazy("state"),
    "notice": gettext_lazy("notice"),
    "successor": gettext_lazy("successor"),
    "from": gettext_lazy("from"),
    "until": gettext_lazy("until"),
    "exempt": gettext_lazy("who pays nothing"),
    "channels": gettext_lazy("ways of filing"),
    "times": gettext_lazy("time limits"),
    "answers": gettext_lazy("answers"),
    "expects": gettext_lazy("what must come of it"),
    "personal": gettext_lazy("personal data"),
    "prefill": gettext_lazy("filled in from"),
    "default": gettext_lazy("default"),
    "exempt_if": gettext_lazy("free of charge when"),
    "quantity": gettext_lazy("how many are charged"),
    "message": gettext_lazy("message"),
    "instead": gettext_lazy("what to do instead"),
    "at": gettext_lazy("shown at"),
    "list": gettext_lazy("code list"),
    "search": gettext_lazy("can be searched"),
    "partial": gettext_lazy("part of the date is enough"),
    "unknown": gettext_lazy("can be unknown"),
    "older": gettext_lazy("older addresses too"),
    "belongs_to": gettext_lazy("must agree with"),
    "shown_as": gettext_lazy("shown as"),
    "parts": gettext_lazy("parts"),
    "optional_parts": gettext_lazy("parts that may be left out"),
    "min_rows": gettext_lazy("rows at least"),
    "max_rows": gettext_lazy("rows at most"),
    "fields": gettext_lazy("questions of a row"),
    "computed": gettext_lazy("computed values"),
}
_VALUES: Final = {
    "SUBMIT": gettext_lazy("to submit"),
    "SHOW": gettext_lazy("to show"),
    "LOOK_UP": gettext_lazy("we look it up"),
    "PHI": gettext_lazy("charge (phí)"),
    "LE_PHI": gettext_lazy("duty (lệ phí)"),
    "FILING": gettext_lazy("at filing"),
    "SUPPLEMENT": gettext_lazy("with the supplement"),
    "RETURN": gettext_lazy("when the result is returned"),
    "ON_DEMAND": gettext_lazy("on demand"),
    "SAME_DAY": gettext_lazy("the same working day"),
    "WORKING_HOURS": gettext_lazy("working hours"),
    "WORKING_DAYS": gettext_lazy("working days"),
    "CALENDAR_DAYS": gettext_lazy("days"),
    "MONTHS": gettext_lazy("months"),
    "NONE": gettext_lazy("no time limit"),
    "FULL": gettext_lazy("fully online"),
    "PARTIAL": gettext_lazy("partly online"),
    "INFORMATION": gettext_lazy("information only"),
    "MINISTRY": gettext_lazy("ministry"),
    "PROVINCE": gettext_lazy("province"),
    "COMMUNE": gettext_lazy("commune"),
    "OTHER": gettext_lazy("another agency"),
    "CITIZEN": gettext_lazy("citizens"),
    "BUSINESS": gettext_lazy("businesses"),
    "ORGANISATION": gettext_lazy("organisations"),
    "FOREIGNER": gettext_lazy("foreigners"),
    "OFFICIAL": gettext_lazy("civil servants"),
    "DIRECT": gettext_lazy("at the counter"),
    "ONLINE": gettext_lazy("online"),
    "POST": gettext_lazy("by post"),
    "OPEN": gettext_lazy("open"),
    "PAUSED": gettext_lazy("paused"),
    "SEASONAL": gettext_lazy("in season"),
    "RETIRED": gettext_lazy("retired"),
    "CLERK": gettext_lazy("receiving clerk"),
    "CENTRE_HEAD": gettext_lazy("head of the centre"),
    "OFFICER": gettext_lazy("handling officer"),
    "LEADER": gettext_lazy("leader who signs"),
    "RECORDS_CLERK": gettext_lazy("records clerk"),
    "RECEIVING": gettext_lazy("the centre that received it"),
    "COMPETENT": gettext_lazy("the competent agency"),
    "NAMED": gettext_lazy("another agency, always the same"),
    "PARENT": gettext_lazy("the agency above the competent one"),
    "ROUTED": gettext_lazy("the agency that the answers lead to"),
    "END": gettext_lazy("the end"),
    "ACCEPT": gettext_lazy("accept the case"),
    "REJECT": gettext_lazy("refuse to accept it"),
    "REQUEST_SUPPLEMENT": gettext_lazy("ask for a supplement"),
    "HAND_OVER": gettext_lazy("hand it over"),
    "ARRIVE": gettext_lazy("record that the result has come from the agency, on paper"),
    "RETURN_RESULT": gettext_lazy("return the result"),
    "RECORD_FACTS": gettext_lazy("record what was found"),
    "ASK_CONSENT": gettext_lazy("ask the applicant to agree to the draft"),
    "ASK_VERIFICATION": gettext_lazy("ask another agency to verify"),
    "ANSWER_VERIFICATION": gettext_lazy("enter the answer of the verification"),
    "ASK_OPINION": gettext_lazy("ask others for an opinion"),
    "GO_ON": gettext_lazy("go on without the opinions still awaited"),
    "ANSWER_SUPPLEMENT": gettext_lazy("the supplement came"),
    "FORWARD": gettext_lazy("pass it on to the next step"),
    "SEND_BACK": gettext_lazy("send it back to an earlier step"),
    "PROPOSE": gettext_lazy("propose the result for signing"),
    "SIGN": gettext_lazy("sign digitally"),
    "ISSUE": gettext_lazy("number, seal and issue"),
}
# (name, explanation) of each kind of question, as those who write forms know it.
KINDS: Final = {
    "text": (gettext_lazy("Short text"), gettext_lazy("One line: a name, a place, a number on a paper.")),
    "long_text": (gettext_lazy("Long text"), gettext_lazy("Several lines: a reason, a description.")),
    "number": (gettext_lazy("Whole number"), gettext_lazy("A whole number: copies, people, square metres.")),
    "money": (gettext_lazy("Amount of money"), gettext_lazy("Whole đồng.")),
    "date": (gettext_lazy("Date"), gettext_lazy("Day, month and year.")),
    "yes_no": (gettext_lazy("Yes or no"), gettext_lazy("One question that is answered with Yes or No.")),
    "choice": (gettext_lazy("One of several choices"), gettext_lazy("The applicant picks exactly one.")),
    "several": (gettext_lazy("Several choices"), gettext_lazy("The applicant ticks as many as apply.")),
    "phone": (gettext_lazy("Phone number"), gettext_lazy("Checked: 10 digits.")),
    "email": (gettext_lazy("E-mail address"), gettext_lazy("Checked: it has the form of an address.")),
    "national_id": (gettext_lazy("Personal identity number"), gettext_lazy("Checked: 12 digits.")),
    "address": (gettext_lazy("Address"), gettext_lazy("Province, ward or commune, street and number.")),
    "agency": (gettext_lazy("Office"), gettext_lazy("The applicant picks an office from the list.")),
    "person": (gettext_lazy("A person"), gettext_lazy("Name, date of birth, sex, identity number, in one question.")),
    "file": (gettext_lazy("A paper to upload"), gettext_lazy("Photos or a PDF of a paper.")),
    "group": (
        gettext_lazy("Repeated group"),
        gettext_lazy("Several questions, asked again for each person or thing."),
    ),
    "statement": (gettext_lazy("Statement to agree to"), gettext_lazy("A box to tick: “I declare that …”.")),
    "time": (gettext_lazy("Time of the day"), gettext_lazy("Hours and minutes.")),
    "tax_code": (gettext_lazy("Tax code"), gettext_lazy("Checked: 10 digits, 13, or a person's 12.")),
    "passport": (gettext_lazy("Passport number"), gettext_lazy("Checked: letters and digits.")),
    "organisation": (gettext_lazy("An organisation"), gettext_lazy("Name, tax code, address, representative.")),
    "table": (gettext_lazy("Table"), gettext_lazy("Rows under fixed columns; a card each on a phone.")),
    "computed": (gettext_lazy("Computed value"), gettext_lazy("Nothing is asked: the portal computes it.")),
    "note": (gettext_lazy("Text without an answer"), gettext_lazy("An explanation that the applicant only reads.")),
}
# Sectors in English; their list is the law's, their names in English are ours.
SECTORS_IN_ENGLISH: Final = {
    "HO_TICH": "Civil status",
    "CU_TRU": "Residence",
    "CHUNG_THUC": "Certification of copies and signatures",
    "HO_KINH_DOANH": "Household businesses",
    "DAT_DAI": "Land",
    "XAY_DUNG": "Construction",
    "BAO_TRO_XA_HOI": "Social assistance",
    "LY_LICH_TU_PHAP": "Criminal records",
    "MOI_TRUONG": "Environment",
    "NUOI_CON_NUOI": "Adoption",
    "DOANH_NGHIEP": "Enterprises",
    "TAI_NGUYEN_NUOC": "Water resources",
    "VIEC_LAM": "Employment",
    "DUONG_BO": "Road transport",
    "BAO_VE_THUC_VAT": "Crops and plant protection",
    "THU_Y": "Veterinary medicine",
    "KINH_DOANH_BDS": "Real estate business",
    "CONG_CHUNG": "Notaries",
}


def area(name: str) -> str:
    """Return what an area of the document is called."""
    return str(_AREAS.get(name, name))


def label(name: str) -> str:
    """Return what an entry of a part is called."""
    return str(_LABELS.get(name) or _AREAS.get(name) or name)


def name_of(part: Any) -> str:
    """Return what a part of the document is called by those who read it."""
    if not isinstance(part, Mapping):
        return str(part)
    for key in ("name", "label", "title", "text", "number", "channel", "condition", "agency", "code", "value"):
        if part.get(key):
            return _words(part[key]) if key != "channel" else value_text(key, part[key])
    return ""


def value_text(name: str, value: Any) -> str:
    """Return a value of the entry `name` in words; empty for nothing."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name == "amount" and isinstance(value, int):
        return dong(value)
    if name == "kind" and value in KINDS:
        return str(KINDS[value][0])
    if name in RULES and isinstance(value, Mapping):
        return rule_text(value)
    if name in EXPRESSIONS and isinstance(value, Mapping):
        return expression_text(value)
    if isinstance(value, Mapping):
        return (
            _words(value) if "vi" in value else "; ".join(f"{label(k)}: {value_text(k, v)}" for k, v in value.items())
        )
    if isinstance(value, list):
        return ", ".join((isinstance(one, Mapping) and name_of(one)) or value_text(name, one) for one in value)
    return str(_VALUES.get(str(value), value))


def is_simple(name: str, value: Mapping[str, Any]) -> bool:
    """Return whether an object is one value to a reader: a text in its languages, or a rule."""
    return (
        name in RULES
        or name in EXPRESSIONS
        or "vi" in value
        or "op" in value
        or bool({"all", "any", "not"} & set(value))
    )


def _words(value: Any) -> str:
    return str(value.get("vi") or value.get("en") or "") if isinstance(value, Mapping) else str(value)
