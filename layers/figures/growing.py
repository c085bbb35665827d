"""Columns that grow while others read what there was."""

import numpy as np


class Growing:
    """A column that grows; places that were published are not written again.

    Parameters
    ----------
    dtype
        Of its values.
    width
        How many values a place has; 0 for one that is no array.
    fill
        What a place has that was not written.

    Examples
    --------
    >>> column = Growing(np.int32)
    >>> column.add(7), column.put(2, 9), column.publish().tolist()
    (0, None, [7, -1, 9])
    """

    def __init__(self, dtype: type[np.generic], width: int = 0, fill: int = -1) -> None:
        self._fill = fill
        self._values = np.full((64, width) if width else 64, fill, dtype=dtype)
        self.size = 0

    def add(self, value: object) -> int:
        """Add a value; return its place."""
        self._reserve(self.size)
        self._values[self.size] = value
        self.size += 1
        return self.size - 1

    def put(self, place: int, value: int) -> None:
        """Set the value of a place, which need not be there yet."""
        self._reserve(place)
        self._values[place] = value
        self.size = max(self.size, place + 1)

    def get(self, place: int) -> int:
        """Return the value of a place; what fills it where there is none."""
        return int(self._values[place]) if place < self.size else self._fill

    def publish(self) -> np.ndarray:
        """Return what there is."""
        return self._values[: self.size]

    def _reserve(self, place: int) -> None:
        """Have room for a place."""
        before = self._values
        if place >= len(before):
            length = max(place + 1, 2 * len(before))
            shape = (length, *before.shape[1:])
            self._values = np.full(shape, self._fill, dtype=before.dtype)
            self._values[: len(before)] = before
