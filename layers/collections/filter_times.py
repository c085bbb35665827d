"""How two times lie to each other: the temporal functions of CQL2."""

from collections.abc import Callable
from functools import reduce
from typing import Any, Final, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc


class Span(NamedTuple):
    """A time from its start to its end: of an instant they are the same.

    Attributes
    ----------
    start, end
        Texts in order of time: a column, or a scalar for every row.
    """

    start: Any
    end: Any


FIRST: Final = pa.scalar("", pa.large_string())
LAST: Final = pa.scalar("~", pa.large_string())
"""Before and after every time, as texts: open ends."""
_equal, _less, _greater = pc.equal, pc.less, pc.greater


def _all(*conditions: Any) -> Any:
    return reduce(pc.and_kleene, conditions)


def _intersects(a: Span, b: Span) -> Any:
    return _all(pc.less_equal(a.start, b.end), pc.greater_equal(a.end, b.start))


def _overlaps(a: Span, b: Span) -> Any:
    return _all(_less(a.start, b.start), _greater(a.end, b.start), _less(a.end, b.end))


def _during(a: Span, b: Span) -> Any:
    return _all(_greater(a.start, b.start), _less(a.end, b.end))


def _finishes(a: Span, b: Span) -> Any:
    return _all(_greater(a.start, b.start), _equal(a.end, b.end))


def _starts(a: Span, b: Span) -> Any:
    return _all(_equal(a.start, b.start), _less(a.end, b.end))


TEMPORAL: Final[dict[str, Callable[[Span, Span], Any]]] = {
    "t_after": lambda a, b: _greater(a.start, b.end),
    "t_before": lambda a, b: _less(a.end, b.start),
    "t_contains": lambda a, b: _during(b, a),
    "t_disjoint": lambda a, b: pc.invert(_intersects(a, b)),
    "t_during": _during,
    "t_equals": lambda a, b: _all(_equal(a.start, b.start), _equal(a.end, b.end)),
    "t_finishedBy": lambda a, b: _finishes(b, a),
    "t_finishes": _finishes,
    "t_intersects": _intersects,
    "t_meets": lambda a, b: _equal(a.end, b.start),
    "t_metBy": lambda a, b: _equal(a.start, b.end),
    "t_overlappedBy": lambda a, b: _overlaps(b, a),
    "t_overlaps": _overlaps,
    "t_startedBy": lambda a, b: _starts(b, a),
    "t_starts": _starts,
}
"""What each function says of two times (OGC 21-065r2, clause 7.8)."""
