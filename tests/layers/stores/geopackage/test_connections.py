"""One writer at a time, readers of one state, refusals in one sentence."""

import sqlite3
import threading
from contextlib import closing

import pytest

from gis.errors import StoreError, StoreUnavailableError
from layers.stores.geopackage import connections
from layers.stores.geopackage.connections import StoreFile, refusals
from support.harness.geopackage_rooms import open_file
from support.harness.read_only import only_read

ADD = "INSERT INTO outbox VALUES (NULL, 'police', 1)"
COUNT = "SELECT count(*) FROM outbox"


@pytest.fixture
def file(tmp_path):
    with open_file(tmp_path) as opened:
        yield opened


def count_in(file):
    with file.reading() as connection:
        return connection.execute(COUNT).fetchone()[0]


def add_to(file):
    with file.writing() as connection:
        connection.execute(ADD)


def test_what_was_written_is_read_by_every_connection(file):
    add_to(file)
    with closing(StoreFile(file.path, is_service=False)) as other:
        assert count_in(other) == count_in(file) == 1


def test_what_fails_leaves_nothing(file):
    def fail():
        with file.writing() as connection:
            connection.execute(ADD)
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert count_in(file) == 0
    add_to(file)
    assert count_in(file) == 1


def test_reader_sees_one_state_while_others_write(file):
    with file.reading() as connection:
        before = connection.execute(COUNT).fetchone()
        add_to(file)
        assert connection.execute(COUNT).fetchone() == before == (0,)
    assert count_in(file) == 1


def test_reader_may_not_write(file):
    with (
        pytest.raises(StoreUnavailableError, match="give this user the right"),
        file.reading() as connection,
    ):
        connection.execute(ADD)


def test_commits_are_seen_one_by_one_and_the_time_ends(file):
    with closing(file.commits(60)) as commits:
        counts = [next(commits).execute(COUNT).fetchone()[0]]
        add_to(file)
        counts.append(next(commits).execute(COUNT).fetchone()[0])
    assert counts == [0, 1]
    assert len(list(file.commits(0))) == 1


def test_closed_file_gives_no_connection(file):
    file.close()
    assert not file.is_in_place()
    for lend in (file.reading, file.writing):
        with pytest.raises(StoreUnavailableError, match="is closed"), lend():
            pass


def test_file_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(StoreError, match=r"No store is at .*town\.gpkg"):
        StoreFile(tmp_path / "town.gpkg", is_service=False)
    assert list(tmp_path.iterdir()) == []


def test_refusal_that_is_not_known_says_what_sqlite_says(tmp_path):
    with (
        pytest.raises(StoreError, match=r"x\.gpkg' refused \(odd\); nothing of this"),
        refusals(tmp_path / "x.gpkg"),
    ):
        raise sqlite3.OperationalError("odd")


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("INSERT INTO outbox VALUES (NULL, NULL, 1)", StoreError),
        ("TABLE log", StoreUnavailableError),
    ],
    ids=["rule of a column", "statement"],
)
def test_only_what_a_rule_refuses_would_be_refused_again(file, statement, kind):
    with pytest.raises(StoreError) as caught, file.writing() as connection:
        connection.execute(statement)
    assert type(caught.value) is kind


def test_commit_of_this_process_is_seen_without_waiting_for_the_next_look(
    file, monkeypatch
):
    monkeypatch.setattr(connections, "LOOK_S", 60.0)
    with closing(file.commits(60)) as commits:
        next(commits)
        writer = threading.Timer(0.1, add_to, [file])
        writer.start()
        assert next(commits).execute(COUNT).fetchone() == (1,)
        writer.join()


@pytest.mark.parametrize("form", ["DELETE", "WAL"])
def test_file_that_cannot_be_written_is_read(tmp_path, form):
    with open_file(tmp_path) as file:
        add_to(file)
    with closing(sqlite3.connect(file.path)) as connection:
        connection.execute(f"PRAGMA journal_mode = {form}")
    with only_read(file.path) as path:
        with closing(StoreFile(path, is_service=False)) as opened:
            assert opened.is_read_only
            assert count_in(opened) == 1
            with pytest.raises(StoreUnavailableError, match="cannot be written; give"):
                add_to(opened)
            assert count_in(opened) == 1
        with pytest.raises(
            StoreError, match="can only be read, and a service or a migration writes"
        ):
            StoreFile(path, is_service=True)
        assert [p.name for p in path.parent.iterdir()] == [path.name]
