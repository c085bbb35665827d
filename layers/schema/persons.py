"""Persons are never a point layer: a file of people is refused by name."""

import re
from collections.abc import Iterable
from typing import Final

import pandas as pd

from gis.codes import Verdict, check_credit_code, find_citizen_ids
from gis.errors import InvalidLayerError
from gis.sentences import sentence

_COLUMNS: Final = re.compile(
    r"身份证|公民身份|(?:居民|人员)姓名|^姓名$|性别|出生(?:日期|年月)|民族|籍贯|罪名|刑期"
    r"|矫正|服刑|^(?:citizen|person|resident|patient|offender|prisoner|parolee)s?"
    r"(?: (?:id|no|name|number))?$|^(?:id card|citizen number|full name|first name"
    r"|last name|surname|given name|gender|sex|birthday|birth date|date of birth"
    r"|ethnicity|offence|sentence|probation|parole|diagnosis)$",
    re.IGNORECASE,
)
"""Columns that only persons have."""
_KINDS: Final = re.compile(
    r"居民|个人|人员|(?:社区)?(?:矫正|服刑|戒毒)(?:人员|对象)?|(?:刑满释放|吸毒|上访|重点|企退)人员"
    r"|(?:老龄|残疾|信访)人|(?:精神障碍)?患者|(?:困难|低保)户|(?:困境|留守)儿童"
    r"|(?:citizen|person|resident|patient|offender|prisoner|parolee|probationer)s?",
    re.IGNORECASE,
)
"""Kinds of rows that are persons, word for word."""
_KIND_COLUMNS: Final = frozenset(
    {"kind", "type", "category", "class", "scene", "类别", "类型", "种类", "对象类型"}
)


def refuse_persons(frame: pd.DataFrame, layer: str) -> None:
    """Refuse points that are persons, whatever layer they are said to be.

    A layer is one of persons if a column or a kind of its rows is named as something
    that only a person has, or if a text holds a citizen number.

    Parameters
    ----------
    frame
        Rows as they were read, with all columns of the file.
    layer
        What they are to be loaded as.

    Raises
    ------
    InvalidLayerError
        If they are persons; the text names the column, never the value.

    Examples
    --------
    >>> refuse_persons(pd.DataFrame({"place_id": ["1"], "性别": ["男"]}), "enterprises")
    Traceback (most recent call last):
    ...
    gis.errors.InvalidLayerError: Layer 'enterprises' has the column '性别', \
which only persons have, expected places; persons are never stored as points, give \
counts per grid instead.
    """
    for column in frame.columns:
        if _COLUMNS.search(str(column).strip().replace("_", " ")):
            raise _refusal(layer, column, sentence("which only persons have"))
        values = _texts(frame[column])
        is_kind = str(column).lower() in _KIND_COLUMNS
        if is_kind and any(_KINDS.fullmatch(text.strip()) for text in values):
            raise _refusal(layer, column, sentence("with a kind of person"))
        if any(map(_holds_citizen_id, values)):
            raise _refusal(layer, column, sentence("with a citizen number"))


def _texts(column: pd.Series) -> Iterable[str]:
    """Return the different texts of a column."""
    # geometry and numbers hold no text
    if column.dtype.kind in "fbM" or column.dtype.name == "geometry":
        return ()
    return column.dropna().astype(str).unique().tolist()


def _holds_citizen_id(text: str) -> bool:
    """Say whether a citizen number stands in a text that is no credit code."""
    if not find_citizen_ids(text):
        return False
    return check_credit_code(text.strip()).verdict is Verdict.ERROR


def _refusal(layer: str, column: object, what: str) -> InvalidLayerError:
    return InvalidLayerError(
        "Layer {layer!r} has the column {column!r}, {what}, expected places; persons "
        "are never stored as points, give counts per grid instead.",
        layer=layer,
        column=str(column),
        what=what,
    )
