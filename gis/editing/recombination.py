"""Two grids of an area joined and cut anew, again and again, while loads even out."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis.editing.spanning_tree import spanning_tree
from gis.editing.transfers import Ground
from gis.errors import SettingError
from gis.sentences import sentence

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]

# sums of squares are compared to so many parts of them: rounding is no improvement
_ROUNDING: Final = 1e-12
# steps without a better cut after which a search begins anew, for each grid
_PATIENCE: Final = 16
# pairs of equal load are looked at too, as if they differed by so much of the mean
_LEAST_DIFFERENCE: Final = 0.05


@dataclass(frozen=True, slots=True)
class BalanceRule:
    """How far a search may go.

    Attributes
    ----------
    steps
        Trees that are cut in each area; 1,000 take a third of a second of CPU.
    seed
        Of the trees; the same one gives the same cuts.
    moved_share
        Most of the load of an area that may change hands, from 0 to 1.
    border_ratio
        Most that the borders between the grids of an area may be of their length
        before; at least 1.

    Raises
    ------
    SettingError
        If one of them is out of range.
    """

    steps: int = 1000
    seed: int = 0
    moved_share: float = 0.15
    border_ratio: float = 1.1

    def __post_init__(self) -> None:
        for name, is_usable, expected in (
            ("steps", self.steps >= 1, sentence("1 or more")),
            ("seed", self.seed >= 0, sentence("0 or more")),
            ("moved_share", 0.0 <= self.moved_share <= 1.0, sentence("0 to 1")),
            ("border_ratio", self.border_ratio >= 1.0, sentence("1 or more")),
        ):
            if not is_usable:
                raise SettingError(
                    "{name} {getattr!r} cannot bound a search, expected {expected}; "
                    "change it.",
                    name=name,
                    getattr=getattr(self, name),
                    expected=expected,
                )


DEFAULT_RULE: Final = BalanceRule()


@dataclass(frozen=True, slots=True, eq=False)
class Room:
    """Grids of one area, their blocks and borders by rows of its own.

    Attributes
    ----------
    name
        Of the area; its trees depend on it and on the seed alone.
    blocks
        Rows of the blocks of the coverage, shape (n,).
    owners
        Grid of each before, 0 to `grids` - 1, shape (n,).
    weights
        Load and area of each, shape (n, 2).
    sides, lengths_m
        Pairs of blocks side by side, shape (m, 2) and (m,).
    grids
        Number of grids.
    """

    name: str
    blocks: Rows
    owners: Rows
    weights: Floats
    sides: Rows
    lengths_m: Floats
    grids: int

    def border_m(self, owners: Rows) -> float:
        """Return the length of the borders between grids."""
        is_border = owners[self.sides[:, 0]] != owners[self.sides[:, 1]]
        return float(self.lengths_m[is_border].sum())

    def squares(self, owners: Rows) -> float:
        """Return the sum of the squares of the loads of grids."""
        loads = np.bincount(owners, self.weights[:, 0], self.grids)
        return float(loads @ loads)

    def search(self, rule: BalanceRule) -> list[Rows]:
        """Return the owners of the blocks at first and after each cut to the best.

        After many steps without a better cut the search begins anew, until the steps of
        the rule are spent.
        """
        rng = np.random.default_rng([rule.seed, *self.name.encode()])
        ground = Ground(len(self.owners), self.sides)
        best = history = [self.owners]
        idle = 0
        for _ in range(rule.steps):
            cut = self._better_cut(history[-1], rule, rng)
            if cut is not None and self._is_in_order(ground, history[-1], cut):
                history, idle = [*history, cut], 0
                if self.squares(cut) < self.squares(best[-1]):
                    best = history
            elif idle < _PATIENCE * self.grids:
                idle += 1
            else:
                history, idle = [self.owners], 0
        return best

    def _is_in_order(self, ground: Ground, owners: Rows, cut: Rows) -> bool:
        """Say whether ground can be handed over with no grid in pieces on the way."""
        return any(
            ground.way(start, cut) is not None for start in (owners, self.owners)
        )

    def _better_cut(
        self, owners: Rows, rule: BalanceRule, rng: np.random.Generator
    ) -> Rows | None:
        """Join two neighbours and cut them anew; None where that is no better."""
        joint = _joint(self, owners, rng)
        if joint is None:
            return None
        loads = self.weights[:, 0]
        moved = float(loads[owners != self.owners].sum())
        slack = _Slack(
            rule.border_ratio * self.border_m(self.owners) - self.border_m(owners),
            rule.moved_share * float(loads.sum()) - moved,
        )
        return _cut(self, owners, joint, slack, rng)


@dataclass(frozen=True, slots=True)
class _Slack:
    """What is left of the bounds of a search."""

    border_m: float
    moved: float


def _joint(room: Room, owners: Rows, rng: np.random.Generator) -> Rows | None:
    """Choose two neighbours, the more unequal the likelier; None without any."""
    pairs = owners[room.sides]
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    if not len(pairs):
        return None
    codes = np.unique(pairs.min(axis=1) * room.grids + pairs.max(axis=1))
    loads = np.bincount(owners, room.weights[:, 0], room.grids)
    first, second = codes // room.grids, codes % room.grids
    # without loads every pair is as good
    least = _LEAST_DIFFERENCE * loads.mean() or 1.0
    odds = np.cumsum(np.abs(loads[first] - loads[second]) + least)
    chosen = int(np.searchsorted(odds, rng.random() * odds[-1], side="right"))
    return np.array([first[chosen], second[chosen]])


def _cut(
    room: Room, owners: Rows, joint: Rows, slack: _Slack, rng: np.random.Generator
) -> Rows | None:
    """Cut two neighbours anew; None where no branch of the tree is any better."""
    inside = np.flatnonzero((owners == joint[0]) | (owners == joint[1]))
    rows = np.full(len(owners), -1)
    rows[inside] = np.arange(len(inside))
    sides = rows[room.sides]
    is_within = (sides >= 0).all(axis=1)
    sides, lengths = sides[is_within], room.lengths_m[is_within]
    # long borders are likelier to stay inside a half
    keys = rng.random(len(sides)) / np.sqrt(lengths)
    tree = spanning_tree(len(inside), sides, keys)
    if tree is None:
        return None
    weights, was, now = room.weights[inside], room.owners[inside], owners[inside]
    halves = _Halves.of(tree.sums(_columns(weights, was, joint)), weights, was, joint)
    border = lengths[now[sides[:, 0]] != now[sides[:, 1]]].sum()
    moved = weights[:, 0].sum() - weights[now == was, 0].sum()
    is_allowed = tree.cut_lengths(sides, lengths) - border <= slack.border_m
    is_allowed &= halves.moved - moved <= slack.moved
    loads = np.array([weights[now == grid, 0].sum() for grid in joint])
    worth = np.where(is_allowed, (loads**2).sum() - halves.squares, -np.inf)
    best = int(np.argmax(worth))
    if not worth[best] > _ROUNDING * (loads**2).sum():
        return None
    cut = owners.copy()
    branch, rest = joint if halves.keeps_first[best] else joint[::-1]
    cut[inside] = rest
    cut[inside[tree.branch(best)]] = branch
    return cut


def _columns(weights: Floats, was: Rows, joint: Rows) -> Floats:
    """Return load and area of blocks, in all and of each of two grids before."""
    return np.hstack([weights, *(weights * (was == grid)[:, None] for grid in joint)])


@dataclass(frozen=True, slots=True, eq=False)
class _Halves:
    """What each branch of a tree would make of two grids.

    Attributes
    ----------
    squares
        Sum of the squares of both loads.
    moved
        Load that would be with another grid than before all.
    keeps_first
        Whether the branch gets the first id.
    """

    squares: Floats
    moved: Floats
    keeps_first: Flags

    @classmethod
    def of(cls, branches: Floats, weights: Floats, was: Rows, joint: Rows) -> "_Halves":
        """Return it from the columns of the branches, those of the rest follow."""
        sums = _columns(weights, was, joint).sum(axis=0)
        first, second = branches[:, 2:4], branches[:, 4:6]
        straight = first + (sums[4:6] - second)
        crossed = (sums[2:4] - first) + second
        keeps_first = straight[:, 0] > crossed[:, 0]
        # of equal loads the greater ground decides
        keeps_first |= (straight[:, 0] == crossed[:, 0]) & (
            straight[:, 1] >= crossed[:, 1]
        )
        staying = np.where(keeps_first, straight[:, 0], crossed[:, 0])
        squares = branches[:, 0] ** 2 + (sums[0] - branches[:, 0]) ** 2
        return cls(squares, sums[0] - staying, keeps_first)
