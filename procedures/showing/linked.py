"""A procedure as linked data: JSON-LD by the Core Public Service Vocabulary (CPSV-AP), also read as schema.org."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, Final

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from procedures.definition import Fee, ProcedureDefinition, TimeLimit
from procedures.eforms.definition import Text
from procedures.models import ProcedureVersion
from procedures.states import Availability, FilingChannel

CONTENT_TYPE: Final = "application/ld+json"
CONTEXT: Final = {
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": "http://data.europa.eu/m8g/",
    "dct": "http://purl.org/dc/terms/",
    "adms": "http://www.w3.org/ns/adms#",
    "eli": "http://data.europa.eu/eli/ontology#",
    "schema": "https://schema.org/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
# What would end the element that the data stands in.
_ESCAPES: Final = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}
_STATUS: Final = {
    Availability.OPEN: "active",
    Availability.SEASONAL: "seasonal",
    Availability.PAUSED: "paused",
    Availability.RETIRED: "retired",
}


def address_of(code: str) -> str:
    """Return the address that names a procedure to machines; it stays the same for all versions."""
    return f"{settings.PUBLIC_URL}/thu-tuc/{code}/"


def public_service(version: ProcedureVersion, definition: ProcedureDefinition) -> dict[str, Any]:
    """Return the procedure as a JSON-LD node, without its context."""
    address = address_of(definition.code)
    node = {
        "@id": address,
        "@type": ["cpsv:PublicService", "schema:GovernmentService"],
        "dct:identifier": definition.code,
        "dct:title": _texts(definition.title),
        "schema:name": definition.name,
        "schema:url": address,
        "dct:description": _texts(definition.says(definition.summary)) if definition.summary else None,
        "dct:language": "vi",
        "adms:status": _STATUS[definition.availability.state],
        "adms:version": str(version.number),
        "dct:issued": {"@value": version.effective_from.isoformat(), "@type": "xsd:date"},
        "cv:thematicArea": {"@id": f"{settings.PUBLIC_URL}/thu-tuc/?linh_vuc={definition.sector_code}"},
        "cv:hasCompetentAuthority": _authorities(definition),
        "cpsv:hasInput": [_evidence(address, paper.code, paper.name) for paper in definition.papers],
        "cv:hasCost": [_cost(address, fee) for fee in definition.fees],
        "cv:hasChannel": [_channel(address, channel) for channel in _channels(definition)],
        "cv:processingTime": _duration(definition.time),
        "cv:hasLegalResource": [
            {"@type": "eli:LegalResource", "dct:identifier": basis.number, "dct:title": basis.title or basis.number}
            for basis in definition.legal_basis
        ],
        "cpsv:produces": [
            {"@type": "cv:Output", "dct:title": result.name, "dct:identifier": result.code}
            for result in definition.results
        ],
        "dct:relation": [{"@id": address_of(part.code)} for part in definition.related],
        "dct:isReplacedBy": _reference(definition.availability.successor),
    }
    return _filled(node)


def graph(nodes: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Return nodes as one document."""
    return {"@context": CONTEXT, "@graph": list(nodes)}


def document(version: ProcedureVersion, definition: ProcedureDefinition) -> dict[str, Any]:
    """Return the procedure as a document of its own."""
    return {"@context": CONTEXT, **public_service(version, definition)}


def embedded(data: dict[str, Any], nonce: str) -> SafeString:
    """Return the data as an element of a page; the content policy knows it by its nonce."""
    text = json.dumps(data, ensure_ascii=False).translate(_ESCAPES)
    return format_html('<script type="{}" nonce="{}">{}</script>', CONTENT_TYPE, nonce, mark_safe(text))  # noqa: S308


def _texts(text: Text) -> list[dict[str, str]]:
    texts = [{"@value": text.vi, "@language": "vi"}]
    return [*texts, {"@value": text.en, "@language": "en"}] if text.en else texts


def _authorities(definition: ProcedureDefinition) -> list[dict[str, Any]]:
    names = [part.name for part in definition.authorities if part.role == "DECIDES"] or [definition.competent]
    return [{"@type": "cv:PublicOrganisation", "dct:title": name} for name in names if name]


def _evidence(address: str, code: str, name: str) -> dict[str, Any]:
    return {"@id": f"{address}#giay-{code}", "@type": "cv:Evidence", "dct:title": name}


def _cost(address: str, fee: Fee) -> dict[str, Any]:
    return _filled(
        {
            "@id": f"{address}#phi-{fee.code}",
            "@type": "cv:Cost",
            "dct:title": fee.name,
            "cv:value": {"@value": str(fee.amount), "@type": "xsd:decimal"},
            "cv:currency": "VND",
            "dct:description": fee.note,
            "cv:ifAccessedThrough": [{"@id": f"{address}#kenh-{channel}"} for channel in fee.channels],
        }
    )


def _channels(definition: ProcedureDefinition) -> list[str]:
    named = [terms.channel for terms in definition.channels]
    usual = [str(FilingChannel.ONLINE)] if definition.is_fileable else []
    return named or [*usual, str(FilingChannel.DIRECT)]


def _channel(address: str, channel: str) -> dict[str, Any]:
    return {"@id": f"{address}#kenh-{channel}", "@type": "cv:Channel", "dct:type": channel}


def _duration(limit: TimeLimit) -> dict[str, str] | None:
    """Return the time limit as an ISO 8601 duration; that its days are working days cannot be said there."""
    forms = {"WORKING_DAYS": "P{}D", "CALENDAR_DAYS": "P{}D", "MONTHS": "P{}M", "WORKING_HOURS": "PT{}H"}
    if limit.kind == "SAME_DAY":
        return {"@value": "P1D", "@type": "xsd:duration"}
    if limit.kind not in forms or not limit.value:
        return None
    return {"@value": forms[limit.kind].format(limit.value), "@type": "xsd:duration"}


def _reference(code: str) -> dict[str, str] | None:
    return {"@id": address_of(code)} if code else None


def _filled(node: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in node.items() if value not in (None, "", [])}
