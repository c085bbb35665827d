"""The clock of loops runs while a service does, and says how far it is behind."""

import time
from collections.abc import Callable
from contextlib import nullcontext

import pytest

from api.service.events.clock import ENDED, LoopClock
from conftest import PATIENCE_S
from gis.errors import StoreUnavailableError
from gis.models import Instant
from support.makers.clocked_town import ClockedTown, clock_over, works_of


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
        def turn(self, _now: Instant) -> None:
            if failures:
                raise failures.pop()

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


class Busy:
    """Work that is never done, the first of it owed for so many minutes."""

    def __init__(self, minutes: float) -> None:
        self.minutes = minutes

    def turn(self, now: Instant) -> Instant:
        return Instant(now - round(self.minutes * 60_000))


def busy_for(town: ClockedTown, minutes: float, speed: float, age_s: float) -> float:
    """The lag of a clock that has never been idle for so long, with that much left."""
    works = (Busy(minutes),)
    loop_clock = LoopClock(town.store, works, lambda: speed, lambda: nullcontext(True))
    loop_clock._current_at -= age_s
    assert loop_clock.turn()
    return loop_clock.lag_s()


@pytest.mark.parametrize(
    ("minutes", "speed"), [(0.0, 1.0), (50.0, 600.0)], ids=["just now", "fast town"]
)
def test_a_clock_that_is_always_busy_and_never_behind_is_ready(
    town: ClockedTown, minutes: float, speed: float
) -> None:
    lag_s = busy_for(town, minutes, speed, age_s=3600.0)
    assert minutes * 60 / speed <= lag_s < 60


@pytest.mark.parametrize("speed", [1.0, 1e-6, 0.0])
def test_what_has_been_left_for_long_counts_as_lag(
    town: ClockedTown, speed: float
) -> None:
    assert busy_for(town, 30.0, speed, age_s=900.0) >= 900


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
