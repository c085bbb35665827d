"""Both answers to events of any times: equal to those of each event by itself."""

from dataclasses import replace

import numpy as np
import pytest

from api.service.assignment.stored import EventColumns, stored_answers
from api.service.events import periods as module
from api.service.events.periods import Periods
from gis.assignment import Positions
from support.makers.square_town import SquareTown, local

LATER = {"G1": (0, 1), "N2": (1, 3), "G4": (3, 4)}
"""From the middle of the month one grid stands for G2 and G3."""
DAYS = ("2026-09-25", "2026-09-10", "2026-09-20", "2026-09-19T23:59", "2026-09-10")
LATE = ("2026-09-26", "2026-09-21", "2026-09-20", "2026-09-19T23:59", "2026-09-12")


def columns(days: tuple[str, ...]) -> EventColumns:
    """Events at one place in G2, then in N2, an accuracy for each second."""
    count = len(days)
    return EventColumns(
        Positions(
            np.full(count, 120.015),
            np.full(count, 30.005),
            np.zeros(count, dtype=np.uint8),
        ),
        "wgs84",
        np.where(np.arange(count) % 2, 30.0, np.nan),
        np.array([local(day) for day in days]),
        np.zeros(count, dtype=np.bool_),
    )


def test_each_event_is_answered_by_the_version_of_its_time(squares: SquareTown) -> None:
    squares.publish(LATER, "2026-09-20")
    pairs = Periods(squares.store, 1.0).pairs(columns(DAYS), columns(LATE))
    owners = [
        tuple(answer.assignment.grid_id for answer in pair)
        for pair in zip(*pairs, strict=True)
    ]
    assert owners == [
        ("N2", "N2"),
        ("G2", "N2"),
        ("N2", "N2"),
        ("G2", "G2"),
        ("G2", "G2"),
    ]


@pytest.mark.parametrize("most", [1, 8])
def test_pairs_are_those_of_each_event_by_itself_to_the_byte(
    squares: SquareTown, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr(module, "MOST_PERIODS", most)
    squares.publish(LATER, "2026-09-20")
    occurred, received = columns(DAYS), columns(LATE)
    occurred = replace(occurred, is_day=np.arange(len(DAYS)) == 4)
    pairs = Periods(squares.store, 1.0).pairs(occurred, received)
    for place, pair in enumerate(zip(*pairs, strict=True)):
        for answer, events in zip(pair, (occurred, received), strict=True):
            alone = events.take(np.array([place]))
            snapshot = squares.snapshot(int(alone.instants[0]))
            assert [answer] == list(stored_answers(snapshot, alone, datum_error_m=1.0))


def test_what_was_in_force_is_built_once_while_it_is_held(
    squares: SquareTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    built = []

    def build(*values: object, **options: object) -> object:
        built.append(values)
        return squares.snapshot(values[1])

    monkeypatch.setattr(module, "build_snapshot", build)
    periods = Periods(squares.store, 1.0)
    for _ in range(2):
        periods.pairs(columns(DAYS), columns(DAYS))
    assert len(built) == len({squares.snapshot(local(d)).since for d in DAYS})
