"""The order of what is found: how much of the query a procedure holds and where, then what people do most.

One SQL expression, every part of it a number that can be looked at:

    share of the query held      0 … 1     a word in the name counts whole, elsewhere less (`_PLACES`)
  + an exact code                10
  + used much                    0 … 0.16  by the logarithm of cases a year
  + decided here                 0.06      by a commune, 0.04 by the province, nothing by a ministry alone
  - a special trait unasked      0.08      đăng ký lại, có yếu tố nước ngoài … (`indexing.TRAITS`), up to three
  - a long name                  0.005     a word, up to twelve
"""

from __future__ import annotations

from typing import Any, Final

from django.db.models import BooleanField, FloatField, Q, QuerySet
from django.db.models.expressions import RawSQL

from procedures.models import Procedure
from procedures.searching.indexing import KEYWORDS, NAME, REST, SECTOR
from procedures.searching.understanding import Understanding, Unit

_TABLE: Final = "procedures_procedure"
_VECTOR: Final = f"{_TABLE}.search_vector"
_PLACES: Final = ((NAME, 1.0), (KEYWORDS, 0.9), (SECTOR, 0.45), (REST, 0.25))
_PRIORS: Final = f"""
 + 0.16 * ln(1 + least({_TABLE}.popularity, 60000)) / ln(60001.0)
 + CASE WHEN 'COMMUNE' = ANY({_TABLE}.levels) THEN 0.06 WHEN 'PROVINCE' = ANY({_TABLE}.levels) THEN 0.04 ELSE 0 END
 - 0.08 * least(3, bit_count(({_TABLE}.search_traits & ~%s)::bit(32)))
 - 0.005 * least(12, {_TABLE}.search_length)
"""


def found(procedures: QuerySet[Procedure], asked: Understanding) -> QuerySet[Procedure]:
    """Narrow `procedures` to those that hold what was asked for, through the index."""
    condition = Q(code=asked.code) if asked.code else Q()
    if asked.strong:
        any_of = " | ".join(unit.query() for unit in asked.strong)
        holds = RawSQL(f"{_VECTOR} @@ %s::tsquery", [any_of], output_field=BooleanField())  # noqa: S611 - a parameter
        condition |= Q(holds)
    return procedures.filter(condition) if condition else procedures.none()


def ranked(procedures: QuerySet[Procedure], asked: Understanding) -> QuerySet[Procedure]:
    """Order `procedures` by how well they answer, best first."""
    total = sum(unit.weight for unit in asked.units) or 1.0
    pieces = ["CASE WHEN procedures_procedure.code = %s THEN 10.0 ELSE 0.0 END"]
    parameters: list[Any] = [asked.code]
    for unit in asked.units:
        piece, more = _held(unit, unit.weight / total)
        pieces.append(piece)
        parameters += more
    sql = " + ".join(pieces) + _PRIORS
    score = RawSQL(sql, [*parameters, asked.traits], output_field=FloatField())  # noqa: S611 - values are parameters
    return procedures.annotate(score=score).order_by("-score", "code")


def _held(unit: Unit, share: float) -> tuple[str, list[Any]]:
    whens = [f"WHEN NOT {_VECTOR} @@ %s::tsquery THEN 0"]
    parameters: list[Any] = [unit.query()]
    for place, part in _PLACES:
        whens.append(f"WHEN {_VECTOR} @@ %s::tsquery THEN %s")
        parameters += [unit.query(place), round(share * part, 5)]
    return f"CASE {' '.join(whens)} ELSE 0 END", parameters
