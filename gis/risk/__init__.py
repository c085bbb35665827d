"""Area risk in five colours: score, levels, drivers, and the card that says how."""

from gis.risk.denominators import DENOMINATORS, Denominator
from gis.risk.drivers import (
    Contributions,
    Driver,
    ScoreChange,
    contributions,
    score_change,
)
from gis.risk.levels import (
    BreakMove,
    break_sensitivity,
    classify,
    count_levels,
    shown_levels,
)
from gis.risk.method import RiskMethod
from gis.risk.method_card import MethodCard
from gis.risk.periods import Comparison, PeriodCounts, compare_periods
from gis.risk.score import (
    AreaRisk,
    EventFacts,
    Hazard,
    PlaceFacts,
    rate_areas,
    sum_hazard,
)

__all__ = [
    "DENOMINATORS",
    "AreaRisk",
    "BreakMove",
    "Comparison",
    "Contributions",
    "Denominator",
    "Driver",
    "EventFacts",
    "Hazard",
    "MethodCard",
    "PeriodCounts",
    "PlaceFacts",
    "RiskMethod",
    "ScoreChange",
    "break_sensitivity",
    "classify",
    "compare_periods",
    "contributions",
    "count_levels",
    "rate_areas",
    "score_change",
    "shown_levels",
    "sum_hazard",
]
