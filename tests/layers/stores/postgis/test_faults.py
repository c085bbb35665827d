"""What was acknowledged stays, whatever happens to server, connection and disk."""

import os
import re
import shutil
import subprocess
import tempfile
import threading
import time
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path

import psycopg
import pytest

from benchmarks.soak_postgis import stops_under_writers
from conftest import missing
from gis.errors import StoreError, StoreUnavailableError
from layers.stores import open_store
from layers.stores.log import verify
from layers.stores.postgis import PostgisStore, connections, create_postgis
from layers.stores.postgis import store as postgis_store
from layers.stores.replica import Replica
from support.harness import postgres
from support.makers.store_history import Clock, day, new_event, publish_grounds

pytestmark = pytest.mark.postgis

GROUND = {"G1": (0, 6), "G2": (6, 12)}
ACKNOWLEDGED = 5
BATCH = 100


@pytest.fixture
def url(postgis):
    return postgis.fresh_url()


@pytest.fixture
def store(url):
    create_postgis(url)
    with closing(PostgisStore(url, now=Clock(day(1)))) as opened:
        yield opened


def faults_of(store):
    return list(verify(store.log(), store.store_id))


# who waits for a change


def named(url, name):
    """Return an address by which the server knows who is connected."""
    return f"{url}&application_name={name}"


def wait_until_idle(url, name):
    """Wait until the last thing that a connection asked is answered."""
    asked = (
        "SELECT pid FROM pg_stat_activity WHERE application_name = %s "
        "AND state = 'idle' AND query LIKE '%%coalesce(max(sequence)%%'"
    )
    with psycopg.connect(url, autocommit=True) as connection:
        while not (found := connection.execute(asked, [name]).fetchall()):
            time.sleep(0.01)
    return found


def waited(store, timeout_s=60):
    """Start to wait for a change; return the thread, and what it hears or is told."""
    heard = []

    def wait():
        try:
            heard.append(store.wait_for_change(0, timeout_s))
        except StoreError as error:
            heard.append(str(error))

    waiter = threading.Thread(target=wait)
    waiter.start()
    return waiter, heard


def test_notice_alone_ends_the_wait(store, url, monkeypatch):
    monkeypatch.setattr(connections, "LOOK_S", 3600)
    with closing(PostgisStore(named(url, "listener"), now=Clock())) as other:
        waiter, heard = waited(other)
        wait_until_idle(url, "listener")
        publish_grounds(store, {day(0): GROUND}, base=None)
        waiter.join()
    assert heard == [1]


def test_change_without_a_notice_is_seen_all_the_same(store, url, monkeypatch):
    monkeypatch.setattr(postgis_store, "CHANNEL", "nobody")
    with closing(PostgisStore(named(url, "deaf"), now=Clock())) as other:
        waiter, heard = waited(other)
        wait_until_idle(url, "deaf")
        publish_grounds(store, {day(0): GROUND}, base=None)
        waiter.join()
    assert heard == [1]


def test_connection_that_breaks_during_the_wait_loses_no_change(postgis, store, url):
    with closing(PostgisStore(named(url, "cut"), now=Clock())) as other:
        waiter, heard = waited(other)
        [[pid]] = wait_until_idle(url, "cut")
        postgis.execute(f"SELECT pg_terminate_backend({pid})")
        publish_grounds(store, {day(0): GROUND}, base=None)
        waiter.join()
        [said] = heard
        assert "broke off" in said
        assert other.wait_for_change(0, 60) == 1


def test_standby_is_read_and_waited_at_without_notices():
    with (
        running() as (primary, store),
        closing(postgres.Server(primary=primary)) as standby,
        closing(PostgisStore(standby.url, now=Clock(day(1)))) as reader,
    ):
        publish_grounds(store, {day(0): GROUND}, base=None)
        assert reader.wait_for_change(0, 60) == 1
        assert reader.grids()["grid_id"].tolist() == ["G1", "G2"]
        with pytest.raises(StoreError, match="nothing was written"):
            reader.append_events([new_event("1")])


def seen_from(source):
    return source, source.events()["source_id"].tolist()


def test_standby_is_read_only_while_it_has_all_that_is_in_the_store():
    with (
        running() as (primary, store),
        closing(postgres.Server(primary=primary)) as standby,
        closing(Replica(store, partial(open_store, standby.url))) as replica,
    ):
        publish_grounds(store, {day(0): GROUND}, base=None)
        store.append_events([new_event("1")])
        wait_for(lambda: replica.read(seen_from)[0] is not store)
        standby.execute("SELECT pg_wal_replay_pause()")
        store.append_events([new_event("2")])
        assert replica.read(seen_from) == (store, ["1", "2"])
        standby.execute("SELECT pg_wal_replay_resume()")
        wait_for(lambda: replica.read(seen_from)[0] is not store)
        assert replica.read(seen_from)[1] == ["1", "2"]
        standby.stop_at_once()
        store.append_events([new_event("3")])
        assert replica.read(seen_from) == (store, ["1", "2", "3"])


def wait_for(is_so):
    """Wait for something that will be so."""
    end = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.02)


# durability


