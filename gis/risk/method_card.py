"""The method card: how a map was coloured, printed on the map itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MethodCard:
    """How a map was coloured, printed on the map itself.

    Attributes
    ----------
    title, title_zh
        What the colours show, in English and Chinese.
    formula, formula_zh
        The score in plain characters.
    unit
        Unit of the score.
    breaks
        Ascending upper limits, four of five levels: a score up to and including
        `breaks[i]` has level i + 1, above the last one the highest level.
    version
        Version of the method; breaks are constants of it, never fitted to the day.
        Empty where there is none, as of a map of one file.
    data_date
        The days the facts cover.
    note, note_zh
        One sentence on limits.
    unit_zh
        Unit of the score in Chinese.
    owner
        Who answers for the method.
    constants, constants_zh
        Every constant of the formula with its value, one line each.
    population_base, population_base_zh
        What the score is counted against; which people, where it is people.
    source, source_zh
        Where formula and constants come from.
    boundary_version
        Which grids were in force.
    rule_version
        Which rule gave the places their safety codes.
    link
        Where the method can be read in full.
    """

    title: str
    title_zh: str
    formula: str
    unit: str
    breaks: tuple[float, ...]
    version: str
    data_date: str
    note: str
    note_zh: str = ""
    formula_zh: str = ""
    unit_zh: str = ""
    owner: str = ""
    constants: tuple[str, ...] = ()
    constants_zh: tuple[str, ...] = ()
    population_base: str = ""
    population_base_zh: str = ""
    source: str = ""
    source_zh: str = ""
    boundary_version: str = ""
    rule_version: str = ""
    link: str = ""
