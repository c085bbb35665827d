"""The layer of keys: what each may do and for whom; the keys themselves are nowhere."""

import re
from typing import Final

import pandas as pd

from gis.errors import RowFault
from gis.models import Instant, Key
from gis.sentences import sentence
from layers.schema.circles import text_or_none
from layers.schema.holders import check_holder
from layers.schema.layer import Field, LayerSchema, check

ROLES: Final = (
    "steward",
    "operator",
    "leader",
    "member",
    "department",
    "inspector",
    "auditor",
    "source",
    "wall",
)
"""What a key is for."""
HELD: Final = frozenset({"operator", "leader", "member", "inspector"})
"""Roles whose keys may belong to a holder of the roster."""
NEEDS: Final = {
    "leader": "holder_id",
    "department": "department_id",
    "source": "source",
}
"""Role -> the column that it cannot be without."""
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)


def check_digest(text: str) -> None:
    """Refuse what is no SHA-256 in small hexadecimal digits.

    Raises
    ------
    ValueError
        Says what was expected.

    Examples
    --------
    >>> check_digest("0" * 64)
    """
    if not _DIGEST.fullmatch(text):
        raise ValueError(sentence("is no SHA-256, expected 64 digits of 0-9 and a-f"))


def grants_of(text: str) -> tuple[str, ...]:
    """Return the sensitive kinds that a key may see.

    Parameters
    ----------
    text
        Field `grants`: kinds joined by ``;``.

    Raises
    ------
    ValueError
        If there is nothing between two separators, or a kind stands twice.

    Examples
    --------
    >>> grants_of("dispute; elder_care")
    ('dispute', 'elder_care')
    """
    kinds = tuple(kind.strip() for kind in text.split(";"))
    if "" in kinds or len(set(kinds)) < len(kinds):
        raise ValueError(
            sentence("is no list of kinds, expected each once with ';' between")
        )
    return kinds


def role_faults(
    rows: pd.DataFrame, facts: pd.DataFrame, recorded_at: Instant
) -> list[RowFault]:
    """Return keys that lack what their role needs, or have what it has no use for.

    Parameters
    ----------
    rows
        New keys as a store takes them, numbered by their index.
    facts, recorded_at
        Not looked at.
    """
    return [
        RowFault(row, column, rule)
        for row, key in zip(rows.index.tolist(), rows.to_dict("records"), strict=True)
        for column in ("holder_id", "department_id", "source")
        if (rule := _role_fault(key["role"], column, text_or_none(key[column])))
    ]


def _role_fault(role: str, column: str, value: str | None) -> str:
    """Return what is wrong with one column of a key; empty where nothing is."""
    if value is None:
        needs = NEEDS.get(role) == column
        return (
            sentence("is empty, expected a value for the role {role!r}", role=role)
            if needs
            else ""
        )
    may_have = NEEDS.get(role) == column or (column == "holder_id" and role in HELD)
    return (
        ""
        if may_have
        else sentence(
            "is {value!r}, expected none for the role {role!r}", value=value, role=role
        )
    )


def digest_faults(
    rows: pd.DataFrame, facts: pd.DataFrame, recorded_at: Instant
) -> list[RowFault]:
    """Return keys that are another one under a new id: nobody could tell them apart.

    Parameters
    ----------
    rows
        New keys as a store takes them, numbered by their index.
    facts
        The keys known; one with an id of a new row is superseded by it.
    recorded_at
        Not looked at.
    """
    digests = facts.loc[~facts["key_id"].isin(rows["key_id"]), "sha256"]
    is_twice = rows["sha256"].isin(digests) | rows["sha256"].duplicated()
    is_twice &= ~rows["cancelled"].astype(bool)
    return [
        RowFault(
            row, "sha256", sentence("is that of another key, expected one of its own")
        )
        for row in rows.index[is_twice].tolist()
    ]


KEYS = LayerSchema(
    name="keys",
    key="key_id",
    geometry=None,
    fields=(
        Field(
            "key_id",
            "text",
            True,
            "closed",
            "Id of the key, not the key.",
            zh="密钥编号",
        ),
        Field(
            "sha256",
            "text",
            True,
            "closed",
            "SHA-256 of the key, hexadecimal.",
            rule=check_digest,
            is_secret=True,
            zh="密钥摘要",
        ),
        Field(
            "role",
            "text",
            True,
            "closed",
            "What it is for.",
            values=ROLES,
            zh="密钥角色",
        ),
        Field(
            "holder_id",
            "text",
            False,
            "closed",
            "Number of who has it, such as L001, never a name.",
            rule=check_holder,
            zh="任岗人员编号",
        ),
        Field(
            "department_id",
            "text",
            False,
            "closed",
            "Department that has it.",
            zh="部门编号",
        ),
        Field("source", "text", False, "closed", "Source that has it.", zh="来源"),
        Field(
            "area_id",
            "text",
            False,
            "closed",
            "Grid or circle it is limited to.",
            zh="区域编号",
        ),
        Field(
            "grants",
            "text",
            False,
            "closed",
            "Sensitive kinds that it sees, joined by ';'.",
            rule=grants_of,
            zh="可见敏感类别",
        ),
    ),
    owner="the service that runs the store",
    zh="密钥",
)


def keys_of(keys: pd.DataFrame) -> tuple[Key, ...]:
    """Return the keys of a layer of keys, in its order.

    Raises
    ------
    InvalidLayerError
        If the layer breaks its schema.

    Examples
    --------
    >>> row = {"key_id": "K1", "sha256": "0" * 64, "role": "auditor"}
    >>> [key] = keys_of(pd.DataFrame([row]))
    >>> key.role, key.holder_id, key.grants
    ('auditor', None, ())
    """
    return tuple(
        Key(
            key_id=row["key_id"],
            sha256=row["sha256"],
            role=row["role"],
            holder_id=text_or_none(row.get("holder_id")),
            department_id=text_or_none(row.get("department_id")),
            source=text_or_none(row.get("source")),
            area_id=text_or_none(row.get("area_id")),
            grants=_grants(text_or_none(row.get("grants"))),
        )
        for row in check(keys, KEYS).to_dict("records")
    )


def _grants(text: str | None) -> tuple[str, ...]:
    return () if text is None else grants_of(text)
