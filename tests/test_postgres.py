"""The server of the tests: what it needs is named, and it never outlives its owner."""

import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

import conftest
from support.harness import postgres

ROOT = Path(__file__).parents[1]

OWNER = """
import signal, sys, time
signal.signal(signal.SIGINT, signal.default_int_handler)  # else as its caller has it
sys.path[:0] = [{root!r}, {tests!r}]
from support.harness import postgres
server = postgres.Server()
print(server.folder, server.process.pid, flush=True)
time.sleep(600)
"""


def installed(folder, *versions, with_postgis=()):
    """Return where servers of some versions lie, some of them with PostGIS."""
    library, share = folder / "lib", folder / "share"
    for version in versions:
        (library / version / "bin").mkdir(parents=True)
        (library / version / "bin" / "postgres").touch()
    for version in with_postgis:
        (share / version / "extension").mkdir(parents=True)
        (share / version / "extension" / "postgis.control").touch()
    return library, share


def test_machine_without_a_server_or_without_postgis_is_named(tmp_path):
    library, share = installed(tmp_path)
    assert postgres.lacking(library, share) == f"no PostgreSQL server under {library}"
    library, share = installed(tmp_path, "15")
    assert (
        postgres.lacking(library, share)
        == f"no PostGIS for PostgreSQL 15 under {share}"
    )


def test_newest_server_that_has_postgis_is_taken(tmp_path):
    places = installed(tmp_path, "9.6", "15", "17", with_postgis=["9.6", "15"])
    assert postgres.postgis_binaries(*places) == places[0] / "15" / "bin"


def test_root_without_the_user_of_the_server_is_named(tmp_path, monkeypatch):
    places = installed(tmp_path, "15", with_postgis=["15"])
    monkeypatch.setattr(postgres.os, "geteuid", lambda: 0)
    monkeypatch.setattr(postgres.pwd, "getpwall", list)
    assert "no user postgres" in postgres.lacking(*places)


@pytest.mark.parametrize(
    ("required", "outcome"),
    [("all", pytest.fail.Exception), (None, pytest.skip.Exception)],
)
def test_what_is_lacking_is_a_skip_or_where_required_a_failure(
    monkeypatch, required, outcome
):
    monkeypatch.setattr(postgres, "lacking", lambda: "no PostGIS")
    monkeypatch.delenv("PAGODA_REQUIRE", raising=False)
    if required:
        monkeypatch.setenv("PAGODA_REQUIRE", required)
    monkeypatch.setattr(postgres, "Server", None)
    with pytest.raises(outcome, match="no PostGIS"):
        postgres.new_server()


@pytest.fixture
def runs_here():
    if reason := postgres.lacking():
        conftest.missing(reason)


@pytest.fixture
def folders(runs_here, monkeypatch):
    """The folders of the servers that are made."""
    made, mkdtemp = [], postgres.tempfile.mkdtemp

    def noted(**options):
        made.append(mkdtemp(**options))
        return made[-1]

    monkeypatch.setattr(postgres.tempfile, "mkdtemp", noted)
    return made


def processes_in(folder):
    """Return the ids of the processes that name a folder."""
    found = []
    for status in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if str(folder) in status.read_bytes().decode(errors="replace"):
                found.append(int(status.parent.name))
        except OSError:  # it has ended
            continue
    return found


def assert_nothing_left(folder):
    assert not os.path.exists(folder)
    assert processes_in(folder) == []


def wait_until_nothing_is_left(folder):
    """Wait for processes that end by themselves, a moment after their server did."""
    deadline = time.monotonic() + postgres.START_S
    while os.path.exists(folder) or processes_in(folder):
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.postgis
def test_server_that_cannot_be_made_leaves_nothing(folders):
    with pytest.raises(subprocess.CalledProcessError):
        postgres.Server("--no-such-option")
    [folder] = folders
    assert_nothing_left(folder)


@pytest.mark.postgis
def test_server_that_fails_after_its_start_leaves_nothing(folders, monkeypatch):

    def execute(self, *statements):
        assert self.answers()
        raise RuntimeError("no extension")

    monkeypatch.setattr(postgres.Server, "execute", execute)
    with pytest.raises(RuntimeError, match="no extension"):
        postgres.new_server()
    [folder] = folders
    assert_nothing_left(folder)


@pytest.mark.postgis
def test_server_is_closed_also_after_it_was_killed(runs_here):
    with closing(postgres.Server()) as server:
        server.process.kill()
        server.process.wait(postgres.START_S)
    assert not os.path.exists(server.folder)
    wait_until_nothing_is_left(server.folder)


@pytest.mark.postgis
@pytest.mark.parametrize("name", ["SIGKILL", "SIGINT"])
def test_server_ends_with_its_owner_however_that_ends(runs_here, name):
    script = OWNER.format(root=str(ROOT), tests=str(ROOT / "tests"))
    command = [sys.executable, "-c", script]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as owner:
        folder, process = owner.stdout.readline().split()
        assert int(process) in processes_in(folder)
        owner.send_signal(getattr(signal, name))
    wait_until_nothing_is_left(folder)
