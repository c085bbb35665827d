"""What can happen to a GeoPackage: kills, cuts, changed rows, no room."""

# ruff: noqa: S608  the names of tables are ours

import itertools
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

import geopandas as gpd
import pandas as pd

from gis.errors import StoreError
from gis.models import Instant
from layers.stores.geopackage import (
    GeoPackageStore,
    connections,
    create_geopackage,
)
from layers.stores.geopackage import events as event_rows
from layers.stores.log import genesis, next_link, sign_head, verify

sys.path.insert(0, str(Path(__file__).parents[2]))  # it also runs as a script
from support.makers.histories import event_history, plain_event
from support.makers.store_history import (
    CRS,
    DAY_MS,
    Clock,
    day,
    new_event,
    publish_grounds,
)

KEY = bytes(range(32))
PART = 200
MIDNIGHT = "1970-01-01T00:00:00+00:00"
TABLES = (
    *("versions", "lineage", "withdrawals", "grids", "circles", "posts"),
    *("enterprises", "events", "outbox", "log"),
)
RULE = pd.DataFrame({"rule_id": ["R"], "owner": "O", "body": "{}"})


def now():
    return Instant(time.time_ns() // 1_000_000)


# kills


def write_until_killed(path, answers):
    """Append and record in some threads; say what was acknowledged, with the log."""
    store = GeoPackageStore(path, now=now, is_service=True)

    def work(worker):
        for turn in range(1_000_000):
            name = f"{os.getpid()}-{worker}-{turn}"
            if turn % 7 == worker:
                store.record("rules", RULE.assign(rule_id=name, valid_from=MIDNIGHT))
                said = ["rule " + name]
            else:
                batch = [
                    replace(new_event(f"{name}-{n}"), destinations=("a", "b"))
                    for n in range(1 + turn % 3)
                ]
                said = ["event " + r.event_id for r in store.append_events(batch)]
            size = os.stat(f"{path}-wal").st_size
            os.write(answers, "".join(f"{s} {size}\n" for s in said).encode())

    threads = [threading.Thread(target=work, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def killed(path, rng):
    """Start a writer, kill it at a random time; return (kind, id, size of the log)."""
    source, target = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            write_until_killed(path, target)
        finally:
            os._exit(1)
    os.close(target)
    with os.fdopen(source, "rb") as answers:
        first = [answers.readline() for _ in range(rng.randrange(1, 60))]
        time.sleep(rng.random() * 0.02)
        os.kill(child, signal.SIGKILL)
        lines = first + answers.readlines()
    os.waitpid(child, 0)
    # a line that was cut was not heard
    return [line.decode().split() for line in lines if line.endswith(b"\n")]


def lost(store, acknowledged):
    """Return what was acknowledged and is not there."""
    rules = set(store.records("rules")["rule_id"])
    return [
        said
        for kind, said, _ in acknowledged
        if not (said in rules if kind == "rule" else store.event(said))
    ]


def halves(path):
    """Return how many rows stand without the others of their transaction."""
    with closing(sqlite3.connect(path)) as connection:
        [[events, told, numbered, links]] = connection.execute(
            "SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM outbox), "
            "(SELECT coalesce(max(fid), 0) FROM events), (SELECT count(*) FROM events "
            "WHERE batch NOT IN (SELECT sequence FROM log WHERE layer = 'events'))"
        )
    return abs(told - 2 * events) + abs(numbered - events) + links


def kill_rounds(folder, rounds, seed=1):
    """Kill writers of one store; return what was acknowledged, lost and half."""
    path = folder / "town.gpkg"
    create_geopackage(path)
    rng = random.Random(seed)  # noqa: S311  not for secrets
    acknowledged, gone, broken = [], 0, 0
    for _ in range(rounds):
        fresh = killed(path, rng)
        acknowledged += fresh
        store = GeoPackageStore(path, now=now)
        gone += len(lost(store, fresh))
        store.close()
        broken += halves(path)
    store = GeoPackageStore(path, now=now)
    gone += len(lost(store, acknowledged))
    faults = list(verify(store.log(), store.store_id))
    store.close()
    return {
        "kills": rounds,
        "acknowledged": len(acknowledged),
        "lost": gone,
        "half_transactions": broken,
        "faults_of_the_chain": len(faults),
    }


def history_part(number):
    """Return a part of a history as columns."""
    rows = range(number * PART, (number + 1) * PART)
    return event_history([plain_event(str(row)) for row in rows])


def killed_history(path, first, moment):
    """Append pairs of parts of a history; return how many pairs were acknowledged.

    The process is killed after the rows of its third pair are written and before they
    are committed, or at a moment of seconds after its first pair.
    """
    source, target = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            _write_history(path, first, target, is_cut=moment is None)
        finally:
            os._exit(1)
    os.close(target)
    with os.fdopen(source, "rb") as answers:
        first = answers.readline()
        if moment is not None:
            time.sleep(moment)
            os.kill(child, signal.SIGKILL)
        lines = [first, *answers.readlines()]
    os.waitpid(child, 0)
    return len(lines)


def _write_history(path, first, answers, *, is_cut):
    store, insert = GeoPackageStore(path, now=now), event_rows.insert_history

    def insert_and_die(connection, rows, batch, srs_id):
        insert(connection, rows, batch, srs_id)
        if is_cut and rows.history.source_id[0] == str((first + 5) * PART):
            os.kill(os.getpid(), signal.SIGKILL)

    event_rows.insert_history = insert_and_die
    for number in itertools.count(first, 2):
        store.append_history([history_part(number), history_part(number + 1)])
        os.write(answers, b"pair\n")


# cuts


def cut_rounds(folder, cuts, seed=2):
    """Cut the log in front of a store at random places; return what came of it."""
    path = folder / "town.gpkg"
    create_geopackage(path)
    rng = random.Random(seed)  # noqa: S311  not for secrets
    acknowledged = killed(path, rng)
    log = Path(f"{path}-wal").read_bytes()
    last_size = max(int(size) for _, _, size in acknowledged)
    exported = _head_of(path, folder / "whole", log)
    counts = {"lost_after": 0, "not_a_prefix": 0, "not_reported": 0, "before": 0}
    for number in range(cuts):
        size = rng.choice(
            [rng.randrange(len(log)), rng.randrange(last_size, len(log) + 1)]
        )
        store = _opened(path, folder / f"cut{number}", log[:size])
        rows = store.events()["row"].tolist()
        is_whole = rows == list(range(1, len(rows) + 1))
        counts["not_a_prefix"] += not is_whole or bool(
            list(verify(store.log(), store.store_id))
        )
        if size >= last_size:
            counts["lost_after"] += len(lost(store, acknowledged))
        elif (store.last_link() and store.last_link().sequence) != exported.sequence:
            counts["before"] += 1
            faults = list(verify(store.log(), store.store_id, exported))
            counts["not_reported"] += not faults
        store.close()
        counts["not_a_prefix"] += halves(folder / f"cut{number}" / path.name) > 0
        shutil.rmtree(folder / f"cut{number}")
    return {"cuts": cuts, "acknowledged": len(acknowledged), **counts}


def _opened(path, folder, log):
    """Open a copy of a store that was killed, with this log in front of it."""
    folder.mkdir()
    copy = shutil.copy(path, folder / path.name)
    Path(f"{copy}-wal").write_bytes(log)
    return GeoPackageStore(copy, now=now)


def _head_of(path, folder, log):
    store = _opened(path, folder, log)
    exported = sign_head(store.store_id, store.last_link(), KEY)
    store.close()
    return exported


# changed rows


def filled_store(path):
    """Make a store with something of every kind; return its exported head."""
    create_geopackage(path)
    clock = Clock(day(1))
    store = GeoPackageStore(path, now=clock)
    ground = {"G1": (0, 4), "G2": (4, 8), "G3": (8, 12)}
    after = {"G1": (0, 4), "G4": (4, 6), "G5": (6, 8), "G3": (8, 12)}
    publish_grounds(store, {day(0): ground}, base=None)
    publish_grounds(store, {day(9): after}, base=1, before=ground)
    publish_grounds(store, {day(90): after}, base=2)
    store.withdraw(3, reason="postponed", reviewer="chief")
    for turn in range(3):
        clock.now += DAY_MS
        posts = {
            "post_id": [f"P{n}" for n in range(3)],
            "area_id": "G1",
            "role": "team",
        }
        store.record("posts", pd.DataFrame(posts).assign(valid_from=MIDNIGHT))
        store.record("enterprises", _enterprises())
        store.append_events([new_event(f"{turn}-{n}") for n in range(3)])
    exported = sign_head(store.store_id, store.last_link(), KEY)
    store.close()
    return exported


def _enterprises():
    frame = pd.DataFrame({"place_id": ["E1", "E2"], "scene": "street_shop"})
    points = gpd.points_from_xy([120, 121], [30, 31])
    return gpd.GeoDataFrame(
        frame.assign(is_coded=True, source="tax", valid_from=MIDNIGHT),
        geometry=points,
        crs=CRS,
    )


def mutate(path, kind, rng):
    """Change a store as only who owns the file can; return what was done."""
    with closing(connections.connect(path)) as connection:
        walls = drop_walls(connection)
        while True:
            try:
                done = ACTS[kind](connection, rng)
                break
            except sqlite3.IntegrityError:
                continue  # SQLite itself refuses it
    if kind == "re-chain":
        _chain_anew(path)
    with closing(connections.connect(path)) as connection:
        for wall in walls:
            connection.execute(wall)
    return done


def drop_walls(connection):
    """Take away what keeps rows from being changed; return what puts it up again."""
    walls = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' "
        "AND name LIKE 'only_added%'"
    ).fetchall()
    for name, _ in walls:
        connection.execute(f"DROP TRIGGER {name}")
    return [text for _, text in walls]


def found(path, exported):
    """Return the faults of a store against the exported head."""
    try:
        store = GeoPackageStore(path, now=now)
        with closing(store):
            return [
                fault.text for fault in verify(store.log(), exported.store_id, exported)
            ]
    except StoreError as error:
        return [str(error)]


def mutation_rounds(folder, rounds, seed=3):
    """Change copies of a store; return how many changes were not found."""
    exported = filled_store(folder / "whole.gpkg")
    rng = random.Random(seed)  # noqa: S311  not for secrets
    unseen = []
    for number in range(rounds):
        path = folder / "changed.gpkg"
        shutil.copy(folder / "whole.gpkg", path)
        kind = list(ACTS)[number % len(ACTS)]
        done = mutate(path, kind, rng)
        if not found(path, exported):
            unseen.append(f"{kind}: {done}")
        path.unlink()
    return {"mutations": rounds, "not_found": unseen}


def _rows(connection, table):
    return [fid for (fid,) in connection.execute(f"SELECT rowid FROM {table}")]


def _flip(connection, rng, tables=TABLES):
    """Change one value."""
    table = rng.choice(tables)
    row = rng.choice(_rows(connection, table))
    names = [said[1] for said in connection.execute(f"PRAGMA table_info({table})")]
    # where rows stand in a table but that of events is of no meaning
    name = rng.choice([n for n in names if n != "fid" or table == "events"])
    asked = f'SELECT "{name}" FROM {table} WHERE rowid = ?'
    [[value]] = connection.execute(asked, (row,))
    changed = _other(value, rng)
    connection.execute(
        f'UPDATE {table} SET "{name}" = ? WHERE rowid = ?', (changed, row)
    )
    return table, name, value, changed


def _other(value, rng):
    if value is None:
        return "1"
    if isinstance(value, bytes):
        at = rng.randrange(len(value))
        return value[:at] + bytes([value[at] ^ 1 << rng.randrange(8)]) + value[at + 1 :]
    if isinstance(value, str):
        at = rng.randrange(len(value) or 1)
        return value[:at] + chr(ord((value or "0")[at]) ^ 1) + value[at + 1 :]
    return value + (1000 if isinstance(value, int) else 1e-9)


def _delete(connection, rng):
    table = rng.choice(TABLES)
    row = rng.choice(_rows(connection, table))
    connection.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))
    return table, row


