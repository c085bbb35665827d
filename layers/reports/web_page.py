"""A report as one HTML page that asks for nothing outside itself."""

import re
from collections.abc import Iterable
from functools import singledispatch
from typing import Final

from layers.figures.definitions import definition_of
from layers.maps.offline import escape_text
from layers.reports.blocks import (
    PAPER_WIDTH,
    Block,
    Cell,
    Chip,
    Column,
    Content,
    Drawing,
    Heading,
    Panel,
    Paragraph,
    Signatures,
    Table,
    Tile,
    Tiles,
)
from layers.reports.plots import svg
from layers.styles import css_variables
from layers.words import SYNTHETIC, Words

_PATTERN: Final = re.compile(r'<pattern id="(\w+)".*?</pattern>', re.DOTALL)
_STYLE: Final = """
* { box-sizing: border-box; }
svg * { stroke-linejoin: round; stroke-linecap: butt; }
body { margin: 0 auto; padding: 28px 36px 60px; min-width: 1180px; max-width: 1260px;
  background: var(--paper); color: var(--ink);
  font: 14px/1.5 "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", sans-serif; }
small { color: var(--quiet); font-size: .8em; font-weight: 400; }
h1 { margin: 0 0 2px; font-size: 27px; }
h1 small { display: block; font-size: 14px; }
h2 { margin: 34px 0 10px; padding-bottom: 4px; font-size: 18px;
  border-bottom: 2px solid var(--outline); break-after: avoid; }
h3 { display: flex; gap: 8px; align-items: center; margin: 0 0 6px; font-size: 15px; }
p { margin: 4px 0; max-width: 72em; }
.synthetic { display: inline-block; margin: 10px 0 0; padding: 3px 10px;
  border: 2px solid var(--mark); color: var(--mark); font-weight: 700; }
dl { display: grid; grid-template-columns: repeat(4, 1fr); gap: 8px 18px;
  margin: 16px 0 22px; padding: 12px 16px; background: var(--card);
  border: 1px solid var(--rule); }
dt { color: var(--quiet); font-size: 12px; }
dd { margin: 0; overflow-wrap: anywhere; }
.tiles { display: grid; grid-template-columns: repeat(7, 1fr); gap: 10px; }
.tile { padding: 10px 12px; background: var(--card); border: 1px solid var(--rule); }
.tile b { display: block; font-size: 24px; line-height: 1.25; }
.tile small { display: block; }
table { width: 100%; border-collapse: collapse; background: var(--card);
  font-size: 12px; table-layout: fixed; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th, td { padding: 3px; border-bottom: 1px solid var(--rule); text-align: left;
  vertical-align: top; overflow-wrap: anywhere; }
th { border-bottom: 1.5px solid var(--outline); }
th small { display: block; font-size: 7.5px; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.chip { display: inline-block; padding: 0 6px; border: 1px solid; border-radius: 3px;
  font-size: 12px; line-height: 1.5; white-space: nowrap; }
.panel { display: grid; grid-template-columns: 1fr 673px; gap: 18px; margin: 12px 0;
  padding: 12px 16px; background: var(--card); border: 1px solid var(--rule);
  break-inside: avoid; }
.panel li { margin: 2px 0; list-style: none; overflow-wrap: anywhere; }
.panel ul { margin: 0; padding: 0; }
.panel svg { display: block; width: 100%; height: auto; }
.drawing { padding: 8px; background: var(--card); border: 1px solid var(--rule);
  break-inside: avoid; }
.drawing svg { display: block; width: 100%; height: auto; max-height: 235mm; }
.signatures { display: grid; grid-template-columns: repeat(3, 1fr); gap: 44px 36px;
  margin: 52px 0 0; break-inside: avoid; }
.signatures div { padding-top: 4px; border-top: 1.5px solid var(--outline); }
.A3 { max-width: 1500px; }
.A3 table { font-size: 13px; }
.A3 th small { font-size: 10px; }
@media print { body { padding: 0; max-width: none; background: none; }
  .drawing svg { max-height: 142mm; } }
"""


def page(content: Content) -> str:
    """Return a report as an HTML page: same content, same bytes.

    Parameters
    ----------
    content
        The report; every text of it is escaped.
    """
    title = content.title
    paper = f"@page {{ size: {content.paper} landscape; margin: 12mm; }}\n"
    synthetic = ""
    if content.is_synthetic:
        synthetic = f'<div class="synthetic">{_words(SYNTHETIC)}</div>'
    facts = "".join(
        f"<div><dt>{_words(words)}</dt><dd>{escape_text(text)}</dd></div>"
        for words, text in content.facts
    )
    parts = [
        '<!DOCTYPE html>\n<html lang="zh-CN">\n<head>\n<meta charset="utf-8">',
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "img-src data:; style-src 'unsafe-inline'\">",
        '<link rel="icon" href="data:,">',
        f"<title>{escape_text(title.zh)}</title>",
        f"<style>{css_variables()}{_STYLE}{paper}</style>\n</head>",
        f'<body class="{content.paper}">',
        f"<h1>{_words(title)}</h1>{synthetic}",
        f"<dl>{facts}</dl>",
        *(_block(block) for block in content.blocks),
        "</body>\n</html>\n",
    ]
    return _with_patterns_once("\n".join(parts))


