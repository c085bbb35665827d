"""What was acknowledged stays, whatever happens to writer, file and disk."""

import json
import os
import shutil
import subprocess
import sys
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from conftest import missing
from gis.errors import StoreError, StoreUnavailableError
from layers.stores.geopackage import GeoPackageStore, create_geopackage
from layers.stores.geopackage import events as event_rows
from layers.stores.log import verify
from support.harness import geopackage_faults
from support.harness.geopackage_faults import (
    PART,
    cut_rounds,
    filled_store,
    found,
    history_part,
    kill_rounds,
    killed_history,
    mutation_rounds,
    now,
    unsynced_acknowledgements,
)
from support.makers.store_history import Clock, day, new_event

IS_LONG = bool(os.environ.get("PAGODA_SOAK"))
KILLS, CUTS, MUTATED = (200, 300, 1000) if IS_LONG else (4, 12, 40)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "town.gpkg"
    create_geopackage(path)
    return path


def test_killed_writers_lose_nothing_acknowledged_and_leave_nothing_half(tmp_path):
    report = kill_rounds(tmp_path, KILLS)
    assert report.pop("acknowledged") > 0
    assert report == {
        "kills": KILLS,
        "lost": 0,
        "half_transactions": 0,
        "faults_of_the_chain": 0,
    }


def test_killed_history_has_whole_transactions_and_goes_on_where_it_was(path):
    there = 0
    for moment in (None, 0.03, 0.0, None):
        acknowledged = killed_history(path, there, moment)
        assert acknowledged == 2 or moment is not None
        with closing(GeoPackageStore(path, now=now)) as store:
            assert list(verify(store.log(), store.store_id)) == []
            assert store.strays() == ()
            sizes = [link.rows for link, _ in store.log()]
            unheard = len(sizes) - there - 2 * acknowledged
            # a pair may be durable and nobody hear of it
            assert unheard == 0 or (unheard == 2 and moment is not None)
            there = len(sizes)
            assert sizes == [PART] * there
            assert store.append_history([history_part(there - 1)]) == 0
            assert store.append_history([history_part(there)]) == PART
            there += 1


def test_cut_of_the_log_loses_nothing_acknowledged_or_is_reported(tmp_path):
    report = cut_rounds(tmp_path, CUTS)
    assert report["before"] > 0
    assert report["lost_after"] == 0
    assert report["not_a_prefix"] == 0
    assert report["not_reported"] == 0


def test_every_change_of_the_log_is_found_against_the_exported_head(tmp_path):
    assert mutation_rounds(tmp_path, MUTATED)["not_found"] == []


def test_log_that_nobody_changed_has_no_fault(tmp_path):
    exported = filled_store(tmp_path / "town.gpkg")
    assert found(tmp_path / "town.gpkg", exported) == []


@pytest.mark.parametrize(("synchronous", "unsynced"), [("FULL", 0), ("OFF", 5)])
def test_acknowledgement_follows_an_fsync_and_only_then(path, synchronous, unsynced):
    if shutil.which("strace") is None:
        missing("no strace")
    if subprocess.run(["strace", "true"], capture_output=True, check=False).returncode:
        missing("strace may not trace here")
    assert unsynced_acknowledgements(path, 5, synchronous) == (5, unsynced)


def test_full_and_read_only_disks_are_said_in_one_sentence_and_lose_nothing(tmp_path):
    mount = f"mount -t tmpfs -o size=3m tmpfs {tmp_path}"
    inside = ["unshare", "-rm", "sh", "-c"]
    if subprocess.run([*inside, mount], capture_output=True, check=False).returncode:
        missing("no user name spaces to mount a small disk in")
    script = f"{mount} && exec {sys.executable} {geopackage_faults.__file__} small_disk"
    run = subprocess.run(
        [*inside, f"{script} {tmp_path}"], capture_output=True, text=True, check=True
    )
    said = json.loads(run.stdout)
    assert "the disk is full; make room" in said["full"]
    assert (said["lost_when_full"], said["rows_beyond"]) == (0, 0)
    assert said["healthy"]
    assert said["read"] == 0
    assert "can only be read, and a service or a migration writes" in said["serve"]
    assert "cannot be written; give this user" in said["write"]
    assert "folder that can be written" in said["create"]


