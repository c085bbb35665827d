"""Columns that grow while others read what there was."""

from typing import Self

import numpy as np
from numpy.typing import ArrayLike


class Growing:
    """A column that grows; places that were published are not written again.

    Parameters
    ----------
    dtype
        Of its values.
    width
        How many values a place has; 0 for one that is no array.

    Examples
    --------
    >>> column = Growing(np.int32)
    >>> column.add(7), column.put(2, 9), column.publish().tolist()
    (0, None, [7, -1, 9])
    """

    def __init__(self, dtype: type[np.generic], width: int = 0) -> None:
        self._values = np.empty((64, width) if width else 64, dtype=dtype)
        self.size = 0

    @classmethod
    def of(cls, values: np.ndarray) -> Self:
        """Return a column that has some values.

        Parameters
        ----------
        values
            Become the column's own.

        Examples
        --------
        >>> column = Growing.of(np.array([7, 8]))
        >>> column.add(9)
        2
        """
        column = cls(values.dtype.type)
        column._values, column.size = values, len(values)
        return column

    def add(self, value: object) -> int:
        """Add a value; return its place."""
        self._reserve(self.size + 1)
        self._values[self.size] = value
        self.size += 1
        return self.size - 1

    def extend(self, values: ArrayLike, count: int) -> None:
        """Add some values.

        Parameters
        ----------
        values, count
            The values, and how many.
        """
        self._reserve(self.size + count)
        self._values[self.size : self.size + count] = values
        self.size += count

    def put(self, place: int, value: int) -> None:
        """Set the value of a place, which need not be there yet; -1 fills those before.

        Parameters
        ----------
        place
            The place.
        value
            The value.
        """
        self._reserve(place + 1)
        if place >= self.size:
            self._values[self.size : place] = -1
            self.size = place + 1
        self._values[place] = value

    def get(self, place: int) -> int:
        """Return the value of a place; -1 where there is none."""
        return int(self._values[place]) if place < self.size else -1

    def publish(self) -> np.ndarray:
        """Return what there is."""
        return self._values[: self.size]

    def _reserve(self, size: int) -> None:
        """Have room for so many places; memory is taken when they are written."""
        before = self._values
        if size > len(before):
            length = max(size, 2 * len(before))
            self._values = np.empty((length, *before.shape[1:]), dtype=before.dtype)
            self._values[: self.size] = before[: self.size]
