"""A small town whose desk is open: events reported, stepped on, and looked at."""

from dataclasses import replace
from zoneinfo import ZoneInfo

from api.schemas.loops import action_bytes
from api.schemas.whistles import check_in_bytes, whistle_bytes
from api.service.events.desk import EventDesk
from api.service.events.dossier import Party
from api.service.events.office import Claim, event_office
from api.service.events.report import EventReport
from api.service.events.steps import StepForm
from api.service.events.whistles import CheckInForm, SolutionForm, WhistleForm
from gis.access import EVERYTHING, Scope
from gis.events import Actor
from support.makers.clocked_town import answer_of
from support.makers.event_town import REPORTER, EventTown
from support.makers.square_town import NOW, TIMEZONE

OPERATOR = Party(Actor("K1", frozenset({"operator"}), tier=1), EVERYTHING)
POLICE = Party(
    Actor("K2", frozenset({"department"}), departments=frozenset({"police"})),
    Scope(departments=("police",)),
)
BODY = Party(
    Actor("K3", frozenset({"department"}), departments=frozenset({"urban_management"})),
    Scope(departments=("urban_management",)),
)
STEWARD = Party(Actor("K5", frozenset({"steward"}), tier=1), EVERYTHING)
AUDITOR = Party(Actor("K4", frozenset({"auditor"})), EVERYTHING)
MINUTE_MS = 60_000


class DeskTown:
    """An event town in the evening, with its desk."""

    def __init__(self):
        self.events = EventTown()
        self.clock = self.events.town.clock
        self.clock.now = NOW
        intake = self.events.intake
        self.store = self.events.store
        self.office = event_office(
            self.store,
            intake.snapshots,
            intake.registries,
            radius_m=200.0,
        )
        self.desk = EventDesk(
            self.store,
            intake.snapshots,
            intake.registries,
            self.office,
            ZoneInfo(TIMEZONE),
        )
        self._count = 0

    def report(self, kind="street_trading", text="", source="hotline", **members):
        """Take an event in; return its id."""
        self._count += 1
        place = {"lon": 120.005, "lat": 30.005, "datum": "wgs84"} | members
        report = EventReport(source, f"H-{self._count}", kind, text=text, **place)
        draft = self.events.intake.draft(report, REPORTER)
        [receipt] = self.events.intake.append(draft, answer_of(draft)).result()
        return receipt.actions[0].action.event_id

    def act(self, event_id, party, action, captured_at=None, **members):
        """Take a step."""
        form, claim = StepForm(action, **members), self._claim(party)
        claim = replace(claim, captured_at=captured_at)
        self.office.act(event_id, form, claim, action_bytes)

    def summon(self, event_id, *departments):
        """Blow a whistle; return its id."""
        form = WhistleForm(departments)
        self.office.summon(event_id, form, self._claim(OPERATOR), whistle_bytes)
        return f"{event_id}.w1"

    def arrive(self, whistle_id, party, department, lon=120.005):
        """Let a department check in."""
        form = CheckInForm(whistle_id, department, lon, 30.005, "wgs84")
        self.office.check_in(form, self._claim(party), check_in_bytes)

    def solve(self, whistle_id, party, department, result):
        """Let a department be done."""
        form = SolutionForm(whistle_id, department, result)
        self.office.solve(form, self._claim(party), action_bytes)

    def wait(self, minutes):
        """Let some time pass."""
        self.clock.now += minutes * MINUTE_MS

    def _claim(self, party):
        self._count += 1
        return Claim(party, f"r-{self._count}")
