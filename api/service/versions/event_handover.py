"""Open events that change hands with a change of grids, as the service moves them."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from gis.editing.caseload import Redrawing, reassign
from gis.editing.ground_points import NOBODY, GroundPoints
from gis.events import is_put_by_hand
from layers.stores import Store


@dataclass(frozen=True, slots=True, eq=False)
class EventHandover:
    """What a change of grids does to open events.

    An event that a person gave to a grid stays there as long as there is that grid;
    any other one goes where its position lies.

    Attributes
    ----------
    store
        Has their steps.
    change
        What differs from the base.
    is_in_force
        Whether the base is: else what is elsewhere now goes along with the base.
    """

    store: Store
    change: Redrawing
    is_in_force: bool

    def moves(
        self, events: pd.DataFrame, points: GroundPoints
    ) -> Iterator[tuple[int, str | None, str | None]]:
        """Yield row and grids of every event that changes hands, in their order.

        Parameters
        ----------
        events
            event_id and grid_id, whose they are now.
        points
            Their positions on the base, in the same order.
        """
        ids = events["event_id"].tolist()
        owners = _texts(events["grid_id"].to_numpy(object))
        names = np.array([*points.ids, None], dtype=object)
        before = names[points.owners]
        after = self._after(points, before)
        is_asked = before != after
        if self.is_in_force:
            is_asked |= owners != before
        is_asked &= np.isfinite(points.x)
        retired = self.change.before.keys() - self.change.after.keys()
        for row in np.flatnonzero(is_asked).tolist():
            owner = owners[row]
            if after[row] == owner:
                continue
            stays = owner is not None and owner not in retired
            if not (stays and is_put_by_hand(self.store.actions(ids[row]))):
                yield row, owner, after[row]

    def _after(
        self, points: GroundPoints, before: NDArray[np.object_]
    ) -> NDArray[np.object_]:
        """Return in which grid each position lies once the change is in force."""
        moved = reassign(points, self.change).moved()
        names = np.array([*moved.ids, None], dtype=object)
        assert NOBODY == -1  # noqa: S101  the last name is that of nobody
        after = before.copy()
        after[moved.points] = names[moved.after]
        return after


def _texts(values: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return ids of grids, None where there is none."""
    owners = np.full(len(values), None, dtype=object)
    is_text = [isinstance(value, str) and value != "" for value in values]
    owners[is_text] = values[is_text]
    return owners
