"""What a browser holds of a draft, from the messages of the editor alone."""

import numpy as np

from gis.editing import Arc
from gis.editing.whole_numbers import to_units


def arcs_of(buffers, names):
    """Borders of four arrays, their sides by name."""
    xy = np.frombuffer(buffers[0], "<f8").reshape(-1, 2)
    ends = np.frombuffer(buffers[1], "<u4")
    left, right = (np.frombuffer(b, "<i4") for b in buffers[2:4])
    sides = [[None if n < 0 else names[n] for n in side] for side in (left, right)]
    return [
        Arc(to_units(xy[a:b]), one, other)
        for a, b, one, other in zip(ends[:-1], ends[1:], *sides, strict=True)
    ]


class PlainBrowser:
    """Holds what the messages say, and answers as what: arcs by key, rows by grid."""

    def __init__(self, session):
        self.session = session
        self.seq = 0
        view, buffers = self.ask("open")
        names = [row["id"] for row in view["grids"]]
        keys = np.frombuffer(buffers[4], "<u4").tolist()
        self.arcs = dict(zip(keys, arcs_of(buffers, names), strict=True))
        self.base = arcs_of(buffers[8:], view["baseGrids"])
        self.rows = {row["id"]: row for row in view["grids"]}
        labels = np.frombuffer(buffers[7], "<f8").reshape(-1, 2).tolist()
        self.labels = dict(zip(names, labels, strict=True))
        self.view = view

    def ask(self, kind, **values):
        """Send a message; return the answer and its arrays."""
        self.seq += 1
        message = {"type": kind, "seq": self.seq, **values}
        answer, buffers = self.session.receive(message)
        assert answer["seq"] == self.seq
        if answer["type"] == "changed":
            self.follow(answer, buffers)
        return answer, buffers

    def follow(self, answer, buffers):
        """Take over what was changed."""
        for key in answer["dropped"]:
            del self.arcs[key]
        keys = np.frombuffer(buffers[4], "<u4").tolist()
        self.arcs |= dict(zip(keys, arcs_of(buffers, answer["names"]), strict=True))
        for grid in answer["gone"]:
            del self.rows[grid], self.labels[grid]
        labels = np.frombuffer(buffers[5], "<f8").reshape(-1, 2).tolist()
        for row, label in zip(answer["grids"], labels, strict=True):
            self.rows[row["id"]] = row
            self.labels[row["id"]] = label

    def state(self):
        """Arcs and grids as values to be compared."""
        return plain_state(self.arcs), sorted(self.rows)


def plain_state(arcs):
    """Arcs by key as values to be compared."""
    return {key: (arc.xy.tolist(), arc.faces) for key, arc in arcs.items()}