def test_second_service_is_refused_and_one_shot_writers_are_not(path):
    with closing(GeoPackageStore(path, now=now, is_service=True)) as service:
        with pytest.raises(StoreError, match="served by another process; stop that"):
            GeoPackageStore(path, now=now, is_service=True)
        with closing(GeoPackageStore(path, now=now)) as other:
            service.append_events([new_event("1")])
            other.append_events([new_event("2")])
            service.append_events([new_event("3")])
        assert service.events()["source_id"].tolist() == ["1", "2", "3"]
        assert list(verify(service.log(), service.store_id)) == []
    GeoPackageStore(path, now=now, is_service=True).close()


def test_service_sees_what_another_writer_published(tmp_path):
    path = tmp_path / "town.gpkg"
    filled_store(path)
    with closing(GeoPackageStore(path, now=now, is_service=True)) as service:
        before = service.revision()
        with closing(GeoPackageStore(path, now=now)) as other:
            other.record(
                "rules",
                geopackage_faults.RULE.assign(valid_from=geopackage_faults.MIDNIGHT),
            )
        assert service.revision() > before
        assert service.facts("rules")["rule_id"].tolist() == ["R"]


def test_writer_that_waits_too_long_says_who_it_waits_for(path, monkeypatch):
    monkeypatch.setattr("layers.stores.geopackage.connections.BUSY_S", 0.05)
    with (
        closing(GeoPackageStore(path, now=now)) as store,
        closing(GeoPackageStore(path, now=now)) as other,
        other._file.writing(),
        pytest.raises(StoreUnavailableError, match="being written by another process"),
    ):
        store.append_events([new_event("1")])


@pytest.mark.parametrize("what", ["replaced", "vanished", "without its log"])
def test_file_that_is_changed_underneath_takes_nothing(path, what):
    store = GeoPackageStore(path, now=now, is_service=True)
    [receipt] = store.append_events([new_event("1")])
    aside = path.with_name("aside.gpkg")
    if what == "without its log":
        path = path.with_name(path.name + "-wal")
    path.rename(aside)
    if what == "replaced":
        create_geopackage(path.with_name("new.gpkg"))
        path.with_name("new.gpkg").rename(path)
    for call in (lambda: store.append_events([new_event("2")]), store.events):
        with pytest.raises(StoreUnavailableError, match="moved, replaced or deleted"):
            call()
    assert not store.is_healthy()
    if what == "replaced":
        path.unlink()
    aside.rename(path)
    assert store.is_healthy()
    assert store.event(receipt.event_id) is not None
    assert len(store.events()) == 1
    store.close()


FOREIGN = {
    "absent": (lambda path: path.unlink(), "No store is at"),
    "empty": (lambda path: path.write_bytes(b""), "is no store of Pagoda"),
    "text": (lambda path: path.write_text("grid_id,name\n" * 99), "is no database"),
    "newer": (
        lambda path: _change(path, "UPDATE pagoda_store SET schema_version = 99"),
        "form 99 of a later release",
    ),
    "other GeoPackage": (
        lambda path: _change(path, "DROP TABLE pagoda_store"),
        "is no store of Pagoda",
    ),
}


