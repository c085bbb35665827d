"""The page that the QR code of a place opens in a browser."""

import datetime as dt
from collections.abc import Iterator
from html import escape

from api.service.rating.places import PlaceExplanation
from gis.models import SCENE_NAMES, Scene
from layers.packs.rulebook import Imprint
from layers.styles import CODE_CARDS, css_variables
from layers.words import (
    CHINESE,
    CODES,
    ENGLISH,
    LANGUAGES,
    PLACE_PAGE,
    SYNTHETIC,
    Words,
)

STYLE = """
* { box-sizing: border-box; margin: 0; }
body { background: var(--paper); color: var(--ink); min-height: 100vh; padding: 16px;
  font: 17px/1.5 "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
main { background: var(--card); border: 1px solid var(--rule); border-radius: 12px;
  margin: 0 auto; max-width: 560px; overflow: hidden; }
header { padding: 28px 24px 24px; }
header p { font-size: 15px; }
header strong { display: block; font-size: 40px; line-height: 1.25; }
section { border-top: 1px solid var(--rule); padding: 20px 24px; }
h1 { font-size: 26px; line-height: 1.3; overflow-wrap: anywhere; }
h2 { font-size: 17px; margin-bottom: 8px; }
dl { display: grid; gap: 12px 20px; grid-template-columns: minmax(8em, auto) 1fr; }
dd { font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
ul { list-style: none; padding: 0; }
li + li { margin-top: 8px; }
html[lang=en] [lang=zh-CN]:not(a), html[lang=zh-CN] [lang=en]:not(a) { display: none; }
nav { margin: 0 auto 6px; max-width: 560px; text-align: right; }
nav a { color: var(--quiet); display: inline-block; padding: 10px;
  text-decoration: none; }
nav [aria-current] { color: var(--ink); font-weight: 600; }
.mark { color: var(--mark); }
footer { color: var(--quiet); font-size: 14px; margin: 14px auto 0; max-width: 560px;
  text-align: center; }
"""


def place_page(
    place: PlaceExplanation,
    imprint: Imprint,
    *,
    root: str = "",
    language: str = CHINESE,
    has_insight: bool = False,
) -> str:
    """Return a page in HTML that needs nothing from outside.

    Parameters
    ----------
    place
        The place.
    imprint
        What is printed of the town.
    root
        Path before those of the service, without a slash at its end.
    language
        Which is seen; both stand in the page.
    has_insight
        Whether the reader sees why the place has its code, and its history.
    """
    card, explanation = CODE_CARDS[place.explanation.code], place.explanation
    words, name = CODES[explanation.code], place.name or place.place_id
    place_id = f"<p><bdi>{escape(place.place_id)}</bdi></p>" if place.name else ""
    inside = "".join(_inside(place)) if has_insight else ""
    title = PLACE_PAGE["title"]
    heading = title.en if language == ENGLISH else title.zh
    return (
        f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex">'
        f"<title>{escape(name)} · {heading}</title>"
        f"<style>{css_variables()}{STYLE}</style></head><body>"
        f"{_choices(root, language)}<main>"
        f'<header style="background:{card.band};color:{card.ink}">'
        f"<p>{_both(title)}</p><strong>{_both(words)}</strong></header>"
        f"<section><h1><bdi>{escape(name)}</bdi></h1>{place_id}</section>"
        f"<section><dl>{''.join(_facts(place))}</dl></section>{inside}</main>"
        f"<footer>{''.join(_foot(imprint, explanation.day))}</footer></body></html>"
    )


def _choices(root: str, language: str) -> str:
    """Return links to each language."""
    links = []
    for code, name in LANGUAGES:
        current = ' aria-current="true"' if code == language else ""
        href = f"{escape(root)}/language/{code}"
        links.append(f'<a href="{href}" lang="{code}"{current}>{name}</a>')
    return f"<nav>{''.join(links)}</nav>"


def _facts(place: PlaceExplanation) -> Iterator[str]:
    """Yield what everybody may see."""
    explanation = place.explanation
    scene = Words(*SCENE_NAMES[Scene(place.scene)])
    yield _row("last_check", _day(explanation.last_check, "never"))
    late = ""
    if explanation.overdue_days:
        late = _filled("overdue", days=str(explanation.overdue_days))
        late = f'<div class="mark">{late}</div>'
    yield _row("next_check", _day(explanation.due, "none") + late)
    yield _row("scene", _both(scene))
    yield _row("grid", escape(place.grid_id) if place.grid_id else _text("none"))


def _inside(place: PlaceExplanation) -> Iterator[str]:
    """Yield what the scope of `api.deps` lets a reader see, nothing of it closed."""
    criteria = [reason.criterion for reason in place.explanation.reasons]
    if criteria:
        rows = "".join(f"<li>{_both(Words(c.zh, c.en))}</li>" for c in criteria)
        yield f"<section><h2>{_text('reasons')}</h2><ul>{rows}</ul></section>"
    changes = "".join(
        f"<dt>{change.day.isoformat()}</dt><dd>{_both(CODES[change.code])}</dd>"
        for change in reversed(place.history)
    )
    yield f"<section><h2>{_text('history')}</h2><dl>{changes}</dl></section>"


def _foot(imprint: Imprint, day: dt.date) -> Iterator[str]:
    if imprint.is_synthetic:
        yield f'<p class="mark">{_both(SYNTHETIC)}</p>'
    title = escape(imprint.title)
    yield f"<p>{title}{' · ' if title else ''}{_filled('day', day=day.isoformat())}</p>"


def _row(name: str, value: str) -> str:
    return f"<dt>{_text(name)}</dt><dd>{value}</dd>"


def _day(day: dt.date | None, otherwise: str) -> str:
    return _text(otherwise) if day is None else day.isoformat()


def _text(name: str) -> str:
    return _both(PLACE_PAGE[name])


def _filled(name: str, **values: str) -> str:
    words = PLACE_PAGE[name]
    return _both(Words(words.zh.format(**values), words.en.format(**values)))


def _both(words: Words) -> str:
    """Return both languages, of which the style sheet shows one."""
    if words.en in {"", words.zh}:
        return escape(words.zh)
    zh, en = escape(words.zh), escape(words.en)
    return f'<span lang="zh-CN">{zh}</span><span lang="en">{en}</span>'
