"""How long lists of 100 take out of a million loops, by scope, filter and store.

Usage: ``python tests/benchmarks/bench_lists.py [LOOPS]``. Each store holds the town of
`million_loops`, filled past the doors; then every scope is asked with every filter.
Figures are medians of turns in this process, milliseconds; those of each case go to
out/lists.json. What an append costs is measured in the same stores.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from million_loops import (
    CLOSED_STATES,
    DAY_MS,
    DEPARTMENTS,
    END,
    KINDS,
    LOCAL_DEPARTMENT,
    LOCAL_KIND,
    OLD_KIND,
    RARE_KIND,
    SENSITIVE,
    SOURCES,
    fill_geopackage,
    fill_postgis,
    grids,
    make_town,
)

from gis.access import EVERYTHING, EVERYWHERE, WHOLE, Scope
from gis.models import Instant
from layers.stores import Store, open_store
from layers.stores.loops import LoopQuery, TaskQuery
from support.harness import postgres
from support.makers.loop_entries import intake_of

LOOPS, TURNS, MOST_MS = 1_000_000, 5, 20.0
APPENDS, BATCHES, EACH = 200, 20, 100
OUT = Path(__file__).parents[2] / "out"
PLACES = grids()
NEW = tuple(f"C1-01/C2-06/C3-12/C4-30/new_{n}/" for n in range(75))
"""Grids without any event."""

SCOPES = {
    "the service": WHOLE,
    "steward": EVERYTHING,
    "operator with grants": Scope(EVERYWHERE, grants=SENSITIVE),
    "leader of the core": Scope(("C1-01/",)),
    "leader of a district": Scope(("C1-01/C2-04/",)),
    "leader of a circle": Scope((PLACES[70].rpartition("33")[0],)),
    "leader of a grid": Scope((PLACES[70],)),
    "leader of a quiet grid": Scope((PLACES[41],)),
    "member of two grids": Scope((PLACES[7], PLACES[8]), grants=SENSITIVE[:1]),
    "50 areas": Scope(tuple(PLACES[::5][:25] + PLACES[1::5][:25])),
    "200 areas": Scope((*PLACES, *NEW)),
    "75 areas without events": Scope(NEW),
    "department": Scope(departments=DEPARTMENTS[:1]),
    "department with grants": Scope(departments=DEPARTMENTS[3:4], grants=SENSITIVE),
    "department of one district": Scope(departments=(LOCAL_DEPARTMENT,)),
    "department without events": Scope(departments=("idle",)),
    "source": Scope(sources=SOURCES[:1]),
    "rare source": Scope(sources=SOURCES[-1:]),
    "source without events": Scope(sources=("idle",)),
}


def loop_queries(last: int) -> dict[str, LoopQuery]:
    """Return the filters of lists, by name."""
    return {
        "all": LoopQuery(),
        "page in the middle": LoopQuery(below=last // 2),
        "last page": LoopQuery(below=last // 500),
        "frequent kind": LoopQuery(kinds=KINDS[:1]),
        "kind": LoopQuery(kinds=KINDS[15:16]),
        "sensitive kind": LoopQuery(kinds=SENSITIVE[1:2]),
        "rare kind": LoopQuery(kinds=(RARE_KIND,)),
        "kind of a district": LoopQuery(kinds=(LOCAL_KIND,)),
        "kind of before": LoopQuery(kinds=(OLD_KIND,)),
        "unknown kind": LoopQuery(kinds=("unknown",)),
        "closed": LoopQuery(states=CLOSED_STATES[:1]),
        "withdrawn": LoopQuery(states=CLOSED_STATES[2:]),
        "assigned": LoopQuery(states=("assigned",)),
        "triage": LoopQuery(states=("triage",)),
        "open": LoopQuery(is_open=True),
        "overdue": LoopQuery(overdue_at=END),
        "long overdue": LoopQuery(overdue_at=Instant(END - 600 * DAY_MS)),
        "district": LoopQuery(area_path="C1-01/C2-03/"),
        "grid": LoopQuery(area_path=PLACES[70]),
        "quiet grid": LoopQuery(area_path=PLACES[41]),
        "kind, assigned": LoopQuery(kinds=KINDS[15:16], states=("assigned",)),
        "kind, withdrawn": LoopQuery(kinds=KINDS[15:16], states=CLOSED_STATES[2:]),
        "kind, overdue": LoopQuery(kinds=KINDS[5:6], overdue_at=END),
        "kind, district": LoopQuery(kinds=KINDS[15:16], area_path="C1-01/C2-03/"),
        "kind, grid": LoopQuery(kinds=KINDS[5:6], area_path=PLACES[70]),
        "withdrawn, district": LoopQuery(
            states=CLOSED_STATES[2:], area_path="C1-01/C2-03/"
        ),
        "all four": LoopQuery(
            kinds=KINDS[2:3],
            states=("assigned",),
            area_path="C1-01/C2-03/",
            overdue_at=END,
        ),
        "kind, page in the middle": LoopQuery(kinds=KINDS[15:16], below=last // 2),
    }


TASK_QUERIES = {
    "all": TaskQuery(limit=100),
    "open": TaskQuery(is_open=True, limit=100),
    "of a post": TaskQuery(
        post_ids=(f"{PLACES[70].split('/')[-2]}-L",), is_open=True, limit=100
    ),
    "of 50 posts": TaskQuery(
        post_ids=tuple(f"{path.split('/')[-2]}-L" for path in PLACES[:50]),
        is_open=True,
        limit=100,
    ),
    "of a department": TaskQuery(
        department_ids=DEPARTMENTS[:1], is_open=True, limit=100
    ),
    "of an event": TaskQuery(event_id="01900000-0000-7000-8000-000000010000"),
    "of a district": TaskQuery(area_path="C1-01/C2-03/", is_open=True, limit=100),
    "summons of a month": TaskQuery(
        sorts=("whistle", "bell"), since=Instant(END - 30 * DAY_MS), limit=100
    ),
}


def cases(
    store: Store, last: int
) -> Iterator[tuple[str, str, str, Callable[[], object]]]:
    """Yield what is asked: list, scope, filter, call."""
    for scope_name, scope in SCOPES.items():
        for name, query in loop_queries(last).items():
            yield "loops", scope_name, name, lambda q=query, s=scope: store.loops(q, s)
        for name, tasks in TASK_QUERIES.items():
            yield "tasks", scope_name, name, lambda q=tasks, s=scope: store.tasks(q, s)
        for behind in (100, 10_000, last):
            yield (
                "changes",
                scope_name,
                f"{behind:,} behind",
                lambda a=last - behind, s=scope: store.changes(a, 100, s),
            )


def measured(store: Store, last: int, most_s: float = 2.0) -> list[dict[str, object]]:
    """Return the median time of each case; of one that takes long, of one turn."""
    rows: list[dict[str, object]] = []
    for table, scope, name, call in cases(store, last):
        times: list[float] = []
        call()
        while len(times) < TURNS and sum(times) < most_s:
            begun = time.perf_counter()
            answer = call()
            times.append(time.perf_counter() - begun)
        p50 = statistics.median(times) * 1e3
        size = len(answer)  # type: ignore[arg-type]  a tuple
        rows.append(
            {"list": table, "scope": scope, "filter": name, "ms": p50, "rows": size}
        )
    return rows


def appended(store: Store, numbers: Iterator[int]) -> tuple[float, float]:
    """Return milliseconds an event with two tasks, one by one and of a hundred."""

    def entries(size: int) -> list[object]:
        tasks = ({"post_id": "P1"}, {"department_id": DEPARTMENTS[0]})
        fields = {"area_path": PLACES[70]}
        return [
            intake_of(f"new-{next(numbers)}", loop=fields, tasks=tasks)
            for _ in range(size)
        ]

    single, many = [], []
    for _ in range(APPENDS):
        new = entries(1)
        begun = time.perf_counter()
        store.append(new).result()
        single.append(time.perf_counter() - begun)
    for _ in range(BATCHES):
        new = entries(EACH)
        begun = time.perf_counter()
        store.append(new).result()
        many.append((time.perf_counter() - begun) / EACH)
    return statistics.median(single) * 1e3, statistics.median(many) * 1e3


def report(name: str, rows: list[dict[str, object]]) -> None:
    """Print the worst of each scope, and how many cases take too long."""
    slow = [row for row in rows if float(str(row["ms"])) >= MOST_MS]
    print(f"{name}: {len(slow)} of {len(rows)} cases take {MOST_MS:.0f} ms or more")
    for table in ("loops", "tasks", "changes"):
        for scope in SCOPES:
            own = [r for r in rows if (r["list"], r["scope"]) == (table, scope)]
            worst = max(own, key=lambda row: float(str(row["ms"])))
            middle = statistics.median(float(str(row["ms"])) for row in own)
            print(
                f"  {table:<8}{scope:<28} p50 of all {middle:7.1f} ms, worst "
                f"{float(str(worst['ms'])):8.1f} ms ({worst['filter']})"
            )


def main(loops: int = LOOPS) -> None:
    """Print the figures of both stores."""
    town = make_town(loops)
    found = {}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        urls = {"geopackage": str(folder / "town.gpkg")}
        fill_geopackage(folder / "town.gpkg", town)
        if not postgres.lacking():
            server = stack.enter_context(closing(postgres.new_server()))
            urls["postgresql"] = server.fresh_url()
            fill_postgis(urls["postgresql"], town)
        for name, url in urls.items():
            with closing(open_store(url)) as store:
                found[name] = measured(store, loops)
                report(name, found[name])
                one, many = appended(store, count())
                print(f"{name}: append {one:.2f} ms, in hundreds {many:.3f} ms each")
    OUT.mkdir(exist_ok=True)
    (OUT / "lists.json").write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
