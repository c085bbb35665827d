"""What an entry of a history says of a step beside its name, in both languages."""

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeAlias

from api.service.events.desk_words import Namer
from gis.events import Action, Task
from gis.models import Circle, CircleId
from layers.packs.loop_files import templates
from layers.words import Words, words_of
from layers.words.answers import LOCATED
from layers.words.desk import DESK
from layers.words.loops import PRESENCES

Text: TypeAlias = Words | str
"""Words of ours, or what a person wrote."""
Detail: TypeAlias = tuple[Words, Text]
"""What a value is called, and the value."""

LABELS: Final = MappingProxyType(
    {
        "to": DESK["to"],
        "department": DESK["department"],
        "departments": DESK["departments"],
        "minutes": DESK["minutes"],
        "legal_basis": DESK["legal_basis"],
        "presence": DESK["arrived"],
        "distance_m": DESK["distance"],
        "result": DESK["result"],
        "score": DESK["rating"],
        "note": DESK["note"],
    }
)
"""What is shown of what was asked for, in order."""
TARGETS: Final = MappingProxyType(
    {"return": "state", "skip": "state", "transfer": "area", "link": "event"}
)
"""What some steps lead to; others say so themselves, or name a department."""


MOVED: Final = tuple(
    DESK[name] for name in ("grid", "circles", "post", "located", "version")
)
"""What is shown of an event that was assigned anew, in order."""
NONE: Final = Words("-")


class StepNamer(NamedTuple):
    """Names what was asked for in a step.

    Attributes
    ----------
    namer
        Names of kinds, departments and states.
    circles
        Circles in force.
    template
        The loop that the event ran then.
    """

    namer: Namer
    circles: Mapping[CircleId, Circle]
    template: str

    def details(self, action: Action) -> Iterator[Detail]:
        """Yield what else was asked for: words for codes, texts as they were sent.

        Parameters
        ----------
        action
            The step.
        """
        request = action.request
        if action.action == "reassign":
            yield from self._moves(request.get("from", {}), request.get("to", {}))
            return
        for name, label in LABELS.items():
            value = request.get(name)
            if value is not None and value not in ("", []):
                yield label, self._value(name, value, action)

    def climb(
        self, action: Action, tasks: Iterable[Task], times: int
    ) -> Iterator[Detail]:
        """Yield whose task climbed, the circle and post that it came to, how often.

        Parameters
        ----------
        action
            The climb.
        tasks
            Those of the event.
        times
            How often it came to that circle.
        """
        for task in tasks:
            if task.task_id == action.task_id:
                yield DESK["debtor"], self.namer.debtor(task)
        area_id, post_id = (action.request.get(n) or "" for n in ("area_id", "post_id"))
        above = [self.area(area_id)] if area_id else []
        above += [Words(post_id)] if post_id else []
        yield DESK["climbed_to"], joined(above, " · ", " · ") if above else NONE
        if times > 1:
            yield DESK["times"], Words(str(times))

    def area(self, area_id: str) -> Words:
        """Return an area: a circle by its name and id, else the id.

        Parameters
        ----------
        area_id
            A grid or circle, also one that is no more.
        """
        circle = self.circles.get(CircleId(area_id))
        if circle is None or not circle.name or circle.name == area_id:
            return Words(area_id, area_id)
        return Words(f"{circle.name}（{area_id}）", f"{circle.name} ({area_id})")

    def _value(self, name: str, value: Any, action: Action) -> Text:
        """Return one value that was asked for."""
        if name == "to":
            return self._target(str(value), action)
        if name in {"department", "departments"}:
            ids = (value,) if isinstance(value, str) else value
            return joined([self.namer.department(body) for body in ids])
        if name == "presence":
            return words_of(value, PRESENCES)
        return str(value)

    def _target(self, to: str, action: Action) -> Words:
        """Return what a step led to."""
        into = action.request.get("into", "department")
        sort = TARGETS.get(action.action, into)
        if sort == "kind":
            return self.namer.kind(to)
        if sort == "department":
            return self.namer.department(to)
        states = {state.state for state in templates()[self.template].states}
        if sort == "state" and to in states:
            return self.namer.state(self.template, to)
        return self.area(to)

    def _moves(
        self, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> Iterator[Detail]:
        """Yield from where to where an event was moved, where that differs."""
        places = self._place(before), self._place(after)
        for label, old, new in zip(MOVED, *places, strict=True):
            if old != new:
                yield label, joined((old, new), " → ", " → ")

    def _place(self, values: Mapping[str, Any]) -> tuple[Words, ...]:
        """Return whose an event is, in the order of `MOVED`."""
        grid_id, post_id = values.get("grid_id"), values.get("post_id")
        areas = reversed(str(values.get("area_path") or "").split("/"))
        circles = [self.area(a) for a in areas if a not in ("", grid_id)]
        return (
            DESK["no_grid"] if grid_id is None else self.area(grid_id),
            joined(circles) if circles else NONE,
            Words(post_id, post_id) if post_id else DESK["no_post"],
            words_of(str(values.get("status")), LOCATED),
            NONE if values.get("version") is None else Words(str(values["version"])),
        )


def joined(words: Iterable[Words], zh: str = "、", en: str = ", ") -> Words:
    """Return some words as one, in each language.

    Parameters
    ----------
    words
        In order; what has no English is the same in both.
    zh, en
        What stands between them.

    Examples
    --------
    >>> joined([Words("公安", "Police"), Words("甲")])
    Words(zh='公安、甲', en='Police, 甲')
    """
    pairs = [(part.zh, part.en or part.zh) for part in words]
    return Words(zh.join(pair[0] for pair in pairs), en.join(pair[1] for pair in pairs))
