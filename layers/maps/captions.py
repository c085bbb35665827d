"""The fields of a method card as a map prints them, in Chinese and English."""

from dataclasses import fields

from gis.risk import MethodCard
from layers.words import Words
from layers.words.code_lists import METHOD_CARD, OWNERS

ELSEWHERE = {"title", "unit", "data_date", "boundary_version"}
"""Fields of a method card that stand in the head and the legend."""


def card_rows(card: MethodCard) -> list[tuple[str, str, str, str]]:
    """Return both captions and both texts of each field of a card that is filled.

    The Chinese text is empty where the card has none; a field without a caption is
    printed under its own name.

    Examples
    --------
    >>> breaks = (1, 2, 5, 9)
    >>> card = MethodCard("Load", "负荷", "n / km2", "events", breaks, "1", "2026", "")
    >>> card_rows(card)[0]
    ('公式', 'Formula', '', 'n / km2')
    """
    rows = []
    names = [f.name for f in fields(card) if not f.name.endswith("_zh")]
    for name in [*METHOD_CARD, *sorted({*names} - {*METHOD_CARD} - ELSEWHERE)]:
        text = _text(getattr(card, name))
        text_zh = _text(getattr(card, f"{name}_zh", ""))
        if text in OWNERS:
            text_zh = OWNERS[text].zh
        if text or text_zh:
            caption = METHOD_CARD.get(name, Words("", name.replace("_", " ")))
            rows.append((*caption.both, text_zh, text))
    return rows


def _text(value: object) -> str:
    """Return a value of a card as one line; the breaks of a scale by slashes."""
    if isinstance(value, tuple):
        between = "; " if any(isinstance(item, str) for item in value) else " / "
        return between.join(_text(item) for item in value)
    if isinstance(value, float):
        return f"{value:,.10g}"
    return str(value)
