"""The loops that events go round, read from TOML files and checked."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

from gis.errors import ScenarioError
from gis.events import Flaw, State, Template, Transition, template_flaws
from gis.events.scenario import Path
from gis.sentences import joined, sentence
from layers.packs.toml_lines import TomlFile

_SINGLE: Final = (
    *("template", "intake", "triage", "to_verify", "withdrawn", "reopened"),
)
_TEMPLATE: Final = {
    **dict.fromkeys(_SINGLE, sentence("a text")),
    "name": sentence("a Chinese and an English text"),
    "path": sentence("a list of texts"),
    "states": sentence("tables"),
    "transitions": sentence("tables"),
}
_STATE: Final = {
    "state": sentence("a text"),
    "name": sentence("a Chinese and an English text"),
    "phase": sentence("a text"),
}
_TRANSITION: Final = {
    "from": sentence("a list of texts"),
    "action": sentence("a text"),
    "to": sentence("a text"),
    "by": sentence("a list of texts"),
}
_FLAGS: Final = {
    "reason": sentence("true or false"),
    "other_key": sentence("true or false"),
}


@cache
def templates() -> Mapping[str, Template]:
    """Return the shipped loops by name.

    Examples
    --------
    >>> sorted(templates()), templates()["repair"].path
    (['bell', 'repair', 's_town', 'tianjin'], ('reported', 'handed_over', 'done', \
'answered'))
    """
    folder = resources.files("layers.packs").joinpath("loops")
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    return read_templates(
        (file.name, file.read_text("utf8"))
        for file in files
        if file.name.endswith(".toml")
    )


def read_templates(files: Iterable[tuple[str, str]]) -> dict[str, Template]:
    """Return the loops of files by name.

    Parameters
    ----------
    files
        Name and text of each.

    Raises
    ------
    ScenarioError
        If one is wrong, or two have the same name.
    """
    read: dict[str, Template] = {}
    for name, text in files:
        template = read_template(name, text)
        if template.template in read:
            line = TomlFile(name, text).line_of(("template",))
            raise ScenarioError(
                "{name}, line {line}: there is another loop {form!r}, expected "
                "another name; rename one.",
                name=name,
                line=line,
                form=template.template,
            )
        read[template.template] = template
    return read


def read_template(name: str, text: str) -> Template:
    """Return the loop of a file.

    Parameters
    ----------
    name
        Name of the file, for faults.
    text
        What stands in it: TOML.

    Raises
    ------
    ScenarioError
        If it is not TOML, or no loop that an event can go round; a line for each fault,
        with file and line.

    Examples
    --------
    >>> read_template("x.toml", 'template = 5')
    Traceback (most recent call last):
    ...
    gis.errors.ScenarioError: x.toml, line 1: it has 'template' as 5, expected a text; \
correct it.
    ...
    """
    file = TomlFile(name, text)
    _refuse(file, _shape_flaws(file.data))
    template = _template(file.data)
    _refuse(file, template_flaws(template))
    return template


def _refuse(file: TomlFile, flaws: Iterable[Flaw]) -> None:
    """Refuse a file that has flaws, in order of its lines."""
    ordered = sorted(flaws, key=lambda flaw: file.line_of(flaw.path))
    if ordered:
        raise ScenarioError(joined("\n", (file.sentence(*flaw) for flaw in ordered)))


def _shape_flaws(data: Mapping[str, Any]) -> Iterator[Flaw]:
    """Yield keys that are unknown, missing, or hold something else."""
    yield from _table_flaws((), data, _TEMPLATE, {})
    for key, texts, flags in (
        ("states", _STATE, {}),
        ("transitions", _TRANSITION, _FLAGS),
    ):
        rows: list[dict[str, Any]] = data[key] if _is("tables", data.get(key)) else []
        for i, row in enumerate(rows):
            yield from _table_flaws((key, i), row, texts, flags)


def _table_flaws(
    path: Path,
    table: Mapping[str, Any],
    required: Mapping[str, str],
    optional: Mapping[str, str],
) -> Iterator[Flaw]:
    """Yield what is wrong with the keys of a table."""
    kinds = {**required, **optional}
    for key, value in table.items():
        if key not in kinds:
            text = sentence(
                "key {key!r} is unknown, expected one of {kinds!r}",
                key=key,
                kinds=sorted(kinds),
            )
            yield Flaw((*path, key), text)
        elif not _is(kinds[key], value):
            text = sentence(
                "it has {key!r} as {value!r}, expected {kinds}",
                key=key,
                value=value,
                kinds=kinds[key],
            )
            yield Flaw((*path, key), text)
    for key in required.keys() - table.keys():
        yield Flaw(
            path,
            sentence(
                "key {key!r} is missing, expected {required}",
                key=key,
                required=required[key],
            ),
        )


def _is(kind: str, value: object) -> bool:
    """Say whether a value is what a key holds."""
    if kind == "true or false":
        return isinstance(value, bool)
    if kind == "a text":
        return isinstance(value, str) and bool(value.strip())
    if not isinstance(value, list):
        return False
    if kind == "tables":
        return all(isinstance(row, dict) for row in value)
    is_pair = len(value) == len(("zh", "en")) or kind == "a list of texts"
    return is_pair and all(_is("a text", text) for text in value)


def _template(data: Mapping[str, Any]) -> Template:
    """Return the template of data of the right shape."""
    states = tuple(
        State(row["state"], row["name"][0], row["name"][1], row["phase"])
        for row in data["states"]
    )
    transitions = tuple(
        Transition(
            tuple(row["from"]),
            row["action"],
            row["to"],
            tuple(row["by"]),
            needs_reason=row.get("reason", False),
            by_other_key=row.get("other_key", False),
        )
        for row in data["transitions"]
    )
    return Template(
        **{key: data[key] for key in _SINGLE},
        name_zh=data["name"][0],
        name_en=data["name"][1],
        path=tuple(data["path"]),
        states=states,
        transitions=transitions,
    )
