"""Safety codes of places: green, yellow, red, each with its reasons and a due date."""

from gis.safety.checklists import ChecklistItem, Checklists
from gis.safety.due import CHECK_DAYS, Calendar, Campaign, month_after, read_holidays
from gis.safety.explanation import Explanation, Reason, explain
from gis.safety.history import CodeChange, trace_code
from gis.safety.inspections import (
    HAZARDS,
    SCENES,
    Facts,
    Findings,
    Inspections,
    Places,
    Visits,
    count_fixes,
    gather_facts,
)
from gis.safety.ratings import Ratings, rate
from gis.safety.rules import MEASURES, Criterion, SafetyRule, SceneRule
from gis.safety.tally import Tally, tally

__all__ = [
    "CHECK_DAYS",
    "HAZARDS",
    "MEASURES",
    "SCENES",
    "Calendar",
    "Campaign",
    "ChecklistItem",
    "Checklists",
    "CodeChange",
    "Criterion",
    "Explanation",
    "Facts",
    "Findings",
    "Inspections",
    "Places",
    "Ratings",
    "Reason",
    "SafetyRule",
    "SceneRule",
    "Tally",
    "Visits",
    "count_fixes",
    "explain",
    "gather_facts",
    "month_after",
    "rate",
    "read_holidays",
    "tally",
    "trace_code",
]
