"""Reading a document: schema first, then what a schema cannot say."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import time
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator

from portal.core.storable import can_be_stored
from procedures import rules
from procedures.definition.parts import (
    Authority,
    ChannelTerms,
    Elsewhere,
    Fee,
    LegalBasis,
    Line,
    Paper,
    ProcedureDefinition,
    Related,
    Result,
    Retention,
    Sample,
    Stage,
    Terms,
    Variant,
    Wording,
)
from procedures.definition.process import END, Consultation, Lead, Process, ProcessStep
from procedures.definition.schema import SCHEMA
from procedures.definition.terms import ANSWERED, Route, TimeLimit
from procedures.eforms.checking import check_field
from procedures.eforms.definition import (
    FormDefinition,
    FormDefinitionError,
    Text,
    load_fields,
    load_form,
    shapes_of,
)
from procedures.rules import Answer, Rule, Shape
from procedures.states import AgencyRule, Availability

Shapes = Mapping[str, Shape]


class DefinitionError(ValueError):
    """A procedure's document is wrong; the message names the place."""


def canonical(document: Mapping[str, Any]) -> str:
    """Return the document as JSON with sorted keys and no spare space: one text for one meaning."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256_of(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 (hex) of the canonical document."""
    return hashlib.sha256(canonical(document).encode()).hexdigest()


def load(document: Mapping[str, Any]) -> ProcedureDefinition:
    """Return the definition that `document` holds; raises `DefinitionError`. Equal documents are read once."""
    return _load(canonical(document))


def load_known(sha256: str, document: Callable[[], Mapping[str, Any]]) -> ProcedureDefinition:
    """Return the definition of a published document by its recorded hash; `document` is asked once a process."""
    if sha256 not in _known:
        _known[sha256] = load(document())
    return _known[sha256]


_known: dict[str, ProcedureDefinition] = {}


@lru_cache(maxsize=512)
def _load(text: str) -> ProcedureDefinition:
    document = json.loads(text)
    if not can_be_stored(document):
        raise DefinitionError(f"{document.get('code', '?')!r} $: a text or a number in it cannot be stored")
    error = next(iter(Draft202012Validator(SCHEMA).iter_errors(document)), None)
    if error is not None:
        raise DefinitionError(f"{document.get('code', '?')} {error.json_path}: {error.message}")
    try:
        return _definition(document)
    except FormDefinitionError as wrong:
        raise DefinitionError(f"{document['code']} {wrong}") from wrong


def _definition(document: Mapping[str, Any]) -> ProcedureDefinition:
    for kind in ("papers", "fees", "variants", "samples"):
        _once(kind, [part["code"] for part in document.get(kind, [])])
    _once("channels", [terms["channel"] for terms in document.get("channels", [])])
    _once("time_rules", [limit["condition"] for limit in document.get("time_rules", [])])
    _once("route", [route["agency"] for route in document.get("route", [])])
    _known_variants(document)
    form = load_form(document["form"]) if document.get("form") else None
    known = form.shapes if form else {}
    process = _process(document["process"], known) if document.get("process") else None
    facts = shapes_of(fact for step in process.steps for fact in step.facts) if process else {}
    return ProcedureDefinition(
        code=document["code"],
        local_code=document.get("local_code", ""),
        name=document["name"],
        name_en=document.get("name_en", ""),
        summary=document.get("summary", ""),
        sector_code=document["sector"]["code"],
        sector_name=document["sector"]["name"],
        decision=document.get("decision", ""),
        online_level=document["online_level"],
        levels=tuple(document["levels"]),
        audiences=tuple(document["audiences"]),
        applicants=document.get("applicants", ""),
        competent=document.get("competent", ""),
        authorities=tuple(
            Authority(part["name"], part["role"], part.get("level", "")) for part in document.get("authorities", [])
        ),
        availability=_terms(document.get("availability", {"state": Availability.OPEN})),
        channels=tuple(_channel(terms) for terms in document.get("channels", [])),
        variants=tuple(_variant(variant, known) for variant in document.get("variants", [])),
        related=tuple(Related(part["code"], part["relation"]) for part in document.get("related", [])),
        retention=_retention(document.get("retention")),
        samples=tuple(_sample(sample) for sample in document.get("samples", [])),
        papers=tuple(_paper(paper) for paper in document["papers"]),
        fees=tuple(_fee(fee, known, form) for fee in document["fees"]),
        fees_illustrative=document.get("fees_illustrative", False),
        fees_note=document.get("fees_note", ""),
        time=_time(document["time"]),
        time_rules=tuple(_time_rule(limit, known) for limit in document.get("time_rules", [])),
        route=tuple(_route(route, known) for route in document.get("route", [])),
        legal_basis=tuple(
            LegalBasis(basis["number"], basis.get("title", "")) for basis in document.get("legal_basis", [])
        ),
        results=tuple(_result(result, form, {**known, **facts}) for result in document["results"]),
        steps=tuple(_stage(step) for step in document.get("steps", [])),
        conditions=document.get("conditions", ""),
        keywords=tuple(document.get("keywords", [])),
        english=document.get("english", {}),
        popularity=document.get("popularity", 0),
        unconfirmed=tuple(document.get("unconfirmed", [])),
        form=form,
        process=process,
        elsewhere=_elsewhere(document["elsewhere"], process) if "elsewhere" in document else None,
    )


