"""Balance of S town's grids beside random flips and GerryChain: what each leaves.

Usage: ``python tests/benchmarks/bench_balance.py [SEEDS] [STEPS]``; 20 and 1,000.
Figures are the mean of the excess of the greatest load over the mean in each area, as a
share of what it is before, with all ways bound to 1.1 times the borders and to whole
grids, `moved_share` off; the others get the seconds of CPU that our steps took.
"""

import contextlib
import functools
import importlib.util
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1]))

from gis.editing.balance import balance
from gis.editing.blocks import count_points, share_by_area
from gis.editing.recombination import BalanceRule
from support.makers.laned_grids import S_TOWN, s_town
from support.oracles.random_flips import Flips, Room, areas_of

BURST = 10


def ticks(seconds):
    """Yield until so many seconds of CPU have gone."""
    start = time.process_time()
    while time.process_time() - start < seconds:
        yield


def short_bursts(room, seed, seconds):
    """Return the owners that GerryChain's short bursts find in so many seconds."""
    load = importlib.import_module
    chain, tools, tree = (
        load(f"gerrychain{part}") for part in ("", ".optimization", ".tree")
    )
    proposals, updaters = load("gerrychain.proposals"), load("gerrychain.updaters")
    contiguous = load("gerrychain.constraints").contiguous
    net = load("networkx").Graph()
    # it balances whole numbers above 0
    net.add_nodes_from(
        (block, {"load": round(100 * amount) + 1, "owner": int(owner)})
        for block, (amount, owner) in enumerate(
            zip(room.loads, room.owners, strict=True)
        )
    )
    net.add_edges_from(room.sides)
    first = chain.Partition(
        chain.Graph.from_networkx(net),
        "owner",
        {"load": updaters.Tally("load", alias="load")},
    )

    def owners_of(state):
        return np.array([state.assignment[block] for block in range(len(room.owners))])

    proposal = functools.partial(
        proposals.recom,
        pop_col="load",
        pop_target=sum(first["load"].values()) / room.grids,
        epsilon=0.9,
        bipartition_tree_fn=functools.partial(
            tree.bipartition_tree, max_attempts=100, allow_pair_reselection=True
        ),
    )
    optimizer = tools.SingleMetricOptimizer(
        proposal,
        [contiguous, lambda state: room.cut_m(owners_of(state)) <= room.border_m],
        first,
        lambda state: room.excess(owners_of(state)),
        maximize=False,
        rng=seed,
    )
    start = time.process_time()
    # no pair that can be cut any more: what there is counts
    with contextlib.suppress(RuntimeError):
        for _ in optimizer.short_bursts(BURST, 10**6):
            if time.process_time() - start > seconds:
                break
    return owners_of(optimizer.best_part)


def measure(blocks, loads, names, rule, seeds):
    """Return the share of the excess that each way leaves, over all areas and seeds."""
    rooms = [Room(blocks, loads, grids) for grids in areas_of(blocks, names).values()]
    left = {"before": [], "balance": [], "flips": []}
    if importlib.util.find_spec("gerrychain"):
        left["gerrychain"] = []
    seconds = []
    for seed in range(seeds):
        start = time.process_time()
        bound = BalanceRule(steps=rule.steps, seed=seed, moved_share=rule.moved_share)
        owners = balance(blocks, loads, names, bound).owners
        seconds.append((time.process_time() - start) / len(rooms))
        for room in rooms:
            grids = np.unique(blocks.owners[room.rows])
            ours = np.searchsorted(grids, owners[room.rows])
            left["before"].append(room.excess(room.owners))
            left["balance"].append(room.excess(ours))
            flipped = Flips(room).search(seed, ticks(seconds[-1]))
            left["flips"].append(room.excess(flipped))
            if "gerrychain" in left:
                burst = short_bursts(room, seed, seconds[-1])
                left["gerrychain"].append(room.excess(burst))
    means = {way: float(np.mean(values)) for way, values in left.items()}
    before = means.pop("before")
    figures = {f"{way}_left": excess / before for way, excess in means.items()}
    figures |= {f"{way}_greatest": 1 + excess for way, excess in means.items()}
    figures["of_flips"] = means["balance"] / means["flips"]
    return figures | {"areas": len(rooms), "seconds_an_area": float(np.mean(seconds))}


def loads_of(grids, blocks):
    """Return the loads of S town's blocks: a month of events, or residents by area."""
    rows = pd.read_csv(S_TOWN / "events.csv")
    return {
        "events": count_points(blocks, rows["lon"].to_numpy(), rows["lat"].to_numpy()),
        "residents": share_by_area(blocks, grids["residents"].to_numpy()),
    }


def main(seeds=20, steps=1000):
    """Print and return what each way leaves, by areas and load."""
    warnings.simplefilter("ignore")
    grids, blocks = s_town()
    loads = loads_of(grids, blocks)
    table = {}
    for column in ("community_id", "parent_id"):
        names = dict(zip(grids["grid_id"], grids[column], strict=True))
        for word, amounts in loads.items():
            rule = BalanceRule(steps=steps, moved_share=1.0)
            figures = measure(blocks, amounts, names, rule, seeds)
            table[f"{column}, {word}"] = figures
            print(
                column, word, {k: round(v, 3) for k, v in figures.items()}, flush=True
            )
    return table


if __name__ == "__main__":
    main(*(int(number) for number in sys.argv[1:]))
