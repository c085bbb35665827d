"""The best border between two grids, as a mixed-integer program proves it."""

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

GAP = 1e-3
"""Relative distance to the bound at which a proof is good enough."""


class Program:
    """Columns and rows of a program, written one after the other."""

    def __init__(self):
        self.columns, self.rows = [], []

    def add(self, count, upper, *, whole):
        """Add columns from 0 to `upper` and return their numbers."""
        start = len(self.columns)
        self.columns += [(upper, whole)] * count
        return np.arange(start, start + count)

    def at_most(self, terms, limit):
        """Add a row: the sum of (column, factor) is at most a limit."""
        self.rows.append((terms, limit))

    def lowest(self, column):
        """Return the bound that is proved for the least value of a column."""
        entries = [
            (row, number, factor)
            for row, (terms, _) in enumerate(self.rows)
            for number, factor in terms
        ]
        at, numbers, factors = (
            np.array(values) for values in zip(*entries, strict=True)
        )
        shape = (len(self.rows), len(self.columns))
        matrix = coo_array((factors.astype(float), (at, numbers)), shape=shape)
        aim = np.zeros(len(self.columns))
        aim[column] = 1.0
        result = milp(
            aim,
            integrality=[whole for _, whole in self.columns],
            bounds=Bounds(0, [upper for upper, _ in self.columns]),
            constraints=LinearConstraint(
                matrix.tocsr(), ub=[limit for _, limit in self.rows]
            ),
            options={"mip_rel_gap": GAP, "time_limit": 120.0},
        )
        assert result.success, result.message
        return float(result.mip_dual_bound)


def least_greater_load(blocks, loads, rule):
    """Return a proved lower bound of the greater load of two grids, recut by a rule."""
    count, total = len(loads), float(sum(loads))
    program = Program()
    # 1 where a block is with the second grid
    side = program.add(count, 1, whole=True)
    (greater,) = program.add(1, total, whole=False)
    program.at_most(
        [(s, w) for s, w in zip(side, loads, strict=True)] + [(greater, -1)], 0
    )
    program.at_most(
        [(s, -w) for s, w in zip(side, loads, strict=True)] + [(greater, -1)], -total
    )
    _bound_border(program, side, blocks, rule)
    second = blocks.owners == 1
    program.at_most(
        [(s, -w if b else w) for s, w, b in zip(side, loads, second, strict=True)],
        rule.moved_share * total - loads[second].sum(),
    )
    for is_second in (True, False):
        _keep_whole(program, side, blocks.sides.tolist(), is_second)
    return program.lowest(greater)


def _bound_border(program, side, blocks, rule):
    """Hold the length of the border between both."""
    cut = program.add(len(blocks.sides), 1, whole=False)
    for (a, b), column in zip(blocks.sides.tolist(), cut, strict=True):
        program.at_most([(side[a], 1), (side[b], -1), (column, -1)], 0)
        program.at_most([(side[b], 1), (side[a], -1), (column, -1)], 0)
    before = np.diff(blocks.owners[blocks.sides], axis=1)[:, 0] != 0
    program.at_most(
        [*zip(cut, blocks.lengths_m, strict=True)],
        rule.border_ratio * blocks.lengths_m[before].sum(),
    )


def _keep_whole(program, side, pairs, is_second):
    """Let each block of a grid send one unit to one root through blocks of the grid."""
    count = len(side)
    root = program.add(count, 1, whole=True)
    program.at_most([(column, 1) for column in root], 1)
    program.at_most([(column, -1) for column in root], -1)
    drained = program.add(count, count, whole=False)
    sign, shift = (1, 0) if is_second else (-1, 1)
    flows = [[] for _ in range(count)]
    for a, b in pairs:
        for start, end in ((a, b), (b, a)):
            (flow,) = program.add(1, count, whole=False)
            flows[start].append((flow, 1))
            flows[end].append((flow, -1))
            # flows through blocks of the grid only
            for block in (start, end):
                program.at_most(
                    [(flow, 1), (side[block], -sign * count)], count * shift
                )
    for block in range(count):
        program.at_most([(drained[block], 1), (root[block], -count)], 0)
        out = [*flows[block], (drained[block], 1)]
        # what leaves is what enters and, for a block of the grid, a unit more
        program.at_most([*out, (side[block], -sign)], shift)
        program.at_most([(c, -f) for c, f in out] + [(side[block], sign)], -shift)
