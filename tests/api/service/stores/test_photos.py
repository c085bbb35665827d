"""Photos are part of every backup, come back with it, and are missed by name."""

import shutil
from contextlib import closing
from pathlib import Path

import pytest

from api.service.stores.export import Lacking, export_store
from api.service.stores.init import init_export
from api.service.stores.photos import (
    copy_photos,
    folder_of_export,
    named_photos,
    photo_faults,
    photo_folder,
    photos_of_service,
    require_folder,
)
from api.settings import Settings
from gis.errors import SettingError, StoreUnavailableError
from gis.events import Action
from layers.photos import Photo, PhotoFolder, Picture
from layers.stores import create_store, open_store
from layers.stores.loops import Entry
from support.harness.photo_folders import photograph, with_photos
from support.makers.event_town import MEMBER, OPERATOR, EventTown
from support.makers.photos import phone_photo

PHOTOS = (phone_photo(), phone_photo("PNG"), phone_photo(orientation=3))


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> tuple[EventTown, PhotoFolder]:
    """A town with three photos at two events, one of them twice; not to be written."""
    town, folder = EventTown(), tmp_path_factory.mktemp("town") / "files"
    office = with_photos(town.office, folder)
    first, second = town.report(), town.report()
    for event_id, photo in zip(
        (first, second, second, first), (*PHOTOS, PHOTOS[0]), strict=True
    ):
        photograph(office, event_id, MEMBER, photo)
    town.act(first, OPERATOR, "note", note='no "photo" at all')
    # what no action names is in no backup
    PhotoFolder(folder).put(Picture(b"an orphan", "image/png", 1, 1))
    return town, PhotoFolder(folder)


