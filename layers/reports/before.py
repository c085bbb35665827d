"""What a report says of the period before its own, and where it has no data."""

from typing import Final

from layers.figures.report import Figures
from layers.words import Words

NO_DATA: Final = Words("无数据", "no data")


def has_before(figures: Figures) -> bool:
    """Say whether events are there of the period before or of earlier days.

    A period in which nothing happened is none without data.

    Parameters
    ----------
    figures
        Of the report.
    """
    first = figures.first_event
    return first is not None and first <= figures.head.before_last


def before_note(figures: Figures) -> str:
    """Return what is said behind the days of the period before; empty for whole ones.

    Parameters
    ----------
    figures
        Of the report.
    """
    first = figures.first_event
    if first is None or not has_before(figures):
        return f" {NO_DATA.zh} {NO_DATA.en}"
    if first > figures.head.before_first:
        return f" 数据自 {first} 起 data since {first}"
    return ""


def before_text(figures: Figures, count: int) -> str:
    """Return the events of the period before in words.

    Parameters
    ----------
    figures
        Of the report.
    count
        Of an area of it.
    """
    if not has_before(figures):
        return f"上期{NO_DATA.zh}"
    return f"上期 {count:,} 起"
