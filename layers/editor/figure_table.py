"""Figures of grids beside the map: as they were in the base, and as they are now."""

from collections.abc import Iterable
from typing import Any, Final, TypeAlias

import pyproj

from gis.editing import EditStep, Operation, Preview, Workspace
from gis.editing.caseload import Redrawing
from gis.editing.figures import GridFigures, GroundFacts, figures_of
from gis.editing.head_counts import counts_of_rows, typed_counts
from gis.editing.populations import Count, Populations
from gis.editing.sizing import LIMITED, POPULATIONS, SizingRule
from gis.geometry import Polygonal
from gis.models import SafetyCode
from layers.packs.rulebook import SIZING, shipped_rule
from layers.words import Words
from layers.words.code_lists import FIGURE_NAMES
from layers.words.vocabulary import CODES

Row: TypeAlias = dict[str, Any]

NOT_LOADED: Final = "not loaded"
"""In place of a figure of a layer that is not there; never 0."""
UNITS: Final = {
    "area_km2": "km²",
    "load_h": "h",
    "load_a_member_h": "h",
}
OF_CODE: Final = Words("场所：{code}", "Places: {code}")
"""A row of places with one safety code."""
_CODE: Final = "code_"


class FigureTable:
    """Figures of the grids of a draft.

    Parameters
    ----------
    workspace
        The draft.
    facts
        What is on the ground of its base; None takes people from its columns alone.
    rule
        Hours and limits; None takes the shipped ones.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> shapes = [shapely.box(120, 30, 120.01, 30.01)]
    >>> columns = {"grid_id": ["A-1"], "residents": [900]}
    >>> grids = gpd.GeoDataFrame(columns, geometry=shapes, crs=4490)
    >>> [row] = FigureTable(Workspace(grids)).rows(["A-1"])
    >>> row["after"]["residents"], row["after"]["events"]
    (900, 'not loaded')
    """

    def __init__(
        self,
        workspace: Workspace,
        facts: GroundFacts | None = None,
        rule: SizingRule | None = None,
    ) -> None:
        self._workspace = workspace
        self.facts = facts_of_columns(workspace) if facts is None else facts
        self.rule = SizingRule.from_body(shipped_rule(SIZING)) if rule is None else rule
        base = workspace.base_polygons
        figures = figures_of(self.facts, Redrawing(base, base), self.rule)
        self._base = {figure.grid_id: figure for figure in figures}
        self._steps: list[EditStep] = []
        self._changed: dict[str, GridFigures] = {}

    def names(self) -> list[dict[str, str]]:
        """Return name, Chinese, English and unit of every figure, in order."""
        names = [
            {
                "name": name,
                "zh": FIGURE_NAMES[name].zh,
                "en": FIGURE_NAMES[name].en,
                "unit": UNITS.get(name, ""),
            }
            for name in LIMITED
        ]
        place = 1 + LIMITED.index("places")
        names[place:place] = [
            {
                "name": f"{_CODE}{code.name.lower()}",
                # the code alone, without what is owed by it
                "zh": OF_CODE.zh.format(code=CODES[code].zh.partition(" ")[0]),
                "en": OF_CODE.en.format(code=CODES[code].en.partition(":")[0].lower()),
                "unit": "",
            }
            for code in reversed(SafetyCode)
        ]
        return names

    def loads(self, grids: Iterable[str]) -> dict[str, float | None]:
        """Return the hours a month of grids of the draft; None where not loaded."""
        return {
            grid: None if figures is None else figures.load_h
            for grid, (_, figures) in self._figures([*grids], None).items()
        }

    def rows(
        self,
        grids: Iterable[str],
        preview: Preview | None = None,
        operation: Operation | None = None,
    ) -> list[Row]:
        """Return the figures of grids in the base and in the draft, as JSON has them.

        Parameters
        ----------
        grids
            Ids; one that is in neither has two empty rows.
        preview, operation
            What would be done to the draft; its figures are those after it.
        """
        rows = []
        table = self._figures([*grids], preview, operation)
        for grid, (before, after) in table.items():
            rows.append(
                {
                    "grid": grid,
                    "before": None if before is None else self._values(before),
                    "after": None if after is None else self._values(after),
                    "estimates": [] if after is None else _estimates(after),
                    "beyond": self._beyond(after),
                    "wasBeyond": [excess["name"] for excess in self._beyond(before)],
                }
            )
        return rows

    def _beyond(self, figures: GridFigures | None) -> list[Row]:
        """Return the figures of a grid that are beyond the rule, with their limits."""
        return [
            {"name": excess.name, "limit": [*excess.limits]}
            for excess in (() if figures is None else figures.beyond(self.rule))
        ]

    def _figures(
        self,
        grids: list[str],
        preview: Preview | None,
        operation: Operation | None = None,
    ) -> dict[str, tuple[GridFigures | None, GridFigures | None]]:
        """Return the figures of grids in the base, and after all that is done."""
        if preview is None and operation is None:
            now = self._now()
        else:
            now = self._counted(preview, operation)
        after = {} if preview is None else preview.after
        lost = {grid for grid, polygon in after.items() if polygon is None}
        remaining = self._workspace.planar.polygons.keys() - lost
        base = self._base
        return {
            grid: (
                base.get(grid),
                # what nothing changed is as it was
                now.get(grid) or (base.get(grid) if grid in remaining else None),
            )
            for grid in grids
        }

    def _now(self) -> dict[str, GridFigures]:
        """Return the figures of changed grids, counted once for each state."""
        steps = self._workspace.steps
        is_same = len(steps) == len(self._steps) and all(
            step is old for step, old in zip(steps, self._steps, strict=True)
        )
        if not is_same:
            self._changed, self._steps = self._counted(None, None), [*steps]
        return self._changed

    def _counted(
        self, preview: Preview | None, operation: Operation | None
    ) -> dict[str, GridFigures]:
        """Return the figures of every grid with other ground or people than before."""
        workspace = self._workspace
        before, after = map(dict[str, Polygonal], workspace.moved())
        base, current = workspace.base_polygons, workspace.planar.polygons
        typed = self._typed(operation)
        for grid in {grid for counts in typed.values() for grid in counts}:
            if grid in base and grid in current:
                before.setdefault(grid, base[grid])
                after.setdefault(grid, current[grid])
        for grid, polygon in () if preview is None else preview.after.items():
            if grid in base:
                before[grid] = base[grid]
            if polygon is None:
                after.pop(grid, None)
            else:
                after[grid] = polygon
        change = Redrawing(before, after)
        figures = figures_of(self.facts, change, self.rule, typed)
        return {figure.grid_id: figure for figure in figures}

    def _typed(self, operation: Operation | None) -> Populations:
        """Return the counts that the planner has typed, or would."""
        operations = [
            *(o for step in self._workspace.steps for o in step.operations),
            *(() if operation is None else (operation,)),
        ]
        return typed_counts(operations)

    def _values(self, figures: GridFigures) -> dict[str, float | str | None]:
        """Return the figures of a grid by name."""
        values = {name: self._value(name, figures.value(name)) for name in FIGURE_NAMES}
        for code in SafetyCode:
            places = figures.places
            values[f"{_CODE}{code.name.lower()}"] = (
                NOT_LOADED
                if places is None
                else sum(n for (_, own), n in places.items() if own is code)
            )
        return values

    def _value(self, name: str, value: float | None) -> float | str | None:
        """Return a figure; why it is none where it is none."""
        if value is not None:
            return round(value, 6) if isinstance(value, float) else value
        facts = self.facts
        lacks = {
            "places": facts.places is None,
            "checks": facts.places is None,
            "events": facts.events is None,
            "members": facts.staff is None,
            "load_a_member_h": facts.staff is None,
            **{key: key not in facts.populations for key in POPULATIONS},
        }
        return NOT_LOADED if lacks.get(name, True) else None


def facts_of_columns(workspace: Workspace) -> GroundFacts:
    """Return what the columns of a draft say of people; nothing else is loaded."""
    return GroundFacts(pyproj.CRS(workspace.crs), counts_of_rows(workspace.base_rows))


def _estimates(figures: GridFigures) -> list[str]:
    """Return the counts that nobody has typed for the changed ground."""
    counts = {name: getattr(figures, name) for name in POPULATIONS}
    return [
        name
        for name, count in counts.items()
        if isinstance(count, Count) and count.is_estimate
    ]
