"""Read GeoJSON a feature a line, part by part (RFC 8142 without its marks)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pyarrow as pa

from gis.sentences import sentence
from layers.files import guards
from layers.files.geojson import (
    DEFAULT_CRS,
    geometries_of,
    is_feature,
    refuse_depth,
)
from layers.files.json_lines import line_refusal, numbered_lines, object_of
from layers.files.table import (
    INT64,
    EventTable,
    crs_of,
    joined_parts,
    no_columns,
    type_of,
    typed_column,
)

PART_ROWS: Final = 32_768

Feature = dict[str, object]


def read_geojson_lines(path: Path) -> EventTable:
    """Return the features of a file that has one a line, property values unchanged.

    Raises
    ------
    InputFileError
        For a line that is no feature, by its number.
    """
    return joined_parts(geojson_line_parts(path))


def geojson_line_parts(path: Path) -> Iterator[EventTable]:
    """Yield what `read_geojson_lines` returns in parts, in order, one at least.

    The file is read twice: its columns, and the type of each, are those of all lines.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    InputFileError
        As `read_geojson_lines` raises it.
    """
    properties = _Properties()
    for features in _parts(path):
        for feature in features:
            properties.add(feature)
        guards.refuse_width(path, len(properties.kinds))
    crs, has_rows = crs_of(DEFAULT_CRS), False
    for features in _parts(path):
        has_rows = True
        geometry, faults = geometries_of(features)
        yield EventTable(properties.columns(path, features), geometry, crs, faults)
    if not has_rows:
        geometry, _ = geometries_of([])
        yield EventTable(properties.columns(path, []), geometry, crs)


class _Properties:
    """The properties of features by the order in which they first appear.

    Attributes
    ----------
    kinds
        Name -> types of its values.
    """

    def __init__(self) -> None:
        self.kinds: dict[str, set[type]] = {}
        self._long: set[str] = set()
        self._ids: set[type] = set()

    def add(self, feature: Feature) -> None:
        """Take the values of a feature."""
        for name, value in _values(feature).items():
            kinds = self.kinds.setdefault(name, set())
            if value is not None:
                kinds.add(type(value))
                if isinstance(value, int) and value not in INT64:
                    self._long.add(name)
        if (value := feature.get("id")) is not None:
            self._ids.add(type(value))

    def columns(self, path: Path, features: list[Feature]) -> pa.Table:
        """Return the values of features as columns, an id of features first."""
        rows = [_values(feature) for feature in features]
        columns = [
            (name, [row.get(name) for row in rows], kinds)
            for name, kinds in self.kinds.items()
        ]
        id_name = "feature_id" if "id" in self.kinds else "id"
        if self._ids and id_name not in self.kinds:
            ids = [feature.get("id") for feature in features]
            columns.insert(0, (id_name, ids, self._ids))
        pairs = []
        for name, values, kinds in columns:
            refuse_depth(path, name, values)
            kind = None if name in self._long else type_of(kinds)
            pairs.append(typed_column(name, values, kind))
        if not pairs:
            return no_columns(len(features))
        fields, arrays = zip(*pairs, strict=True)
        return pa.table(list(arrays), schema=pa.schema(list(fields)))


def _values(feature: Feature) -> dict[str, object]:
    """Return the properties of a feature."""
    values = feature.get("properties")
    return values if isinstance(values, dict) else {}


def _parts(path: Path) -> Iterator[list[Feature]]:
    """Yield the features of the lines, some at a time."""
    features: list[Feature] = []
    with guards.open_bytes(path) as source:
        for number, line in numbered_lines(path, source):
            feature = object_of(path, number, line)
            if not is_feature(feature):
                fault = sentence(
                    "is no GeoJSON 'Feature' with an object as 'properties', write "
                    "one a line"
                )
                raise line_refusal(path, number, fault)
            features.append(feature)
            if len(features) >= PART_ROWS:
                yield features
                features = []
    if features:
        yield features
