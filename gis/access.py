"""Who may see what: the scope of a key, decided in one place for every door."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from gis.events import Loop

EVERYWHERE: Final[tuple[str, ...]] = ("",)
"""The prefix of every area path."""


class Role(StrEnum):
    """What a key is for."""

    STEWARD = "steward"
    OPERATOR = "operator"
    LEADER = "leader"
    MEMBER = "member"
    DEPARTMENT = "department"
    INSPECTOR = "inspector"
    AUDITOR = "auditor"
    SOURCE = "source"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a key may see now; whatever lets an event in is enough.

    Attributes
    ----------
    area_paths
        Beginnings of area paths, each empty or ended by ``/``.
    sources
        Sources whose own events are seen, of sensitive kinds too.
    departments
        Departments whose tasks let their events be seen.
    grants
        Sensitive kinds that are seen; of others nothing is, but by their own source.
    is_whole
        Whether everything is seen: for the service itself, never for a key.

    Examples
    --------
    >>> scope = Scope(area_paths=("C1-01/C2-04/",))
    >>> near = Loop("E", area_path="C1-01/C2-04/C3-06/")
    >>> is_visible(near, (), scope), is_visible(Loop("F"), (), scope)
    (True, False)
    """

    area_paths: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    grants: tuple[str, ...] = ()
    is_whole: bool = False

    def __post_init__(self) -> None:
        """Refuse beginnings that would let in the area next in code order."""
        wrong = [path for path in self.area_paths if path and not path.endswith("/")]
        if wrong:
            raise ValueError(
                f"Area path {wrong[0]!r} does not end with '/'; end it so."
            )


NOWHERE: Final = Scope()
"""Sees nothing."""
EVERYTHING: Final = Scope(EVERYWHERE)
"""Sees every event but those of sensitive kinds."""
WHOLE: Final = Scope(is_whole=True)
"""Sees every event: what the service itself has to do leaves nothing out."""


def is_visible(loop: Loop, departments: Collection[str], scope: Scope) -> bool:
    """Say whether a scope lets an event be seen.

    The stores ask the same of their rows: `layers.stores.scope`.

    Parameters
    ----------
    loop
        The event as it stands.
    departments
        Those that have a task of it, whether open or not.
    scope
        Of who asks.

    Examples
    --------
    >>> loop = Loop("E", kind="dispute", is_sensitive=True, source="hotline")
    >>> is_visible(loop, (), EVERYTHING)
    False
    >>> is_visible(loop, (), Scope(("",), grants=("dispute",)))
    True
    >>> is_visible(loop, (), Scope(sources=("hotline",)))
    True
    """
    if scope.is_whole or loop.source in scope.sources:
        return True
    if loop.is_sensitive and loop.kind not in scope.grants:
        return False
    is_near = any(loop.area_path.startswith(path) for path in scope.area_paths)
    return is_near or any(d in scope.departments for d in departments)