def _once(kind: str, codes: list[str]) -> None:
    twice = next((code for code in codes if codes.count(code) > 1), None)
    if twice is not None:
        raise DefinitionError(f"{kind}: the code {twice} is given twice")


def _paper(document: Mapping[str, Any]) -> Paper:
    return Paper(
        code=document["code"],
        name=document["name"],
        mode=document["mode"],
        originals=document.get("originals", 0),
        copies=document.get("copies", 0),
        when=document.get("when", ""),
        note=document.get("note", ""),
        basis=document.get("basis", ""),
        variant=document.get("variant", ""),
        template=document.get("template", ""),
    )


def _result(document: Mapping[str, Any], form: FormDefinition | None, known: Shapes) -> Result:
    pages_of, seals = document.get("pages_of", ""), tuple(document.get("seals", ()))
    for code in (*seals, *([pages_of] if pages_of else [])):
        asked = form.fields.get(code) if form else None
        if asked is None or asked.kind != "file":
            raise DefinitionError(f"result {document['name']}: there is no upload {code!r}")
    return Result(
        name=document["name"],
        code=document.get("code", ""),
        template=document.get("template", ""),
        symbol=document.get("symbol", ""),
        context=document.get("context", {}),
        pages_of=pages_of,
        wording=_wording(document["wording"]) if "wording" in document else None,
        when=_rule(f"result {document['name']}", document.get("when"), known),
        seals=seals,
    )


def _fee(document: Mapping[str, Any], known: Shapes, form: FormDefinition | None) -> Fee:
    place, per = f"fee {document['code']}", document.get("per", "CASE")
    counted = form.fields.get(per.split(".")[0]) if form else None
    if per != "CASE" and per.split(".")[0] not in known:
        raise DefinitionError(f"{place}: no field {per!r} to count")
    if "quantity" in document:
        _number(place, document["quantity"], known)
    return Fee(
        code=document["code"],
        name=document["name"],
        kind=document["kind"],
        amount=document["amount"],
        per=per,
        timing=document["timing"],
        illustrative=document["illustrative"],
        note=document.get("note", ""),
        when=_rule(place, document.get("when"), known),
        channels=tuple(document.get("channels", ())),
        exempt=document.get("exempt", ""),
        counts=counted.label if counted else Text(),
        quantity=document.get("quantity"),
        exempt_if=_rule(f"{place}, exempt_if", document.get("exempt_if"), known),
    )


def _rule(place: str, rule: Rule | None, known: Shapes) -> Rule | None:
    try:
        if rule is not None:
            rules.check(rule, known)
    except rules.RuleError as wrong:
        raise DefinitionError(f"{place}: {wrong}") from wrong
    return rule


def _number(place: str, expression: Any, known: Shapes) -> None:
    try:
        gives = rules.check_value(expression, known)
    except rules.RuleError as wrong:
        raise DefinitionError(f"{place}: {wrong}") from wrong
    if gives != Answer.NUMBER:
        raise DefinitionError(f"{place}: the quantity is no number but {gives}")


def _route(document: Mapping[str, Any], known: Shapes) -> Route:
    agency = document["agency"]
    path = agency.removeprefix(ANSWERED)
    if path != agency and path.split(".")[0] not in known:
        raise DefinitionError(f"route: no field {path!r} that names an agency")
    return Route(agency, _rule(f"route {agency}", document.get("when"), known), document.get("note", ""))


def _time_rule(document: Mapping[str, Any], known: Shapes) -> TimeLimit:
    return replace(_time(document), when=_rule(f"time {document['condition']}", document["when"], known))


def _time(document: Mapping[str, Any]) -> TimeLimit:
    needs_value = document["kind"] not in {"SAME_DAY", "NONE"}
    if needs_value and "value" not in document:
        raise DefinitionError(f"time: {document['kind']} needs a value")
    cut_off = document.get("cut_off")
    return TimeLimit(
        kind=document["kind"],
        value=document.get("value"),
        cut_off=time.fromisoformat(cut_off) if cut_off else None,
        illustrative=document["illustrative"],
        note=document.get("note", ""),
        condition=document.get("condition", ""),
    )


def _known_variants(document: Mapping[str, Any]) -> None:
    known = {variant["code"] for variant in document.get("variants", [])}
    steps = [step for step in document.get("steps", []) if isinstance(step, Mapping)]
    for part in [*document["papers"], *steps]:
        if part.get("variant", "") not in known | {""}:
            raise DefinitionError(f"{part.get('code') or part.get('text')}: no variant {part['variant']!r}")


