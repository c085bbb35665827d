"""What a key may change of the grids: its areas bind whatever is drawn with it."""

from collections.abc import Collection
from pathlib import Path
from typing import Final

from api.service.access.keyring import PREFIX, KeyRing
from gis.access import MAY, Act, Caller, scope_of
from gis.counts import count_text
from gis.errors import EditError, SettingError
from gis.models import Instant
from gis.pagoda import Pagoda
from gis.sentences import joined, listed, sentence
from layers.files.guards import open_bytes, refuse_absent
from layers.schema.circles import pagoda_of
from layers.snapshots import build_snapshot
from layers.stores import Store
from layers.stores.protocol import VersionLayers

MOST_NAMES: Final = 10
"""So many areas are named in a refusal."""
MOST_BYTES: Final = 4096
"""A file with a key is no longer."""


def read_caller(store: Store, path: Path) -> Caller:
    """Return who has the key of a file: the key alone, in one line.

    Parameters
    ----------
    store
        Where the keys are registered.
    path
        The file, with what `pagoda key new` printed.

    Raises
    ------
    InputFileError
        If there is no such file, or it cannot be opened.
    SettingError
        If the file has more than a key, its key is not valid now, or its role may
        not change grids.
    """
    if path.name.startswith(PREFIX):
        raise SettingError(
            "Option --key has a key, expected the name of a file with it; write it to "
            "one that only you may read, as the text of a command is seen by others."
        )
    refuse_absent(path)
    try:
        with open_bytes(path) as file:
            secret = file.read(MOST_BYTES).decode("ascii").strip()
    except UnicodeDecodeError as error:
        raise SettingError(
            "The file {name!r} of --key has more than a key; give a file with the key "
            "alone, as `pagoda key new` printed it.",
            name=path.name,
        ) from error
    caller = KeyRing(store).caller(secret)
    if caller is None:
        raise SettingError(
            "The file {name!r} of --key has no key that is valid now, expected one "
            "that was neither revoked nor is over; see `pagoda key list`.",
            name=path.name,
        )
    if not caller.may(Act.DRAFT):
        roles = joined(
            ", ",
            (sentence("{role}", role=str(role)) for role in sorted(MAY[Act.DRAFT])),
        )
        raise SettingError(
            "Key {key_id!r} has the role {role!r}, expected one of {roles} to change "
            "grids; take another key.",
            key_id=caller.key_id,
            role=caller.role.value,
            roles=roles,
        )
    return caller


def tree_of(layers: VersionLayers) -> Pagoda | None:
    """Return the command tree of a version; None where its grids stand alone."""
    if layers.circles.empty:
        return None
    return pagoda_of(layers.grids, layers.circles, is_published=True)


def refuse_outside(
    store: Store,
    layers: VersionLayers,
    reach: Collection[tuple[str, str]],
    caller: Caller,
) -> None:
    """Refuse a change that touches what lies outside the areas of its caller.

    What a caller has is found in the tree and roster in force now, and where that lies
    in the version that is changed.

    Parameters
    ----------
    store
        Has posts and duties.
    layers
        The version that is changed.
    reach
        Areas with their paths, by `gis.editing.reach.reach_of`.
    caller
        Who does it.

    Raises
    ------
    EditError
        Names the areas outside.
    NoVersionError
        If no version is in force and the caller has not everything.
    """
    refuse_beyond(reach, paths_of(store, layers, caller, store.now()), caller)


def refuse_beyond(
    reach: Collection[tuple[str, str]], paths: tuple[str, ...], caller: Caller
) -> None:
    """Refuse a change that touches what lies beyond some paths of its caller.

    Parameters
    ----------
    reach
        As `refuse_outside` takes it.
    paths
        Of `paths_of`.
    caller
        Who does it.

    Raises
    ------
    EditError
        Names the areas outside.
    """
    outside = sorted({area for area, path in reach if not path.startswith(paths)})
    if outside:
        raise EditError(
            "Key {key_id!r} of role {role!r} is for {paths}, the change touches "
            "{areas} outside",
            grids=outside[:MOST_NAMES],
            remedy=sentence("leave them out, or have it done by a key that has them"),
            key_id=caller.key_id,
            role=caller.role.value,
            paths=listed(paths) or sentence("no area in force"),
            areas=count_text(len(outside), "area"),
        )


def paths_of(
    store: Store, layers: VersionLayers, caller: Caller, at: Instant
) -> tuple[str, ...]:
    """Return the beginnings of paths that a caller has in a version.

    Parameters
    ----------
    store, layers, caller
        As `refuse_outside` takes them.
    at
        When.
    """
    duties = None
    if caller.area_id is not None or caller.holder_id is not None:
        duties = build_snapshot(store, at).territory.duties
    pagoda = tree_of(layers)
    paths = scope_of(caller, duties, at).area_paths
    if pagoda is None:
        return paths
    # an area may stand elsewhere in the tree of a version to come
    areas = [path.rstrip("/").rpartition("/")[2] for path in paths]
    moved = (pagoda.path(area) if area else "" for area in areas)
    return tuple(path for path in moved if path is not None)