def _with_patterns_once(text: str) -> str:
    """Return a page on which plots share the patterns of levels, by their digests."""
    digests: set[str] = set()

    def keep_first(pattern: re.Match[str]) -> str:
        if pattern[1] in digests:
            return ""
        digests.add(pattern[1])
        return pattern[0]

    return _PATTERN.sub(keep_first, text)


def _words(words: Words) -> str:
    """Return a text, Chinese first."""
    english = f" <small>{escape_text(words.en)}</small>" if words.en else ""
    return escape_text(words.zh) + english


@singledispatch
def _block(block: Block) -> str:
    """Return a block as HTML."""
    raise TypeError(block)


@_block.register
def _heading(block: Heading) -> str:
    return f"<h2>{_words(block.words)}</h2>"


@_block.register
def _paragraph(block: Paragraph) -> str:
    return f"<p>{_words(block.words)}</p>"


@_block.register
def _tiles(block: Tiles) -> str:
    return f'<div class="tiles">{"".join(map(_tile, block.tiles))}</div>'


def _tile(tile: Tile) -> str:
    beside = f"<small>{escape_text(tile.beside.zh)}</small>" if tile.beside.zh else ""
    return (
        f'<div class="tile"{_meaning(tile.figure)}>{_words(tile.words)}'
        f"<b>{escape_text(tile.value)}</b>{beside}</div>"
    )


@_block.register
def _table(block: Table) -> str:
    total = sum(column.width for column in block.columns)
    widths = "".join(
        f'<col style="width:{column.width / total:.2%}">' for column in block.columns
    )
    heads = "".join(
        f"<th{_class(column)}{_meaning(column.figure)}>{_words(column.words)}</th>"
        for column in block.columns
    )
    rows = "\n".join(_row(row, block.columns) for row in block.rows)
    return (
        f'<table style="width:{min(1.0, total / PAPER_WIDTH):.2%}"><colgroup>'
        f"{widths}</colgroup><thead><tr>{heads}</tr></thead>\n"
        f"<tbody>{rows}</tbody></table>"
    )


def _row(row: Iterable[Cell], columns: Iterable[Column]) -> str:
    cells = "".join(
        f"<td{_class(column)}>{_cell(cell)}</td>"
        for cell, column in zip(row, columns, strict=True)
    )
    return f"<tr>{cells}</tr>"


def _meaning(figure: str) -> str:
    """Return what says over a number which figure it is; nothing over what is none."""
    if not figure:
        return ""
    definition = definition_of(figure)
    text = f"{definition.name.line}: {definition.definition.line}"
    return f' data-figure="{figure}" title="{escape_text(text)}"'


def _class(column: Column) -> str:
    return ' class="number"' if column.is_number else ""


def _cell(cell: Cell) -> str:
    return escape_text(cell) if isinstance(cell, str) else _chip(cell)


def _chip(chip: Chip) -> str:
    style = f"background:{chip.fill};color:{chip.ink};border-color:{chip.edge}"
    return f'<span class="chip" style="{style}">{escape_text(chip.text)}</span>'


@_block.register
def _panel(block: Panel) -> str:
    chip = _chip(block.chip) if block.chip else ""
    lines = "".join(
        f"<li>{_chip(sign) if sign else ''} {_words(words)}</li>"
        for sign, words in block.lines
    )
    picture = block.picture
    label = escape_text(picture.words.zh)
    drawn = svg(picture.draw, picture.width, picture.height)
    return (
        f'<div class="panel"><div><h3>{chip}<span>{_words(block.words)}</span></h3>'
        f'<ul>{lines}</ul></div><div role="img" aria-label="{label}">{drawn}</div>'
        "</div>"
    )


@_block.register
def _drawing(block: Drawing) -> str:
    label = escape_text(block.words.line)
    return f'<div class="drawing" role="img" aria-label="{label}">{block.svg}</div>'


@_block.register
def _signatures(block: Signatures) -> str:
    lines = "".join(f"<div>{_words(words)}</div>" for words in block.lines)
    return f'<div class="signatures">{lines}</div>'
