"""Backups are read back before the oldest go, and give the store again."""

import os
from contextlib import closing
from pathlib import Path

import pytest

from api.service.stores import backup as backups
from api.service.stores.backup import backup_store
from api.service.stores.export import Lacking, export_store
from api.service.stores.init import init_export
from api.service.stores.photos import named_photos, photo_faults
from gis.errors import StoreError
from layers.photos import PhotoFolder
from layers.stores import Store, create_store, open_store
from layers.stores.log import verify
from layers.stores.memory import MemoryStore
from support.harness.photo_folders import photograph, with_photos
from support.harness.small_disk import on_a_small_disk
from support.makers.event_town import MEMBER, EventTown
from support.makers.photos import phone_photo
from support.makers.square_town import SquareTown
from support.makers.store_history import new_event


def names(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


def test_backup_gives_the_store_again(eventful: SquareTown, tmp_path: Path) -> None:
    store, folder = eventful.store, tmp_path / "new" / "backups"
    copy = backup_store(store, folder, None, None)
    assert names(folder) == [copy.path.name] == list(copy.names)
    assert (copy.last, copy.removed) == (store.last_link(), ())
    url = str(tmp_path / "again.gpkg")
    assert init_export(url, str(copy.path)) == ()
    with closing(open_store(url)) as again:
        assert again.last_link() == store.last_link()
        assert list(verify(again.log(), store.store_id)) == []
        assert again.events().equals(store.events())


def test_the_oldest_backups_of_this_store_go_and_nothing_else(tmp_path: Path) -> None:
    store, other = MemoryStore(store_id="S/1"), MemoryStore(store_id="S/1-x")
    folder = tmp_path / "backups"
    strange = backup_store(other, folder, None, 1).path.name
    first = backup_store(store, folder, None, 2).path
    old = f"{first.name[: -len('20260101T000000.000000Z.gpkg')]}20010101T000000"
    for name in ("notes.txt", f"{old}Z.gpkg", f"{old}.000000Z.gpkg.bak"):
        (folder / name).write_text("not a backup of it")
    second = backup_store(store, folder, None, 2).path
    third = backup_store(store, folder, None, 2)
    assert third.removed == (first.name,)
    assert third.names == (second.name, third.path.name)
    others = {strange, "notes.txt", f"{old}Z.gpkg", f"{old}.000000Z.gpkg.bak"}
    assert set(names(folder)) == others | set(third.names)


def test_a_copy_that_is_not_what_the_store_is_is_not_kept(
    eventful: SquareTown, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = backup_store(eventful.store, tmp_path / "b", None, 1)
    former = MemoryStore(store_id=eventful.store.store_id)

    def copy_former(_store: Store, out: Path, *, photos: None) -> Lacking:
        return export_store(former, out, photos=photos)

    monkeypatch.setattr(backups, "export_store", copy_former)
    with pytest.raises(StoreError, match=r"not what the store is .* does not go thr"):
        backup_store(eventful.store, tmp_path / "b", None, 1)
    assert names(tmp_path / "b") == [first.path.name]


def test_photos_go_with_a_backup_and_lost_ones_are_named(tmp_path: Path) -> None:
    town, files = EventTown(), tmp_path / "files"
    office = with_photos(town.office, files)
    event_id = town.report()
    for photo in (phone_photo(), phone_photo("PNG")):
        photograph(office, event_id, MEMBER, photo)
    lost, there = named_photos(town.store.log())
    (files / lost.photo.name).unlink()
    copy = backup_store(town.store, tmp_path / "b", PhotoFolder(files), 1)
    [fault] = copy.photos
    assert lost.photo.name in fault.text
    beside = PhotoFolder(Path(f"{copy.path}.files"))
    assert photo_faults([there], beside) == ()
    again = backup_store(town.store, tmp_path / "b", PhotoFolder(files), 1)
    assert names(tmp_path / "b") == [again.path.name, f"{again.path.name}.files"]


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"cannot be made \(.*\); name one"):
        backup_store(MemoryStore(), tmp_path / "file" / "b", None, 1)


def test_a_full_folder_keeps_the_backups_that_it_has(tmp_path: Path) -> None:
    url = tmp_path / "town.gpkg"
    with closing(create_store(str(url))) as store:
        store.append_events([new_event(str(n)) for n in range(200)])
    report = on_a_small_disk("backups", "2m", url, tmp_path / "disk")
    [text] = report["said"]
    assert "the disk is full; make room" in text
    assert len(report["left"]) == report["copies"] > 0


def test_what_a_killed_backup_left_goes_after_a_day(tmp_path: Path) -> None:
    store, other = MemoryStore(store_id="S"), MemoryStore(store_id="T")
    names_of_parts = [
        f".{backup_store(one, tmp_path, None, None).path.name}"
        for one in (store, other)
    ]
    for name in (names_of_parts[0], f"{names_of_parts[0]}-journal", names_of_parts[1]):
        (tmp_path / name).write_text("half")
        os.utime(tmp_path / name, (1, 1))
    (tmp_path / f"{names_of_parts[0]}.files").mkdir()
    os.utime(tmp_path / f"{names_of_parts[0]}.files", (1, 1))
    young = tmp_path / names_of_parts[0].replace(".gpkg", "")[:-27]
    young = young.with_name(f"{young.name}20991231T000000.000000Z.gpkg")
    young.write_text("under way")
    backup_store(store, tmp_path, None, None)
    left = {name for name in names(tmp_path) if name.startswith(".")}
    assert left == {names_of_parts[1], young.name}
