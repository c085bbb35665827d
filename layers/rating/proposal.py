"""A town's own risk method: r0, k and breaks computed from its first month."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from gis.risk import MethodCard, RiskMethod, count_levels, rate_areas
from gis.risk.breaks import FLOOR_QUANTILES, QUANTILES, Scheme, Shares, propose_breaks
from layers.packs.rulebook import RISK, shipped_rule
from layers.rating.day import MOST_STEADY_DAYS, rate_day
from layers.rating.facts import Cutoff, RiskFacts, read_risk_facts
from layers.rating.ground import read_ground
from layers.schema.rules import body_of
from layers.stores.protocol import Store

MONTH_DAYS: Final = 30
"""Days whose scores a proposal is computed from."""
K_SHARE: Final = 0.25
"""k as a share of the E of the grid in the middle."""

FEWEST_CLASSES: Final = 3
LARGEST_SHARE: Final = 0.6
"""A map with fewer classes, or a larger one, tells its areas apart badly."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A risk method that nobody has put into force.

    Attributes
    ----------
    body
        The rule, as the layer of rules takes it.
    card
        Of the last day rated by it.
    first, last
        Days whose scores it was computed from.
    levels
        Areas without data and of level 1 to 5 on the last day, by layer.
    """

    body: Mapping[str, Any]
    card: MethodCard
    first: dt.date
    last: dt.date
    levels: Mapping[str, tuple[int, ...]]


def propose_method(
    store: Store, cutoff: Cutoff, scheme: Scheme, denominator: str | None = None
) -> Proposal:
    """Compute r0, k and breaks from the scores of the month that ends with a day.

    Weights, the share of places and the floor rules are those of the method in force,
    or the shipped ones where that has no share of places. r0 is S of all grids on all
    days against their E, k `K_SHARE` of the E of the grid in the middle, so that the
    breaks fit the scores that they part. Where `QUANTILES` leave most grids in one
    class because floor rules lift them, `FLOOR_QUANTILES` are taken. Nothing is stored.

    Parameters
    ----------
    store
        The store.
    cutoff
        The last day of the month, and what is known of it.
    scheme
        How breaks are found.
    denominator
        What hazards are counted against; None takes that of the method.

    Raises
    ------
    StoreError
        If no version of the grids is in force on the day.
    InvalidLayerError
        If the scores are too alike for five classes, or a value that the method counts
        against is missing.
    SettingError
        If the scheme needs a package that is not installed.
    """
    facts = read_risk_facts(store, cutoff, MONTH_DAYS + MOST_STEADY_DAYS)
    first = cutoff.day - dt.timedelta(days=MONTH_DAYS - 1)
    base = _base_body(store, cutoff)
    base["denominator"] = denominator or base["denominator"]
    month = first, cutoff.day
    options = (QUANTILES, FLOOR_QUANTILES) if scheme == "quantiles" else (QUANTILES,)
    for shares in options:
        body = base | _constants(facts, base, scheme, shares)
        body |= _texts(month, scheme, shares)
        proposal = _proposal(facts, body, month)
        if is_telling(proposal.levels["grids"]):
            break
    return proposal


def _proposal(
    facts: RiskFacts, body: Mapping[str, Any], month: tuple[dt.date, dt.date]
) -> Proposal:
    """Return a method with the map that it makes of the last day."""
    rated = rate_day(facts.with_method(RiskMethod.from_body(body)), history_days=0)
    return Proposal(
        body=body,
        card=rated.card,
        first=month[0],
        last=month[1],
        levels={
            name: count_levels(areas.frame["level"])
            for name, areas in rated.tiers.items()
        },
    )


def is_telling(levels: tuple[int, ...]) -> bool:
    """Say whether a map has enough classes and none that is too large.

    Parameters
    ----------
    levels
        Areas without data and of level 1 to 5.

    Examples
    --------
    >>> is_telling((0, 50, 30, 20, 0, 0)), is_telling((0, 70, 20, 10, 0, 0))
    (True, False)
    """
    coloured = levels[1:]
    is_spread = max(coloured) <= LARGEST_SHARE * sum(coloured)
    return sum(count > 0 for count in coloured) >= FEWEST_CLASSES and is_spread


def _base_body(store: Store, cutoff: Cutoff) -> dict[str, Any]:
    """Return the rule whose weights are kept."""
    rules = store.facts("rules", valid_at=cutoff.end, known_at=cutoff.known_at)
    own = [body_of(text) for text in rules.loc[rules["rule_id"] == RISK, "body"]]
    return own[-1] if own and "place_share" in own[-1] else shipped_rule(RISK)


def _constants(
    facts: RiskFacts, base: Mapping[str, Any], scheme: Scheme, shares: Shares
) -> dict[str, Any]:
    """Return r0, k and breaks of the days."""
    day = facts.cutoff.day
    days = [day - dt.timedelta(days=back) for back in reversed(range(MONTH_DAYS))]
    ground = read_ground(facts.with_method(RiskMethod.from_body(base)), days)
    hazard = ground.hazard
    is_rated = ~np.isnan(hazard.extents)
    if not is_rated.any():
        return {"breaks": propose_breaks([], scheme, shares)}
    mean = hazard.sums[:, is_rated].mean(axis=0).sum() / hazard.extents[is_rated].sum()
    constants = {
        "r0": float(f"{mean:.3g}"),
        "k": float(f"{K_SHARE * np.median(hazard.extents[is_rated]):.2g}"),
    }
    fitted = RiskMethod.from_body({**base, **constants})
    scores = rate_areas(hazard, fitted).scores
    return constants | {"breaks": [*propose_breaks(scores, scheme, shares)]}


def _texts(
    month: tuple[dt.date, dt.date], scheme: Scheme, quantiles: Shares
) -> dict[str, str]:
    """Return what a proposal says of where its constants come from."""
    days = " / ".join(day.isoformat() for day in month)
    shares = ", ".join(f"{share:.0%}" for share in quantiles)
    by = {
        "quantiles": (f"quantiles ({shares})", f"分位数（{shares}）"),
        "jenks": (
            "natural breaks of their logarithms (Fisher, Jenks)",
            "得分对数的自然断点（Fisher、Jenks）",
        ),
    }
    en, zh = by[scheme]
    return {
        "version": "proposed",
        "source": (
            f"Computed from the scores of all grids on {days}: breaks by {en}, r0 as S "
            f"against E of the town, k as {K_SHARE:g} of the E of the grid in the "
            "middle; constants since then."
        ),
        "source_zh": (
            f"由全部网格 {days} 的得分计算：分级界限取{zh}，r0 为全镇 S 与 E 之比，"
            f"k 为网格 E 中位数的 {K_SHARE:g} 倍；此后固定不变。"
        ),
    }