def _swap(connection, rng):
    """Let two rows change places."""
    table = rng.choice(["events", "posts", "enterprises", "log"])
    key = "sequence" if table == "log" else "fid"
    one, other = rng.choice(_of_one_batch(connection, table))
    for old, new in ((one, -1), (other, one), (-1, other)):
        connection.execute(f"UPDATE {table} SET {key} = ? WHERE {key} = ?", (new, old))
    return table, one, other


def _of_one_batch(connection, table):
    """Return pairs of neighbours; rows of facts have an order only within a batch."""
    if table == "log":
        rows = _rows(connection, table)
        return list(itertools.pairwise(rows))
    return connection.execute(
        f"SELECT a.fid, b.fid FROM {table} a JOIN {table} b "
        "ON b.fid = a.fid + 1 AND a.batch = b.batch"
    ).fetchall()


def _cut_tail(connection, rng):
    """Take the last links and all their rows away."""
    (last,) = connection.execute("SELECT max(sequence) FROM log").fetchone()
    start = rng.randrange(1, last + 1)
    connection.execute("DELETE FROM log WHERE sequence >= ?", (start,))
    for table in ("versions", "withdrawals", "posts", "enterprises", "events"):
        connection.execute(f"DELETE FROM {table} WHERE batch >= ?", (start,))
    return start, last


