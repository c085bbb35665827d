"""The section of a report that plans the checks ahead, circle by circle."""

from collections.abc import Hashable, Iterator, Mapping
from typing import Any

import pandas as pd

from gis.events import Scenarios
from gis.models import SCENE_NAMES, Scene
from gis.safety import SafetyRule
from layers.rating.plan import CheckPlan, load_text
from layers.reports.blocks import Block, Cell, Column, Heading, Paragraph, Table
from layers.words import Words
from layers.words.vocabulary import CAPTIONS

TOP_TRADES = 3
"""Kinds of place that a row of a circle names; all of them stand in plan_trades.csv."""
COLUMNS = (
    Column(Words("指挥圈", "Circle"), 38),
    Column(CAPTIONS["places"], 14, "places"),
    Column(Words("检查次数", "Checks"), 17, "checks_planned"),
    Column(Words("在岗岗位", "Posts"), 14, "posts_held"),
    Column(Words("可查次数", "Capacity"), 18, "capacity"),
    Column(Words("负荷", "Load"), 13, "load"),
    Column(Words("查哪些行业", "Trades"), 80),
    Column(Words("除哪些隐患", "Hazards"), 79),
)


def plan_section(
    plan: CheckPlan, rule: SafetyRule, scenarios: Scenarios
) -> Iterator[Block]:
    """Yield who must check what in the days ahead.

    Parameters
    ----------
    plan
        The plan.
    rule
        What its criteria are called by.
    scenarios
        What kinds of events are called by.
    """
    first, last = plan.span
    yield Heading(Words("检查计划", "Plan of checks"))
    yield Paragraph(
        Words(
            f"{first} 至 {last}，按当前平安码和应查日期推算；每个在岗岗位（不含兼职）"
            f"每个工作日按{plan.checks_a_day}次计。",
            f"{first} to {last}, if codes stay as they are; each post that somebody "
            f"holds full-time does {plan.checks_a_day} checks on a working day.",
        )
    )
    hazards = {c.criterion_id: c.zh for c in rule.criteria}
    hazards |= {kind.kind: kind.name[0] for kind in scenarios.kinds.values()}
    circles = plan.circles.to_dict("records")
    rows = [_row(circle, plan.trades, hazards) for circle in circles]
    yield Table(COLUMNS, tuple(rows))


def _row(
    circle: Mapping[Hashable, Any], trades: pd.DataFrame, hazards: Mapping[str, str]
) -> tuple[Cell, ...]:
    """Return the row of one circle."""
    own = trades[trades["circle_id"] == circle["circle_id"]].head(TOP_TRADES)
    kinds = "，".join(
        f"{_scene(scene)} {checks:,}"
        for scene, checks in zip(own["scene"], own["checks"], strict=True)
    )
    return (
        f"{circle['name']} {circle['circle_id']}".strip() or "未落指挥圈 In no circle",
        f"{circle['places']:,}",
        f"{circle['checks']:,}",
        f"{circle['posts']:,}",
        f"{circle['capacity']:,}",
        load_text(circle["checks"], circle["capacity"]),
        kinds,
        "，".join(f"{hazards.get(k, k)} {n:,}" for k, n in circle["hazards"]),
    )


def _scene(scene: str) -> str:
    """Return a kind of place in words; one that is none of the eight as it is."""
    scenes = {s.value: names[0] for s, names in SCENE_NAMES.items() if s in Scene}
    return scenes.get(scene, scene)