def _change(path, statement):
    with closing(geopackage_faults.sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


@pytest.mark.parametrize("name", FOREIGN)
def test_file_that_is_no_store_is_refused_by_name(path, name):
    change, words = FOREIGN[name]
    change(path)
    with pytest.raises(StoreError, match=words) as refusal:
        GeoPackageStore(path, now=now, is_service=True)
    assert str(refusal.value).endswith(".")
    assert "town.gpkg" in str(refusal.value)


def test_store_is_not_made_over_a_file(path):
    before = path.read_bytes()
    with pytest.raises(StoreError, match="is there already"):
        create_geopackage(path)
    assert path.read_bytes() == before


def test_store_is_not_made_beside_the_log_of_a_store_that_is_open(path):
    with closing(GeoPackageStore(path, now=now)) as store:
        aside = path.rename(path.with_name("aside.gpkg"))
        with pytest.raises(StoreError, match="log of a former file"):
            create_geopackage(path)
        aside.rename(path)
        assert len(store.append_events([new_event("1")])) == 1


def test_store_that_cannot_be_made_leaves_no_file(tmp_path):
    for crs in ("EPSG:3857", "nonsense"):
        with pytest.raises(StoreError, match="no geographic CRS of EPSG"):
            create_geopackage(tmp_path / "new.gpkg", crs=crs)
    with pytest.raises(StoreError, match="No such file or directory"):
        create_geopackage(tmp_path / "absent" / "new.gpkg")
    assert list(tmp_path.iterdir()) == []


def test_clock_that_no_geopackage_can_say_is_refused(path):
    clock = Clock(10**15)
    with closing(GeoPackageStore(path, now=clock)) as store:
        with pytest.raises(StoreError, match="takes the years 1 to 9999"):
            store.append_events([new_event("1")])
        assert store.last_link() is None
        clock.now = day(1)
        assert len(store.append_events([new_event("2")])) == 1


# group commit


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_health_check_sees_a_dead_writer_thread(path, monkeypatch):
    store = GeoPackageStore(path, now=now, is_service=True)
    store.append_events([new_event("1")])
    assert store.is_healthy()

    def die(*_):
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(event_rows, "insert_events", die)
        with pytest.raises(
            StoreUnavailableError, match="writer of the store has ended"
        ):
            store.append_events([new_event("2")])
    assert not store.is_healthy()
    assert store.events()["source_id"].tolist() == ["1"]
    store.close()
    with closing(GeoPackageStore(path, now=now, is_service=True)) as again:
        again.append_events([new_event("2")])
        assert again.events()["source_id"].tolist() == ["1", "2"]


def test_service_commits_events_of_many_threads_in_fewer_links(path):
    with closing(GeoPackageStore(path, now=now, is_service=True)) as store:
        told = {}

        def append(worker):
            for turn in range(10):
                new = replace(new_event(f"{worker}-{turn}"), destinations=("a",))
                told[worker, turn] = store.append_events([new])[0]

        threads = [threading.Thread(target=append, args=(n,)) for n in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(set(told.values())) == 160
        assert store.last_link().sequence < 160
        assert all(store.event(r.event_id).receipt == r for r in told.values())
        assert list(verify(store.log(), store.store_id)) == []


def test_closed_service_takes_no_events(path):
    store = GeoPackageStore(path, now=now, is_service=True)
    store.close()
    store.close()
    assert not store.is_healthy()
    for call in (store.last_link, lambda: store.append_events([new_event("1")])):
        with pytest.raises(StoreError):
            call()


def test_file_that_is_served_is_not_opened_by_a_hard_link(path):
    """Its log has the other name: what is written here would be lost."""
    link = path.with_name("link.gpkg")
    link.hardlink_to(path)
    with closing(GeoPackageStore(path, now=now, is_service=True)) as service:
        for is_service in (True, False):
            with pytest.raises(StoreError, match="served by another process"):
                GeoPackageStore(link, now=now, is_service=is_service)
        GeoPackageStore(path, now=now).close()
        assert len(service.append_events([new_event("1")])) == 1
    with closing(GeoPackageStore(link, now=now, is_service=True)) as store:
        assert store.events()["source_id"].tolist() == ["1"]


def test_lock_of_the_service_does_not_stay_behind_with_another_name(path):
    """A path through a link is the same file."""
    link = Path(path).with_name("link.gpkg")
    link.symlink_to(path)
    with (
        closing(GeoPackageStore(path, now=now, is_service=True)),
        pytest.raises(StoreError, match="served by another process"),
    ):
        GeoPackageStore(link, now=now, is_service=True)
