"""What who asks sees, found once a request and taken by whatever reads rows."""

from dataclasses import dataclass, replace
from typing import Final

from gis.access import NOWHERE, Act, Caller, Role, Scope, may, scope_of
from gis.models import Instant
from gis.pagoda import Pagoda, area_path
from gis.roster import DutyTable
from layers.schema.sharing import LOOPBACK, OPEN, Classes, ClassSettings


@dataclass(frozen=True, slots=True)
class Sight:
    """What who asks sees as things stand now.

    Attributes
    ----------
    scope
        Areas, events and sensitive kinds.
    roles
        Roles of who asks; none of a visitor without a key.
    pagoda
        The tree in force, which says where a grid lies; None where grids stand alone.
    settings
        Fields of which a steward set the class.

    Examples
    --------
    >>> VISITOR.classes == OPEN, VISITOR.has_places, VISITOR.has_grid("G1")
    (True, False, False)
    """

    scope: Scope
    roles: frozenset[Role]
    pagoda: Pagoda | None
    settings: ClassSettings = frozenset()

    @property
    def classes(self) -> Classes:
        """The fields that are seen.

        A key that sees nothing, since its area is no longer in force say, sees no more
        than a visitor.
        """
        classes = OPEN if self.scope == NOWHERE else LOOPBACK
        return classes.under(self.settings)

    @property
    def has_places(self) -> bool:
        """Whether places and their checks are seen at all, wherever they are."""
        return any(may(role, Act.READ_CHECKS) for role in self.roles)

    @property
    def reaches_posts(self) -> bool:
        """Whether titles and telephones of posts are seen; not by whom nothing is."""
        is_to = any(may(role, Act.REACH) for role in self.roles)
        return is_to and self.scope != NOWHERE

    @property
    def counts_places(self) -> bool:
        """Whether places and checks are counted: also on a wall, that sees none."""
        return self.has_places or Role.WALL in self.roles

    @property
    def is_whole(self) -> bool:
        """Whether it is everywhere."""
        return self.scope.has_area("")

    def has_grid(self, grid_id: str | None) -> bool:
        """Say whether a grid is seen; what lies in none is seen from everywhere."""
        if self.is_whole or grid_id is None:
            return self.is_whole
        path = self.path_of(grid_id)
        return path is not None and self.scope.has_area(path)

    def path_of(self, grid_id: str) -> str | None:
        """Return the path of a grid in force; None where there is none."""
        return self.pagoda.path(grid_id) if self.pagoda else area_path((grid_id,))

    def has_place(self, grid_id: str | None) -> bool:
        """Say whether the places of a grid, and their checks, are seen."""
        return self.has_places and self.has_grid(grid_id)


VISITOR: Final = Sight(NOWHERE, frozenset(), None)
"""Without a key: open fields, and no row that is not everybody's."""


def sight_of(
    caller: Caller | None,
    pagoda: Pagoda | None,
    duties: DutyTable | None,
    settings: ClassSettings,
    at: Instant,
) -> Sight:
    """Return what a caller sees at an instant.

    Parameters
    ----------
    caller
        Who asks; None without a key.
    pagoda, duties
        The tree in force with who is on duty when.
    settings
        Fields of which a steward set the class.
    at
        When.
    """
    if caller is None:
        return replace(VISITOR, settings=settings)
    return Sight(scope_of(caller, duties, at), caller.roles, pagoda, settings)
