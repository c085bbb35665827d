"""Events on later boundaries equal a search of each of them by hand."""

import math
import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from gis.access import EVERYTHING, WHOLE, Scope
from layers.figures.moved_events import MOVES, NOT_MOVED, Move, move_events
from layers.figures.question import MOVE, TOWN, FigureQuery, Ground, Meaning
from layers.figures.step_log import StepLog
from layers.figures.tally import count_events
from support.makers.moved_towns import (
    HOUR,
    START,
    boundaries,
    later_place,
    moved_town,
    moved_towns,
    overlaps,
)
from support.oracles.plain_tally import ids_of, plain_table, standings

MEANING = Meaning()
SCOPES = [
    EVERYTHING,
    WHOLE,
    Scope(("C/E/",)),
    Scope(("C/W/G1/",), grants=("dispute",)),
    Scope(sources=("hotline",)),
]
GROUNDS = [
    *(Ground("C"), Ground("W"), Ground("E"), Ground("G2"), Ground("G5")),
    Ground("K1", frozenset({"G1", "G2"})),
]


def goals_of(town, query):
    """Where each event counts, found one by one."""
    places = {loop.event_id: loop for loop, _, _ in standings(town.store, query, WHOLE)}
    ids = [event_id for event_id, _ in sorted(ids_of(town.store), key=lambda p: p[1])]
    return {
        event_id: plain_goal(places[event_id], (x - 120) * 100, draw)
        for event_id, (x, _, draw) in zip(
            ids, town.points.itertuples(index=False), strict=True
        )
        if event_id in places
    }


def plain_goal(loop, east, draw):
    if loop.grid_id == "G1":
        return "C/W/G1/", "G1", "same_ground"
    if not math.isnan(east) and later_place(east)[0]:
        return later_place(east)
    if loop.area_path == "C/E/":
        return "C/E/", None, "by_circle"
    if not math.isnan(east):
        return "", None, "outside"
    if loop.grid_id in {"G2", "G3", "G4"}:
        return plain_draw(loop.grid_id, draw)
    return "", None, "area_gone" if loop.area_path else "no_place"


def plain_draw(grid_id, draw):
    """One of the grids that have some of its ground, the lowest id first."""
    names, shares = zip(*overlaps(grid_id).items(), strict=True)
    name = next(
        names[n]
        for n in range(len(names))
        if draw < sum(shares[: n + 1]) or not names[n]
    )
    if not name:
        return "", None, "outside"
    return f"C/{'W' if name < 'G5' else 'E'}/{name}/", name, "by_weight"


def moved(town, query):
    earlier, target = boundaries()
    return move_events(
        StepLog(town.store).current(),
        town.points,
        (query.since, query.until),
        query.known_at,
        Move([earlier], target),
    )


def query_by(chance, until=START + 100 * HOUR, known_at=None):
    by = tuple(chance.sample(["children", "category", "state"], chance.randint(0, 2)))
    since = START - chance.choice([0, 2, 50]) * HOUR
    return FigureQuery(
        chance.choice(GROUNDS), since, max(until, since + 1), until, known_at, by
    )


@given(moved_towns(), st.integers(0, 2**32))
def test_moved_events_equal_a_search_one_by_one(town, seed):
    chance = random.Random(seed)  # noqa: S311  no secret
    times = [START + chance.randrange(40) * HOUR for _ in range(2)]
    for until, known_at in ((START + 100 * HOUR, None), (times[0], None), times):
        query = query_by(chance, until, known_at)
        scope = chance.choice(SCOPES)
        table = count_events(moved(town, query), query, scope, MEANING)
        goals = goals_of(town, query)
        total, rows, nowhere = plain_table(town.store, query, scope, MEANING, goals)
        assert table.total == total
        assert table.rows == rows
        assert table.nowhere == nowhere


@given(moved_towns())
def test_every_event_came_some_way_or_is_left_out_for_a_reason(town):
    query = FigureQuery(TOWN, START - HOUR, START + 100 * HOUR, START, by=(MOVE,))
    columns = moved(town, query)
    ways = {
        row.keys[0]: row.counts["events"]
        for row in count_events(columns, query, WHOLE, MEANING).rows
    }
    assert {*ways} <= {*MOVES} | {*NOT_MOVED}
    assert sum(ways.values()) == len(town.points)
    inside = count_events(columns, replace(query, ground=Ground("C")), WHOLE, MEANING)
    assert inside.nowhere == sum(ways.get(name, 0) for name in NOT_MOVED)
    assert {row.keys[0] for row in inside.rows} == {*ways} & {*MOVES}


def test_every_way_and_every_reason_is_met():
    numbers = {}
    for seed in range(12):
        town = moved_town(seed, 40)
        query = FigureQuery(TOWN, START - HOUR, START + 99 * HOUR, START, by=(MOVE,))
        for row in count_events(moved(town, query), query, WHOLE, MEANING).rows:
            numbers[row.keys[0]] = numbers.get(row.keys[0], 0) + row.counts["events"]
    assert {*numbers} == {*MOVES} | {*NOT_MOVED}


def test_who_saw_no_event_before_counts_none_where_it_counts_now():
    town = moved_town(3, 40)
    query = FigureQuery(Ground("G5"), START - HOUR, START + 99 * HOUR, START)
    columns = moved(town, query)
    whole = count_events(columns, query, EVERYTHING, MEANING).total.counts["events"]
    # they were recorded in G3 and G4, of which a leader of G5 saw nothing
    scope = Scope(("C/E/G5/",))
    assert count_events(columns, query, scope, MEANING).total.counts["events"] == 0
    assert whole > 0


def test_a_time_without_events_has_none():
    town = moved_town(1, 5)
    query = FigureQuery(TOWN, START - 99 * HOUR, START - 98 * HOUR, START)
    columns = moved(town, query)
    assert columns.event_count == 0
    assert count_events(columns, query, WHOLE, MEANING).total.counts["events"] == 0
