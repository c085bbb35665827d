"""An answer in one sentence for a person, in English and in Chinese."""

from gis.assignment import Jurisdiction
from gis.models import Assignment
from layers.words import Words
from layers.words.answers import (
    ANSWERABLE,
    ANSWERS,
    DUTIES,
    HOLDING_REASONS,
    IN_NEIGHBOUR,
    NOBODY,
    POSITION_REASONS,
)


def sentences(
    answer: Assignment, neighbour: Jurisdiction | None = None
) -> tuple[str, str]:
    """Return the answer in English and in Chinese, each with what to do next.

    Parameters
    ----------
    answer
        Any answer; its accountable post may be unknown.
    neighbour
        Whose ground a place outside all grids is; None where that is not known.
    """
    words, duty = ANSWERS[answer.status], _duty(answer)
    fault = POSITION_REASONS.get(answer.reason, Words(answer.reason))
    why, there = _why(answer.accountable_reason), _there(neighbour)
    facts = {
        "grid": answer.grid_id,
        "nearest": answer.reason.rpartition("nearest:")[2],
        "metres": f"{answer.distance_m or 0:.0f}",
    }
    return (
        words.en.format(
            **facts, fault=fault.en, duty=duty.en, why=why.en, there=there.en
        ),
        words.zh.format(
            **facts, fault=fault.zh, duty=duty.zh, why=why.zh, there=there.zh
        ),
    )


def _duty(answer: Assignment) -> Words:
    """Return which post does what, if any does."""
    accountable = answer.accountable
    if accountable is None or accountable.post_id is None:
        return NOBODY
    words = DUTIES.get(answer.status, ANSWERABLE)
    post = accountable.post_id
    return Words(words.zh.format(post=post), words.en.format(post=post))


def _there(neighbour: Jurisdiction | None) -> Words:
    """Return whose ground it is, to stand behind the place."""
    if neighbour is None:
        return Words("")
    code, name = neighbour.neighbour_id, neighbour.name
    return Words(
        IN_NEIGHBOUR.zh.format(neighbour=f"{name}（{code}）" if name else code),
        IN_NEIGHBOUR.en.format(neighbour=f"{name} ({code})" if name else code),
    )


def _why(reason: str) -> Words:
    """Return why another post answers than the grid's own, to stand behind it."""
    if not reason:
        return Words("")
    words = HOLDING_REASONS.get(reason, Words(reason))
    return Words(f"（{words.zh}）", f", as {words.en}")
