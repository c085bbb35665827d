"""Any operations on drafts of 125 and 5,733 grids, everything checked; by seed.

Usage: ``python tests/benchmarks/soak_editing.py [GRIDS OPERATIONS [SEED]]``; else
10,000 operations at 125 grids, in drafts of 500, and 1,000 at 5,733. What must hold is
in `support.oracles.plain_draft`.
"""

import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench_editing import city

from gis.editing import Workspace
from gis.editing.validation import outline_of
from support.oracles.editing_machine import drive
from support.oracles.plain_draft import check_all

RUNS = ((125, 10_000), (5733, 1000))
PER_DRAFT = 500


def soak(grids: int, operations: int, seed: int = 1) -> dict[str, Any]:
    """Return how many operations of each name were done and refused.

    What does not hold is an AssertionError; the seed does the same operations again.
    """
    layer = city(grids)
    counts: Counter = Counter()
    for first in range(0, operations, PER_DRAFT):
        draft = Workspace(layer)
        outline = outline_of(draft.planar)
        size = min(PER_DRAFT, operations - first)
        check_every = max(1, grids // 50)
        counts += drive(draft, size, seed + first, check_every=check_every)
        check_all(draft, layer, outline, np.random.default_rng(seed))
    words = {
        word: {name: n for (name, w), n in sorted(counts.items()) if w == word}
        for word in ("done", "refused")
    }
    sums = {word: sum(numbers.values()) for word, numbers in words.items()}
    return {"operations": operations, **sums, "passed": True, "by_name": words}


def main(arguments: list[int]) -> None:
    """Print what was done, and that nothing was found."""
    runs = [tuple(arguments[:2])] if arguments else RUNS
    for grids, operations in runs:
        start = time.perf_counter()
        report = soak(grids, operations, *arguments[2:3])
        seconds = round(time.perf_counter() - start)
        print(f"{grids:,} grids, {seconds} s:", json.dumps(report, indent=1))


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]])
