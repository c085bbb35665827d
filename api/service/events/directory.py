"""Where every kind of events goes, and whether nothing is left without an owner."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from gis.coverage import certify
from gis.events import Kind, Pack, Route, route_event
from gis.models import Department, Instant
from gis.roster import DutyTable
from layers.command import owner_above, town_at
from layers.packs.loop_files import templates
from layers.registry import Registries, Registry
from layers.snapshots import Snapshot, Snapshots
from layers.stores.protocol import Store


@dataclass(frozen=True, slots=True)
class KindRoute:
    """A kind of events, and where it goes now."""

    kind: Kind
    pack: Pack
    route: Route


@dataclass(frozen=True, slots=True)
class OwnerCertificate:
    """Whether every place, every kind and every post has somebody who answers.

    Attributes
    ----------
    version
        Version of the grids.
    uncovered_m2
        Ground between the grids that is in none.
    kinds_without_destination
        Kinds that go to no body that is there, or run a loop that is not.
    posts_vacant
        Posts that nobody holds now: somebody above answers.
    posts_without_fallback
        Those of them above which nobody holds a leader post either.
    """

    version: int
    uncovered_m2: float
    kinds_without_destination: tuple[str, ...]
    posts_vacant: tuple[str, ...]
    posts_without_fallback: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        """Say whether nothing is left without an owner."""
        return not (
            self.uncovered_m2
            or self.kinds_without_destination
            or self.posts_without_fallback
        )


@dataclass(frozen=True, slots=True)
class Directory:
    """Where everything goes at a time.

    Attributes
    ----------
    at
        When.
    routes
        Of every kind, in order of the packs.
    departments
        Bodies by their ids.
    on_duty
        Posts of bodies that somebody holds.
    certificate
        Whether nothing is left without an owner.
    """

    at: Instant
    routes: tuple[KindRoute, ...]
    departments: dict[str, Department]
    on_duty: frozenset[str]
    certificate: OwnerCertificate


@dataclass(frozen=True, slots=True)
class DirectoryDesk:
    """Says where every kind goes in a store.

    Attributes
    ----------
    store, snapshots, registries
        Its clock, its grids with who is on duty, its bodies and packs.
    """

    store: Store
    snapshots: Snapshots
    registries: Registries
    # version -> ground in no grid: a published version never changes
    _uncovered_m2: dict[int, float] = field(default_factory=dict)

    @property
    def now(self) -> Directory:
        """Where everything goes now."""
        snapshot, registry = self.snapshots.current, self.registries.current
        at = self.store.now()
        town = town_at(snapshot, registry, at)
        routes = tuple(
            KindRoute(kind, pack, route_event(kind, kind.kind, town, "", pack.pack))
            for pack in registry.scenarios.packs
            for kind in pack.kinds
        )
        posts = [d.post_id for d in registry.departments.values() if d.post_id]
        return Directory(
            at,
            routes,
            dict(registry.departments),
            frozenset(post for post in posts if town.holder_of(post)),
            self._certificate(snapshot, registry, at),
        )

    def _certificate(
        self, snapshot: Snapshot, registry: Registry, at: Instant
    ) -> OwnerCertificate:
        """Return whether nothing is left without an owner."""
        version, duties = snapshot.version.version, snapshot.territory.duties
        if version not in self._uncovered_m2:
            self._uncovered_m2[version] = uncovered_m2(snapshot)
        vacant = () if duties is None else tuple(_vacant(duties, at))
        return OwnerCertificate(
            version,
            self._uncovered_m2[version],
            kinds_without_destination(registry),
            tuple(post_id for post_id, _ in vacant),
            tuple(post_id for post_id, has_fallback in vacant if not has_fallback),
        )


def uncovered_m2(snapshot: Snapshot) -> float:
    """Return the ground between the grids in force that is in none, square metres.

    Parameters
    ----------
    snapshot
        What is in force.
    """
    grids = snapshot.territory.grids
    ids, polygons = grids["grid_id"].tolist(), grids.geometry.to_numpy()
    assert grids.crs is not None  # noqa: S101  layers of a store have one
    faults = certify(ids, polygons, grids.crs).faults
    return sum(fault.area_m2 or 0.0 for fault in faults if fault.kind == "gap")


def kinds_without_destination(registry: Registry) -> tuple[str, ...]:
    """Return kinds that go to no body that is there, or whose loop is not there.

    Parameters
    ----------
    registry
        Bodies and packs in force; a kind may name a type of team.
    """
    departments = registry.departments.values()
    names = {d.department_id for d in departments} | {d.team for d in departments}
    lost = registry.scenarios.without_destination(names - {""})
    loopless = [
        kind.kind
        for pack in registry.scenarios.packs
        if pack.template not in templates()
        for kind in pack.kinds
    ]
    return tuple(sorted({*lost, *loopless}))


def _vacant(duties: DutyTable, at: Instant) -> Iterator[tuple[str, bool]]:
    """Yield posts that nobody holds, and whether a leader above answers for each."""
    pagoda = duties.roster.pagoda
    for post in sorted(duties.roster.posts.values(), key=lambda post: post.post_id):
        if duties.holder(post.post_id, at) is None:
            path = pagoda.path(post.area_id) or ""
            yield post.post_id, owner_above(duties, path, 0, at) is not None
