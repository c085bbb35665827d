"""Versions of a grid system on two time axes: what is in force, and what may follow."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from gis.errors import InvalidLayerError, StoreError, VersionConflictError
from gis.models import Instant
from gis.sentences import sentence

DIGEST_DIGITS: Final = 8
"""A digest may be named by so many of its first letters."""
SHOWN_DIGITS: Final = 12
GridIds: TypeAlias = Mapping[int, frozenset[str]]
"""The grid ids of each version that is not withdrawn."""


@dataclass(frozen=True, slots=True)
class Lineage:
    """Where the ground of a grid went: `share` of `from_id` became part of `to_id`.

    A split has several rows with one `from_id`, a merger several with one `to_id`.

    Attributes
    ----------
    from_id, to_id
        Grid of before, and grid of the version that carries the row.
    share
        Part of the area of `from_id`, above 0 and at most 1.
    from_system
        Grid system of `from_id`; empty for the same one.
    """

    from_id: str
    to_id: str
    share: float
    from_system: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """Grids, circles and tree of one grid system, published together.

    Attributes
    ----------
    system
        The grid system.
    version
        Integer given by the store: 1, 2, 3 within a system, never used again.
    valid_from, recorded_at
        True in the world since, and known to the store since.
    author, reviewer
        Who made it and who approved it; two persons.
    note
        What it is for.
    digest
        Digest of its grids and tree.
    base
        The head that it was drawn on; None for the first.
    replaces, untouched
        What a correction names: later versions published again, and those left.
    lineage
        Where the ground of earlier grids went.
    """

    system: str
    version: int
    valid_from: Instant
    recorded_at: Instant
    author: str
    reviewer: str
    note: str
    digest: str
    base: int | None
    replaces: tuple[int, ...] = ()
    untouched: tuple[int, ...] = ()
    lineage: tuple[Lineage, ...] = ()


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """The record that a version shall never come into force."""

    system: str
    version: int
    recorded_at: Instant
    reason: str
    reviewer: str


@dataclass(frozen=True, slots=True)
class Step:
    """One version to be made: since when, what digest, which grids, from which ones."""

    valid_from: Instant
    digest: str
    grid_ids: frozenset[str]
    note: str = ""
    lineage: tuple[Lineage, ...] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """Versions to be published in one go: one, or a correction with what follows it.

    Attributes
    ----------
    system, author, reviewer
        As in `Version`.
    base
        The head that the author worked on; None where nothing is published yet.
    steps
        In order of `valid_from`, each another one.
    replaces, untouched
        For a correction: every version in force from the first step on, either
        published again by a step with its `valid_from`, or left as it is.
    """

    system: str
    author: str
    reviewer: str
    base: int | None
    steps: tuple[Step, ...]
    replaces: tuple[int, ...] = ()
    untouched: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """Everything recorded about the versions of one grid system.

    Parameters
    ----------
    system
        The grid system.
    versions
        In order of their numbers.
    withdrawals
        In order of record.

    Examples
    --------
    >>> first = Version("main", 1, Instant(0), Instant(5), "a", "b", "", "d1", None)
    >>> second = Version("main", 2, Instant(10), Instant(20), "a", "b", "", "d2", 1)
    >>> history = History("main", (first, second))
    >>> history.in_force(Instant(15)).version
    2
    >>> history.in_force(Instant(15), known_at=Instant(19)).version
    1
    >>> history.in_force(Instant(-1)) is None
    True
    """

    system: str
    versions: tuple[Version, ...] = ()
    withdrawals: tuple[Withdrawal, ...] = ()

    def standing(self, known_at: Instant | None = None) -> tuple[Version, ...]:
        """Return versions recorded and not withdrawn as known then, by number.

        Parameters
        ----------
        known_at
            None takes all that is recorded.
        """
        withdrawn = {w.version for w in self.withdrawals if _is_known(w, known_at)}
        return tuple(
            v
            for v in self.versions
            if _is_known(v, known_at) and v.version not in withdrawn
        )

    def in_force(
        self, valid_at: Instant, known_at: Instant | None = None
    ) -> Version | None:
        """Return the version in force at a time, as known at a time.

        It is the one with the greatest ``(valid_from, version)`` of those with
        ``valid_from <= valid_at`` and ``recorded_at <= known_at`` that are not
        withdrawn as known at `known_at`; None before the first.
        """
        due = (v for v in self.standing(known_at) if v.valid_from <= valid_at)
        return max(due, key=_precedence, default=None)

    def timeline(self, known_at: Instant | None = None) -> tuple[Version, ...]:
        """Return the versions that are in force at some time, in order of time."""
        latest = {v.valid_from: v for v in self.standing(known_at)}
        return tuple(latest[valid_from] for valid_from in sorted(latest))

    def head(self) -> Version | None:
        """Return the greatest version not withdrawn, which a draft is based on."""
        standing = self.standing()
        return standing[-1] if standing else None

    def base_of(self, reference: str | None) -> int | None:
        """Return the number of the head that a draft says it was drawn on.

        Parameters
        ----------
        reference
            Number of the version, or its digest, or the first 8 letters of that or
            more; None for the first version, which has no base.

        Raises
        ------
        VersionConflictError
            If there is a head and the draft names none, or another version.

        Examples
        --------
        >>> first = Version("main", 1, Instant(0), Instant(5), "a", "b", "", "d1", None)
        >>> History("main", (first,)).base_of("1")
        1
        >>> History("main").base_of(None) is None
        True
        """
        head = self.head()
        if head is None and reference is None:
            return None
        if head is None:
            raise VersionConflictError(
                "The draft of grid system {system!r} is based on {reference!r} where "
                "nothing is published; leave the base away.",
                system=self.system,
                reference=reference,
            )
        stand = sentence(
            "version {version}, digest {digest}",
            version=head.version,
            digest=head.digest[:SHOWN_DIGITS],
        )
        if reference is None:
            raise VersionConflictError(
                "Grid system {system!r} has a head, {stand}, and the file does not "
                "say which version it was drawn on; where it was that one, publish it "
                "with --base {version}.",
                system=self.system,
                stand=stand,
                version=head.version,
            )
        is_digest = len(reference) >= DIGEST_DIGITS
        if reference != str(head.version) and not (
            is_digest and head.digest.startswith(reference.lower())
        ):
            raise VersionConflictError(
                "The draft of grid system {system!r} is based on {reference!r} where "
                "the head is {stand}; look at what changed, draw it again on the head "
                "and publish it with --base {version}.",
                system=self.system,
                reference=reference,
                stand=stand,
                version=head.version,
            )
        return head.version

    def lineage(self, known_at: Instant | None = None) -> tuple[Lineage, ...]:
        """Return the lineage that counts, in order of the versions.

        That of a withdrawn version counts as long as one drawn on it is standing.
        """
        by_number = {v.version: v for v in self.versions}
        counted: set[int] = set()
        for version in self.standing(known_at):
            step: int | None = version.version
            while step is not None and step not in counted:
                counted.add(step)
                step = by_number[step].base
        return tuple(
            row for v in self.versions if v.version in counted for row in v.lineage
        )

    def ancestors(
        self, grid_id: str, known_at: Instant | None = None
    ) -> frozenset[tuple[str, str]]:
        """Return (system, id) of every grid whose ground came to a grid."""
        pairs = [
            ((self.system, row.to_id), (row.from_system or self.system, row.from_id))
            for row in self.lineage(known_at)
        ]
        return _reached((self.system, grid_id), pairs)

    def descendants(
        self, grid_id: str, known_at: Instant | None = None, *, system: str = ""
    ) -> frozenset[tuple[str, str]]:
        """Return (system, id) of every grid of this system that got a grid's ground.

        Parameters
        ----------
        grid_id
            A grid of now or before.
        known_at
            None takes all that is recorded.
        system
            Grid system of `grid_id`; empty for this one.
        """
        pairs = [
            ((row.from_system or self.system, row.from_id), (self.system, row.to_id))
            for row in self.lineage(known_at)
        ]
        return _reached((system or self.system, grid_id), pairs)

    def plan(
        self, proposal: Proposal, recorded_at: Instant, grid_ids: GridIds
    ) -> tuple[Version, ...]:
        """Return the versions that a proposal becomes, or refuse it.

        Parameters
        ----------
        proposal
            What shall be published.
        recorded_at
            Time of record, not before any record of the system.
        grid_ids
            Grid ids of each standing version.

        Raises
        ------
        VersionConflictError
            If the base is not the head.
        StoreError
            If the reviewer is the author, a back-dated step is no correction, the
            correction does not name the versions it has to, or an id would come back.
        InvalidLayerError
            If a row of lineage names a grid that is not there.
        """
        _refuse_nameless(proposal)
        self._refuse_other_base(proposal.base)
        _refuse_order(proposal.steps)
        self._refuse_unnamed(proposal)
        self._refuse_returning(proposal.steps, grid_ids)
        self._refuse_lineage(proposal.steps, grid_ids)
        first = self.versions[-1].version + 1 if self.versions else 1
        return tuple(
            Version(
                system=self.system,
                version=number,
                valid_from=step.valid_from,
                recorded_at=recorded_at,
                author=proposal.author,
                reviewer=proposal.reviewer,
                note=step.note,
                digest=step.digest,
                base=proposal.base,
                replaces=proposal.replaces,
                untouched=proposal.untouched,
                lineage=step.lineage,
            )
            for number, step in enumerate(proposal.steps, start=first)
        )

    def plan_withdrawal(
        self, version: int, recorded_at: Instant, *, reason: str, reviewer: str
    ) -> Withdrawal:
        """Return the record that withdraws a version, or refuse it.

        Raises
        ------
        StoreError
            If there is no such version, it is withdrawn already or in force by
            `recorded_at`, or reason or reviewer are empty.
        """
        target = next((v for v in self.standing() if v.version == version), None)
        if target is None:
            raise StoreError(
                "Version {version!r} of grid system {system!r} is not standing; "
                "withdraw one of {it!r}.",
                version=version,
                system=self.system,
                it=[v.version for v in self.standing()],
            )
        if target.valid_from <= recorded_at:
            raise StoreError(
                "Version {version!r} of grid system {system!r} is in force already; "
                "publish a correction instead.",
                version=version,
                system=self.system,
            )
        if not reason.strip() or not reviewer.strip():
            raise StoreError(
                "The withdrawal of version {version!r} has reason {cause!r} and "
                "reviewer {reviewer!r}; say why and who approved it.",
                version=version,
                cause=reason,
                reviewer=reviewer,
            )
        return Withdrawal(self.system, version, recorded_at, reason, reviewer)

    def _refuse_other_base(self, base: int | None) -> None:
        head = self.head()
        number = head.version if head else None
        if base != number:
            raise VersionConflictError(
                "The draft of grid system {system!r} is based on version {base!r} "
                "where the head is {number!r}; look at what changed and draw it again "
                "on the head.",
                system=self.system,
                base=base,
                number=number,
            )

    def _refuse_unnamed(self, proposal: Proposal) -> None:
        """Refuse a correction that does not name what it meets from its start on."""
        start = proposal.steps[0].valid_from
        met = [v for v in self.timeline() if v.valid_from >= start]
        numbers = (*proposal.replaces, *proposal.untouched)
        if not numbers and all(v.valid_from == start for v in met):
            return
        dates = {step.valid_from for step in proposal.steps}
        replaced = sorted(v.version for v in met if v.valid_from in dates)
        left = sorted(v.version for v in met if v.valid_from not in dates)
        if (sorted(proposal.replaces), sorted(proposal.untouched)) != (replaced, left):
            raise StoreError(
                "The publication of grid system {system!r} meets the versions {met!r}, "
                "true since its own time or later, and names {named}; publish it as a "
                "correction that names {needed} (in Python replaces={replaced!r} and "
                "untouched={left!r}).",
                system=self.system,
                met=sorted(v.version for v in met),
                named=_options(proposal.replaces, proposal.untouched),
                needed=_options(replaced, left),
                replaced=tuple(replaced),
                left=tuple(left),
            )

    def _refuse_returning(self, steps: Sequence[Step], grid_ids: GridIds) -> None:
        """Refuse an id that was retired: in time a grid lives once."""
        before = {v.valid_from: grid_ids[v.version] for v in self.timeline()}
        alive = frozenset[str]().union(*before.values())
        ids = frozenset[str]().union(*grid_ids.values())
        after = before | {step.valid_from: step.grid_ids for step in steps}
        # a withdrawal may have brought an id back: only what is new counts
        returning = _returning(after) - _returning(before)
        for step in steps:
            returning |= (step.grid_ids & ids) - alive
        if returning:
            raise StoreError(
                "Grid ids {returning!r} ({returning_2} in all) were retired and would "
                "come back; ids are never used again, give these grids new ones.",
                returning=sorted(returning)[:3],
                returning_2=len(returning),
            )

    def _refuse_lineage(self, steps: Sequence[Step], grid_ids: GridIds) -> None:
        """Refuse lineage from or to a grid that is not there."""
        ids = frozenset[str]().union(*grid_ids.values(), *(s.grid_ids for s in steps))
        for step in steps:
            for number, row in enumerate(step.lineage, start=1):
                is_here = row.from_system in ("", self.system)
                if (
                    (is_here and row.from_id not in ids)
                    or (is_here and row.from_id == row.to_id)
                    or row.to_id not in step.grid_ids
                    or not 0 < row.share <= 1
                ):
                    raise InvalidLayerError(
                        "Row {number} of the lineage says that {share!r} of "
                        "{from_id!r} went to {to_id!r}; expected an earlier grid, "
                        "another grid of the draft, and a share above 0 and at most 1.",
                        number=number,
                        share=row.share,
                        from_id=row.from_id,
                        to_id=row.to_id,
                    )


def _is_known(record: Version | Withdrawal, known_at: Instant | None) -> bool:
    return known_at is None or record.recorded_at <= known_at


def _options(replaces: Iterable[int], untouched: Iterable[int]) -> str:
    """Return how the command line names the versions that a correction meets."""
    options = [f"--replaces {number}" for number in replaces]
    options += [f"--untouched {number}" for number in untouched]
    return " ".join(options) or sentence("none of them")


def _precedence(version: Version) -> tuple[Instant, int]:
    return version.valid_from, version.version


def _reached(
    start: tuple[str, str],
    pairs: Iterable[tuple[tuple[str, str], tuple[str, str]]],
) -> frozenset[tuple[str, str]]:
    """Return what can be reached along the pairs, the start left out."""
    steps: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for pair_start, other in pairs:
        steps.setdefault(pair_start, []).append(other)
    reached: set[tuple[str, str]] = set()
    waiting = [start]
    while waiting:
        fresh = [grid for grid in steps.get(waiting.pop(), ()) if grid not in reached]
        reached.update(fresh)
        waiting += fresh
    return frozenset(reached - {start})


def _refuse_nameless(proposal: Proposal) -> None:
    """Refuse a proposal without a system, an author or a second person."""
    if not proposal.system.strip():
        raise StoreError(
            "The draft is of grid system {system!r}; give the system a name.",
            system=proposal.system,
        )
    author, reviewer = (
        name.strip().casefold() for name in (proposal.author, proposal.reviewer)
    )
    if not author or not reviewer or author == reviewer:
        raise StoreError(
            "The draft has author {author!r} and reviewer {reviewer!r}; a second "
            "person has to review what the author made.",
            author=proposal.author,
            reviewer=proposal.reviewer,
        )


def _refuse_order(steps: Sequence[Step]) -> None:
    dates = [step.valid_from for step in steps]
    if not dates or dates != sorted(set(dates)):
        raise StoreError(
            "The publication has {dates} drafts valid from {dates_2!r}; give at least "
            "one, in order of valid_from, each valid from another instant.",
            dates=len(dates),
            dates_2=dates,
        )


def _returning(ids_since: Mapping[Instant, frozenset[str]]) -> frozenset[str]:
    """Return the ids that are missing for a time and there again later."""
    retired: frozenset[str] = frozenset()
    last: frozenset[str] = frozenset()
    ids_back: frozenset[str] = frozenset()
    for _, ids in sorted(ids_since.items()):
        ids_back |= ids & retired
        retired |= last - ids
        last = ids
    return ids_back
