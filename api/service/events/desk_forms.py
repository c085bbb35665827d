"""The steps that who asks may take now, each as a form with the fields that it has."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple, TypeAlias

from api.service.events.desk_words import Namer
from api.service.events.dossier import Dossier
from api.service.events.photos import PHOTO
from gis.events import COMMON, SUMMONS, Allowed, Standing, Task
from gis.events.passage import targets
from layers.command import row_of_grid
from layers.snapshots import Snapshot
from layers.words import Words, words_of
from layers.words.desk import DESK
from layers.words.loops import STEPS

Sort: TypeAlias = Literal["line", "number", "text", "select", "ticks"]
Options: TypeAlias = tuple[tuple[str, Words], ...]
ANY: Final = ("", DESK["by_default"])
NONE_YET: Final = ("", DESK["choose"])
DATUMS: Final = ("wgs84", "cgcs2000", "gcj02", "bd09")
SCORES: Final = "54321"
CHOSEN: Final = ("select", "ticks")
FREQUENT: Final = ("check_in", "solve", "whistle", "rate", "note", "supervise")
"""Steps of every loop that are taken most, in order."""

ASIDE: Final = frozenset(COMMON) - {"check_in", "solve"}
"""Steps that lead no event on: the form of none stands open."""


class Field(NamedTuple):
    """A field of a form.

    Attributes
    ----------
    name
        Its name in the request.
    sort
        How it is filled in.
    label
        What it is called.
    is_required
        Whether it may not stay empty.
    value
        What stands there first; of ticks those that are set.
    options
        What may be chosen, with its names.
    """

    name: str
    sort: Sort
    label: Words
    is_required: bool = False
    value: str | tuple[str, ...] = ""
    options: Options = ()


class Form(NamedTuple):
    """A step that may be taken.

    Attributes
    ----------
    action, title
        The step, and what it is called.
    request_key
        Names the request that the form sends, so that it is done once.
    fields
        What is asked for.
    is_plain
        Whether its button stands alone: nothing has to be filled in.
    is_first
        Whether it stands open, as the step that leads on.
    is_guarded
        Whether it leads the event out of where it starts: taken twice it is refused,
        unless the event comes back there in a later round.
    """

    action: str
    title: Words
    request_key: str
    fields: tuple[Field, ...]
    is_plain: bool
    is_first: bool
    is_guarded: bool = False

    @property
    def is_ready(self) -> bool:
        """Whether it can be sent as it is: what must be filled in is."""
        return all(field.value or not field.is_required for field in self.fields)

    @property
    def is_whole(self) -> bool:
        """Whether it can be sent as it is, and seldom is sent in another way."""
        return self.is_ready and self.action == "whistle"


@dataclass(frozen=True, slots=True)
class Choices:
    """What the fields of the forms of one event may be filled with."""

    dossier: Dossier
    snapshot: Snapshot
    namer: Namer

    def departments(self) -> Options:
        """Return all departments, by rank."""
        bodies = sorted(
            self.namer.registry.departments.values(), key=lambda body: body.rank
        )
        return tuple((b.department_id, Words(b.name_zh, b.name_en)) for b in bodies)

    def suggested(self) -> str:
        """Return the event that may be the same; empty for none."""
        loop = self.dossier.loop
        return "" if loop.cluster == loop.event_id else loop.cluster

    def own_departments(self) -> tuple[str, ...]:
        """Return the departments that the kind of the event names."""
        kind = self.namer.registry.scenarios.kind(self.dossier.loop.kind)
        return kind.departments if kind else ()

    def kinds(self) -> Options:
        """Return all kinds but that of the event."""
        kinds = self.namer.registry.scenarios.kinds.values()
        return tuple(
            (kind.kind, Words(*kind.name))
            for kind in kinds
            if kind.kind != self.dossier.loop.kind
        )

    def neighbours(self) -> Options:
        """Return the grids that share a border with that of the event."""
        grid_id, snapshot = self.dossier.loop.grid_id, self.snapshot
        row = None if grid_id is None else row_of_grid(snapshot, grid_id)
        near = () if row is None else snapshot.neighbours.neighbours_of(row)
        ids = sorted(snapshot.assigner.ids[other] for other, _ in near)
        return tuple((near_id, Words(near_id, near_id)) for near_id in ids)

    def states(self, action: str) -> Options:
        """Return the states that ``return`` or ``skip`` may lead to."""
        standing = self.dossier.standing
        ends = targets(standing.template, action, standing.loop.state)
        name = standing.template.template
        return tuple((code, self.namer.state(name, code)) for code in ends)

    def tasks(self, is_meant: Callable[[Task], bool]) -> Options:
        """Return some tasks of summoned departments, by whose they are."""
        return tuple(
            (task.task_id, self.namer.debtor(task))
            for task in self.dossier.tasks
            if task.sort in SUMMONS and is_meant(task)
        )


def forms_of(
    dossier: Dossier, snapshot: Snapshot, namer: Namer, nonce: str
) -> tuple[Form, ...]:
    """Return the steps that who asks may take now, those of the loop first.

    A photo is sent by a form of its own.

    Parameters
    ----------
    dossier
        The event, for who asks.
    snapshot
        Grids in force.
    namer
        Names of everything.
    nonce
        Begins what names the requests.
    """
    choices = Choices(dossier, snapshot, namer)
    pairs = sorted((p for p in dossier.allowed if p.action != PHOTO), key=_order)
    forms = [(pair.action, _fields(pair, choices)) for pair in pairs]
    possible = [form for form in forms if all(map(_can_be_filled, form[1]))]
    return tuple(
        Form(
            action,
            words_of(action, STEPS),
            f"{nonce}-{action}",
            fields,
            is_plain=not fields,
            is_first=order == 0 and action not in ASIDE,
            is_guarded=_is_guarded(action, dossier.standing),
        )
        for order, (action, fields) in enumerate(possible)
    )


def _is_guarded(action: str, standing: Standing) -> bool:
    """Say whether a step of the loop leads to where it does not start."""
    template, state = standing.template, standing.loop.state
    ends = {step.to for step in template.steps_from(state) if step.action == action}
    again = (step.action for end in ends for step in template.steps_from(end))
    return bool(ends) and action not in again


def _order(pair: Allowed) -> int:
    """Return where a step stands: those of the loop first, then what is done most."""
    if pair.action not in COMMON:
        return -1
    is_frequent = pair.action in FREQUENT
    return FREQUENT.index(pair.action) if is_frequent else len(FREQUENT)


def _can_be_filled(field: Field) -> bool:
    """Say whether a field has something to choose from, where it must be chosen."""
    return not (field.is_required and field.sort in CHOSEN and not field.options)


def _fields(pair: Allowed, choices: Choices) -> tuple[Field, ...]:
    """Return the fields of a step, its reason last."""
    reason = (
        [Field("reason", "text", DESK["reason"], True)] if pair.needs_reason else []
    )
    make = _MAKERS.get(pair.action)
    return (*(make(choices) if make else ()), *reason)


def _department(choices: Choices) -> Iterable[Field]:
    options = (ANY, *choices.departments())
    yield Field("to", "select", DESK["department"], options=options)
    yield Field("reason", "text", DESK["reason"])


def _grid(choices: Choices) -> Iterable[Field]:
    near = choices.neighbours()
    yield Field("to", "select", DESK["grid"], True, options=near and (NONE_YET, *near))


def _kind_or_body(choices: Choices) -> Iterable[Field]:
    options = (NONE_YET, *choices.departments(), *choices.kinds())
    yield Field("to", "select", DESK["to"], True, options=options)


def _other_kind(choices: Choices) -> Iterable[Field]:
    yield Field(
        "to", "select", DESK["kind"], options=(("", DESK["same"]), *choices.kinds())
    )


def _position(_: Choices) -> Iterable[Field]:
    yield Field("lon", "number", DESK["lon"], True)
    yield Field("lat", "number", DESK["lat"], True)
    datums = tuple((datum, Words(datum, datum)) for datum in DATUMS)
    yield Field("datum", "select", DESK["datum"], options=datums)


def _earlier(choices: Choices) -> Iterable[Field]:
    yield Field("to", "select", DESK["to"], options=choices.states("return"))


def _later(choices: Choices) -> Iterable[Field]:
    yield Field("to", "select", DESK["to"], options=choices.states("skip"))


def _note(_: Choices) -> Iterable[Field]:
    yield Field("note", "text", DESK["note"], True)


def _event(choices: Choices) -> Iterable[Field]:
    yield Field("to", "line", DESK["other_event"], True, choices.suggested())


def _summons(choices: Choices) -> Iterable[Field]:
    owing = {
        task.department_id for task in choices.dossier.standing.open_tasks(SUMMONS)
    }
    bodies = tuple(pair for pair in choices.departments() if pair[0] not in owing)
    own = tuple(body for body in choices.own_departments() if body not in owing)
    yield Field("departments", "ticks", DESK["departments"], True, own, bodies)
    yield Field("minutes", "number", DESK["minutes"])
    yield Field("legal_basis", "text", DESK["legal_basis"])


def _arrival(choices: Choices) -> Iterable[Field]:
    actor = choices.dossier.actor
    tasks = choices.tasks(lambda t: actor.owes(t) and t.presence != "present")
    yield Field("task", "select", DESK["department"], True, options=tasks)
    yield from _position(choices)


def _result(choices: Choices) -> Iterable[Field]:
    tasks = choices.tasks(choices.dossier.actor.owes)
    yield Field("task", "select", DESK["department"], True, options=tasks)
    yield Field("result", "text", DESK["result"], True)


def _rating(choices: Choices) -> Iterable[Field]:
    tasks = choices.tasks(lambda task: not task.is_open)
    yield Field("task", "select", DESK["department"], True, options=tasks)
    scores = tuple((score, Words(score, score)) for score in SCORES)
    yield Field("score", "select", DESK["score"], True, options=scores)
    yield Field("note", "text", DESK["note"])


_MAKERS: Final[dict[str, Callable[[Choices], Iterable[Field]]]] = {
    "assign": _department,
    "transfer": _grid,
    "override": _kind_or_body,
    "correct": _other_kind,
    "relocate": _position,
    "return": _earlier,
    "skip": _later,
    "note": _note,
    "evaluate": _note,
    "link": _event,
    "whistle": _summons,
    "check_in": _arrival,
    "solve": _result,
    "rate": _rating,
}
"""The fields of each step that has some, beside its reason."""
