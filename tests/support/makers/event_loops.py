"""Events that stand somewhere in a loop, and those who may take a step there."""

from dataclasses import dataclass

from gis.events import (
    Action,
    Actor,
    Changes,
    Loop,
    Standing,
    Step,
    StoredAction,
    begin,
    fold,
    handler_of,
    take_step,
)
from layers.packs.loop_files import templates

T0 = 1_700_000_000_000
MINUTE = 60_000
PATH = "C1/C2/G1/"


@dataclass(frozen=True)
class Minutes:
    """Clocks of the kind of every event here."""

    accept: int = 15
    arrive: int = 30
    handle: int = 1440
    climb: int = 30


@dataclass(frozen=True)
class Kind:
    """What the kind of every event here says of its loop."""

    close_at: str = "grid"
    whistle_by: tuple[str, ...] = ("operator", "leader")
    minutes: Minutes = Minutes()


OPERATOR = Actor("operator-key", frozenset({"operator"}), tier=1)
LEADER = Actor("leader-key", frozenset({"leader"}), frozenset({"P-G1"}), tier=3)
REGION = Actor("region-key", frozenset({"leader"}), frozenset({"P-C2"}), tier=2)
POLICE = Actor(
    "police-key", frozenset({"department"}), departments=frozenset({"police"})
)
SAFETY = Actor(
    "safety-key", frozenset({"department"}), departments=frozenset({"safety"})
)
SOURCE = Actor("source-key", frozenset({"source"}), is_reporter=True)
CITIZEN = Actor(is_reporter=True)
NO_KEYS = Actor("", frozenset({"steward", "operator"}), tier=1, is_keyed=False)


class Round:
    """An event on its way round a loop, with everything that was done to it.

    Parameters
    ----------
    template
        Name of the loop.
    doubt
        Where it begins when it waits for a person.
    departments
        Who is to handle it.
    kind
        What its kind says.
    """

    def __init__(
        self, template="s_town", doubt="", departments=("police",), kind=None, **fields
    ):
        self.template = templates()[template]
        self.kind = kind or Kind()
        values = {"area_path": PATH, "post_id": "P-G1", "received_at": T0} | fields
        self.loop = Loop("E", template=template, kind="noise", **values)
        self.tasks = {}
        self.actions = []
        self.at = T0
        effect = begin(self.standing, doubt, departments, Changes())
        self._append("report", "pagoda", effect, "")

    @property
    def standing(self):
        """Where it stands."""
        handler = handler_of(self.actions)
        return Standing(self.template, self.kind, self.loop, self.tasks, handler)

    def step(self, action, actor, reason="", minutes=1, **more):
        """Take a step some minutes later; return what it does.

        Changes may be a function of where it stands and the time.
        """
        self.at += int(minutes * MINUTE)
        if callable(more.get("changes")):
            more["changes"] = more["changes"](self.standing, self.at)
        step = Step(action, self.at, reason, **more)
        effect = take_step(self.standing, step, actor)
        self._append(action, actor.key_id, effect, reason)
        return effect

    def close(self, actor=OPERATOR):
        """Go on to the end of the path, with a reason."""
        self.step("skip", actor, "closed by hand", to=self.template.path[-1])
        return self

    def open_tasks(self, *sorts):
        """Those still owed, as debtor and sort."""
        return [
            (task.post_id or task.department_id, task.sort)
            for task in self.tasks.values()
            if task.is_open and (not sorts or task.sort in sorts)
        ]

    def _append(self, action, key_id, effect, reason):
        """Fold an action."""
        seq = len(self.actions) + 1
        entry = Action(
            f"A{seq}",
            "E",
            action,
            self.at,
            path=effect.path,
            key_id=key_id,
            reason=reason,
            changes=effect.changes,
        )
        self.actions.append(StoredAction(entry, seq, seq, seq, self.at))
        self.loop, self.tasks = fold(self.loop, self.tasks, effect.changes)