def _terms(document: Mapping[str, Any]) -> Terms:
    season = [_month_day(document[name]) if name in document else None for name in ("from", "until")]
    if document["state"] == Availability.SEASONAL and None in season:
        raise DefinitionError("availability: a season has a beginning and an end")
    return Terms(
        state=Availability(document["state"]),
        season_from=season[0],
        season_until=season[1],
        notice=document.get("notice", ""),
        successor=document.get("successor", ""),
    )


def _month_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)


def _channel(document: Mapping[str, Any]) -> ChannelTerms:
    return ChannelTerms(
        document["channel"], tuple(_time(limit) for limit in document.get("times", [])), document.get("note", "")
    )


def _variant(document: Mapping[str, Any], known: Shapes) -> Variant:
    when = _rule(f"variant {document['code']}", document.get("when"), known)
    return Variant(document["code"], document["name"], when)


def _stage(document: str | Mapping[str, Any]) -> Stage:
    return Stage(document) if isinstance(document, str) else Stage(document["text"], document["variant"])


def _retention(document: Mapping[str, Any] | None) -> Retention | None:
    return Retention(document["years"], document.get("basis", "")) if document else None


def _wording(document: Mapping[str, Any]) -> Wording:
    table = document.get("table", {})
    return Wording(
        heading=document.get("heading", ""),
        subtitle=document.get("subtitle", ""),
        authority=document.get("authority", ""),
        grounds=tuple(document.get("grounds", ())),
        opening=document.get("opening", ""),
        lines=_lines(document.get("lines", [])),
        rows=table.get("rows", ""),
        columns=_lines(table.get("columns", [])),
        articles=tuple(document.get("articles", ())),
        recipients=tuple(document.get("recipients", ())),
    )


def _lines(documents: list[Mapping[str, str]]) -> tuple[Line, ...]:
    return tuple(Line(line["label"], line["value"]) for line in documents)


def _sample(document: Mapping[str, Any]) -> Sample:
    return Sample(
        code=document["code"],
        name=document["name"],
        filed_at=document.get("filed_at", ""),
        answers=document["answers"],
        expects=document["expects"],
    )


def _elsewhere(document: Mapping[str, Any], process: Process | None) -> Elsewhere:
    if process is not None:
        raise DefinitionError("elsewhere: what a ministry's system handles has no process here")
    return Elsewhere(document["name"], document["url"], document.get("system", ""))


def _process(document: Mapping[str, Any], known: Shapes) -> Process:
    facts = shapes_of(load_fields([fact for step in document["steps"] for fact in step.get("facts", [])]))
    process = Process(
        steps=tuple(_step(step, {**known, **facts}) for step in document["steps"]),
        consent_hours=document.get("consent_hours"),
        verification_days=document.get("verification_days"),
        receipt_on_request=document.get("receipt_on_request", False),
        collected_in_person=document.get("collected_in_person", False),
    )
    _once("process", [step.code for step in process.steps])
    codes = {step.code for step in process.steps}
    for step in process.steps:
        if set(step.not_same_as) - codes:
            raise DefinitionError(f"process, {step.code}: not_same_as names a step that does not exist")
        if {lead.to for lead in step.leads} - codes - {END}:
            raise DefinitionError(f"process, {step.code}: it leads to a step that does not exist")
        if step.agency == AgencyRule.NAMED and not step.agency_code:
            raise DefinitionError(f"process, {step.code}: a named agency needs its code")
        if step.agency == AgencyRule.ROUTED and not step.route:
            raise DefinitionError(f"process, {step.code}: a routed agency needs a route")
    return process


def _step(document: Mapping[str, Any], known: Shapes) -> ProcessStep:
    place = f"process, {document['code']}"
    if ("share" in document) == ("time" in document):
        raise DefinitionError(f"{place}: it has either a share of the time or a time of its own")
    facts = load_fields(document.get("facts", []))
    for fact in facts:
        check_field(fact, known)
    return ProcessStep(
        code=document["code"],
        name=document["name"],
        role=document["role"],
        agency=document["agency"],
        agency_code=document.get("agency_code", ""),
        share=document.get("share", 0),
        actions=tuple(document["actions"]),
        facts=facts,
        requires=tuple(document.get("requires", [])),
        not_same_as=tuple(document.get("not_same_as", [])),
        when=_rule(place, document.get("when"), known),
        time=_own_time(document["time"]) if "time" in document else None,
        route=tuple(_route(route, known) for route in document.get("route", [])),
        leads=tuple(
            Lead(lead["to"], lead.get("by", ""), _rule(place, lead.get("when"), known))
            for lead in document.get("next", [])
        ),
        at_most=document.get("at_most", {}),
        consultation=_consultation(document["consultation"]) if "consultation" in document else None,
    )


def _own_time(document: Mapping[str, Any]) -> TimeLimit:
    return _time({"illustrative": False, **document})


def _consultation(document: Mapping[str, Any]) -> Consultation:
    return Consultation(
        time=_own_time(document["time"]) if "time" in document else None,
        agencies=tuple(document.get("agencies", [])),
        silence_is_consent=document.get("silence_is_consent", False),
        stops_clock=document.get("stops_clock", False),
        confidential=document.get("confidential", False),
    )
