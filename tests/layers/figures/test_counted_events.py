"""The events behind a figure are those that a plain look at each of them counts."""

import random
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from gis.access import EVERYTHING, WHOLE, Scope
from layers.figures.counted_events import counted_events
from layers.figures.question import TOWN, FigureQuery, Ground, Meaning
from layers.figures.step_log import StepLog
from layers.figures.tally import count_events
from support.makers.figure_histories import DAY, START, histories, history, moments
from support.oracles.plain_tally import child_of, standings

MEANING = Meaning({"hotline": "phone"})
SCOPES = [
    *(EVERYTHING, EVERYTHING, WHOLE, Scope(("C1/C2/",))),
    Scope(("C1/C3/",), grants=("dispute",)),
]
GROUNDS = [TOWN, TOWN, Ground("C2"), Ground("K1", frozenset({"G1", "G3"}))]
CHOSEN = [{}, {"channel": frozenset({"phone"}), "module": frozenset({"safety"})}]


def query_by(chance, store):
    times = moments(store)
    since = chance.choice([START - 50 * DAY, *times])
    until = max(since + 1, chance.choice(times))
    known_at = chance.choice([None, *times])
    chosen = chance.choice(CHOSEN)
    ground = chance.choice(GROUNDS)
    return FigureQuery(ground, since, until, until, known_at, (), chosen)


def is_chosen(loop, chosen):
    channel = MEANING.channels.get(loop.source, loop.source)
    values = {"channel": channel, "module": loop.module}
    return all(values[name] in some for name, some in chosen.items())


@given(histories(), st.integers(0, 2**32))
def test_rows_are_those_of_a_plain_look_and_as_many_as_the_figure(store, seed):
    chance = random.Random(seed)  # noqa: S311  no secret
    log = StepLog(store)
    columns = log.current()
    for _ in range(5):
        query, scope = query_by(chance, store), chance.choice(SCOPES)
        expected = [
            loop
            for loop, _, _ in standings(store, query, scope)
            if (query.ground == TOWN or child_of(loop, query.ground) is not None)
            and is_chosen(loop, query.chosen)
        ]
        rows = log.rows_of(np.array([loop.row for loop in expected], np.int64))
        events = counted_events(columns, query, scope, MEANING)
        table = count_events(columns, query, scope, MEANING)
        assert len(events) == table.total.counts["events"] == len(expected)
        for row, loop in zip(rows.tolist(), expected, strict=True):
            event = events.loc[row]
            assert event.to_dict() == {
                "occurred_at": loop.occurred_at,
                **{name: getattr(loop, name) for name in ("kind", "module")},
                "severity": loop.severity,
                "area_path": loop.area_path,
                "grid_id": loop.grid_id or "",
                "move": "",
            }


def test_what_rows_are_by_makes_no_difference():
    columns = StepLog(history(7, 60)).current()
    query = FigureQuery(TOWN, START - 50 * DAY, START + 9 * DAY, START)
    events = counted_events(columns, query, WHOLE, MEANING)
    by_day = counted_events(columns, replace(query, by=("day",)), WHOLE, MEANING)
    assert events.equals(by_day)
    assert len(events) > 5
