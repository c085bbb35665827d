"""Where the photos of a store are, which there are, and copies of them."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from api.service.events.photos import PHOTO, Photos
from api.settings import Settings
from gis.errors import PhotoError, SettingError
from gis.sentences import sentence
from layers.photos import Photo, PhotoFolder, photo_of
from layers.stores import files_beside
from layers.stores.actions import read_action
from layers.stores.log import ACTIONS, Batch, LogFault

FILES = "files"
"""The folder of photos in an export that is a folder."""
FAULTS = {"missing": sentence("missing"), "altered": sentence("altered")}
"""What may be wrong with a file."""
_MARK = b'"photo"'
"""Stands in the row of every action that names one."""


class NamedPhoto(NamedTuple):
    """A photo that the log names: by which link, of which event."""

    sequence: int
    event_id: str
    photo: Photo


def photo_folder(url: str, files: Path | None = None) -> PhotoFolder | None:
    """Return where the photos of a store are; None where there is no place for any.

    Parameters
    ----------
    url
        Address of the store.
    files
        The setting `files`, which comes first.

    Examples
    --------
    >>> str(photo_folder("town.gpkg").path)
    'town.gpkg.files'
    >>> photo_folder("postgresql://db/town") is None
    True
    """
    path = files_beside(url) if files is None else Path(os.path.expanduser(files))
    return None if path is None else PhotoFolder(path)


def photos_of_service(settings: Settings) -> Photos:
    """Return what keeps the photos of a service; one in memory keeps none.

    Parameters
    ----------
    settings
        Settings of the deployment.

    Examples
    --------
    >>> photos_of_service(Settings(store="memory:")).reason
    'in_memory'
    """
    if settings.store is None or settings.store == "memory:":
        return Photos(None, "in_memory")
    return Photos(photo_folder(settings.store, settings.files), "no_folder")


def named_photos(log: Iterable[Batch]) -> Iterator[NamedPhoto]:
    """Yield every photo that a log names, the first time it does.

    Parameters
    ----------
    log
        Links with their rows.
    """
    names = set()
    for link, rows in log:
        for row in rows if link.layer == ACTIONS else ():
            action = read_action(row) if _MARK in row else None
            if action is None or action.action != PHOTO:
                continue
            photo = photo_of(action.request)
            if photo is not None and photo.name not in names:
                names.add(photo.name)
                yield NamedPhoto(link.sequence, str(action.event_id), photo)


def photo_faults(
    photos: Iterable[NamedPhoto], folder: PhotoFolder | None
) -> tuple[LogFault, ...]:
    """Return a fault for each photo whose file is missing or altered.

    Parameters
    ----------
    photos
        Those that a log names.
    folder
        Where their files are; None where none is known.
    """
    return tuple(
        _fault(entry, folder, kind)
        for entry in photos
        if (kind := "missing" if folder is None else folder.fault(entry.photo))
    )


def copy_photos(
    photos: Iterable[NamedPhoto], source: PhotoFolder | None, target: PhotoFolder
) -> tuple[LogFault, ...]:
    """Copy the files of photos; return a fault for each that is missing or altered.

    Parameters
    ----------
    photos
        Those that a log names.
    source
        Where their files are; None where none is known.
    target
        Where they go; what is there already stays.

    Raises
    ------
    StoreUnavailableError
        If the target cannot be written.
    """
    faults = []
    for entry in photos:
        if target.fault(entry.photo) is None:
            continue
        try:
            content = source.content(entry.photo) if source else None
        except PhotoError:
            content = None
        if content is not None:
            target.add(entry.photo, content)
        else:
            kind = source.fault(entry.photo) if source else None
            faults.append(_fault(entry, source, kind or "missing"))
    return tuple(faults)


def folder_of_export(source: str, files: Path | None = None) -> PhotoFolder | None:
    """Return where the photos of an export, or of a store that is copied, are.

    Parameters
    ----------
    source
        Folder, GeoPackage or address of a store.
    files
        The setting `files`; what lies beside an export comes first.

    Examples
    --------
    >>> str(folder_of_export("no_such.gpkg", Path("photos")).path)
    'photos'
    """
    if Path(source).is_dir():
        return PhotoFolder(Path(source) / FILES)
    beside = files_beside(source)
    if beside is not None and beside.is_dir():
        return PhotoFolder(beside)
    return photo_folder(source, files)


def require_folder(
    photos: Iterable[NamedPhoto], folder: PhotoFolder | None
) -> PhotoFolder | None:
    """Return the folder for some photos; None where there are none and no folder.

    Parameters
    ----------
    photos
        Those that a log names.
    folder
        Where their files are to be.

    Raises
    ------
    SettingError
        If there are photos and no folder.
    """
    if folder is None and any(True for _ in photos):
        raise SettingError(
            "The export has photos and PAGODA_FILES is not set, expected a folder for "
            "them where the store is no file; set it, then make the store again."
        )
    return folder


def _fault(entry: NamedPhoto, folder: PhotoFolder | None, kind: str) -> LogFault:
    """Return what is wrong with a photo, in words."""
    if folder is None:
        text = sentence(
            "Photo {name!r} of event {event_id!r} is missing and PAGODA_FILES is not "
            "set; set it to the folder of photos.",
            name=entry.photo.name,
            event_id=entry.event_id,
        )
    else:
        text = sentence(
            "Photo {name!r} of event {event_id!r} is {fault} in {path!r}; restore its "
            "file from a backup.",
            name=entry.photo.name,
            event_id=entry.event_id,
            fault=FAULTS[kind],
            path=str(folder.path),
        )
    return LogFault(entry.sequence, text)
