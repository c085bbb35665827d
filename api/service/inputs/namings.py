"""What options say of the files of a command: columns and sheets, file by file."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from gis.errors import SettingError
from layers.files.heads import PLAIN, Naming
from layers.files.layer_columns import FILE_LAYERS

Namings: TypeAlias = Mapping[str, Naming]
"""Layer -> what the user says of its file."""


def namings_of(
    renames: Iterable[tuple[str, str]], sheets: Iterable[str], layers: Sequence[str]
) -> Namings:
    """Return what is said of the file of each layer.

    Parameters
    ----------
    renames
        Our name of a column, or ``layer.name``, and the head that a file has for it.
    sheets
        Names of sheets, or ``layer=name``; one without a layer is of the first.
    layers
        Layers that the command reads, the one that it is about first.

    Raises
    ------
    SettingError
        For a name that no file or several files have, and two heads for one column.

    Examples
    --------
    >>> files = namings_of([("tier", "层级")], ["网格表"], ["grids", "circles"])
    >>> files["circles"].renames, files["grids"].sheet
    ({'tier': '层级'}, '网格表')
    """
    heads: dict[str, dict[str, str]] = defaultdict(dict)
    for name, head in renames:
        layer, ours = _layer_of(name, layers)
        if ours in heads[layer]:
            raise SettingError(
                "--map names {ours!r} twice, as {first!r} and {second!r}; one column "
                "is one head, leave one out.",
                ours=ours,
                first=heads[layer][ours],
                second=head,
            )
        heads[layer][ours] = head
    pages = dict(_sheet_of(sheet, layers) for sheet in sheets)
    return {
        layer: Naming(heads.get(layer, {}), pages.get(layer))
        for layer in layers
        if layer in heads or layer in pages
    }


def naming_for(namings: Namings, layer: str) -> Naming:
    """Return what is said of the file of a layer."""
    return namings.get(layer, PLAIN)


def _layer_of(name: str, layers: Sequence[str]) -> tuple[str, str]:
    """Return the layer that a mapping is about, and its column."""
    layer, point, ours = name.partition(".")
    if point:
        if layer not in layers:
            raise SettingError(
                "--map names {name!r}, but this command reads {layers!r}; put one of "
                "them before the point.",
                name=name,
                layers=list(layers),
            )
        return layer, ours
    own = [
        layer
        for layer in layers
        if any(field.name == name for field in FILE_LAYERS[layer].all_fields)
    ]
    if len(own) > 1:
        raise SettingError(
            "--map names {name!r}, which is a column of {own!r}; say of which, such as "
            "{example}=COLUMN.",
            name=name,
            own=own,
            example=f"{own[0]}.{name}",
        )
    # the reader of the first file says which columns there are
    return (own or layers)[0], name


def _sheet_of(sheet: str, layers: Sequence[str]) -> tuple[str, str]:
    """Return the layer that a sheet is of, and its name."""
    layer, sign, name = sheet.partition("=")
    return (layer, name) if sign and layer in layers else (layers[0], sheet)