def names(folder: Path) -> set[str]:
    """The files of a folder of photos."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file()
    }


def photos(town: EventTown) -> set[str]:
    """The files that the log of a town names."""
    return {named.photo.name for named in named_photos(town.store.log())}


def test_the_log_names_each_photo_once_with_its_event(
    source: tuple[EventTown, PhotoFolder],
) -> None:
    town, folder = source
    named = [*named_photos(town.store.log())]
    assert len(named) == len(photos(town)) == 3
    assert photos(town) < names(folder.path)
    for each in named:
        actions = town.store.actions(each.event_id)
        assert each.photo.digest in {
            stored.action.request.get("photo") for stored in actions
        }
    assert photo_faults(named, folder) == ()


@pytest.mark.parametrize("name", ["copy", "copy.gpkg"])
def test_a_backup_has_the_photos_and_a_store_made_of_it_too(
    source: tuple[EventTown, PhotoFolder], tmp_path: Path, name: str
) -> None:
    town, folder = source
    assert export_store(town.store, tmp_path / name, "geojson", folder) == Lacking()
    beside = tmp_path / ("copy.gpkg.files" if name.endswith("gpkg") else "copy/files")
    assert names(beside) == photos(town)
    # nothing of the first town is needed any more, wherever it is moved
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    for path in (tmp_path / name, tmp_path / "copy.gpkg.files"):
        if path.exists():
            shutil.move(path, moved / path.name)
    url = str(tmp_path / "again.gpkg")
    assert init_export(url, str(moved / name)) == ()
    again = photo_folder(url)
    assert again is not None
    assert names(again.path) == photos(town)
    with closing(open_store(url)) as store:
        assert store.last_link() == town.store.last_link()
        assert photo_faults(named_photos(store.log()), again) == ()


def test_a_folder_of_its_own_stands_before_that_beside_the_store(
    source: tuple[EventTown, PhotoFolder], tmp_path: Path
) -> None:
    town, folder = source
    export_store(town.store, tmp_path / "copy.gpkg", photos=folder)
    url, files = str(tmp_path / "again.gpkg"), tmp_path / "photos"
    assert init_export(url, str(tmp_path / "copy.gpkg"), files) == ()
    assert names(files) == photos(town)
    assert not (tmp_path / "again.gpkg.files").exists()


def test_photos_that_are_lost_are_named_and_the_rest_is_kept(
    source: tuple[EventTown, PhotoFolder], tmp_path: Path
) -> None:
    town, whole = source
    folder = PhotoFolder(tmp_path / "damaged")
    shutil.copytree(whole.path, folder.path)
    lost, altered, kept = sorted(photos(town))
    (folder.path / lost).unlink()
    (folder.path / altered).write_bytes(b"other")
    faults = photo_faults(named_photos(town.store.log()), folder)
    texts = {fault.text for fault in faults}
    assert {text.split("'")[1] for text in texts} == {lost, altered}
    assert any(f"{lost!r}" in text and "is missing in" in text for text in texts)
    assert any(f"{altered!r}" in text and "is altered in" in text for text in texts)
    assert all(text.endswith("; restore its file from a backup.") for text in texts)
    copied = export_store(town.store, tmp_path / "copy", "geojson", folder).photos
    assert {fault.text for fault in copied} == texts
    assert names(tmp_path / "copy" / "files") == {kept}
    again = init_export(str(tmp_path / "again.gpkg"), str(tmp_path / "copy"))
    assert len(again) == 2
    # the same photos from a backup mend it
    assert copy_photos(named_photos(town.store.log()), whole, folder) == ()
    assert photo_faults(named_photos(town.store.log()), folder) == ()


def test_a_store_without_photos_makes_no_folder(tmp_path: Path) -> None:
    town = EventTown()
    town.report()
    assert export_store(town.store, tmp_path / "copy.gpkg") == Lacking()
    assert [path.name for path in tmp_path.iterdir()] == ["copy.gpkg"]
    assert init_export(str(tmp_path / "again.gpkg"), str(tmp_path / "copy.gpkg")) == ()
    assert not (tmp_path / "again.gpkg.files").exists()


def test_what_stands_where_photos_of_a_backup_go_is_not_written_over(
    source: tuple[EventTown, PhotoFolder], tmp_path: Path
) -> None:
    town, folder = source
    (tmp_path / "copy.gpkg.files").mkdir()
    with pytest.raises(SettingError, match="is there already"):
        export_store(town.store, tmp_path / "copy.gpkg", photos=folder)
    assert not (tmp_path / "copy.gpkg").exists()


def test_a_backup_that_cannot_be_written_leaves_nothing(
    source: tuple[EventTown, PhotoFolder],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    town, folder = source

    def fail(*_: object) -> bool:
        raise SettingError("No room.")

    monkeypatch.setattr(type(town.store), "export", fail)
    with pytest.raises(SettingError, match="No room"):
        export_store(town.store, tmp_path / "copy.gpkg", photos=folder)
    assert [*tmp_path.iterdir()] == []


def test_photos_without_a_folder_make_no_store(
    source: tuple[EventTown, PhotoFolder], tmp_path: Path
) -> None:
    town, folder = source
    with pytest.raises(SettingError, match="PAGODA_FILES is not set"):
        require_folder(named_photos(town.store.log()), None)
    assert require_folder([], None) is None
    assert require_folder(named_photos(town.store.log()), folder) == folder
    export_store(town.store, tmp_path / "copy", photos=folder)
    with pytest.raises(SettingError, match="set it, then make the store again"):
        init_export("memory:", str(tmp_path / "copy"))


def test_a_disk_that_is_full_leaves_no_store_and_no_photo(
    source: tuple[EventTown, PhotoFolder],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    town, folder = source
    export_store(town.store, tmp_path / "copy", photos=folder)
    add, calls = PhotoFolder.add, []

    def full_after_one(target: PhotoFolder, photo: Photo, content: bytes) -> bool:
        if calls:
            raise StoreUnavailableError("No room.")
        calls.append(photo)
        return add(target, photo, content)

    monkeypatch.setattr(PhotoFolder, "add", full_after_one)
    with pytest.raises(StoreUnavailableError):
        init_export(str(tmp_path / "again.gpkg"), str(tmp_path / "copy"))
    assert len(calls) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]


def test_without_a_folder_every_photo_is_missed(
    source: tuple[EventTown, PhotoFolder],
) -> None:
    faults = photo_faults(named_photos(source[0].store.log()), None)
    assert len(faults) == 3
    assert all("and PAGODA_FILES is not set" in fault.text for fault in faults)


def test_a_log_of_a_stranger_leads_out_of_no_folder() -> None:
    with closing(create_store("memory:")) as store:
        request = {"photo": "../../etc/passwd", "media_type": "image/png"}
        action = Action("A1", None, "photo", 0, request=request)  # type: ignore[arg-type]
        store.append([Entry(actions=(action,))]).result()
        assert [*named_photos(store.log())] == []


@pytest.mark.parametrize(
    ("store", "files", "path", "reason"),
    [
        (None, None, None, "in_memory"),
        ("memory:", Path("photos"), None, "in_memory"),
        ("town.gpkg", None, "town.gpkg.files", ""),
        ("geopackage:a/town.gpkg", None, "a/town.gpkg.files", ""),
        ("town.gpkg", Path("photos"), "photos", ""),
        ("postgresql://db/town", None, None, "no_folder"),
        ("postgresql://db/town", Path("photos"), "photos", ""),
    ],
)
def test_photos_are_beside_a_file_or_in_the_folder_that_is_set(
    store: str | None, files: Path | None, path: str | None, reason: str
) -> None:
    service = photos_of_service(Settings(store=store, files=files))
    folder = service.folder and service.folder.path
    assert folder == (None if path is None else Path(path))
    assert reason in {"", service.reason}


def test_the_home_of_the_user_may_be_named() -> None:
    folder = photo_folder("town.gpkg", Path("~/photos"))
    assert folder is not None
    assert "~" not in str(folder.path)


def test_an_export_is_read_where_it_is(tmp_path: Path) -> None:
    url = str(tmp_path / "copy.gpkg")
    assert folder_of_export(url, Path("set")) == PhotoFolder(Path("set"))
    (tmp_path / "copy.gpkg.files").mkdir()
    assert folder_of_export(url, Path("set")) == PhotoFolder(
        tmp_path / "copy.gpkg.files"
    )
    assert folder_of_export(str(tmp_path)) == PhotoFolder(tmp_path / "files")
    assert folder_of_export("postgresql://db/town") is None


def test_a_copy_leaves_what_is_there_as_it_is(
    source: tuple[EventTown, PhotoFolder], tmp_path: Path
) -> None:
    town, folder = source
    target = PhotoFolder(tmp_path)
    copy_photos(named_photos(town.store.log()), folder, target)
    times = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")}
    assert copy_photos(named_photos(town.store.log()), None, target) == ()
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*.*")} == times
    nothing = Photo("0" * 64, "image/png", 1, 1)
    assert target.fault(nothing) == "missing"
