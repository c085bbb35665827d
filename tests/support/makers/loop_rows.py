"""Loops by Hypothesis, and a table of them in SQLite."""

# ruff: noqa: S608  the conditions are what is tested

import sqlite3
from dataclasses import fields, replace

from hypothesis import strategies as st

from gis.events import Loop

WORDS = st.sampled_from(["a", "b", "c"])
PATHS = st.sampled_from(["", "C1/", "C1/C2/", "C1/C20/", "C1/C2/G1/", "C1/C2/G10/"])
TIMES = st.integers(0, 5)
LOOPS = st.builds(
    Loop,
    event_id=st.just("E"),
    state=WORDS,
    phase=st.sampled_from(["reported", "handled", "closed"]),
    kind=WORDS,
    source=WORDS,
    post_id=WORDS,
    area_path=PATHS,
    is_sensitive=st.booleans(),
    occurred_at=TIMES,
    due_at=st.none() | TIMES,
    lon=st.none() | st.sampled_from([120.0, 121.0]),
    lat=st.none() | st.sampled_from([30.0, 31.0]),
)


def table_of(loops):
    """Return loops with rows and ids of their own, and a connection to their table."""
    numbered = [
        replace(loop, event_id=f"E{row}", row=row)
        for row, loop in enumerate(loops, start=1)
    ]
    names = [f.name for f in fields(Loop)]
    columns = ["event_row" if name == "row" else name for name in names]
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE TABLE loops ({','.join(columns)})")
    connection.execute("CREATE TABLE loop_departments (event_row, department_id)")
    connection.executemany(
        f"INSERT INTO loops VALUES ({','.join('?' * len(names))})",
        [[getattr(loop, name) for name in names] for loop in numbered],
    )
    return numbered, connection
