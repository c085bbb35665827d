"""Backups: copies of a store that were read back, the oldest of which go."""

import os
import re
import shutil
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from api.service.stores.export import export_store, opened_export, photos_beside
from api.service.stores.photos import named_photos, photo_faults
from gis.errors import StoreError
from gis.os_reasons import os_reason
from gis.sentences import clause
from layers.photos import PhotoFolder
from layers.stores import Store
from layers.stores.log import Link, LogFault, SignedHead, genesis, verify


class Backup(NamedTuple):
    """A copy that `init --from` restores.

    Attributes
    ----------
    path
        The GeoPackage; its photos lie beside it.
    last
        A link that its log goes through, the last of the store before; None where the
        log was empty.
    photos
        Photos that the store itself had lost.
    names, removed
        Names of the backups of the store in the folder now, and of those that went.
    """

    path: Path
    last: Link | None
    photos: tuple[LogFault, ...]
    names: tuple[str, ...]
    removed: tuple[str, ...]


def backup_store(
    store: Store, folder: Path, photos: PhotoFolder | None, keep: int | None
) -> Backup:
    """Copy a store into a folder, read the copy back, and let the oldest go.

    Files that are no backup of this store are left alone, and nothing goes before the
    new copy was read back.

    Parameters
    ----------
    store
        What is copied.
    folder
        Where its backups are; made where it is not there.
    photos
        Where the photos of the store are; None where that is not known.
    keep
        How many backups of the store stay, the new one among them; None keeps all.

    Raises
    ------
    StoreError
        If the copy cannot be written or is not what the store is, or the store is not
        what its log says; then the backups are as they were.
    """
    _make(folder)
    stem = f"pagoda-{re.sub(r'[^0-9A-Za-z_-]', '_', store.store_id)}"
    path = folder / f"{stem}-{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}.gpkg"
    part = folder / f".{path.name}"
    _remove_left_over(folder, f".{stem}-{_TIMES}.gpkg*")
    last = store.last_link()
    try:
        lacking = export_store(store, part, photos=photos)
        _read_back(part, _end_of(store.store_id, last), lacking.photos)
        _put_in_place(part, path)
    finally:
        _remove(part)
    backups = sorted(folder.glob(f"{stem}-{_TIMES}.gpkg"))
    old = backups[: max(len(backups) - keep, 0)] if keep else []
    for entry in old:
        _remove(entry)
    names = tuple(entry.name for entry in backups[len(old) :])
    return Backup(path, last, lacking.photos, names, tuple(entry.name for entry in old))


LONGEST_S: Final = 86_400
"""No backup takes longer."""
_TIMES: Final = "[0-9]" * 8 + "T" + "[0-9]" * 6 + "." + "[0-9]" * 6 + "Z"
"""How the times in the names of backups look."""


def _remove_left_over(folder: Path, pattern: str) -> None:
    """Remove what a backup that was killed left; a younger one may be under way."""
    for entry in folder.glob(pattern):
        with suppress(OSError):
            if time.time() - entry.stat().st_mtime < LONGEST_S:
                continue
            if entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink()


def _make(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            "The folder {folder!r} for backups cannot be made ({strerror}); name one "
            "that you may write to.",
            folder=str(folder),
            strerror=os_reason(error),
        ) from error


def _end_of(store_id: str, last: Link | None) -> SignedHead:
    """Return the end of a log as what a copy has to go through."""
    if last is None:
        return SignedHead(store_id, 0, genesis(store_id), "")
    return SignedHead(store_id, last.sequence, last.head, "")


def _read_back(path: Path, end: SignedHead, lost: tuple[LogFault, ...]) -> None:
    """Refuse a copy that does not hold all that the store has."""
    links_of_lost = {fault.sequence for fault in lost}
    with opened_export(str(path)) as copy:
        faults = [*verify(copy.log(), copy.store_id, end)]
        files = PhotoFolder(photos_beside(path))
        photos = photo_faults(named_photos(copy.log()), files)
        faults += [fault for fault in photos if fault.sequence not in links_of_lost]
    if faults:
        raise StoreError(
            "The copy in {folder!r} is not what the store is and was not kept "
            "({words}); look at the disk and try again.",
            folder=str(path.parent),
            words=clause(faults[0].text),
        )


def _put_in_place(part: Path, path: Path) -> None:
    """Give a copy its name, its photos first, so that it lasts."""
    try:
        with part.open("rb") as file:
            os.fsync(file.fileno())
        if photos_beside(part).exists():
            photos_beside(part).rename(photos_beside(path))
        part.rename(path)
    except OSError as error:
        raise StoreError(
            "The backup {path!r} cannot be written ({strerror}); choose a folder with "
            "room that you may write to.",
            path=str(path),
            strerror=os_reason(error),
        ) from error


def _remove(path: Path) -> None:
    """Remove a copy, its photos last: without it they are nothing."""
    path.unlink(missing_ok=True)
    shutil.rmtree(photos_beside(path), ignore_errors=True)