ACTS = {
    "flip": _flip,
    "delete": _delete,
    "swap": _swap,
    "cut the tail": _cut_tail,
    "re-chain": partial(_flip, tables=("events", "posts", "grids")),
}


def _chain_anew(path):
    """Make every link fit what is stored now."""
    store = GeoPackageStore(path, now=now)
    head, made = genesis(store.store_id), []
    for link, rows in store.log():
        new = next_link(head, link.sequence, link.layer, link.recorded_at, rows)
        made.append(asdict(new))
        head = new.head
    store.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.executemany(
            'UPDATE log SET "rows" = :rows, digest = :digest, head = :head '
            "WHERE sequence = :sequence",
            made,
        )
        connection.commit()


# durability


def append_and_say(path, count, synchronous):
    """Append events one after the other; say ACK after each, for a trace to see."""
    connections.SYNCHRONOUS = synchronous
    store = GeoPackageStore(Path(path), now=now, is_service=True)
    for number in range(int(count)):
        store.append_events([new_event(str(number))])
        os.write(1, b"ACK\n")
    os._exit(0)  # closing the store would sync in the end


def unsynced_acknowledgements(path, count, synchronous):
    """Return how many events were acknowledged, and how many before an fsync."""
    trace = path.with_suffix(".trace")
    command = [
        *("strace", "-f", "-y", "-e", "trace=pwrite64,fsync,fdatasync,write"),
        *(
            "-o",
            trace,
            sys.executable,
            __file__,
            "append",
            path,
            str(count),
            synchronous,
        ),
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    acknowledged = unsynced = 0
    is_dirty, is_written, syncing = False, False, set()
    for line in trace.read_text(errors="replace").splitlines():
        thread, _, call = line.partition(" ")
        call = call.strip()
        if call.startswith("pwrite64") and "-wal>" in call:
            is_dirty = is_written = True
        elif re.match(r"f(data)?sync\(", call) and "-wal>" in call:
            syncing.add(thread)
            is_dirty = is_dirty and "unfinished" in call
        elif "sync resumed" in call and thread in syncing:
            is_dirty = False
        elif call.startswith("write(1<") and "ACK" in call:
            acknowledged += 1
            unsynced += is_dirty or not is_written
            is_written = False
    return acknowledged, unsynced


# no room


def in_a_small_disk(folder):
    """Fill a disk of 3 MB, make room, take the right to write; print what was said."""
    path, ballast = Path(folder) / "town.gpkg", Path(folder) / "ballast"
    create_geopackage(path)
    ballast.write_bytes(bytes(1_000_000))
    store = GeoPackageStore(path, now=now, is_service=True)
    kept, said = [], {}
    try:
        for number in range(100_000):
            kept += store.append_events([new_event(str(number))])
    except StoreError as error:
        said["full"] = str(error)
    said["lost_when_full"] = sum(store.event(r.event_id) is None for r in kept)
    said["rows_beyond"] = len(store.events()) - len(kept)
    ballast.unlink()
    kept += store.append_events([new_event("with room")])
    said["healthy"] = store.is_healthy()
    store.close()
    subprocess.run(["mount", "-o", "remount,ro", folder], check=True)
    with closing(GeoPackageStore(path, now=now)) as store:
        said["read"] = len(store.events()) - len(kept)
    for name, act in {
        "serve": lambda: GeoPackageStore(path, now=now, is_service=True),
        "write": lambda: _append_one(path),
        "create": lambda: create_geopackage(Path(folder) / "new.gpkg"),
    }.items():
        try:
            act()
            said[name] = ""
        except StoreError as error:
            said[name] = str(error)
    print(json.dumps(said))


def _append_one(path):
    with closing(GeoPackageStore(path, now=now)) as store:
        store.append_events([new_event("one more")])


if __name__ == "__main__":
    {"append": append_and_say, "small_disk": in_a_small_disk}[sys.argv[1]](
        *sys.argv[2:]
    )
