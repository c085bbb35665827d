"""What figures of an area are asked for, and which questions nobody can answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gis.events import LINES, MODULES
from gis.local_time import instant_text
from gis.models import Instant
from layers.figures.question import FigureError
from layers.registry import Registry


@dataclass(frozen=True, slots=True)
class AreaQuestion:
    """What is asked of an area.

    Attributes
    ----------
    layer
        ``grids``, ``circles`` or ``communities``; a circle may be a grid as well.
    area_id
        The area.
    since, until
        Events that occurred in ``[since, until)``, as they stood at the end.
    by
        Of `layers.figures.question.BY`.
    chosen
        Of `layers.figures.question.CONDITIONS` -> values.
    valid_at
        The area is that in force then; None is the end of the time.
    known_at
        Only what was recorded up to then counts; None takes all.
    against
        An earlier period that it is compared with; None for none.
    is_rebased
        Whether events are counted on the boundaries in force at `valid_at`, if others
        were in the time; with an earlier period, its events on those of the time.
    """

    layer: str
    area_id: str
    since: Instant
    until: Instant
    by: tuple[str, ...] = ()
    chosen: Mapping[str, frozenset[str]] = field(default_factory=dict)
    valid_at: Instant | None = None
    known_at: Instant | None = None
    against: tuple[Instant, Instant] | None = None
    is_rebased: bool = False


def valid_at_of(question: AreaQuestion) -> Instant:
    """Return when the area is to be in force.

    Parameters
    ----------
    question
        What is asked.

    Examples
    --------
    >>> valid_at_of(AreaQuestion("grids", "G1", Instant(0), Instant(9)))
    8
    """
    at = question.valid_at
    return Instant(question.until - 1) if at is None else at


def moment_of(question: AreaQuestion, now: Instant) -> Instant:
    """Return before what something must have been due to be overdue.

    Parameters
    ----------
    question
        What is asked.
    now
        By the clock of the store.

    Examples
    --------
    >>> moment_of(AreaQuestion("grids", "G1", Instant(0), Instant(9)), Instant(5))
    5
    """
    ends = [question.until, now]
    return min(ends if question.known_at is None else [*ends, question.known_at])


def refuse_times(question: AreaQuestion, now: Instant) -> None:
    """Refuse a time that does not end after it begins, and knowledge of the future.

    Parameters
    ----------
    question
        What is asked.
    now
        By the clock of the store.

    Raises
    ------
    FigureError
        If it is so.
    """
    since, until, known_at = question.since, question.until, question.known_at
    if since >= until:
        first, last = instant_text(since), instant_text(until)
        raise FigureError(
            f"Parameters 'from' and 'to' are {first!r} and {last!r}, expected an end "
            "after the beginning; give another time.",
            f"参数 from 和 to 为 {first} 和 {last}，终点应晚于起点，请改正时间。",
        )
    if known_at is not None and known_at > now:
        future, present = instant_text(known_at), instant_text(now)
        raise FigureError(
            f"Parameter 'known_at' is {future!r}, which is still to come at "
            f"{present!r}; give a time that has passed, or leave it out.",
            f"参数 known_at 为 {future}，晚于现在的 {present}；"
            "请改为过去的时间，或不填。",
        )


def refuse_values(chosen: Mapping[str, frozenset[str]], registry: Registry) -> None:
    """Refuse values that nothing is called by.

    Parameters
    ----------
    chosen
        Of `layers.figures.question.CONDITIONS` -> values.
    registry
        Says what there is.

    Raises
    ------
    FigureError
        If there is a value of another name.
    """
    choices: dict[str, frozenset[str]] = {
        "module": frozenset(MODULES),
        "line": frozenset(LINES),
        "department": frozenset(registry.departments),
        "category": frozenset(registry.scenarios.kinds),
        "channel": frozenset(source.sort for source in registry.sources.values()),
    }
    for name, values in chosen.items():
        unknown = sorted(values - choices[name])
        if unknown:
            words = sorted(choices[name])
            raise FigureError(
                f"Parameter {name!r} has the value {unknown[0]!r}, expected some of "
                f"{', '.join(words) or 'none'}; correct it.",
                f"参数 {name} 的取值 {unknown[0]} 不存在，可用："
                f"{'、'.join(words) or '无'}，请改正。",
            )
