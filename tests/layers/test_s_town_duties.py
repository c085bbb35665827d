"""S town's month on duty: the totals of the texts, hand-overs, and a few gaps."""

import datetime as dt

import numpy as np
import pytest

from gis.roster import DutyTable, certify_roster, expand_rotations
from gis.synthetic.duties import make_duties
from layers.schema.duties import duties_of, rotations_of
from layers.territory import town_territory

HOUR = 3_600_000
START = 1_788_192_000_000  # 2026-09-01 00:00 in Shanghai
END = START + 30 * 24 * HOUR


@pytest.fixture(scope="module")
def table(s_town):
    roster = town_territory(s_town).duties.roster
    month = make_duties(s_town.posts, "2026-09-01", 30, np.random.default_rng(5))
    turns = expand_rotations(rotations_of(month.rotations), roster.posts)
    return DutyTable(roster, [*duties_of(month.duties), *turns])


def test_certificate_has_the_totals_of_the_texts(table):
    found = certify_roster(table, START, END)
    assert found.is_complete
    assert found.areas == 125 + 49
    assert found.posts["grid_leader"] == 125
    assert found.holders["grid_leader"] == 104
    assert found.holders["full_time_member"] == 288
    assert found.holders["part_time_member"] == 2403
    assert len(found.vacant) == 2
    assert len(found.gaps) >= 2
    assert len(found.shared) >= 19


def test_vacancies_and_gaps_both_occur_and_nothing_else(table):
    reasons = {
        table.on_duty(row, at).reason
        for row in range(125)
        for at in range(START, END, 7 * HOUR)
    }
    assert reasons == {"", "vacant_post", "no_one_on_duty"}


def test_every_grid_and_hour_has_exactly_one_accountable_post(table):
    hours = np.arange(START, END, HOUR)
    rows = np.repeat(np.arange(125, dtype=np.int32), len(hours))
    answers = table.on_duty_many(rows, np.tile(hours, 125))
    owners = [state.accountable for state in answers.on_duty]
    assert all(owners[state].holder_id for state in np.unique(answers.states))


def test_region_leader_changes_on_monday_at_eight(table):
    monday = dt.datetime.fromisoformat("2026-09-07T08:00+08:00")
    at = int(monday.timestamp() * 1000)
    before, after = (table.on_duty(0, at + ms).region_leader for ms in (-1, 0))
    assert before.post_id == after.post_id
    assert before.holder_id != after.holder_id


def test_month_that_was_known_before_its_corrections_differs(table, s_town):
    month = make_duties(s_town.posts, "2026-09-01", 30, np.random.default_rng(5)).duties
    known_at = START + HOUR
    before = DutyTable(table.roster, duties_of(month), known_at=known_at)
    after = DutyTable(table.roster, duties_of(month))
    assert before.revision < known_at < after.revision
    changed = [
        grid for grid in before.grid_ids if before.leaders(grid) != after.leaders(grid)
    ]
    assert 1 <= len(changed) <= 2
