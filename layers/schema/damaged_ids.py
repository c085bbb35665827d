"""Ids that a program shortened, rounded or left out, told by how they are written."""

import re
import unicodedata
from collections.abc import Collection
from typing import NamedTuple

import pandas as pd

from gis.errors import RowFault
from gis.sentences import joined, sentence

# as spreadsheets, Java and R write a number: 3.3E+14, 3.3E14, 1001.0, 1001,00
_DAMAGED = re.compile(
    r"\d([.,]\d+)?E\+\d+|\d[.,]\d+E\d+|\d+(\.0+|,00?)", re.ASCII | re.IGNORECASE
)
# a formula that failed, a column too narrow, and what programs print for nothing
_NOTHING = re.compile(
    r"#(N/A|REF!|VALUE!|NAME\?|NULL!|NUM!|DIV/0!)|#{2,}|nan|nat|none|null|<NA>|n/a",
    re.IGNORECASE,
)
# a spreadsheet keeps 15 digits of a number and shows 6
_ROUNDED = re.compile(r"\d{15}0+|\d{1,6}0{9,}", re.ASCII)

_WIDE = re.compile("[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]")


def damaged_faults(columns: pd.DataFrame, key: str) -> list[RowFault]:
    """Return a fault for each id of a layer that cannot be what was meant.

    Parameters
    ----------
    columns
        The known columns of the layer; those that end in ``_id`` are ids.
    key
        The one whose values should not repeat.

    Examples
    --------
    >>> rows = pd.DataFrame({"post_id": ["P1"], "area_id": ["3.30199E+14"]})
    >>> [(fault.row, fault.field) for fault in damaged_faults(rows, "post_id")]
    [(1, 'area_id')]
    """
    names = [name for name in columns.columns if str(name).endswith("_id")]
    faults = [fault for name in names for fault in damaged_ids(columns[name])]
    return faults + rounded_ids(columns[key])


def damaged_ids(ids: pd.Series) -> list[RowFault]:
    """Return a fault for each id that is a shortened number, nothing, or not visible.

    Parameters
    ----------
    ids
        Ids as text, named as their field; rows are counted from 1.

    Examples
    --------
    >>> ids = pd.Series(["330199101001001", "3.30199E+14", "1001.0"], name="grid_id")
    >>> [fault.row for fault in damaged_ids(ids)]
    [2, 3]
    """
    return [
        RowFault(row, str(ids.name), joined(" ", (repr(value), rule)))
        for row, value in enumerate(ids.tolist(), start=1)
        if isinstance(value, str) and (rule := _rule_of(value))
    ]


def _rule_of(text: str) -> str | None:
    """Return what is wrong with an id by itself."""
    if _DAMAGED.fullmatch(text):
        return sentence(
            "is a number that a spreadsheet shortened, its digits are lost; make "
            "the column text there and export it again"
        )
    if _NOTHING.fullmatch(text):
        return sentence(
            "is what a program writes where nothing is, expected an id, or an "
            "empty cell where there is none"
        )
    if not text.isprintable() and any(
        unicodedata.category(sign) in ("Cc", "Cf") for sign in text
    ):
        return sentence(
            "holds a line break or a sign that nobody sees, expected an id that "
            "looks like what it is; remove it"
        )
    return None


def wide_ids(ids: pd.Series) -> list[RowFault]:
    """Return a fault for each id that has full-width digits or letters.

    Parameters
    ----------
    ids
        Ids as text, named as their field; rows are counted from 1.

    Examples
    --------
    >>> [fault.row for fault in wide_ids(pd.Series(["005", "００5"], name="grid_id"))]
    [2]
    """
    return [
        RowFault(
            row,
            str(ids.name),
            sentence(
                "{value!r} has full-width digits or letters, expected {plain!r}; type "
                "it so",
                value=value,
                plain=unicodedata.normalize("NFKC", value),
            ),
        )
        for row, value in enumerate(ids.tolist(), start=1)
        if isinstance(value, str) and _WIDE.search(value)
    ]


class RewrittenId(NamedTuple):
    """An id as a file has it, and as it was."""

    id_of_file: str
    id_of_base: str


def rewritten_ids(
    created: Collection[str], lacking: Collection[str]
) -> list[RewrittenId]:
    """Return new ids that are those of before without zeros, or in other signs.

    They come in the order of what was meant.

    Parameters
    ----------
    created
        Ids that were not there before.
    lacking
        Ids that were there, and are no more.

    Examples
    --------
    >>> rewritten_ids(["1", "101"], ["001", "002"])
    [RewrittenId(id_of_file='1', id_of_base='001')]
    """
    bases = {_folded(grid): grid for grid in lacking}
    return sorted(
        (
            RewrittenId(grid, bases[_folded(grid)])
            for grid in created
            if _folded(grid) in bases
        ),
        key=lambda grid: grid.id_of_base,
    )


def _folded(text: str) -> str:
    """Return an id without what programs change in it."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    return plain.lstrip("0") if plain.isdecimal() else plain


def rounded_ids(ids: pd.Series) -> list[RowFault]:
    """Return a fault for each repeated id whose last digits a spreadsheet lost.

    Parameters
    ----------
    ids
        Ids as text that should not repeat, named as their field; rows are counted
        from 1.

    Examples
    --------
    >>> ids = pd.Series(["3301991010010000", "3301991010010000", "1000000000000000"])
    >>> [fault.row for fault in rounded_ids(ids)]
    [1, 2]
    """
    is_repeated = ids.duplicated(keep=False).tolist()
    return [
        RowFault(
            row,
            str(ids.name),
            sentence(
                "{value!r} stands in several rows and ends in the zeros of a number "
                "that a spreadsheet rounded; make the column text there and export "
                "it again",
                value=value,
            ),
        )
        for row, value in enumerate(ids.tolist(), start=1)
        if is_repeated[row - 1] and isinstance(value, str) and _ROUNDED.fullmatch(value)
    ]
