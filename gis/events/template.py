"""The loops that events go round, as data: states, steps, and what is wrong with them.

A template is closed under a handful of rules: every state is reached, every open state
is left again, and no state of the way is left out without a reason.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Final, Literal, NamedTuple

from gis.events.loop import PHASES, Phase
from gis.events.scenario import Flaw, Path
from gis.sentences import known_as, sentence

ASSIGNEE, REPORTER, PAGODA = "assignee", "reporter", "pagoda"
PARTIES: Final = (
    *("steward", "operator", "leader", "member", "department", "inspector"),
    *("auditor", "source", ASSIGNEE, REPORTER),
)
"""Who a step may be for: a role, whose task it is, or who reported the event."""

When = Literal["open", "closed", "always"]
BY_KIND: Final = ("by_kind",)
"""Those that the kind of the event says."""
_ABOVE: Final = ("operator", "leader")


class CommonStep(NamedTuple):
    """A step that every template has.

    Attributes
    ----------
    action
        Its name.
    by
        For whom it is.
    when
        Whether the loop must be open or closed.
    needs_reason
        Whether it needs a reason.
    """

    action: str
    by: tuple[str, ...]
    when: When = "open"
    needs_reason: bool = False


COMMON: Final = {
    step.action: step
    for step in (
        CommonStep("return", (*_ABOVE, ASSIGNEE), needs_reason=True),
        CommonStep("transfer", _ABOVE, needs_reason=True),
        CommonStep("relocate", _ABOVE, needs_reason=True),
        CommonStep("override", _ABOVE, needs_reason=True),
        CommonStep("skip", _ABOVE, needs_reason=True),
        CommonStep("withdraw", (*_ABOVE, REPORTER), needs_reason=True),
        CommonStep("supervise", _ABOVE),
        CommonStep("note", _ABOVE),
        CommonStep("link", _ABOVE, "always"),
        CommonStep("photo", (*_ABOVE, "member", "department", REPORTER), "always"),
        CommonStep("correct", ("steward", REPORTER), "always", needs_reason=True),
        CommonStep("whistle", BY_KIND),
        CommonStep("check_in", (ASSIGNEE,)),
        CommonStep("solve", (ASSIGNEE,)),
        CommonStep("rate", BY_KIND, "always"),
        CommonStep("reopen", ("operator", REPORTER), "closed", needs_reason=True),
        CommonStep("climb", (PAGODA,)),
        CommonStep("reassign", (PAGODA,)),
    )
}
"""The steps that no template lists, by name."""


@dataclass(frozen=True, slots=True)
class State:
    """Where an event may stand.

    Attributes
    ----------
    state
        Its code, unique in the template.
    name_zh, name_en
        What people call it.
    phase
        What it is published as.
    """

    state: str
    name_zh: str
    name_en: str
    phase: Phase


@dataclass(frozen=True, slots=True)
class Transition:
    """A step from some states to one.

    Attributes
    ----------
    from_states
        Where it starts.
    action
        What it is called.
    to
        Where it ends; one of `from_states` where it stays.
    by
        For whom it is, of `PARTIES`.
    needs_reason
        Whether it needs a reason.
    by_other_key
        Whether it is closed to the key that handled the event.
    """

    from_states: tuple[str, ...]
    action: str
    to: str
    by: tuple[str, ...]
    needs_reason: bool = False
    by_other_key: bool = False


@dataclass(frozen=True)
class Template:
    """A loop as data.

    Attributes
    ----------
    template
        Its name.
    name_zh, name_en
        What people call it.
    path
        The states of a complete round in order, from the first to the first closed one.
    intake
        How far along it the service itself goes with a new event.
    triage, to_verify
        Where an event of unknown kind or without owner begins, and one of low
        certainty.
    withdrawn, reopened
        Where a withdrawn event ends, and where one goes on that is opened again.
    states
        All states, those of the path among them.
    transitions
        The steps beside those of `COMMON`.

    Examples
    --------
    >>> states = (State("new", "新", "New", "reported"), State("end", "完", "End",
    ...     "closed"))
    >>> steps = (Transition(("new",), "close", "end", ("operator",)),)
    >>> short = Template("short", "短", "Short", ("new", "end"), "new", "new", "new",
    ...     "end", "new", states, steps)
    >>> template_flaws(short), short.phase_of("end"), short.intake_path
    ((), 'closed', ('new',))
    """

    template: str
    name_zh: str
    name_en: str
    path: tuple[str, ...]
    intake: str
    triage: str
    to_verify: str
    withdrawn: str
    reopened: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]

    @cached_property
    def _phases(self) -> dict[str, Phase]:
        return {state.state: state.phase for state in self.states}

    @property
    def intake_path(self) -> tuple[str, ...]:
        """The states that a new event enters where nothing is in doubt."""
        return self.path[: self.path.index(self.intake) + 1]

    @property
    def states_by_phase(self) -> dict[Phase, tuple[State, ...]]:
        """The published mapping: each phase, in order, with the states it stands for.

        Examples
        --------
        >>> states = (State("end", "完", "End", "closed"),)
        >>> Template(*["x"] * 3, (), *["x"] * 5, states, ()).states_by_phase["closed"]
        (State(state='end', name_zh='完', name_en='End', phase='closed'),)
        """
        return {
            phase: tuple(state for state in self.states if state.phase == phase)
            for phase in PHASES
        }

    def named(self, state: str) -> str:
        """Return a state as sentences have it: in Chinese behind its name."""
        names = {s.state: s.name_zh for s in self.states}
        return known_as(state, names[state]) if state in names else state

    def phase_of(self, state: str) -> Phase:
        """Return what a state is published as."""
        return self._phases[state]

    def steps_from(self, state: str) -> tuple[Transition, ...]:
        """Return the steps of the template that start in a state, in its order."""
        return tuple(t for t in self.transitions if state in t.from_states)

    def rank(self, state: str) -> int:
        """Return how far a state is along the path; beside it, by its phase.

        A state beside the path ranks as the first one of its phase that is on it, an
        end beside it after all.
        """
        if state in self.path:
            return self.path.index(state)
        phase = self.phase_of(state)
        if phase == "closed":
            return len(self.path)
        orders = [PHASES.index(self.phase_of(s)) for s in self.path]
        return next(i for i, o in enumerate(orders) if o >= PHASES.index(phase))

    def before(self, state: str) -> tuple[str, ...]:
        """Return the states of the path before a state, the next one first."""
        return self.path[: self.rank(state)][::-1]

    def after(self, state: str) -> tuple[str, ...]:
        """Return the states of the path after a state, the next one first."""
        return self.path[self.rank(state) + 1 :]

    def counterpart(self, phase: str) -> str:
        """Return the state of the path for an event that comes from another template.

        It is the last one that is published as no later than where the event stood.

        Parameters
        ----------
        phase
            Phase of the event in its own template.
        """
        limit = PHASES.index(phase)
        near = [s for s in self.path if PHASES.index(self.phase_of(s)) <= limit]
        same = [s for s in near if self.phase_of(s) == phase]
        return same[0] if same else near[-1]


def template_flaws(template: Template) -> tuple[Flaw, ...]:
    """Return what is wrong with a template; empty if an event can go round it.

    Parameters
    ----------
    template
        As it was read.

    Examples
    --------
    >>> lone = Template("lone", "独", "Lone", ("new",), "new", "new", "new", "new",
    ...     "new", (State("new", "新", "New", "reported"),), ())
    >>> template_flaws(lone)[-1].text
    "state 'new' has no way out, expected a transition from it"
    """
    shape = tuple(_flaws_of_states(template)) + tuple(_unknown_states(template))
    if shape:
        return shape
    return (
        *_flaws_of_path(template),
        *_flaws_of_ends(template),
        *_flaws_of_transitions(template),
        *_flaws_of_reach(template),
    )


def _flaws_of_states(template: Template) -> Iterator[Flaw]:
    """Yield states that are there twice or published as nothing."""
    counts = Counter(state.state for state in template.states)
    for i, state in enumerate(template.states):
        if counts[state.state] > 1:
            text = sentence(
                "state {state!r} is there twice, expected another name",
                state=state.state,
            )
            yield Flaw(("states", i, "state"), text)
        if state.phase not in PHASES:
            text = sentence(
                "phase {phase!r} is unknown, expected one of {phases!r}",
                phase=state.phase,
                phases=PHASES,
            )
            yield Flaw(("states", i, "phase"), text)


def _unknown_states(template: Template) -> Iterator[Flaw]:
    """Yield names of states that there are none of."""
    states = {state.state for state in template.states}
    uses: list[tuple[Path, str]] = [
        *((("path",), state) for state in template.path),
        *(((key,), getattr(template, key)) for key in _SINGLE),
    ]
    for i, step in enumerate(template.transitions):
        uses += [(("transitions", i, "from"), state) for state in step.from_states]
        uses.append((("transitions", i, "to"), step.to))
    for place, state in uses:
        if state not in states:
            text = sentence(
                "state {state!r} is unknown, expected one of {states!r}",
                state=state,
                states=sorted(states),
            )
            yield Flaw(place, text)


_SINGLE: Final = ("intake", "triage", "to_verify", "withdrawn", "reopened")


def _flaws_of_path(template: Template) -> Iterator[Flaw]:
    """Yield where the path is no way from a report to an end."""
    phases = [template.phase_of(state) for state in template.path]
    is_whole = bool(phases) and phases[0] == "reported"
    is_whole = is_whole and [*map(PHASES.index, phases)] == sorted(
        map(PHASES.index, phases)
    )
    if not is_whole or len(set(template.path)) < len(template.path):
        text = sentence(
            "path has phases {phases!r}, expected from 'reported' on, in order",
            phases=phases,
        )
        yield Flaw(("path",), text)
    if phases.count("closed") != 1 or phases[-1] != "closed":
        text = sentence(
            "path has phases {phases!r}, expected one closed state, at its end",
            phases=phases,
        )
        yield Flaw(("path",), text)
    for state, later in pairwise(template.path):
        if later not in {step.to for step in template.steps_from(state)}:
            text = sentence(
                "no transition leads from {state!r} to {later!r}, expected one",
                state=state,
                later=later,
            )
            yield Flaw(("path",), text)


def _flaws_of_ends(template: Template) -> Iterator[Flaw]:
    """Yield single states of the template that stand in a wrong phase."""
    for key in ("triage", "to_verify"):
        yield from _misplaced(template, key, ("reported",))
    yield from _misplaced(template, "withdrawn", ("closed",))
    yield from _misplaced(template, "intake", PHASES[:3])
    yield from _misplaced(template, "reopened", PHASES[:4])
    for key in ("intake", "reopened"):
        if getattr(template, key) not in template.path:
            text = sentence(
                "{key} is {getattr!r}, expected a state of the path",
                key=key,
                getattr=getattr(template, key),
            )
            yield Flaw((key,), text)


def _misplaced(
    template: Template, key: str, phases: tuple[Phase, ...]
) -> Iterator[Flaw]:
    """Yield a single state whose phase is none of those expected."""
    state = getattr(template, key)
    if template.phase_of(state) not in phases:
        text = sentence(
            "{key} is {state!r}, expected a state published as one of {phases!r}",
            key=key,
            state=state,
            phases=phases,
        )
        yield Flaw((key,), text)


def _flaws_of_transitions(template: Template) -> Iterator[Flaw]:
    """Yield steps that are none, stand twice, or leave out states silently."""
    pairs = Counter(
        (step.action, state)
        for step in template.transitions
        for state in step.from_states
    )
    for i, step in enumerate(template.transitions):
        for key, text in _flaws_of_step(template, step):
            yield Flaw(("transitions", i, key), text)
        for state in step.from_states:
            if pairs[step.action, state] > 1:
                text = sentence(
                    "{action!r} from {state!r} is there twice, expected once",
                    action=step.action,
                    state=state,
                )
                yield Flaw(("transitions", i, "action"), text)


def _flaws_of_step(template: Template, step: Transition) -> Iterator[tuple[str, str]]:
    """Yield key and text of what is wrong with a step by itself."""
    if step.action in COMMON:
        yield (
            "action",
            sentence(
                "{action!r} is a step of every loop, expected another name",
                action=step.action,
            ),
        )
    unknown = sorted(set(step.by) - set(PARTIES))
    if unknown or not step.by:
        yield (
            "by",
            sentence(
                "{value!r} may take it, expected some of {parties!r}",
                value=[*step.by],
                parties=PARTIES,
            ),
        )
    if not step.from_states:
        yield "from", sentence("it starts nowhere, expected at least one state")
    for state in step.from_states:
        if not step.needs_reason and _leaves_out(template, state, step.to):
            yield (
                "to",
                sentence(
                    "{action!r} from {state!r} to {to!r} leaves out or goes back "
                    "without a reason, expected reason = true or the next state",
                    action=step.action,
                    state=state,
                    to=step.to,
                ),
            )


def _leaves_out(template: Template, state: str, to: str) -> bool:
    """Say whether a step goes back, or past a state of the path."""
    if state == to:
        return False
    from_rank, to_rank = template.rank(state), template.rank(to)
    is_beside = template.phase_of(state) == "closed" == template.phase_of(to)
    return not (is_beside or to_rank == from_rank + 1)


def _flaws_of_reach(template: Template) -> Iterator[Flaw]:
    """Yield states that are never reached, or open and never left."""
    reached = _reached(template)
    for i, state in enumerate(template.states):
        exits = {step.to for step in template.steps_from(state.state)} - {state.state}
        if state.state not in reached:
            text = sentence(
                "state {state!r} is never reached, expected a transition to it",
                state=state.state,
            )
            yield Flaw(("states", i, "state"), text)
        if state.phase != "closed" and not exits:
            text = sentence(
                "state {state!r} has no way out, expected a transition from it",
                state=state.state,
            )
            yield Flaw(("states", i, "state"), text)


def _reached(template: Template) -> set[str]:
    """Return the states that an event can come into."""
    reached: set[str] = set()
    fresh = {template.path[0], template.triage, template.to_verify}
    fresh.add(template.withdrawn)
    while fresh:
        reached |= fresh
        steps = (step for state in reached for step in template.steps_from(state))
        fresh = {step.to for step in steps} - reached
    return reached