@pytest.mark.parametrize(
    ("synchronous", "unsynced"), [("on", 0), ("off", ACKNOWLEDGED)]
)
def test_acknowledgement_follows_an_fsync_and_only_then(
    store, url, tmp_path, monkeypatch, synchronous, unsynced
):
    if shutil.which("strace") is None:
        missing("no strace")
    if subprocess.run(["strace", "true"], capture_output=True, check=False).returncode:
        missing("strace may not trace here")
    asked = connections.SETTINGS.replace("commit = on", f"commit = {synchronous}")
    monkeypatch.setattr(connections, "SETTINGS", asked)
    with closing(PostgisStore(named(url, "traced"), now=Clock(day(1)))) as traced:
        traced.revision()
        [[pid]] = wait_until_idle(url, "traced")
        with system_calls_of(pid, tmp_path / "trace") as trace:
            for number in range(ACKNOWLEDGED):
                traced.append_events([new_event(str(number))])
        calls = trace.read_text(errors="replace")
    assert unsynced_commits(calls) == (ACKNOWLEDGED, unsynced)


@contextmanager
def system_calls_of(pid, trace):
    """Write what a process of the server asks of the system to a file."""
    calls = "trace=pwrite64,fsync,fdatasync,sendto,recvfrom"
    command = ["strace", "-y", "-e", calls, "-o", trace, "-p", str(pid)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as strace:
        try:
            assert b"attached" in strace.stderr.readline()
            yield trace
        finally:
            strace.terminate()


def unsynced_commits(calls):
    """Return how many commits were acknowledged, and how many before an fsync.

    Between the word COMMIT that comes in and the one that goes out, the write-ahead
    log is written and then synced.
    """
    commits = re.findall(
        r'recvfrom\([^"]*"Q[^"]*COMMIT.*?sendto\([^"]*"C[^"]*COMMIT', calls, re.DOTALL
    )
    synced = re.compile(
        r"pwrite64\(\d+<[^>]*/pg_wal/.*?f(data)?sync\(\d+<[^>]*/pg_wal/[^>]*>\) += 0",
        re.DOTALL,
    )
    return len(commits), sum(synced.search(commit) is None for commit in commits)


# no room


@pytest.fixture
def small_disk():
    """A disk of 40 MB that the server may write."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a small disk for the server")
    folder = Path(tempfile.mkdtemp(prefix="pagoda-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size=40m,uid={postgres.NAME}", "tmpfs"]
    if subprocess.run([*mount, folder], capture_output=True, check=False).returncode:
        folder.rmdir()
        missing("a small disk cannot be mounted")
    yield folder
    subprocess.run(["umount", folder], check=True)
    folder.rmdir()


@contextmanager
def running(*statements, initdb=()):
    """Give a server of its own, and a service on it; begin with some statements."""
    with closing(postgres.new_server(*initdb)) as server:
        server.execute(*statements)
        create_postgis(server.url)
        service = PostgisStore(server.url, now=Clock(day(1)), is_service=True)
        with closing(service):
            yield server, service


def fill(folder):
    """Leave no room on a disk but what is in use."""
    (folder / "ballast").write_bytes(bytes(shutil.disk_usage(folder).free))


def appended_until_refused(store):
    """Append until the store refuses; return the receipts and the sentence."""
    receipts = []
    for start in range(0, 1_000_000, BATCH):
        events = [new_event(str(start + n)) for n in range(BATCH)]
        try:
            receipts += store.append_events(events)
        except StoreError as error:
            return receipts, str(error)
    raise AssertionError("the disk is not full")


def assert_kept(store, receipts):
    there = store.events()
    assert there["event_id"].tolist() == [receipt.event_id for receipt in receipts]
    assert faults_of(store) == []


def test_full_disk_of_the_tables_is_said_and_room_is_enough(small_disk):
    tables = small_disk / "tables"
    tables.mkdir()
    shutil.chown(tables, postgres.NAME)
    on_it = f"ALTER ROLE {postgres.NAME} SET default_tablespace = small"
    with running(f"CREATE TABLESPACE small LOCATION '{tables}'", on_it) as (_, store):
        fill(small_disk)
        receipts, said = appended_until_refused(store)
        assert "No space left on device; nothing was written, make room" in said
        assert_kept(store, receipts)
        (small_disk / "ballast").unlink()
        receipts += store.append_events([new_event("with room")])
        assert_kept(store, receipts)
        assert store.is_healthy()


def test_full_disk_of_the_log_stops_the_server_and_loses_nothing(small_disk):
    log = ("--wal-segsize=1", f"--waldir={small_disk / 'wal'}")
    with running(initdb=log) as (server, store):
        fill(small_disk)
        receipts, said = appended_until_refused(store)
        assert "is there whole or not at all" in said
        server.process.wait(postgres.START_S)
        with pytest.raises(StoreUnavailableError, match="cannot be reached"):
            store.append_events([new_event("no server")])
        (small_disk / "ballast").unlink()
        server.start()
        # what was not acknowledged is there whole or not at all
        unheard = len(store.events()) - len(receipts)
        assert unheard in (0, BATCH)
        receipts += store.append_events([new_event("with room")])
        there = store.events()["event_id"].tolist()
        assert set(there) >= {receipt.event_id for receipt in receipts}
        assert len(there) == len(receipts) + unheard
        assert faults_of(store) == []


def test_immediate_stops_under_writers_lose_nothing_and_leave_nothing_half():
    found = stops_under_writers(stops=2, pause_s=0.3)
    assert found["acknowledged"] > 0
    assert found["refusals"] > 0
    assert (found["lost"], found["half"], found["faults"]) == (0, 0, 0)
    assert found["odd_sentences"] == 0
