"""Whatever is asked, in whatever order, what must hold of every loop holds."""

import os
from itertools import pairwise

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from gis.errors import GovernanceError, LoopError, SequenceError
from gis.events import PHASES, Loop, fold_all
from gis.models import Position
from support.makers.event_town import (
    CHIEF,
    CITIZEN,
    LEADER,
    MEMBER,
    NO_KEYS,
    OPERATOR,
    POLICE,
    SECOND,
    SOURCE,
    STEWARD,
    URBAN,
    EventTown,
)

RUNS = 2000 if os.environ.get("PAGODA_SOAK") else 200
EVERYBODY = (
    *(CHIEF, CITIZEN, LEADER, MEMBER, NO_KEYS, OPERATOR),
    *(POLICE, SECOND, SOURCE, STEWARD, URBAN),
)
PARTIES = st.sampled_from(EVERYBODY)
WHISTLERS = st.sampled_from([OPERATOR, CHIEF, MEMBER, URBAN])
CALLS = {"check_in": "check_in", "solve": "solve", "rate": "rate"}
OWN = ["accept", "assign", "handle", "verify", "close", "evaluate"]
COMMON = ["return", "skip", "withdraw", "reopen", "supervise", "note", "correct"]
KINDS = [
    *("street_trading", "illegal_mining", "theft", "noise"),
    *("water_supply", "consultation", "grid_patrol", "witchcraft"),
]
TARGETS = st.sampled_from(
    ["", "G1", "G2", "G3", "police", "nobody", "closed", "accepted", *KINDS]
)
PLACES = st.sampled_from([120.005, 120.015, 120.0101, 120.025, 119.5, 999.0])
DEPARTMENTS = st.sampled_from(
    ["police", "urban_management", "market_supervision", "housing", "fairies"]
)
NUMBERS = st.integers(0, 999)
"""Which of the steps there are: how many depends on the clock of the town."""
TOWN = EventTown()
"""One for all runs: each has an event of its own."""


