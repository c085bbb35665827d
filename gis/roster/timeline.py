"""What holds from when on: a state for every instant, found by bisection."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Generic, NamedTuple, TypeVar

from gis.models import Holding, Instant, Post
from gis.roster.duties import Duty
from gis.roster.posts import NO_ONE_ON_DUTY, VACANT_POST

BEGINNING: Final = Instant(-(2**63))
"""No later than any instant that fits in 64 bits."""
END: Final = Instant(2**63 - 1)
"""No earlier than any instant that fits in 64 bits: what has no end ends then."""
NO_HOUR: Final = Instant(BEGINNING + 1)
"""Stands for a time whose hour is not known: nor is who was on duty."""

State = TypeVar("State")


class Timeline(NamedTuple, Generic[State]):
    """A state from each of the ascending `starts` until the next; first `BEGINNING`."""

    starts: tuple[Instant, ...]
    states: tuple[State, ...]

    def at(self, instant: Instant) -> State:
        """Return the state at an instant."""
        return self.states[bisect_right(self.starts, instant) - 1]

    def until(self, instant: Instant) -> Instant | None:
        """Return when the state at an instant ends; None where it does not.

        Examples
        --------
        >>> turns = Timeline((BEGINNING, Instant(5)), ("L001", "L002"))
        >>> turns.until(Instant(4)), turns.until(Instant(5))
        (5, None)
        """
        row = bisect_right(self.starts, instant)
        is_open = row == len(self.starts) or self.starts[row] == END
        return None if is_open else self.starts[row]

    def at_all(self, instants: Iterable[Instant]) -> list[State]:
        """Return the state at each instant."""
        starts, states = self
        return [states[bisect_right(starts, instant) - 1] for instant in instants]

    def spans(
        self, starts_at: Instant, ends_at: Instant
    ) -> Iterator[tuple[Instant, Instant, State]]:
        """Yield the parts of ``[starts_at, ends_at)``: from, until, state."""
        first = bisect_right(self.starts, starts_at) - 1
        for row in range(first, len(self.starts)):
            start = max(self.starts[row], starts_at)
            if start >= ends_at:
                break
            is_last = row + 1 == len(self.starts)
            end = ends_at if is_last else min(self.starts[row + 1], ends_at)
            yield start, end, self.states[row]


def side_by_side(lines: Sequence[Timeline[State]]) -> Timeline[tuple[State, ...]]:
    """Return the states of several timelines at every instant, in their order.

    Parameters
    ----------
    lines
        The timelines; of none the state is empty at all times.

    Examples
    --------
    >>> early = Timeline((BEGINNING, Instant(5)), ("a", "b"))
    >>> late = Timeline((BEGINNING, Instant(9)), ("c", "d"))
    >>> side_by_side([early, late]).states
    (('a', 'c'), ('b', 'c'), ('b', 'd'))
    """
    merged = {start for line in lines for start in line.starts} or {BEGINNING}
    starts = tuple(sorted(merged))
    columns = [line.at_all(starts) for line in lines]
    states = tuple(zip(*columns, strict=True)) if columns else ((),)
    return Timeline(starts, states)


def holdings(
    area_id: str, post: Post | None, duties: Sequence[Duty]
) -> Timeline[Holding]:
    """Return who holds a post at every instant.

    A post with duties is held as they say, and nobody is on duty between and beyond
    them; a post without is held by its `holder_id` at all times, or is vacant.

    Parameters
    ----------
    area_id
        The area of the post.
    post
        None where the area has no leader post.
    duties
        Duties of the post in force, in order of time, without overlap.
    """
    if not duties or post is None:
        return Timeline((BEGINNING,), (_standing(area_id, post),))
    gap = Holding(area_id, post.post_id, None, NO_ONE_ON_DUTY)
    by_holder: dict[str, Holding] = {}
    starts, states = [BEGINNING], [gap]
    for duty in duties:
        if starts[-1] == duty.starts_at:
            del starts[-1], states[-1]
        holding = by_holder.setdefault(
            duty.holder_id, Holding(area_id, post.post_id, duty.holder_id)
        )
        if not states or states[-1] is not holding:
            starts.append(duty.starts_at)
            states.append(holding)
        starts.append(duty.ends_at)
        states.append(gap)
    return Timeline(tuple(starts), tuple(states))


def _standing(area_id: str, post: Post | None) -> Holding:
    """Return who holds a post without duties."""
    if post is None or post.holder_id is None:
        return Holding(area_id, post.post_id if post else None, None, VACANT_POST)
    return Holding(area_id, post.post_id, post.holder_id)
