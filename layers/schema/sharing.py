"""Who sees which field: the classes that the schemas say, and those a steward set."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Self, TypeAlias, get_args

import pandas as pd

from gis.errors import InvalidLayerError
from layers.schema.layer import LayerSchema, Sharing
from layers.schema.rules import body_of

CLASS: Final = "class/"
"""Beginning of the ids of rules that set the class of a field."""
SHARINGS: Final[tuple[Sharing, ...]] = get_args(Sharing)
"""The classes, the most open one first."""
GEOMETRY: Final = "geometry"
SETTABLE: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "grids": frozenset({"residents", "registered", "households"}),
        "enterprises": frozenset(
            {"hazard", "cluster", "is_listed", "credit_code", "address"}
        ),
        "stations": frozenset({GEOMETRY}),
        "risk": frozenset({"drivers"}),
    }
)
"""Fields whose class a steward may set.

Keys, ids, names of areas and places, codes, levels, counts and times are what the
service answers with: their class is that of the schema; what that closes stays so.
"""
ClassSettings: TypeAlias = frozenset[tuple[str, str, Sharing]]
"""Layer, field and class of each field whose class a steward set."""


@dataclass(frozen=True, slots=True)
class Classes:
    """The fields that somebody sees: those of some classes, as things stand now.

    Attributes
    ----------
    names
        Classes of sharing that are seen.
    settings
        Fields of which a steward set another class than their schema says.

    Examples
    --------
    >>> from layers.schema.grids import GRIDS
    >>> LOOPBACK.has(GRIDS, "residents"), OPEN.has(GRIDS, "residents")
    (True, False)
    >>> opened = OPEN.under(frozenset({("grids", "residents", "open")}))
    >>> opened.has(GRIDS, "residents"), opened.has(GRIDS, "attributes")
    (True, False)
    """

    names: frozenset[Sharing]
    settings: ClassSettings = frozenset()

    @property
    def is_whole(self) -> bool:
        """Whether everything is seen, columns that no schema knows too."""
        return "closed" in self.names

    def under(self, settings: ClassSettings) -> Self:
        """Return the same classes where a steward set those of some fields.

        Parameters
        ----------
        settings
            Those in force.
        """
        return type(self)(self.names, settings)

    def has(self, schema: LayerSchema, name: str) -> bool:
        """Say whether a field of a layer is seen.

        Parameters
        ----------
        schema
            Of the layer.
        name
            Of the field, or `GEOMETRY`.
        """
        return sharing_of(schema, name, self.settings) in self.names

    def fields_of(self, schema: LayerSchema) -> frozenset[str]:
        """Return the names of the fields of a layer that are seen, without geometry.

        Parameters
        ----------
        schema
            Of the layer.
        """
        return frozenset(f.name for f in schema.fields if self.has(schema, f.name))


OPEN: Final = Classes(frozenset({"open"}))
"""What is handed out to others."""
LOOPBACK: Final = Classes(frozenset({"open", "conditional"}))
"""What who has a key sees, and who is on this machine while there are no keys."""
WHOLE: Final = Classes(frozenset(SHARINGS))
"""Everything, columns that no schema knows too; it never leaves by HTTP."""


def sharing_of(
    schema: LayerSchema, name: str, settings: ClassSettings = frozenset()
) -> Sharing:
    """Return the class of a field: what a steward set, else what the schema says.

    A layer that repeats fields of others takes the class that is set there; where
    several are set, the strictest.

    Parameters
    ----------
    schema
        Of the layer.
    name
        Of the field, or `GEOMETRY`.
    settings
        Those in force.

    Raises
    ------
    KeyError
        If the layer has no such field.

    Examples
    --------
    >>> from layers.schema.places import PLACES
    >>> sharing_of(PLACES, "hazard")
    'conditional'
    >>> sharing_of(PLACES, "hazard", frozenset({("enterprises", "hazard", "open")}))
    'open'
    """
    layers = {schema.name, *schema.repeats}
    own = [level for of, field, level in settings if field == name and of in layers]
    if own:
        return max(own, key=SHARINGS.index)
    if name == GEOMETRY:
        return schema.geometry_sharing
    return schema.field(name).sharing


def settings_of(rules: pd.DataFrame) -> ClassSettings:
    """Return the classes that rules set.

    Parameters
    ----------
    rules
        The rules in force; of several rows of one rule the last counts.

    Raises
    ------
    InvalidLayerError
        If a rule about a class cannot be read.

    Examples
    --------
    >>> rule = {"rule_id": "class/stations.geometry", "body": '{"sharing": "open"}'}
    >>> settings_of(pd.DataFrame([rule]))
    frozenset({('stations', 'geometry', 'open')})
    """
    rows = {row["rule_id"]: row["body"] for row in rules.to_dict("records")}
    return frozenset(
        read_class(rule_id, body_of(body))
        for rule_id, body in rows.items()
        if rule_id.startswith(CLASS)
    )


def read_class(rule_id: str, body: Mapping[str, Any]) -> tuple[str, str, Sharing]:
    """Return what a rule says of the class of a field.

    Parameters
    ----------
    rule_id
        ``class/LAYER.FIELD``.
    body
        ``{"sharing": CLASS}``.

    Raises
    ------
    InvalidLayerError
        If the class of that field cannot be set, or there is no such class.

    Examples
    --------
    >>> read_class("class/grids.grid_id", {"sharing": "closed"})
    Traceback (most recent call last):
    ...
    gis.errors.InvalidLayerError: The rule 'class/grids.grid_id' is about no field \
whose class can be set; see those with several classes in the data dictionary.
    """
    layer, _, name = rule_id.removeprefix(CLASS).partition(".")
    if name not in SETTABLE.get(layer, ()):
        raise InvalidLayerError(
            "The rule {rule_id!r} is about no field whose class can be set; see those "
            "with several classes in the data dictionary.",
            rule_id=rule_id,
        )
    level = body.get("sharing")
    if level not in SHARINGS or len(body) > 1:
        raise InvalidLayerError(
            "The rule {rule_id!r} has the body {dict!r}, expected one of "
            "{sharings!r}; write one of these.",
            rule_id=rule_id,
            dict=dict(body),
            sharings=[{"sharing": each} for each in SHARINGS],
        )
    return layer, name, level
