"""The time of a store: the machine's, or of a made-up town its own."""

import json
from contextlib import closing

import pandas as pd
import pytest

from layers.stores import clock, create_store, open_store
from layers.stores.town_clock import KeptClock
from support.makers.store_history import Clock, day

HOUR_MS = 3_600_000
BASE = day(3)
FAR = day(40_000)
"""After every time at which this test runs."""


def imprint(**body):
    """The imprint of a town as the layer of rules has it."""
    row = {
        "rule_id": "imprint",
        "owner": "office",
        "body": json.dumps(body),
        "valid_from": pd.Timestamp("2026-01-01", tz="UTC"),
    }
    return pd.DataFrame([row])


MADE_UP = imprint(is_synthetic=True)


@pytest.fixture
def own(make_store):
    """An empty store that is left its own clock."""
    return make_store(None)


def ran(kept, machine):
    return kept.at(machine) - kept.base


@pytest.mark.parametrize(
    ("speed", "since", "machine", "shown"),
    [
        (1.0, None, 9_000, 0),
        (1.0, 1_000, 9_000, 8_000),
        (60.0, 1_000, 1_500, 30_000),
        (0.5, 1_000, 2_000, 500),
        (60.0, 1_000, 500, 0),
    ],
    ids=["standing", "running", "fast", "slow", "machine_went_back"],
)
def test_clock_shows_its_base_and_what_has_run_since(speed, since, machine, shown):
    assert ran(KeptClock(BASE, speed, since), machine) == shown


def test_real_town_lives_by_the_machine_whatever_was_kept(own):
    own.keep_clock(KeptClock(BASE))
    own.record("rules", imprint(name="Town", is_synthetic=False))
    before = clock()
    assert own.kept_clock() is None
    assert before <= own.now() <= clock()


def test_empty_store_lives_by_the_machine_unless_a_clock_was_kept(own):
    assert own.kept_clock() is None
    assert abs(own.now() - clock()) < HOUR_MS
    own.keep_clock(KeptClock(BASE))
    assert own.now() == BASE


def test_made_up_town_stands_at_its_last_record(own):
    link = own.record("rules", MADE_UP)
    assert own.kept_clock() == KeptClock(link.recorded_at)
    assert own.now() == link.recorded_at


def test_what_is_recorded_by_a_kept_clock_is_recorded_then(own):
    own.keep_clock(KeptClock(BASE))
    first = own.record("rules", MADE_UP)
    later = own.record("rules", MADE_UP.assign(rule_id="another"))
    assert (first.recorded_at, later.recorded_at) == (BASE, BASE + 1)
    assert own.now() == later.recorded_at
    assert own.kept_clock() == KeptClock(later.recorded_at)


def test_clock_that_runs_is_read_as_it_was_kept(own):
    own.record("rules", MADE_UP)
    running = KeptClock(day(9), 60.0, since=clock() - 1_000)
    own.keep_clock(running)
    assert own.kept_clock() == running
    assert day(9) + 60_000 <= own.now() < day(9) + 60 * HOUR_MS


def test_the_clock_that_was_kept_last_counts(own):
    own.keep_clock(KeptClock(BASE))
    own.keep_clock(KeptClock(day(5), 2.0))
    assert own.kept_clock() == KeptClock(day(5), 2.0)


def test_clock_that_a_store_is_opened_with_goes_before_its_own(make_store):
    given = Clock(day(7))
    store = make_store(given)
    store.record("rules", MADE_UP)
    assert store.kept_clock() is None
    given.now = day(8)
    assert store.now() == day(8)


def test_every_process_reads_the_clock_alike(tmp_path):
    url = str(tmp_path / "town.gpkg")
    with closing(create_store(url)) as service, closing(open_store(url)) as command:
        service.record("rules", MADE_UP)
        service.keep_clock(KeptClock(BASE, 3_600.0, since=clock()))
        assert command.kept_clock() == service.kept_clock()
        first, between, last = service.now(), command.now(), service.now()
        assert first <= between <= last


def test_copy_of_a_town_that_is_served_stands(tmp_path):
    url, out = str(tmp_path / "town.gpkg"), tmp_path / "copy.gpkg"
    with closing(create_store(url)) as store:
        store.record("rules", MADE_UP)
        store.keep_clock(KeptClock(FAR, 60.0, since=clock()))
        store.export(out)
    with closing(open_store(str(out))) as copy:
        kept = copy.kept_clock()
        assert (kept.since, kept.speed) == (None, 60.0)
        assert FAR <= kept.base < FAR + 24 * HOUR_MS
