"""Values that are met often, by their numbers in order of their first appearance."""

from collections.abc import Hashable, Iterator
from typing import Generic, TypeVar

Value = TypeVar("Value", bound=Hashable)


class Lexicon(Generic[Value]):
    """Numbers values from 0; a number never changes, so readers need no lock.

    Examples
    --------
    >>> areas = Lexicon[str]()
    >>> areas.number("C1/"), areas.number("C1/G1/"), areas.number("C1/")
    (0, 1, 0)
    >>> list(areas.values(1))
    ['C1/']
    """

    def __init__(self) -> None:
        self._numbers: dict[Value, int] = {}
        self._values: list[Value] = []

    def __len__(self) -> int:
        """Return how many values there are."""
        return len(self._values)

    def number(self, value: Value) -> int:
        """Return the number of a value, the next one where it is new."""
        number = self._numbers.get(value)
        if number is None:
            number = self._numbers[value] = len(self._values)
            self._values.append(value)
        return number

    def value(self, number: int) -> Value:
        """Return the value of a number."""
        return self._values[number]

    def values(self, count: int) -> Iterator[Value]:
        """Yield the first values, as many as there were at some time."""
        return (self._values[number] for number in range(count))
