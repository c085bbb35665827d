"""A town of many loops for benchmarks, put past the doors into what is derived."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

import numpy as np

from gis.events import Action, Loop, StoredAction, Task
from gis.models import Instant
from layers.stores import create_store, open_store
from layers.stores.geopackage import loop as file_rows
from layers.stores.geopackage.connections import connect
from layers.stores.geopackage.log import append_link
from layers.stores.geopackage.log import last_link as last_file_link
from layers.stores.log import Link, next_link
from layers.stores.postgis import loop as database_rows
from layers.stores.postgis.connections import Connection, Connections, wire_instant
from layers.stores.postgis.log import last_link
from layers.stores.postgis.tables import LINKS, add_rows
from support.makers.loop_entries import intake_of

DAY_MS: Final = 86_400_000
DAYS: Final = 730
END: Final = Instant(1_790_000_000_000)
START: Final = END - DAYS * DAY_MS
BATCH: Final = 10_000
GRIDS, QUIET = 125, 3
"""Grids, and how many of them have had no event for a year."""
KINDS: Final = tuple(f"kind_{n:02d}" for n in range(34))
SENSITIVE: Final = ("kind_03", "kind_10", "kind_20")
LOCAL_KIND, OLD_KIND, RARE_KIND = "kind_12", "kind_08", "kind_33"
"""One that only the first district has, one of the first year, one of 200 in all."""
DEPARTMENTS: Final = tuple(f"department_{n}" for n in range(10))
LOCAL_DEPARTMENT: Final = DEPARTMENTS[2]
"""It works in the first district only; another takes the rest of its kinds."""
SOURCES: Final = tuple(f"source_{n:02d}" for n in range(30))
OPEN_STATES: Final = {
    "triage": "reported",
    "to_verify": "reported",
    "accepted": "accepted",
    "assigned": "assigned",
    "handled": "handled",
    "verified": "handled",
}
CLOSED_STATES: Final = ("closed", "evaluated", "withdrawn")


def circles() -> list[str]:
    """Return the paths of the circles of the lowest tier, 1 : 6 : 12 : 30."""
    return [
        f"C1-01/C2-{n * 6 // 30 + 1:02d}/C3-{n * 12 // 30 + 1:02d}/C4-{n + 1:02d}/"
        for n in range(30)
    ]


def grids() -> list[str]:
    """Return the paths of the grids."""
    tops = circles()
    return [f"{tops[n * 30 // GRIDS]}33019910100{n:04d}/" for n in range(GRIDS)]


@dataclass(frozen=True)
class Town:
    """What loops and tasks are made from: columns of as many values as loops."""

    kind: np.ndarray
    path: np.ndarray
    source: np.ndarray
    department: np.ndarray
    occurred_at: np.ndarray
    state: np.ndarray
    phase: np.ndarray
    due_at: np.ndarray
    helper: np.ndarray
    """A second department, whistled for; empty for none."""


def make_town(count: int, seed: int = 12) -> Town:
    """Return a town with uneven kinds, grids and sources; 3 % of its loops are open."""
    chance = np.random.default_rng(seed)
    occurred_at = START + np.sort(chance.integers(0, DAYS * DAY_MS, count))
    age = (END - occurred_at) / DAY_MS
    kind = _uneven(chance, KINDS[:33], count)
    kind[(kind == OLD_KIND) & (age < DAYS / 2)] = KINDS[0]
    kind[chance.choice(count, min(200, count // 10), replace=False)] = RARE_KIND
    places = np.array(grids())
    path = chance.choice(places, count, p=_shares(chance.lognormal(0, 0.6, GRIDS)))
    is_quiet = np.isin(path, places[:: GRIDS // QUIET]) & (age < DAYS / 2)
    path[is_quiet] = places[1]
    first = np.array([place for place in places if "/C2-01/" in place])
    is_local = kind == LOCAL_KIND
    path[is_local] = chance.choice(first[1:], is_local.sum())
    lost = chance.random(count) < 0.01
    path[lost] = chance.choice(["", "C1-01/C2-02/"], lost.sum())
    number = np.array([int(name[-2:]) % 10 for name in kind])
    department = np.array(DEPARTMENTS)[number]
    is_far = (department == LOCAL_DEPARTMENT) & ~np.isin(path, first)
    department[is_far] = DEPARTMENTS[3]
    is_open = chance.random(count) < 0.006 + 0.9 * np.exp(-age / 20)
    state = np.where(
        is_open,
        chance.choice([*OPEN_STATES], count, p=[0.05, 0.05, 0.1, 0.5, 0.2, 0.1]),
        chance.choice(CLOSED_STATES, count, p=[0.6, 0.39, 0.01]),
    )
    phase = np.array([OPEN_STATES.get(name, "closed") for name in state])
    hours = chance.choice([2, 24, 72, 720], count)
    helper = np.where(
        chance.random(count) < 0.1, chance.choice(DEPARTMENTS[3:], count), ""
    )
    return Town(
        kind,
        path,
        _uneven(chance, SOURCES, count),
        department,
        occurred_at,
        state,
        phase,
        occurred_at + hours * 3_600_000,
        helper,
    )


def _shares(weights: np.ndarray) -> np.ndarray:
    return weights / weights.sum()


def _uneven(
    chance: np.random.Generator, names: tuple[str, ...], count: int
) -> np.ndarray:
    """Return names of which the first is met most often."""
    return chance.choice(names, count, p=_shares(1 / np.arange(1, len(names) + 1)))


def standing(town: Town, row: int) -> tuple[Loop, list[Task]]:
    """Return the loop of a row, from 2, and its tasks."""
    n = row - 2
    kind, path, state, phase, source, department, helper = (
        str(column[n])
        for column in (
            *(town.kind, town.path, town.state, town.phase),
            *(town.source, town.department, town.helper),
        )
    )
    at, due_at = Instant(int(town.occurred_at[n])), Instant(int(town.due_at[n]))
    is_open = phase != "closed"
    event_id = f"01900000-0000-7000-8000-{row:012d}"
    area = path.rstrip("/").rpartition("/")[2]
    loop = Loop(
        event_id,
        row,
        pack=kind,
        template="s_town",
        state=state,
        phase=phase,
        seq=1,
        kind=kind,
        source=source,
        status="inside",
        grid_id=area if area.startswith("3") else None,
        area_path=path,
        post_id=f"{area}-L",
        platform="enforcement",
        line="security",
        module="enforcement",
        rule_id=f"{kind}/1",
        is_sensitive=kind in SENSITIVE,
        occurred_at=at,
        received_at=at,
        accepted_at=at,
        assigned_at=at,
        handled_at=None if is_open else due_at,
        closed_at=None if is_open else due_at,
        due_at=due_at if is_open else None,
        version=1,
        lon=120.0 + row % 997 / 10_000,
        lat=30.3 + row % 991 / 10_000,
    )
    owners = [("handle", f"{area}-L" if row % 10 < 3 else "", department)]
    owners.append(("verify", f"{area}-L", ""))
    if helper and helper != department:
        owners += [("whistle", "", department), ("whistle", "", helper)]
    tasks = [
        Task(
            f"{event_id}/{number}",
            event_id,
            sort,
            post_id=post_id,
            department_id="" if post_id else body,
            area_path=path,
            given_at=at,
            due_at=due_at,
            climb_ms=3_600_000,
            climbs_at=due_at if is_open else None,
            state="open" if is_open else "done",
            whistle_id=f"W{row}" if sort == "whistle" else "",
        )
        for number, (sort, post_id, body) in enumerate(owners, start=1)
    ]
    return loop, tasks


def batches(
    town: Town, last: Link
) -> Iterator[tuple[Link, list[StoredAction], list[Loop], list[Task]]]:
    """Yield what is put into a store behind its first link, a link a batch."""
    count = len(town.kind)
    for start in range(2, count + 1, BATCH):
        rows = range(start, min(start + BATCH, count + 1))
        standings = [standing(town, row) for row in rows]
        loops = [loop for loop, _ in standings]
        at = Instant(max(last.recorded_at, loops[0].occurred_at))
        last = next_link(last.head, last.sequence + 1, "actions", at, [b""] * len(rows))
        actions = [
            StoredAction(
                Action(f"A{loop.event_id}", loop.event_id, "report", at),
                loop.row,
                1,
                last.sequence,
                at,
            )
            for loop in loops
        ]
        yield last, actions, loops, [task for _, tasks in standings for task in tasks]


def begin(url: str) -> None:
    """Make a store with one event, two years ago."""
    create_store(url).close()
    with closing(open_store(url, now=lambda: Instant(START))) as store:
        store.append([intake_of("first", loop={"area_path": ""})]).result()


def fill_geopackage(path: Path, town: Town) -> None:
    """Put a town into a new file."""
    begin(str(path))
    with closing(connect(path)) as connection:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -2000000")
        connection.execute("BEGIN")
        before = last_file_link(connection)
        assert before is not None
        for link, actions, loops, tasks in batches(town, before):
            hashed = [b""] * link.rows
            before = append_link(
                connection, before, link.layer, link.recorded_at, hashed
            )
            file_rows.insert_actions(connection, actions)
            file_rows.put_loops(connection, loops, tasks)
        _copy_file_event(connection, len(town.kind))
        connection.execute("COMMIT")


def _copy_file_event(connection: sqlite3.Connection, row: int) -> None:
    """Let events that are appended have rows behind those of the loops."""
    columns = [name for _, name, *_ in connection.execute("PRAGMA table_info(events)")]
    values = {"fid": str(row), "event_id": "'last'", "source_id": "'last'"}
    texts = ",".join(values.get(name, name) for name in columns)
    connection.execute(
        f"INSERT INTO events SELECT {texts} FROM events"  # noqa: S608  ours
    )


def fill_postgis(url: str, town: Town) -> None:
    """Put a town into a new schema."""
    begin(url)
    with closing(Connections(url)) as connections, connections.take() as connection:
        with connection.transaction():
            before = last_link(connection)
            assert before is not None
            for link, actions, loops, tasks in batches(town, before):
                sequence, layer, count, at, *digests = astuple(link)
                row = sequence, layer, count, wire_instant(at), *digests
                add_rows(connection, LINKS, [row])
                database_rows.insert_actions(connection, actions)
                database_rows.put_loops(connection, loops, tasks)
            for table in ("events", "event_keys"):
                _copy_event(connection, table, len(town.kind))
        connection.execute("VACUUM ANALYZE")


def _copy_event(connection: Connection, table: str, row: int) -> None:
    """Let events that are appended have rows behind those of the loops."""
    cursor = connection.execute(
        f"SELECT * FROM {table} LIMIT 0".encode()  # noqa: S608  ours
    )
    columns = [column.name for column in cursor.description or ()]
    values = {
        "log_row": str(row),
        "event_id": "gen_random_uuid()",
        "source_id": "'last'",
    }
    texts = ",".join(values.get(name, name) for name in columns)
    connection.execute(
        f"INSERT INTO {table} SELECT {texts} FROM {table}".encode()  # noqa: S608  ours
    )
