"""For leaders: what was received, what is in hand, on time and late, and the cases behind every number."""

from onestop.figures.behind import cases_behind
from onestop.figures.counting import Dimension, Question, Row, table, total, trend, worst_queues
from onestop.figures.meanings import Figure
from onestop.figures.periods import Period, Stretch, period_of
from onestop.figures.scope import Scope, scope_of
from onestop.figures.tomorrow import going_to_be_late

__all__ = [
    "Dimension",
    "Figure",
    "Period",
    "Question",
    "Row",
    "Scope",
    "Stretch",
    "cases_behind",
    "going_to_be_late",
    "period_of",
    "scope_of",
    "table",
    "total",
    "trend",
    "worst_queues",
]
