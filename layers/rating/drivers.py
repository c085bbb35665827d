"""What drives the colour of an area, its places with code, finding and next check."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import pandas as pd

from gis.events import Scenarios
from gis.models import SafetyCode
from gis.risk import Contributions, Driver
from gis.risk.drivers import Kind
from gis.safety import SafetyRule
from layers.words import Words
from layers.words.rating import NEXT_CHECK, NEXT_CHECK_BY_NOBODY
from layers.words.vocabulary import CODES

TOP_DRIVERS: Final = 3
"""Places of an area that are listed, and groups of events behind them."""

PlaceDetails = tuple[str, str, str, str]


class AreaDriver(NamedTuple):
    """One contributor to the score of an area, as it is listed.

    Attributes
    ----------
    kind, driver_id, facts, weight, share
        As of `gis.risk.Driver`.
    code
        Safety code of a place in words; empty for events.
    finding
        Why it has that code: ids of the criteria that fired, joined by ``;``.
    due_on
        When it is checked next, ISO.
    post_id
        Which post checks it: the accountable one of its grid; empty where none is.
    """

    kind: Kind
    driver_id: str
    facts: int
    weight: float
    share: float
    code: str = ""
    finding: str = ""
    due_on: str = ""
    post_id: str = ""


def place_details(
    places: pd.DataFrame, posts: Mapping[str, str | None]
) -> dict[str, PlaceDetails]:
    """Return code, finding, next check and its post of each place.

    Parameters
    ----------
    places
        As `RiskDay.places`.
    posts
        The accountable post of each grid.
    """
    words = {code: SafetyCode(code).name.lower() for code in SafetyCode}
    return {
        row["place_id"]: (
            words.get(row["code"], ""),
            row["criteria"],
            "" if pd.isna(row["due_on"]) else f"{row['due_on']:%Y-%m-%d}",
            posts.get(row["grid_id"]) or "",
        )
        for row in places[
            ["place_id", "code", "criteria", "due_on", "grid_id"]
        ].to_dict("records")
    }


def list_drivers(
    parts: Contributions, details: Mapping[str, PlaceDetails]
) -> list[tuple[AreaDriver, ...]]:
    """Return the first places of each area, then its events by category.

    Parameters
    ----------
    parts
        What the scores are made of.
    details
        Of the places, as `place_details` has them.
    """
    return [
        tuple(
            AreaDriver(*driver, *details.get(driver.driver_id, ()))
            if driver.kind == "place"
            else AreaDriver(*driver)
            for driver in _listed(row)
        )
        for row in parts.top(TOP_DRIVERS)
    ]


def driver_words(
    driver: AreaDriver, scenarios: Scenarios, rule: SafetyRule | None = None
) -> tuple[Words, ...]:
    """Return a driver of a score in words: what it is, why, and its share.

    Parameters
    ----------
    driver
        The driver.
    scenarios
        What kinds of events are called.
    rule
        The rule that gave the codes: findings, next check and post are said too.

    Examples
    --------
    >>> no_packs = Scenarios((), ())
    >>> driver_words(AreaDriver("place", "E1", 1, 5.0, 0.5, "red"), no_packs)[1]
    Words(zh='红码', en='red')
    """
    share = Words(share_text(driver.share))
    if driver.kind == "events":
        zh, en = scenarios.names_of(driver.driver_id)
        return Words(f"{zh} × {driver.facts}", f"{en} × {driver.facts}"), share
    words = [Words(driver.driver_id)]
    if driver.code:
        zh = CODES[SafetyCode[driver.code.upper()]].zh.split()[0]
        words.append(Words(zh, driver.code))
    if rule is not None:
        words += [*_findings(driver, rule), *_checks(driver)]
    return *words, share


def share_text(share: float) -> str:
    """Return a part of a score; a small one with a decimal, the smallest as less.

    Examples
    --------
    >>> share_text(0.25), share_text(0.004), share_text(0.0001), share_text(0.0)
    ('25 %', '0.4 %', '<0.1 %', '0 %')
    """
    percent = share * 100
    if percent == 0 or percent >= 0.95:
        return f"{percent:.0f} %"
    return f"{percent:.1f} %" if percent >= 0.05 else "<0.1 %"


def driver_line(
    driver: AreaDriver, scenarios: Scenarios, rule: SafetyRule | None = None
) -> Words:
    """Return a driver of a score in one line.

    Parameters
    ----------
    driver, scenarios, rule
        As `driver_words` takes them.

    Examples
    --------
    >>> no_packs = Scenarios((), ())
    >>> driver_line(AreaDriver("events", "kite", 12, 3.0, 0.25), no_packs).en
    'kite × 12 · 25 %'
    >>> driver_line(AreaDriver("place", "E1", 1, 5.0, 0.5, "red"), no_packs)
    Words(zh='E1 · 红码 · 50 %', en='E1 · red · 50 %')
    """
    words = driver_words(driver, scenarios, rule)
    return Words(
        " · ".join(word.zh for word in words),
        " · ".join(word.en or word.zh for word in words),
    )


def _listed(drivers: tuple[Driver, ...]) -> list[Driver]:
    """Return the first few drivers of each kind."""
    places = [driver for driver in drivers if driver.kind == "place"]
    events = [driver for driver in drivers if driver.kind == "events"]
    return [*places[:TOP_DRIVERS], *events[:TOP_DRIVERS]]


def _findings(driver: AreaDriver, rule: SafetyRule) -> list[Words]:
    """Return what fired, in words."""
    words = {c.criterion_id: Words(c.zh, c.en) for c in rule.criteria}
    fired = filter(None, driver.finding.split(";"))
    return [words.get(criterion, Words(criterion)) for criterion in fired]


def _checks(driver: AreaDriver) -> list[Words]:
    """Return when the place is checked next, and by which post."""
    if not driver.due_on:
        return []
    words = NEXT_CHECK if driver.post_id else NEXT_CHECK_BY_NOBODY
    return [words.filled(day=driver.due_on, post=driver.post_id)]
