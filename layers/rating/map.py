"""The five-colour map of a day: codes, colours and what lies over them."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Final, TypedDict

import geopandas as gpd
import numpy as np
import pandas as pd

from gis.models import RiskLevel
from gis.risk import MethodCard
from gis.risk.day import CHANGE_DAYS
from gis.risk.method import floor_texts
from layers.maps import (
    BaseMap,
    Details,
    PackCaption,
    RiskMap,
    five_colour_map,
    map_model,
    one_area,
)
from layers.maps.packing import Json
from layers.packs.rulebook import Imprint
from layers.rating.day import RiskDay, event_span
from layers.rating.drivers import AreaDriver, driver_words
from layers.rating.posts import answering_posts
from layers.schema.areas import rated_schema
from layers.styles import level_style, pack_sign
from layers.words import Words, in_front
from layers.words.rating import (
    CHANGE_IN_DAYS,
    DATES,
    FLOOR,
    HELD,
    NO_DAYS,
    REST_OF_SCORE,
)

EVENT_DAYS: Final = 3
"""Events of so many days are drawn."""
LEAST_REST: Final = 0.005
"""A part of a score that is less rounds to nothing."""
COUNTED_BY_THE_MAP: Final = {"no_position"}
"""The map itself counts what it cannot draw."""


class _Drawing(TypedDict):
    """What `map_model` and `five_colour_map` take."""

    grids: gpd.GeoDataFrame
    circles: gpd.GeoDataFrame | None
    title: Words
    method: MethodCard
    synthetic: bool
    details: Details


def draw_risk_day(risk_day: RiskDay, base_map: BaseMap | None = None) -> RiskMap:
    """Draw a rated day: grids, circles and communities, places, posts, past days.

    Events of the last `EVENT_DAYS` days are points.

    Parameters
    ----------
    risk_day
        The day.
    base_map
        Pictures under the areas; None draws on paper and asks for nothing.
    """
    return five_colour_map(**_drawing(risk_day, base_map))


def risk_day_model(risk_day: RiskDay, base_map: BaseMap | None = None) -> Json:
    """Return what `draw_risk_day` draws of a day, as it is written in JSON.

    Parameters
    ----------
    risk_day, base_map
        As `draw_risk_day` takes them.
    """
    return map_model(**_drawing(risk_day, base_map))


def area_facts(risk_day: RiskDay, area_id: str) -> Json | None:
    """Return what the map says of one area, without drawing the others.

    Parameters
    ----------
    risk_day
        The day.
    area_id
        Of a grid, circle or community.

    Returns
    -------
    facts
        Its `level`, 0 for no data, and its row of the columns of its layer in the map;
        None where there is no such area.
    """
    for name, areas in risk_day.tiers.items():
        frame = areas.frame
        row = frame[frame[rated_schema(name).key] == area_id]
        if not row.empty:
            return one_area(_in_words(risk_day, row))
    return None


def _title(imprint: Imprint, day: dt.date) -> Words:
    """Return the day behind the name of the town, or alone where it has none."""
    return in_front(imprint.words, Words(str(day), str(day)))


def _drawing(risk_day: RiskDay, base_map: BaseMap | None) -> _Drawing:
    """Return the areas of a day in words, and what lies over them."""
    imprint = risk_day.facts.rulebook.imprint
    grids = _with_words(risk_day, risk_day.grids)
    assert grids is not None  # noqa: S101  every day has grids
    posts = {grid: post for grid, (post, _) in answering_posts(risk_day.facts).items()}
    return {
        "grids": grids.assign(accountable_post=grids["grid_id"].map(posts)),
        "circles": _with_words(risk_day, risk_day.circles),
        "title": _title(imprint, risk_day.day),
        "method": risk_day.card,
        "synthetic": imprint.is_synthetic,
        "details": _details(risk_day, base_map),
    }


def _details(risk_day: RiskDay, base_map: BaseMap | None) -> Details:
    """Return what lies over the areas of a day, and its imprint."""
    imprint = risk_day.facts.rulebook.imprint
    events = _recent_events(risk_day)
    return Details(
        communities=_with_words(risk_day, risk_day.communities),
        places=_places(risk_day),
        events=events,
        packs=_captions(risk_day, events["pack"]),
        posts=_posts(risk_day),
        stations=risk_day.facts.stations,
        history=_history(risk_day),
        gaps={
            k: n for k, n in risk_day.left_out.items() if k not in COUNTED_BY_THE_MAP
        },
        dates=[
            (words, days)
            for words, days in zip(
                DATES,
                (event_span(risk_day.facts) or NO_DAYS, risk_day.base.check_span),
                strict=True,
            )
            if days
        ],
        grid_version=f"{risk_day.version.version} · {risk_day.version.digest[:12]}",
        review_number=imprint.review_number,
        attribution=imprint.attribution,
        tier_names=imprint.tiers,
        base_map=base_map,
    )


def _with_words(
    risk_day: RiskDay, areas: gpd.GeoDataFrame | None
) -> gpd.GeoDataFrame | None:
    """Return areas in words; None where there are none."""
    return None if areas is None else _in_words(risk_day, areas)


def _in_words(risk_day: RiskDay, areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return areas with drivers and what changed, or did not, in words."""
    drivers = [_driver_words(risk_day, row) for row in areas["drivers"]]
    steady_days = risk_day.method.steady_days
    changes = [
        [
            *_change_words(row["change"]),
            *(
                _floor_words(risk_day, row["floor"])
                or _held_words(row["level"], row["raw_level"], steady_days)
            ),
        ]
        for row in areas[["change", "level", "raw_level", "floor"]].to_dict("records")
    ]
    texts = {"drivers": pd.Series(drivers), "changes": pd.Series(changes)}
    return areas.reset_index(drop=True).assign(**texts)


