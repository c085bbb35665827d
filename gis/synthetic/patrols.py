"""Patrols of a synthetic town: checks by due date, what they found and saw fixed."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from gis.apportionment import apportion
from gis.models import SafetyCode, Scene
from gis.safety import SCENES, Campaign

Floats = NDArray[np.float64]
Rows = NDArray[np.int64]
Flags = NDArray[np.bool_]

# findings at the first check of a place in a quarter of middling age
FINDINGS: Final[Mapping[Scene, float]] = {
    Scene.STREET_SHOP: 0.73,
    Scene.KEY_SECURITY_PLACE: 0.75,
    Scene.RENTAL_HOUSING: 0.84,
    Scene.HAZARDOUS_CHEMICALS: 0.70,
    Scene.LABOUR_INTENSIVE: 0.90,
    Scene.CONSTRUCTION_SITE: 1.20,
    Scene.CROWDED_PLACE: 0.75,
    Scene.GENERAL_ENTERPRISE: 0.50,
}
LATER_SHARE, FALL = 0.35, 0.75
SEVERITY_SHARES: Final = (0.67, 0.30, 0.03)
# chance that a finding of each severity is seen as fixed at the next check
FIXED_SHARES: Final = (0.90, 0.68, 0.45)
# the first round takes a little over a month, as many as the patrols can do
FIRST_ROUND_DAYS = 40
WEEKDAY_LOAD: Final = (1.15, 1.15, 1.15, 1.15, 1.10, 0.70, 0.60)
RED_FIRST, HIGH_LEAD_DAYS = 1000.0, 8.0
# campaigns go before the round, which runs some days behind
CAMPAIGN_LEAD_DAYS, MISSED_SHARE = 8, 0.03
NOT_FIXED: Final = -1


@dataclass(frozen=True, slots=True)
class Patrols:
    """What the inspectors of a town did.

    Attributes
    ----------
    first_day
        First day of the checks, local.
    days
        Number of days.
    checks, fixes
        Checks done and findings fixed in these days, to the number.
    campaigns
        Special campaigns that they took part in.
    """

    first_day: dt.date
    days: int
    checks: int
    fixes: int
    campaigns: tuple[Campaign, ...]


@dataclass(slots=True)
class Round:
    """Checks and findings as they come; rows of findings name rows of checks."""

    place: Rows = field(default_factory=lambda: np.empty(0, np.int64))
    day: Rows = field(default_factory=lambda: np.empty(0, np.int64))
    campaign: Rows = field(default_factory=lambda: np.empty(0, np.int64))
    of_place: Rows = field(default_factory=lambda: np.empty(0, np.int64))
    severity: Rows = field(default_factory=lambda: np.empty(0, np.int64))
    detected: Rows = field(default_factory=lambda: np.empty(0, np.int64))
    fixed: Rows = field(default_factory=lambda: np.empty(0, np.int64))

    def check(self, places: Rows, day: int, campaign: Rows) -> Rows:
        """Add the checks of a day; return their rows."""
        first = len(self.place)
        self.place = np.append(self.place, places)
        self.day = np.append(self.day, np.full(len(places), day))
        self.campaign = np.append(self.campaign, campaign)
        return np.arange(first, len(self.place))

    def find(self, checks: Rows, severity: Rows) -> None:
        """Add what checks found."""
        self.of_place = np.append(self.of_place, self.place[checks])
        self.severity = np.append(self.severity, severity)
        self.detected = np.append(self.detected, checks)
        self.fixed = np.append(self.fixed, np.full(len(checks), NOT_FIXED))

    def fix(self, checks: Rows, count: int, rng: np.random.Generator) -> None:
        """See some of what is open at the checked places as fixed."""
        row_of = np.full(count, NOT_FIXED)
        row_of[self.place[checks]] = checks
        chance = np.array(FIXED_SHARES)[self.severity]
        is_seen = (self.fixed == NOT_FIXED) & (row_of[self.of_place] != NOT_FIXED)
        done = is_seen & (rng.random(len(is_seen)) < chance)
        self.fixed[done] = row_of[self.of_place[done]]

    def keep_findings(self, rows: Rows) -> None:
        """Forget the other findings."""
        self.of_place, self.severity = self.of_place[rows], self.severity[rows]
        self.detected, self.fixed = self.detected[rows], self.fixed[rows]

    def codes(self, is_high: Flags) -> NDArray[np.int64]:
        """Return the code of each place by what is open, much as the rule has it."""
        is_open = self.fixed == NOT_FIXED
        cells = self.of_place[is_open] * 3 + self.severity[is_open]
        counts = np.bincount(cells, minlength=len(is_high) * 3).reshape(-1, 3)
        minor, serious, critical = counts.T
        red = (critical > 0) | (serious >= 3) | (is_high & (serious > 0))
        yellow = (serious > 0) | (minor + serious >= 3)
        return np.where(
            red, SafetyCode.RED, np.where(yellow, SafetyCode.YELLOW, SafetyCode.GREEN)
        )


def walk(
    scene: Rows, is_high: Flags, age: Floats, patrols: Patrols, rng: np.random.Generator
) -> Round:
    """Check places day by day, those due first, as many as the patrols can.

    Parameters
    ----------
    scene
        Row of `SCENES` of each place, shape (n,).
    is_high
        Whether its hazard is high.
    age
        Age of its quarter.
    patrols
        Days, number of checks, campaigns.
    rng
        Source of all chance.
    """
    weekdays = patrols.first_day.weekday() + np.arange(patrols.days)
    loads = apportion(patrols.checks, np.array(WEEKDAY_LOAD)[weekdays % 7])
    expected = np.array([FINDINGS[s] for s in SCENES])[scene] * age / age.mean()
    due = rng.uniform(0.0, FIRST_ROUND_DAYS, len(scene))
    last = np.full(len(scene), -1)
    code = np.full(len(scene), int(SafetyCode.GREEN))
    round_ = Round()
    for day, load in enumerate(loads.tolist()):
        due = call_up(due, scene, patrols, day, rng)
        urgency = due - RED_FIRST * (code == SafetyCode.RED) - HIGH_LEAD_DAYS * is_high
        visited = np.sort(np.argsort(urgency, kind="stable")[:load])
        part = parts_taken(patrols, scene[visited], last[visited], day)
        checks = round_.check(visited, day, part)
        round_.fix(checks, len(scene), rng)
        fall = 1.0 - FALL * day / patrols.days
        again = np.where(last[visited] < 0, 1.0, LATER_SHARE)
        number = rng.poisson(expected[visited] * fall * again)
        origins = np.repeat(checks, number)
        round_.find(origins, rng.choice(3, len(origins), p=SEVERITY_SHARES))
        code = round_.codes(is_high)
        last[visited] = day
        interval = np.array([0, 30, 7, 1])[code[visited]]
        due[visited] = day + interval - rng.random(len(visited))
    return round_


def call_up(
    due: Floats, scene: Rows, patrols: Patrols, day: int, rng: np.random.Generator
) -> Floats:
    """Return due days with those of campaigns that begin today; a few are missed."""
    for campaign in patrols.campaigns:
        if (campaign.first - patrols.first_day).days == day:
            days = (campaign.last - campaign.first).days + 1
            called = np.isin(SCENES, campaign.scenes)[scene]
            called &= rng.random(len(due)) >= MISSED_SHARE
            within = day - CAMPAIGN_LEAD_DAYS + rng.uniform(0.0, days, len(due))
            due = np.where(called, np.minimum(due, within), due)
    return due


def parts_taken(patrols: Patrols, scene: Rows, last: Rows, day: int) -> Rows:
    """Return the row of the campaign that each check is the first of, -1 if none."""
    part = np.full(len(scene), -1)
    for row, campaign in enumerate(patrols.campaigns):
        first = (campaign.first - patrols.first_day).days
        if first <= day <= (campaign.last - patrols.first_day).days:
            is_target = np.isin(SCENES, campaign.scenes)[scene]
            part[is_target & (last < first)] = row
    return part


def drop_surplus(round_: Round, fixes: int, rng: np.random.Generator) -> None:
    """Forget minor findings that were fixed until `fixes` fixed ones are left."""
    fixed = round_.fixed != NOT_FIXED
    minor = np.flatnonzero(fixed & (round_.severity == 0))
    surplus = int(fixed.sum()) - fixes
    round_.keep_findings(
        np.delete(np.arange(len(fixed)), rng.choice(minor, size=surplus, replace=False))
    )
