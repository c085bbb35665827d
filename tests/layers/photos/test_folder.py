"""Photos on disk: one file a content, whole or not there, and what is wrong with it."""

import errno
import hashlib
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from gis.errors import PhotoError, StoreUnavailableError
from layers.photos.folder import Photo, PhotoFolder, photo_of
from layers.photos.pictures import Picture

PICTURE = Picture(b"pixels", "image/jpeg", 4, 3)
DIGEST = hashlib.sha256(b"pixels").hexdigest()


@pytest.fixture
def folder(tmp_path):
    return PhotoFolder(tmp_path / "town.gpkg.files")


def files(folder):
    return [path for path in folder.path.rglob("*") if path.is_file()]


def test_a_picture_is_a_file_under_its_digest(folder):
    photo = folder.put(PICTURE)
    assert photo == Photo(DIGEST, "image/jpeg", 4, 3)
    [path] = files(folder)
    assert path.relative_to(folder.path) == Path(DIGEST[:2]) / f"{DIGEST}.jpg"
    assert folder.content(photo) == b"pixels"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700


def test_the_same_picture_twice_is_one_file(folder):
    first, second = folder.put(PICTURE), folder.put(PICTURE)
    assert first == second
    [path] = files(folder)
    before = path.stat().st_mtime_ns
    assert not folder.add(first, b"pixels")
    assert path.stat().st_mtime_ns == before


def test_many_at_once_leave_one_file_and_nothing_beside_it(folder):
    with ThreadPoolExecutor(8) as pool:
        photos = {*pool.map(lambda _: folder.put(PICTURE), range(40))}
    assert len(photos) == len(files(folder)) == 1


def test_a_file_that_was_altered_or_lost_is_said_and_mended_by_the_same_photo(folder):
    photo = folder.put(PICTURE)
    [path] = files(folder)
    path.write_bytes(b"other pixels")
    assert folder.fault(photo) == "altered"
    with pytest.raises(PhotoError) as refused:
        folder.content(photo)
    assert refused.value.reason == "lost"
    path.unlink()
    assert folder.fault(photo) == "missing"
    with pytest.raises(PhotoError):
        folder.content(photo)
    assert folder.put(PICTURE) == photo
    assert folder.fault(photo) is None


def test_a_file_is_on_the_disk_before_it_has_its_name(folder, monkeypatch):
    order = []
    sync, replace = os.fsync, Path.replace

    def synced(handle):
        order.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        sync(handle)

    def renamed(path, target):
        order.append("name")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    folder.put(PICTURE)
    assert order == ["folder", "folder", "file", "name", "folder"]


def test_a_full_disk_is_said_and_leaves_nothing(folder, monkeypatch):
    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    folder.path.mkdir()
    (folder.path / DIGEST[:2]).mkdir()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreUnavailableError, match=r"No space left.*PAGODA_FILES"):
        folder.put(PICTURE)
    assert files(folder) == []


def test_a_folder_that_is_a_file_is_said(folder):
    folder.path.write_text("not a folder")
    with pytest.raises(StoreUnavailableError, match="cannot be written"):
        folder.put(PICTURE)


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"photo": DIGEST},
        {"photo": DIGEST, "media_type": "image/svg+xml"},
        {"photo": f"../{DIGEST[3:]}", "media_type": "image/png"},
        {"photo": DIGEST.upper(), "media_type": "image/png"},
        {"photo": f"{DIGEST}\n", "media_type": "image/png"},
        {"photo": 5, "media_type": ["image/png"]},
    ],
)
def test_what_names_no_file_of_the_folder_is_no_photo(request_):
    assert photo_of(request_) is None


def test_an_action_names_its_photo():
    request = {"photo": DIGEST, "media_type": "image/png", "width": 4, "height": "x"}
    assert photo_of(request) == Photo(DIGEST, "image/png", 4, 0)
