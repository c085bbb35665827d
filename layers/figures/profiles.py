"""What events share beside their areas and times, by numbers and field by field."""

from collections.abc import Callable, Hashable, Iterator
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from layers.figures.growing import Growing
from layers.figures.lexicon import Lexicon


class Profile(NamedTuple):
    """What many events share at a time, beside their areas and times.

    Attributes
    ----------
    kind, line, module, source, severity, rule_id, state
        As in `gis.events.Loop`.
    is_sensitive, is_overridden, closed_tier
        As in `gis.events.Loop`.
    placing
        What the position counts as: of `PLACINGS`, else ``unplaced``.
    department
        The one that had to handle it first; empty for none.
    departments
        All that have a task of it.
    is_closed
        Whether it is.
    is_late
        Whether anything of it was still owed after it was due.
    """

    kind: str
    line: str
    module: str
    source: str
    severity: int
    rule_id: str
    state: str
    is_sensitive: bool
    is_overridden: bool
    closed_tier: int | None
    placing: str
    department: str
    departments: frozenset[str]
    is_closed: bool
    is_late: bool


FIELDS: Final = Profile._fields
LOOP_FIELDS: Final = FIELDS[: FIELDS.index("placing")]
"""Those that are fields of a loop; they stand first."""


class ProfileTable:
    """Numbers profiles in order of their first appearance, and their fields too.

    What a question has to say of thousands of profiles it says of the few values of a
    field, and takes it from there.

    Examples
    --------
    >>> table = ProfileTable()
    >>> words = ("noise", "security", "safety", "hotline", 2, "noise@1", "assigned")
    >>> rest = "located", "police", frozenset({"police"}), False, False
    >>> table.number(Profile(*words, False, False, None, *rest))
    0
    >>> table.mark("kind", lambda kind: kind == "noise", 1)
    array([ True])
    """

    def __init__(self) -> None:
        self._profiles: Lexicon[Profile] = Lexicon()
        self._fields: dict[str, Lexicon[Hashable]] = {
            name: Lexicon() for name in FIELDS
        }
        self._codes = Growing(np.int32, len(FIELDS))

    def __len__(self) -> int:
        """Return how many profiles there are."""
        return len(self._profiles)

    def number(self, profile: Profile) -> int:
        """Return the number of a profile, the next one where it is new."""
        number = self._profiles.number(profile)
        if number == self._codes.size:
            fields = zip(self._fields.values(), profile, strict=True)
            self._codes.add([lexicon.number(value) for lexicon, value in fields])
        return number

    def profiles(self, count: int) -> Iterator[Profile]:
        """Yield the first profiles, as many as there were at some time."""
        return self._profiles.values(count)

    def codes(self, field: str, count: int) -> NDArray[np.int32]:
        """Return the number of the value of a field of the first profiles."""
        codes: NDArray[np.int32] = self._codes.publish()[:count, FIELDS.index(field)]
        return codes

    def values(self, field: str) -> list[Hashable]:
        """Return the values of a field by their numbers, those to come among them."""
        lexicon = self._fields[field]
        return list(lexicon.values(len(lexicon)))

    def mark(
        self, field: str, mark_of: Callable[[Any], object], count: int
    ) -> np.ndarray:
        """Return what a function says of the field of each of the first profiles.

        Parameters
        ----------
        field
            One of `FIELDS`.
        mark_of
            Gives a number or a truth for a value.
        count
            How many profiles.
        """
        codes = self.codes(field, count)
        marks = np.array([mark_of(value) for value in self.values(field)])
        return marks[codes] if len(marks) else np.zeros(0, bool)
