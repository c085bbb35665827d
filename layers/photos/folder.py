"""The folder of photos: each a file under its digest, whole or not there."""

import hashlib
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from gis.errors import StoreUnavailableError
from gis.os_reasons import os_reason
from layers.photos.pictures import Picture
from layers.photos.words import photo_error

SUFFIXES: Final[Mapping[str, str]] = MappingProxyType(
    {"image/jpeg": ".jpg", "image/png": ".png"}
)
_DIGEST: Final = re.compile("[0-9a-f]{64}")


class Photo(NamedTuple):
    """A photo as an action names it.

    Attributes
    ----------
    digest
        SHA-256 of the file, hexadecimal.
    media_type
        One of `SUFFIXES`.
    width, height
        In pixels.
    """

    digest: str
    media_type: str
    width: int
    height: int

    @property
    def name(self) -> str:
        """Where its file stands in a folder.

        Examples
        --------
        >>> Photo("ab" * 32, "image/png", 1, 1).name[:8]
        'ab/ababa'
        """
        return f"{self.digest[:2]}/{self.digest}{SUFFIXES[self.media_type]}"


def photo_of(request: Mapping[str, Any]) -> Photo | None:
    """Return the photo that an action names; None where it names none that could be.

    Parameters
    ----------
    request
        What is kept of what was asked for: from a log that a stranger may have written.

    Examples
    --------
    >>> photo_of({"photo": "../../etc", "media_type": "image/png"}) is None
    True
    """
    digest, media_type = str(request.get("photo", "")), request.get("media_type")
    if not _DIGEST.fullmatch(digest) or media_type not in SUFFIXES:
        return None
    sides = (request.get("width"), request.get("height"))
    width, height = (side if isinstance(side, int) else 0 for side in sides)
    return Photo(digest, str(media_type), width, height)


@dataclass(frozen=True, slots=True)
class PhotoFolder:
    """Photos on disk, each under the digest of what is in it.

    Attributes
    ----------
    path
        The folder; it is made with the first photo.

    Examples
    --------
    >>> import tempfile
    >>> folder = PhotoFolder(Path(tempfile.mkdtemp()) / "town.gpkg.files")
    >>> photo = folder.put(Picture(b"pixels", "image/png", 2, 1))
    >>> folder.content(photo), folder.fault(photo)
    (b'pixels', None)
    """

    path: Path

    def put(self, picture: Picture) -> Photo:
        """Keep a picture, durable when the call returns; the same again is one file.

        Parameters
        ----------
        picture
            As `read_picture` made it.

        Raises
        ------
        StoreUnavailableError
            If the folder cannot be written.
        """
        content = picture.content
        digest = hashlib.sha256(content).hexdigest()
        photo = Photo(digest, picture.media_type, picture.width, picture.height)
        self.add(photo, content)
        return photo

    def add(self, photo: Photo, content: bytes) -> bool:
        """Write the file of a photo, durable when the call returns.

        Parameters
        ----------
        photo
            Under which name.
        content
            What is in it.

        Returns
        -------
        is_new
            False where it is there already.

        Raises
        ------
        StoreUnavailableError
            If the folder cannot be written.
        """
        if self.fault(photo) is None:
            return False
        path = self.path / photo.name
        try:
            for folder in (self.path, path.parent):
                if not folder.is_dir():
                    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                    _settle(folder.parent)
            _write(path, content)
            _settle(path.parent)
        except OSError as error:
            raise StoreUnavailableError(
                "Folder of photos {path!r} cannot be written ({why}); make room there, "
                "or set PAGODA_FILES to a folder that the service may write to.",
                path=str(self.path),
                why=os_reason(error),
            ) from error
        return True

    def content(self, photo: Photo) -> bytes:
        """Return the file of a photo.

        Raises
        ------
        PhotoError
            If it is missing or not what its digest says.
        """
        content = self._read(photo)
        if content is None or hashlib.sha256(content).hexdigest() != photo.digest:
            raise photo_error("lost")
        return content

    def fault(self, photo: Photo) -> str | None:
        """Return what is wrong with the file of a photo; None for nothing."""
        content = self._read(photo)
        if content is None:
            return "missing"
        is_same = hashlib.sha256(content).hexdigest() == photo.digest
        return None if is_same else "altered"

    def _read(self, photo: Photo) -> bytes | None:
        try:
            return (self.path / photo.name).read_bytes()
        except OSError:
            return None


def _write(path: Path, content: bytes) -> None:
    """Write a file that appears whole, and is on the disk when the call returns."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        with open(
            os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
        ) as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    """Put the names of a folder on the disk."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