class EventMachine(RuleBasedStateMachine):
    """An event, and everybody who asks something of it."""

    @initialize(
        kind=st.sampled_from(KINDS),
        lon=st.sampled_from([120.005, 120.015, 119.5]),
        certainty=st.sampled_from([None, 0.1]),
    )
    def report(self, kind, lon, certainty):
        self.event_id = TOWN.report(
            kind, lon=lon, lat=30.005, datum="cgcs2000", certainty=certainty
        )
        self.requests = []
        self.seq = 1

    @rule(number=NUMBERS)
    def go_on(self, number):
        """Take a step that somebody may take now."""
        pairs = [
            (party, pair.action)
            for party in EVERYBODY
            for pair in allowed_to(party, self.event_id)
            if pair.action in OWN + COMMON
        ]
        party, action = pairs[number % len(pairs)]
        self.try_to(TOWN.act, party, action, reason="why", note="seen")

    @rule(number=NUMBERS)
    def walk(self, number):
        """Take a step of the loop itself, or what departments owe, where one is."""
        owed = [
            (call, party, task)
            for party in EVERYBODY
            for pair in allowed_to(party, self.event_id)
            for call in (CALLS.get(pair.action),)
            if call or pair.action in OWN
            for task in (self.summoned(call) if call else [pair.action])
        ]
        if not owed:
            return
        call, party, task = owed[number % len(owed)]
        if call is None:
            self.try_to(TOWN.act, party, task)
        else:
            self.try_to(
                getattr(TOWN, call),
                party,
                task.department_id,
                event_id=task.whistle_id,
            )

    @rule(
        party=PARTIES,
        action=st.sampled_from(
            [*OWN, *COMMON, "transfer", "override", "link", "photo", "climb"]
        ),
        reason=st.sampled_from(["", "why"]),
        to=TARGETS,
    )
    def step(self, party, action, reason, to):
        self.try_to(TOWN.act, party, action, reason=reason, to=to)

    @rule(party=PARTIES, action=st.sampled_from(["relocate", "correct"]), lon=PLACES)
    def move(self, party, action, lon):
        place = Position(lon, 30.005, "cgcs2000")
        self.try_to(TOWN.act, party, action, reason="why", position=place)

    @rule(
        party=WHISTLERS, department=DEPARTMENTS, minutes=st.sampled_from([None, 1, 0])
    )
    def whistle(self, party, department, minutes):
        self.try_to(TOWN.whistle, party, department, minutes=minutes)

    @rule(
        party=PARTIES,
        what=st.sampled_from(["check_in", "solve", "rate"]),
        department=DEPARTMENTS,
        whistle=st.sampled_from(["w1", "w2", "bell"]),
        lon=PLACES,
    )
    def respond(self, party, what, department, whistle, lon):
        more = (lon,) if what == "check_in" else ()
        call = getattr(TOWN, what)
        whistle_id = f"{self.event_id}.{whistle}"
        self.try_to(call, party, department, *more, event_id=whistle_id)

    @rule(party=PARTIES, number=st.integers(0, 9), seqs=st.sampled_from([None, {1}]))
    def send_again(self, party, number, seqs):
        """Send a request under a name that may have come before."""
        request = f"{self.event_id}-{number}"
        before = [r for r in self.requests if r[0] == (party.actor.key_id, request)]
        try:
            taken = TOWN.act(
                self.event_id,
                party,
                "note",
                seqs and frozenset(seqs),
                request,
                note="seen",
            )
        except (LoopError, SequenceError):
            assert not before
            return
        except GovernanceError:
            return
        assert taken.is_new is (not before)
        assert not before or before[0][1] == taken.answer
        self.requests.append(((party.actor.key_id, request), taken.answer))
        self.seq += taken.is_new

    @rule(minutes=st.integers(0, 2000))
    def wait(self, minutes):
        TOWN.pass_minutes(minutes)

    def summoned(self, call):
        """The tasks that departments owe, or that can be rated."""
        tasks = TOWN.office.dossiers.open(self.event_id, OPERATOR).tasks
        is_open = call != "rate"
        return [t for t in tasks if t.whistle_id and t.is_open is is_open]

    def try_to(self, call, party, *arguments, event_id="", **form):
        """Ask for something; a refusal changes nothing."""
        try:
            call(event_id or self.event_id, party, *arguments, **form)
        except GovernanceError:
            assert TOWN.loop(self.event_id).seq == self.seq
        else:
            self.seq += 1

    @invariant()
    def what_must_hold_does(self):
        loop = TOWN.loop(self.event_id)
        stored = TOWN.store.actions(self.event_id)
        assert loop.seq == len(stored) == self.seq
        changes = [entry.action.changes for entry in stored]
        folded, tasks = fold_all(Loop(self.event_id, loop.row), changes)
        assert folded == loop
        assert bool(loop.post_id)
        times = [entry.action.at for entry in stored]
        assert times == sorted(times)
        reached = [getattr(loop, f"{phase}_at") for phase in PHASES[1:]]
        reached = [at for at in reached if at is not None]
        assert reached == sorted(reached)
        owed = [t for t in tasks.values() if t.is_open]
        assert loop.is_open or not owed
        assert all(bool(t.post_id) != bool(t.department_id) for t in tasks.values())
        assert all(
            t.ended_at is None or t.ended_at >= t.given_at for t in tasks.values()
        )
        if loop.is_open:
            assert any(t.sort in {"handle", "verify"} for t in owed)
        paths = [entry.action.path for entry in stored if entry.action.path]
        assert all(a[-1] == b[0] for a, b in pairwise(paths))
        assert paths[-1][-1] == loop.state


def allowed_to(party, event_id):
    """What somebody may do with an event; nothing where it is out of sight."""
    try:
        return TOWN.office.dossiers.open(event_id, party).allowed
    except GovernanceError:
        return ()


EventMachine.TestCase.settings = settings(
    max_examples=RUNS,
    stateful_step_count=20,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestEvents = EventMachine.TestCase


def test_rows_made_again_from_the_actions_are_equal():
    town = EventTown()
    event_id = town.report("illegal_mining")
    whistle_id = town.whistle(event_id, OPERATOR, "police")
    town.check_in(whistle_id, POLICE, "police")
    town.solve(whistle_id, POLICE, "police")
    town.rate(whistle_id, OPERATOR, "police")
    town.act(event_id, OPERATOR, "override", to="G3", reason="why")
    town.act(event_id, POLICE, "handle")
    town.act(event_id, OPERATOR, "verify")
    assert town.store.rebuild_loops() == 0


def test_all_that_was_done_by_everybody_is_made_again_alike():
    assert TOWN.store.rebuild_loops() == 0
