"""The clock of loops runs while a service does, and says how far it is behind."""

import time
from collections.abc import Callable
from contextlib import nullcontext

import pytest

from api.service.events.clock import ENDED, LoopClock
from gis.errors import StoreUnavailableError
from support.makers.clocked_town import ClockedTown, clock_over, works_of

PATIENCE_S = 30.0


@pytest.fixture
def town() -> ClockedTown:
    return ClockedTown()


def wait_until(fact: Callable[[], bool]) -> bool:
    """Say whether a fact came true."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if fact():
            return True
        time.sleep(0.01)
    return False


def test_while_it_runs_what_is_overdue_climbs(town: ClockedTown) -> None:
    event_id = town.report("1")
    with clock_over(town.intake):
        town.pass_minutes(24 * 60 + 1)
        assert wait_until(lambda: len(town.actions(event_id, "climb")) == 1)


def test_a_process_that_does_not_lead_does_nothing(town: ClockedTown) -> None:
    event_id = town.report("1")
    town.pass_minutes(24 * 60 + 1)
    request = []

    def lead() -> nullcontext[bool]:
        request.append(False)
        return nullcontext(False)

    with LoopClock(town.store, works_of(town.intake), lambda: 1.0, lead) as loop_clock:
        assert wait_until(lambda: len(request) > 1)
        assert loop_clock.checks()["clock"]() is None
    assert town.actions(event_id, "climb") == []


def test_it_goes_on_after_the_store_was_away(town: ClockedTown) -> None:
    event_id = town.report("1")
    town.pass_minutes(24 * 60 + 1)
    failures = [StoreUnavailableError("The store is away.")]

    class Away:
        def turn(self, _now: int) -> bool:
            if failures:
                raise failures.pop()
            return False

    works = (Away(), *works_of(town.intake))
    with LoopClock(town.store, works, lambda: 1.0, lambda: nullcontext(True)):
        assert wait_until(lambda: len(town.actions(event_id, "climb")) == 1)


def test_a_clock_that_is_a_minute_behind_is_not_ready(
    town: ClockedTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    with clock_over(town.intake) as loop_clock:
        assert loop_clock.checks()["clock"]() is None
        monkeypatch.setattr(loop_clock, "lag_s", lambda: 60.1)
        words = loop_clock.checks()["clock"]()
        assert words is not None
        assert "more than a minute behind" in words.en


def test_a_clock_that_has_ended_is_not_ready(town: ClockedTown) -> None:
    with clock_over(town.intake) as loop_clock:
        pass
    assert loop_clock.checks()["clock"]() is ENDED


def test_what_is_left_over_counts_as_lag(town: ClockedTown) -> None:
    class Busy:
        def turn(self, _now: int) -> bool:
            return True

    loop_clock = LoopClock(
        town.store, (Busy(),), lambda: 1.0, lambda: nullcontext(True)
    )
    before = loop_clock.lag_s()
    loop_clock.turn()
    assert loop_clock.lag_s() > before


def test_open_and_overdue_events_are_counted(town: ClockedTown) -> None:
    town.report("1")
    town.report("2", kind="dispute")
    town.pass_minutes(20 * 24 * 60)
    loop_clock = clock_over(town.intake)
    loop_clock.turn()
    # the gap at G2 is reported in the same turn, before the count
    assert (loop_clock.open_count, loop_clock.overdue_count) == (3, 2)


@pytest.mark.parametrize(
    ("speed", "pause_s"), [(1.0, 0.5), (60.0, 0.5), (1000.0, 0.03), (86_400.0, 0.02)]
)
def test_turns_are_shorter_where_a_town_lives_fast(
    town: ClockedTown, speed: float, pause_s: float
) -> None:
    loop_clock = LoopClock(town.store, (), lambda: speed, lambda: nullcontext(True))
    assert loop_clock._pause_s() == pytest.approx(pause_s)
