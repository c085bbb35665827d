"""A Hypothesis machine: publications, corrections, withdrawals, a clock that jumps."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from gis.errors import StoreError, VersionConflictError
from support.makers.store_history import (
    DAY_MS,
    Clock,
    Replay,
    day,
    follow,
    merge,
    move,
    split,
)

GROUND = {"G1": (0, 4), "G2": (4, 8), "G3": (8, 12)}
picks = st.integers(0, 99)
spans = st.integers(0, 6)


class HistoryMachine(RuleBasedStateMachine):
    """Drives a subject and the naive replay, and compares every answer.

    A subclass gives `start(clock)`, `publish(subject, grounds, *, base, before,
    replaces, untouched)`, `withdraw(subject, version)` and `answer(subject, valid_at,
    known_at)`, which is (version, ids of the grids) or None.
    """

    def __init__(self):
        super().__init__()
        self.clock = Clock()
        self.subject = self.start(self.clock)
        self.replay = Replay()
        self.names = 3
        self.recorded = []

    @initialize(first=spans)
    def begin(self, first):
        self.follow({day(first): GROUND})

    @rule(days=st.integers(-5, 12))
    def clock_moves(self, days):
        self.clock.now += days * DAY_MS

    @rule(later=spans, pick=picks, how=st.sampled_from(["split", "merge", "move"]))
    def publish_next(self, later, pick, how):
        latest = self.latest()
        ground = self.replay.seen(latest)[1]
        self.follow({latest + day(later): self.changed(ground, pick, how)})

    @rule(back=st.integers(1, 30), pick=picks, again=st.booleans())
    def correct(self, back, pick, again):
        start = self.latest() - day(back)
        before = self.replay.seen(start)
        ground = before[1] if before else self.replay.seen(min(self.dates()))[1]
        grounds = {start: self.changed(ground, pick, "move")}
        if again:
            grounds[self.latest()] = self.replay.seen(self.latest())[1]
        self.follow(grounds)

    @precondition(lambda self: len(self.replay.standing()) > 1)
    @rule(pick=picks)
    def withdraw(self, pick):
        standing = sorted(self.replay.standing())
        version = standing[pick % len(standing)]
        now = max([self.clock.now, *self.recorded])
        if self.replay.standing()[version][3] <= now:
            with pytest.raises(StoreError, match="in force"):
                self.withdraw_version(version)
        else:
            withdrawal = self.withdraw_version(version)
            self.replay.withdraw(version, withdrawal.recorded_at)
            self.recorded.append(withdrawal.recorded_at)

    @rule(pick=picks)
    def publish_on_another_base(self, pick):
        base = (self.replay.head or 0) + 1 + pick
        with pytest.raises(VersionConflictError):
            self.publish(self.subject, {self.latest(): GROUND}, base=base, before=None)

    @rule(back=st.integers(1, 30))
    def publish_back_dated_without_the_correction_form(self, back):
        start = self.latest() - day(back)
        with pytest.raises(StoreError, match="as a correction"):
            self.publish(
                self.subject, {start: GROUND}, base=self.replay.head, before=None
            )

    @invariant()
    def records_never_go_back(self):
        assert self.recorded == sorted(self.recorded)

    @rule(back=st.integers(-40, 40), pick=picks)
    def ask(self, back, pick):
        instants = [*self.replay.instants, None]
        self.compare(self.latest() - day(back), instants[pick % len(instants)])

    def teardown(self):
        if self.replay.acts:
            for valid_at in {t + s for t in self.dates() for s in (-1, 0, 1)}:
                for known_at in [*self.replay.instants, None]:
                    self.compare(valid_at, known_at)

    def compare(self, valid_at, known_at):
        seen = self.replay.seen(valid_at, known_at)
        expected = seen and (seen[0], frozenset(seen[1]))
        assert self.answer(self.subject, valid_at, known_at) == expected

    def follow(self, grounds):
        made = follow(self.subject, self.replay, grounds, publish=self.publish)
        expected = max([self.clock.now, *self.recorded])
        assert {version.recorded_at for version in made} == {expected}
        self.recorded.append(expected)

    def withdraw_version(self, version):
        return self.subject.withdraw(version, reason="postponed", reviewer="chief")

    def dates(self):
        return [act[3] for act in self.replay.standing().values()]

    def latest(self):
        return max(self.dates())

    def changed(self, ground, pick, how):
        ids = sorted(ground, key=ground.get)
        at = pick % len(ids)
        start, stop = ground[ids[at]]
        if how == "split" and stop - start > 1:
            return split(ground, ids[at], self.name(), self.name())
        if how == "merge" and at + 1 < len(ids):
            return merge(ground, ids[at], ids[at + 1], self.name())
        return move(ground, ids[at], 1 if pick % 2 else -1)

    def name(self):
        self.names += 1
        return f"G{self.names}"
