"""A small town that takes events in: sources, a device, departments, their posts."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

import geopandas as gpd
import orjson
import pandas as pd
import shapely

from api.schemas.loops import action_bytes
from api.schemas.whistles import check_in_bytes, whistle_bytes
from api.service.assignment.answer import AnswerDesk
from api.service.events.dossier import Party
from api.service.events.draft import Reporter
from api.service.events.intake import Intake
from api.service.events.office import Claim, EventOffice, event_office
from api.service.events.report import EventReport
from api.service.events.steps import StepForm
from api.service.events.whistles import (
    CheckInForm,
    RatingForm,
    SolutionForm,
    WhistleForm,
)
from gis.access import EVERYTHING, Scope
from gis.events import Actor
from layers.registry import Registries
from layers.snapshots import Snapshots
from layers.stores.events import EventIds
from support.makers.square_town import SINCE, TIMEZONE, SquareTown, post
from support.makers.store_history import CRS

HERE = {"lon": 120.005, "lat": 30.005, "datum": "cgcs2000"}
REPORTER = Reporter("K1", "steward", EVERYTHING)
SOURCES = [
    {"source": "hotline", "sort": "hotline", "kind_map": '{"占道": "street_trading"}'},
    {"source": "camera", "sort": "camera", "datum": "gcj02", "accuracy_m": 20.0},
    {"source": "citizen", "sort": "citizen"},
    {"source": "told", "sort": "feed", "destination_id": "desk"},
]
DEPARTMENTS = [
    ("urban_management", 1, "U-P", ""),
    ("market_supervision", 2, None, ""),
    ("police", 3, "P-P", ""),
    ("mediation_team", 4, "M-P", "mediation"),
]


def _party(key_id, role, scope, **more):
    """Who asks with a key of a role."""
    return Party(Actor(key_id, frozenset({role}), **more), scope)


def _body(department):
    """The key of a department."""
    bodies = frozenset({department})
    scope = Scope(departments=(department,))
    return _party(f"K-{department}", "department", scope, departments=bodies)


STEWARD = _party("K-S", "steward", EVERYTHING, tier=1)
OPERATOR = _party("K-O", "operator", EVERYTHING, tier=1)
SECOND = _party("K-O2", "operator", EVERYTHING, tier=1)
LEADER = _party(
    "K-G1", "leader", Scope(("C/W/G1/",)), posts=frozenset({"G1-L"}), tier=3
)
CHIEF = _party("K-C", "leader", Scope(("C/",)), posts=frozenset({"C-L"}), tier=1)
MEMBER = _party("K-M", "member", Scope(("C/W/G1/",)), posts=frozenset({"G1-M"}))
URBAN, POLICE = _body("urban_management"), _body("police")
SOURCE = _party("K-H", "source", Scope(sources=("hotline",)))
AUDITOR = _party("K-A", "auditor", EVERYTHING)
CITIZEN = Party(Actor(is_reporter=True), Scope(sources=("hotline",)))
NO_KEYS = Party(
    Actor("keyless", frozenset({"steward", "operator"}), tier=1, is_keyed=False),
    EVERYTHING,
)
"""Whoever asks in a town without keys."""


@dataclass
class EventTown:
    """A square town with an intake."""

    town: SquareTown = field(default_factory=SquareTown)
    intake: Intake = field(init=False)
    office: EventOffice = field(init=False)
    _numbers: Iterator[int] = field(default_factory=count)

    def __post_init__(self) -> None:
        town = self.town
        town.record(
            "posts",
            post("U-P", "C", "department", "D001"),
            post("P-P", "C", "department", "D002"),
            post("M-P", "W", "team", "D003"),
        )
        town.record(
            "destinations",
            {"destination_id": "desk", "url": "https://desk.example/hook"}
            | {"secret_id": "DESK"},
        )
        town.record(
            "sources",
            *(
                {"name_zh": row["source"], "owner": "grid_office"} | row
                for row in SOURCES
            ),
        )
        self.store.record("departments", departments())
        self.store.record("devices", devices())
        snapshots = Snapshots(self.store, now=town.clock)
        registries = Registries(self.store)
        self.intake = Intake(
            self.store,
            snapshots,
            registries,
            AnswerDesk(snapshots, 1.0, TIMEZONE, town.clock),
            EventIds(),
        )
        self.office = event_office(self.store, snapshots, registries, radius_m=200.0)

    @property
    def store(self):
        """Its store."""
        return self.town.store

    def report(
        self, kind="street_trading", source="hotline", reporter=REPORTER, **more
    ):
        """Take an event in, in G1 if nothing else is said; return its id."""
        place = {} if {"community_id", "lon"} & {*more} else HERE
        sent = EventReport(source, f"R-{next(self._numbers)}", kind, **(place | more))
        draft = self.intake.draft(sent, reporter)
        [receipt] = self.intake.append(draft, b"{}").result()
        return receipt.event.event_id

    def act(
        self,
        event_id,
        party,
        action,
        seqs=None,
        request=None,
        captured_at=None,
        **form,
    ):
        """Take a step by name; a request of its own if none is named."""
        name = request or f"q-{next(self._numbers)}"
        claim = Claim(party, name, seqs, captured_at)
        return self.office.act(event_id, StepForm(action, **form), claim, action_bytes)

    def whistle(self, event_id, party, *departments, **form):
        """Summon departments; return the id of the whistle."""
        claim = Claim(party, f"q-{next(self._numbers)}")
        form = WhistleForm(departments, **form)
        taken = self.office.summon(event_id, form, claim, whistle_bytes)
        return orjson.loads(taken.answer)["whistle_id"]

    def check_in(self, whistle_id, party, department, lon=120.005, lat=30.005, **form):
        """Let a department arrive, in G1 if nothing else is said."""
        form = {"datum": "cgcs2000"} | form
        claim = Claim(party, f"q-{next(self._numbers)}")
        form = CheckInForm(whistle_id, department, lon, lat, **form)
        taken = self.office.check_in(form, claim, check_in_bytes)
        return orjson.loads(taken.answer)

    def solve(
        self,
        whistle_id,
        party,
        department,
        result="cleared away",
        captured_at=None,
    ):
        """Let a department be done."""
        claim = Claim(party, f"q-{next(self._numbers)}", captured_at=captured_at)
        form = SolutionForm(whistle_id, department, result)
        return self.office.solve(form, claim, action_bytes)

    def rate(self, whistle_id, party, department, score=4):
        """Rate a department."""
        claim = Claim(party, f"q-{next(self._numbers)}")
        form = RatingForm(whistle_id, department, score)
        return self.office.rate(form, claim, action_bytes)

    def loop(self, event_id):
        """Where an event stands in the store."""
        return self.store.loop(event_id)

    def pass_minutes(self, minutes):
        """Let time go by."""
        self.town.clock.now += int(minutes * 60_000)


def departments() -> gpd.GeoDataFrame:
    """Bodies of the town, one of them a team."""
    frame = pd.DataFrame(
        [
            {
                "department_id": department_id,
                "name_zh": department_id,
                "rank": rank,
                "post_id": post_id,
                "team": team or None,
                "valid_from": SINCE,
            }
            for department_id, rank, post_id, team in DEPARTMENTS
        ]
    )
    return gpd.GeoDataFrame(frame, geometry=[None] * len(frame), crs=CRS)


def devices() -> gpd.GeoDataFrame:
    """A camera in G1."""
    row = {"device_id": "CAM-1", "source": "camera", "sort": "camera", "in_home": False}
    frame = pd.DataFrame([row | {"accuracy_m": 15.0, "valid_from": SINCE}])
    return gpd.GeoDataFrame(frame, geometry=[shapely.Point(120.005, 30.005)], crs=CRS)
