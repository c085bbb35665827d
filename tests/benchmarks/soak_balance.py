"""Balance of S town's grids by 20 seeds, beside random flips and GerryChain.

Usage: ``python tests/benchmarks/soak_balance.py [SEEDS]``. Each way gets the seconds of
CPU that 1,000 of our steps take; GerryChain is there after ``make bench``, or its row
is missing. What is measured stands in `bench_balance`.
"""

import json
import sys
import warnings
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench_balance import loads_of, measure

from gis.editing.recombination import BalanceRule
from support.makers.laned_grids import s_town

SEEDS = 20
STEPS = 1000
MOST_OF_FLIPS = 0.4
"""Of the excess that random flips leave, what balance may leave."""
AREAS = {"communities": "community_id", "circles": "parent_id"}
LOADS = ("events", "residents")


def compare(areas: str, load: str, seeds: int = SEEDS) -> dict[str, Any]:
    """Return what each way leaves, and whether balance leaves little enough.

    Parameters
    ----------
    areas
        One of `AREAS`: what no grid's ground leaves.
    load
        One of `LOADS`.
    seeds
        How many searches of each way in each area.
    """
    warnings.simplefilter("ignore")
    grids, blocks = s_town()
    names = dict(zip(grids["grid_id"], grids[AREAS[areas]], strict=True))
    rule = BalanceRule(steps=STEPS, moved_share=1.0)
    figures = measure(blocks, loads_of(grids, blocks)[load], names, rule, seeds)
    left, peer = figures["balance_left"], figures.get("gerrychain_left")
    report: dict[str, Any] = {key: round(value, 4) for key, value in figures.items()}
    report["passed"] = figures["of_flips"] <= MOST_OF_FLIPS
    if peer is None:
        return report | {"gerrychain": "not installed; make bench installs it"}
    return report | {"passed": report["passed"] and left <= peer}


if __name__ == "__main__":
    count = int(sys.argv[1]) if sys.argv[1:] else SEEDS
    for word in AREAS:
        for amount in LOADS:
            print(word, amount, json.dumps(compare(word, amount, count)), flush=True)
