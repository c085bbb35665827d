"""Grids evened out the plain way: single blocks that change hands at random."""

import numpy as np
import pandas as pd

BORDER_RATIO = 1.1


class Room:
    """Blocks of one area with rows of their own."""

    def __init__(self, blocks, loads, grids):
        rows = np.flatnonzero(np.isin(blocks.owners, grids))
        places = np.full(len(blocks.owners), -1)
        places[rows] = np.arange(len(rows))
        sides = places[blocks.sides]
        is_within = (sides >= 0).all(axis=1)
        self.rows, self.grids = rows, len(grids)
        self.owners = np.searchsorted(grids, blocks.owners[rows])
        self.loads = loads[rows]
        self.sides = sides[is_within].tolist()
        self.lengths_m = blocks.lengths_m[is_within].tolist()
        self.border_m = BORDER_RATIO * self.cut_m(self.owners)

    def cut_m(self, owners):
        """Return the length of the borders between grids."""
        pairs = zip(self.sides, self.lengths_m, strict=True)
        return sum(length for (a, b), length in pairs if owners[a] != owners[b])

    def excess(self, owners):
        """Return by what share of the mean the greatest load is above it."""
        loads = np.bincount(owners, self.loads, self.grids)
        return loads.max() / loads.mean() - 1.0


class Flips:
    """Single blocks that go to a neighbour at random where no bound is broken."""

    def __init__(self, room):
        self.room = room
        self.beside = [[] for _ in room.owners]
        for (a, b), length in zip(room.sides, room.lengths_m, strict=True):
            self.beside[a].append((b, length))
            self.beside[b].append((a, length))

    def search(self, seed, attempts):
        """Return owners once the attempts are spent; what they are does not matter."""
        rng = np.random.default_rng(seed)
        owners, loads = self.room.owners.tolist(), self.room.loads.tolist()
        sums = np.bincount(owners, loads, self.room.grids).tolist()
        slack = self.room.border_m - self.room.cut_m(owners)
        for _ in attempts:
            block = int(rng.integers(len(owners)))
            ways = [owners[j] for j, _ in self.beside[block]]
            ways = [way for way in ways if way != owners[block]]
            if not ways:
                continue
            giver, receiver = owners[block], ways[int(rng.integers(len(ways)))]
            longer = sum(
                length * ((owners[j] != receiver) - (owners[j] != giver))
                for j, length in self.beside[block]
            )
            rises = loads[block] + sums[receiver] - sums[giver] > 0
            if longer > slack or (rises and loads[block]):
                continue
            if not self.stays_whole(owners, block):
                continue
            owners[block] = receiver
            sums[giver] -= loads[block]
            sums[receiver] += loads[block]
            slack -= longer
        return np.array(owners)

    def stays_whole(self, owners, block):
        """Say whether a grid hangs together without one of its blocks."""
        own = [j for j, _ in self.beside[block] if owners[j] == owners[block]]
        if not own:
            return False
        reached, waiting, missing = {own[0]}, [own[0]], set(own[1:])
        while waiting and missing:
            for j, _ in self.beside[waiting.pop()]:
                same = owners[j] == owners[block]
                if same and j != block and j not in reached:
                    reached.add(j)
                    waiting.append(j)
                    missing.discard(j)
        return not missing


def areas_of(blocks, names):
    """Return the rows of the grids of each area that has several."""
    grids = pd.Series(np.arange(len(blocks.grid_ids)))
    groups = grids.groupby([names[grid] for grid in blocks.grid_ids])
    return {name: rows.to_numpy() for name, rows in groups if len(rows) > 1}
