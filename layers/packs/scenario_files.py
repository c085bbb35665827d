"""The scenarios of this process: the shipped packs, and those of a town's directory."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

from gis.errors import ScenarioError
from gis.events.scenario import CODE, Codes, Pack, Platform, Scenarios
from gis.os_reasons import os_reason
from gis.sentences import sentence
from layers.packs.code_tables import codes_of
from layers.packs.scenario_text import LONGEST, PackText, pack_of_text

TEMPLATES: Final = ("s_town", "bell", "repair", "tianjin")
"""Loops that a pack may run."""
PLATFORMS_FILE: Final = "platforms.csv"
PLATFORM_COLUMNS: Final = ("platform", "zh", "en")
TOML: Final = ".toml"


class _Process:
    """What `use_packs` has put into force for this process."""

    scenarios: Scenarios | None = None


def scenarios() -> Scenarios:
    """Return the scenarios of this process: the shipped ones, and those of its town.

    Packs of a store stand in its rules: `layers.packs.rulebook.scenarios_in_force`.

    Examples
    --------
    >>> len(scenarios().packs), scenarios().pack_of("theft").pack
    (34, 'police_link')
    """
    return _Process.scenarios or shipped_scenarios()


def use_packs(directory: Path | None) -> Scenarios:
    """Let this process use the packs of a town's directory beside the shipped ones.

    It is read once, when the process starts: what is sensitive must be so for every
    answer alike.

    Parameters
    ----------
    directory
        Its ``*.toml`` are packs; its ``platforms.csv``, where there is one, has further
        platforms. None: the shipped packs alone.

    Raises
    ------
    ScenarioError
        If a file is wrong, or a pack or kind is there already; names file and line.
    """
    _Process.scenarios = None if directory is None else _with_town(directory)
    return scenarios()


@cache
def shipped_scenarios() -> Scenarios:
    """Return the scenarios that are shipped."""
    platforms = tuple(Platform(c, *n) for c, n in codes_of("platforms").items())
    folder = resources.files("layers.packs") / "scenarios"
    sources = [
        PackText(file.name, file.read_text("utf8"))
        for file in sorted(folder.iterdir(), key=lambda file: file.name)
        if file.name.endswith(TOML)
    ]
    return Scenarios(read_packs(sources, codes_with(platforms)), platforms)


def codes_with(
    platforms: Iterable[Platform], templates: tuple[str, ...] = TEMPLATES
) -> Codes:
    """Return the codes that packs may use where there are these platforms."""
    return Codes(templates, tuple(platform.code for platform in platforms))


def check_files(files: Sequence[Path], templates: tuple[str, ...]) -> list[str]:
    """Return what is wrong with files of packs, a sentence each, in their order.

    A file is read as if it stood in the directory of the town with those before it.

    Parameters
    ----------
    files
        The files.
    templates
        Loops that they may run.
    """
    base = scenarios()
    codes = codes_with(base.platforms, templates)
    packs, faults = [*base.packs], []
    for file in files:
        try:
            packs += read_packs([pack_text(file)], codes, packs)
        except ScenarioError as error:
            faults.append(str(error))
    return faults


def pack_text(file: Path) -> PackText:
    """Return the text of a file.

    Raises
    ------
    ScenarioError
        If it cannot be read as text in UTF-8; names file and line.
    """
    try:
        with file.open("rb") as stream:
            content = stream.read(4 * LONGEST + 1)
    except OSError as error:
        raise ScenarioError(
            "Pack {file!r}, line 1: cannot be read ({strerror}), expected a TOML "
            "file; correct it.",
            file=str(file),
            strerror=os_reason(error),
        ) from error
    try:
        # Windows begins a text with a byte order mark
        return PackText(str(file), content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ScenarioError(
            "Pack {file!r}, line {line}: has bytes that are not UTF-8, expected a "
            "text in UTF-8; save it so.",
            file=str(file),
            line=line,
        ) from error


def read_packs(
    sources: Iterable[PackText], codes: Codes, base: Iterable[Pack] = ()
) -> tuple[Pack, ...]:
    """Return the packs of texts, no pack and no kind of which is there already.

    Parameters
    ----------
    sources
        The texts.
    codes
        What they may use.
    base
        The packs that are there.

    Raises
    ------
    ScenarioError
        If a text is wrong, or has a pack or kind of another; names file and line.
    """
    names = {pack.pack for pack in base}
    kinds = {kind.kind: pack.pack for pack in base for kind in pack.kinds}
    packs = []
    for source in sources:
        pack = pack_of_text(source, codes)
        if pack.pack in names:
            fault = sentence(
                "has the pack {pack!r}, which is there already, expected another",
                pack=pack.pack,
            )
            source.refuse(("pack",), fault)
        for row, kind in enumerate(pack.kinds):
            if kind.kind in kinds:
                source.refuse(
                    ("kinds", row, "kind"),
                    sentence(
                        "has the kind {kind!r}, which stands in pack {kinds!r} "
                        "already, expected one that is in no pack",
                        kind=kind.kind,
                        kinds=kinds[kind.kind],
                    ),
                )
        names.add(pack.pack)
        kinds |= {kind.kind: pack.pack for kind in pack.kinds}
        packs.append(pack)
    return tuple(packs)


def _with_town(directory: Path) -> Scenarios:
    """Return the shipped scenarios with those of a directory."""
    shipped = shipped_scenarios()
    table = directory / PLATFORMS_FILE
    more = _platforms(pack_text(table), shipped) if table.exists() else ()
    platforms = (*shipped.platforms, *more)
    files = sorted(f for f in directory.iterdir() if f.suffix.lower() == TOML)
    sources = map(pack_text, files)
    packs = read_packs(sources, codes_with(platforms), shipped.packs)
    return Scenarios((*shipped.packs, *packs), platforms)


def _platforms(source: PackText, shipped: Scenarios) -> Iterator[Platform]:
    """Yield the platforms of a table, none of them there already."""
    reader = csv.reader(source.text.splitlines())
    if tuple(next(reader, [])) != PLATFORM_COLUMNS:
        source.refuse_line(
            1, sentence("has other columns than {value!r}", value=[*PLATFORM_COLUMNS])
        )
    codes = {platform.code for platform in shipped.platforms}
    for row in reader:
        if not row:
            continue
        if len(row) != len(PLATFORM_COLUMNS) or not all(map(str.strip, row)):
            fault = sentence(
                "is {row!r}, expected a code, a Chinese and an English name", row=row
            )
            source.refuse_line(reader.line_num, fault)
        platform = Platform(*map(str.strip, row))
        if not CODE.fullmatch(platform.code) or platform.code in codes:
            source.refuse_line(
                reader.line_num,
                sentence(
                    "has the platform {code!r}, expected one that is not there yet, "
                    "of small letters, digits and '_'",
                    code=platform.code,
                ),
            )
        codes.add(platform.code)
        yield platform