def _driver_words(risk_day: RiskDay, drivers: Sequence[AreaDriver]) -> list[Words]:
    """Return what drives an area, and how much of its score is not listed."""
    parts = [
        driver_words(driver, risk_day.scenarios, risk_day.rule) for driver in drivers
    ]
    words = [
        Words(
            " · ".join(word.zh for word in row),
            " · ".join(word.en or word.zh for word in row),
        )
        for row in parts
    ]
    rest = 1 - sum(driver.share for driver in drivers)
    if drivers and rest >= LEAST_REST:
        words.append(REST_OF_SCORE.filled(share=f"{rest * 100:.0f}"))
    return words


def _change_words(change: float) -> list[Words]:
    if np.isnan(change):
        return []
    return [CHANGE_IN_DAYS.filled(days=CHANGE_DAYS, change=f"{change:+z.2f}")]


def _floor_words(risk_day: RiskDay, level: int) -> list[Words]:
    """Say by which floor rule an area has its level, where one decided."""
    rules = [floor for floor in risk_day.method.floors if floor.level == level]
    zh, en = FLOOR.both
    return [
        Words(f"{zh}：{rule_zh}", f"{en}: {rule_en}")
        for rule_zh, rule_en in map(floor_texts, rules)
    ]


def _held_words(level: int, raw_level: int, steady_days: int) -> list[Words]:
    """Say that an area keeps a level that its score of the day alone has left."""
    if level == raw_level:
        return []
    style = level_style(RiskLevel(raw_level))
    zh, en = style.zh.split()[0], style.en.split(":")[0].lower()
    return [HELD.filled(zh=zh, en=en, days=steady_days)]


def _places(risk_day: RiskDay) -> gpd.GeoDataFrame:
    """Return the places with their reasons in words."""
    words = {c.criterion_id: Words(c.zh, c.en) for c in risk_day.rule.criteria}
    places = risk_day.places
    reasons = pd.Series(
        [
            [words[criterion] for criterion in criteria.split(";") if criterion]
            for criteria in places["criteria"]
        ]
    )
    due = places["due_on"].dt.strftime("%Y-%m-%d")
    columns = ["place_id", "name", "scene", "code", "grid_id", "geometry"]
    return gpd.GeoDataFrame(places[columns].assign(reasons=reasons, due=due))


def _recent_events(risk_day: RiskDay) -> gpd.GeoDataFrame:
    """Return the events of the last days, categories in words, with their packs."""
    events = risk_day.events
    last = np.datetime64(risk_day.day, "D") - np.timedelta64(EVENT_DAYS, "D")
    is_recent = events["day"].to_numpy("datetime64[D]") > last
    recent = events[is_recent]
    codes, scenarios = set(recent["category"]), risk_day.scenarios
    zone = risk_day.facts.cutoff.timezone
    categories = {code: Words(*scenarios.names_of(code)) for code in codes}
    packs = {
        code: pack.pack if (pack := scenarios.pack_of(code)) else "" for code in codes
    }
    return gpd.GeoDataFrame(
        {
            "category": recent["category"].map(categories),
            "pack": recent["category"].map(packs),
            "severity": recent["severity"],
            "day": recent["day"].dt.strftime("%Y-%m-%d"),
            # as its source calls it, which is how people know it
            "event_id": recent["source_id"],
            "time": recent["occurred_at"].dt.tz_convert(zone).dt.strftime("%H:%M"),
        },
        geometry=gpd.points_from_xy(recent["lon"], recent["lat"]),
        crs=risk_day.grids.crs,
    )


def _captions(risk_day: RiskDay, packs: Iterable[str]) -> dict[str, PackCaption]:
    """Return what the legend says of the packs that events are of."""
    drawn = set(packs)
    return {
        pack.pack: PackCaption(pack_sign(pack.symbol, pack.name[0]), *pack.name)
        for pack in risk_day.scenarios.packs
        if pack.pack in drawn
    }


def _posts(risk_day: RiskDay) -> pd.DataFrame | None:
    """Return the leader posts of grids and circles."""
    duties = risk_day.facts.snapshot.territory.duties
    if duties is None:
        return None
    posts = [p for p in duties.roster.posts.values() if p.role.endswith("_leader")]
    return pd.DataFrame(
        {
            "post_id": [post.post_id for post in posts],
            "area_id": [post.area_id for post in posts],
        }
    )


def _history(risk_day: RiskDay) -> pd.DataFrame:
    """Return the level of every area on every day."""
    days = [str(day) for day in risk_day.days]
    tables = [
        pd.DataFrame(
            areas.levels.T,
            index=areas.frame[rated_schema(name).key].astype(str),
            columns=days,
        )
        for name, areas in risk_day.tiers.items()
    ]
    return pd.concat(tables)
