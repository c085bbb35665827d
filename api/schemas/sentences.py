"""An answer in one sentence for a person, in English and in Chinese."""

from gis.models import Assignment
from layers.words import ANSWERS, HOLDING_REASONS, POSITION_REASONS, Words


def sentences(answer: Assignment) -> tuple[str, str]:
    """Return the answer in English and in Chinese, each with what to do next.

    Parameters
    ----------
    answer
        Any answer; its accountable post may be unknown.
    """
    words = ANSWERS[answer.status]
    accountable = answer.accountable
    fault = POSITION_REASONS.get(answer.reason, Words(answer.reason))
    why = _why(answer.accountable_reason)
    facts = {
        "grid": answer.grid_id,
        "post": (accountable and accountable.post_id) or "-",
        "nearest": answer.reason.rpartition("nearest:")[2],
        "metres": f"{answer.distance_m or 0:.0f}",
    }
    return (
        words.en.format(**facts, fault=fault.en, why=why.en),
        words.zh.format(**facts, fault=fault.zh, why=why.zh),
    )


def _why(reason: str) -> Words:
    """Return why another post answers than the grid's own, to stand behind it."""
    if not reason:
        return Words("")
    words = HOLDING_REASONS.get(reason, Words(reason))
    return Words(f"（{words.zh}）", f", as {words.en}")
