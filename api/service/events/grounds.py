"""Which ground an area is as far as somebody sees it, and how events count there."""

from api.service.events.area_question import AreaQuestion
from api.service.events.draft import UNKNOWN_KIND
from gis.access import Scope
from layers.figures.question import FigureError, Ground, Meaning
from layers.registry import Registry
from layers.snapshots import Snapshot
from layers.words.cockpit import COCKPIT


def ground_of(
    snapshot: Snapshot, question: AreaQuestion, scope: Scope
) -> Ground | None:
    """Return the area that is asked for; None where it is not there or out of scope.

    Parameters
    ----------
    snapshot
        The boundaries.
    question
        Which area.
    scope
        Of who asks: sees all of an area, or some events wherever they are.

    Raises
    ------
    FigureError
        If the grids had no circles of command, by which figures are counted.
    """
    pagoda, area_id = snapshot.territory.pagoda, question.area_id
    if pagoda is None:
        words = COCKPIT["no_circles"]
        raise FigureError(words.en, words.zh)
    if question.layer == "communities":
        pairs = snapshot.territory.communities.items()
        grids = frozenset(str(grid) for grid, name in pairs if name == area_id)
        paths = [path for grid in grids if (path := pagoda.path(grid))]
        ground = Ground(area_id, grids)
    else:
        path = path_of(snapshot, question)
        paths, ground = [path] if path else [], Ground(area_id)
    is_everywhere = bool(scope.is_whole or scope.departments or scope.sources)
    is_seen = bool(paths) and all(is_everywhere or scope.has_area(p) for p in paths)
    return ground if is_seen else None


def meaning_of(registry: Registry) -> Meaning:
    """Return what stands in no event, but decides how it counts.

    Parameters
    ----------
    registry
        Sources and kinds in force.
    """
    kinds = registry.scenarios.kinds
    return Meaning(
        {name: source.sort for name, source in registry.sources.items()},
        {name: kind.minutes.accept for name, kind in kinds.items()},
        UNKNOWN_KIND.minutes.accept,
    )


def path_of(snapshot: Snapshot, question: AreaQuestion) -> str | None:
    """Return the path of a circle or grid; None for communities, and where none is.

    Parameters
    ----------
    snapshot
        The boundaries.
    question
        Which area.
    """
    pagoda = snapshot.territory.pagoda
    if pagoda is None or question.layer == "communities":
        return None
    is_grid = question.area_id in pagoda.grid_parents
    if question.layer == "grids" and not is_grid:
        return None
    return pagoda.path(question.area_id)
