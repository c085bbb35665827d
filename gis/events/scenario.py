"""Scenarios: each kind of events with its one pack, platform, line and module."""

import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from functools import cached_property
from typing import Final, NamedTuple, TypeAlias

from gis.errors import ScenarioError
from gis.sentences import sentence

CORE_PLATFORMS: Final = ("public_order", "market", "enforcement", "service")
"""The four platforms that every town has; further ones are data."""
LINES: Final = ("hazard", "security", "dispute", "opinion", "service")
"""The five lines of business that are counted by grid."""
MODULES: Final = (
    "party_building",
    "enforcement",
    "safety",
    "prevention",
    "economy",
    "livelihood",
)
SOURCE_SORTS: Final = (
    "camera",
    "drone",
    "sensor",
    "citizen",
    "member",
    "inspection",
    "hotline",
    "feed",
    "pagoda",
)
"""What a source is; the last is this service itself."""
WHISTLERS: Final = ("steward", "operator", "leader", "member", "department")
"""Roles of keys that a pack may let summon departments."""
GRID: Final = "grid"
"""A leader of any area may close; ``tier3``: those of that tier and above."""
BELL: Final = "bell"
"""The loop in which one rings and many respond."""
MOST_MINUTES: Final = 366 * 24 * 60
"""A longer deadline is a slip of the pen."""

CODE: Final = re.compile(r"[a-z][a-z0-9_]{0,63}", re.ASCII)
CLOSERS: Final = re.compile(rf"{GRID}|tier[1-9][0-9]?", re.ASCII)

Path: TypeAlias = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Minutes:
    """Deadlines of a kind, minutes.

    Attributes
    ----------
    accept
        From the report to its acceptance.
    arrive
        From there, or from a whistle, to the first who is present.
    handle
        From the assignment to the end of the work.
    climb
        What is overdue goes up one circle each time so many have passed.
    """

    accept: int
    arrive: int
    handle: int
    climb: int


@dataclass(frozen=True, slots=True)
class SameWithin:
    """Two reports of a kind may be of one thing: so near, so soon after another."""

    radius_m: float
    minutes: int


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of events, and whose it is.

    Attributes
    ----------
    kind
        Its code, as events carry it.
    name
        Chinese and English.
    module, line, platform
        One each.
    departments
        Bodies that it goes to, the first one in charge.
    minutes
        Its deadlines.
    same_within
        When two reports may be of one thing; None: never.
    close_at
        Whose leaders may close it: ``grid`` for any, ``tier3`` for tier 3 and above.
    is_sensitive
        Whether it says something about people: shown to grants alone, in no score.
    is_hazard
        Whether it says something of the safety of an area.
    whistle_by
        Roles that may summon departments to it, as the pack's owner decided.
    responders
        Bodies that respond where its loop is a bell.

    Examples
    --------
    >>> Kind("noise", ("噪声", "Noise"), "enforcement", "security", "enforcement",
    ...      ("urban_management",), Minutes(15, 30, 1440, 30)).whistle_by
    ('operator', 'leader')
    """

    kind: str
    name: tuple[str, str]
    module: str
    line: str
    platform: str
    departments: tuple[str, ...]
    minutes: Minutes
    same_within: SameWithin | None = None
    close_at: str = GRID
    is_sensitive: bool = False
    is_hazard: bool = False
    whistle_by: tuple[str, ...] = ("operator", "leader")
    responders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pack:
    """A scenario: its kinds, who reports them, which loop they run.

    Attributes
    ----------
    pack
        Its id.
    name
        Chinese and English.
    owner
        Body that answers for it.
    sources
        Sorts of sources that report it.
    template
        The loop that its events run.
    kinds
        Its own kinds, each in no other pack.
    verify_below
        A report that its source is less certain of is verified first, 0 to 1.
    takes_all_kinds
        Whether its sources report the kinds of every pack, not its own alone.
    symbol
        What stands for it on a map; may be empty.
    digest
        SHA-256 of all of this, hexadecimal: its version.
    """

    pack: str
    name: tuple[str, str]
    owner: str
    sources: tuple[str, ...]
    template: str
    kinds: tuple[Kind, ...]
    verify_below: float = 0.0
    takes_all_kinds: bool = False
    symbol: str = ""
    digest: str = field(init=False, default="", compare=False)

    def __post_init__(self) -> None:
        """Give it the digest of what it says."""
        text = json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)
        digest = hashlib.sha256(text.encode()).hexdigest()
        object.__setattr__(self, "digest", digest)


class Platform(NamedTuple):
    """A platform with its Chinese and English name."""

    code: str
    zh: str
    en: str

    @property
    def is_core(self) -> bool:
        """Say whether it is one of the four."""
        return self.code in CORE_PLATFORMS


@dataclass(frozen=True)
class Scenarios:
    """The packs in force, each kind in exactly one.

    Attributes
    ----------
    packs
        In the order read.
    platforms
        The four, then further ones.

    Raises
    ------
    ScenarioError
        If a pack or a kind stands twice.
    """

    packs: tuple[Pack, ...]
    platforms: tuple[Platform, ...]

    def __post_init__(self) -> None:
        """Refuse what would belong to two."""
        packs = Counter(pack.pack for pack in self.packs)
        owners: dict[str, str] = {}
        for pack in self.packs:
            if packs[pack.pack] > 1:
                raise ScenarioError(
                    "Pack {pack!r} stands {packs} times, expected one; rename one.",
                    pack=pack.pack,
                    packs=packs[pack.pack],
                )
            for kind in pack.kinds:
                other = owners.setdefault(kind.kind, pack.pack)
                if other != pack.pack:
                    raise ScenarioError(
                        "Kind {kind!r} stands in the packs {other!r} and {pack!r}, "
                        "expected one; take it out of one of them.",
                        kind=kind.kind,
                        other=other,
                        pack=pack.pack,
                    )

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """Every kind by its code, in order of the packs."""
        return {kind.kind: kind for pack in self.packs for kind in pack.kinds}

    @cached_property
    def _packs(self) -> dict[str, Pack]:
        return {kind.kind: pack for pack in self.packs for kind in pack.kinds}

    def kind(self, code: str) -> Kind | None:
        """Return a kind; None where no pack has it: such an event goes to triage."""
        return self.kinds.get(code)

    def pack_of(self, code: str) -> Pack | None:
        """Return the one pack that a kind belongs to; None where no pack has it."""
        return self._packs.get(code)

    def names_of(self, code: str) -> tuple[str, str]:
        """Return the Chinese and English name of a kind; a strange one is its own."""
        kind = self.kind(code)
        return (code, code) if kind is None else kind.name

    def module_of(self, code: str, reported: str = "") -> str:
        """Return the module of an event: as reported, else that of its kind."""
        kind = self.kind(code)
        return reported or (kind.module if kind else "")

    @cached_property
    def sensitive_kinds(self) -> tuple[str, ...]:
        """Kinds that say something about people, in code order.

        They enter no score, no map and no figure below the closed month of a town.
        """
        return tuple(sorted(k.kind for k in self.kinds.values() if k.is_sensitive))

    @cached_property
    def hazard_kinds(self) -> tuple[str, ...]:
        """Kinds that are hazards, in code order.

        What is no hazard (a request, a service, a dispute between people) says nothing
        of the safety of an area.
        """
        return tuple(sorted(k.kind for k in self.kinds.values() if k.is_hazard))

    def without_destination(self, departments: Collection[str]) -> tuple[str, ...]:
        """Return the kinds that would go to no body that is there, in code order.

        Parameters
        ----------
        departments
            Ids of the bodies that are there.
        """
        return tuple(
            sorted(
                kind.kind
                for kind in self.kinds.values()
                if not set(kind.departments) & set(departments)
            )
        )

    def with_packs(self, packs: Iterable[Pack]) -> "Scenarios":
        """Return these with other packs: of one id in its place, new ones at the end.

        Raises
        ------
        ScenarioError
            If a kind would stand in two packs.
        """
        by_id = {pack.pack: pack for pack in self.packs}
        by_id |= {pack.pack: pack for pack in packs}
        return Scenarios(tuple(by_id.values()), self.platforms)


@dataclass(frozen=True, slots=True)
class Codes:
    """Codes that a pack may use of lists that stand elsewhere."""

    templates: tuple[str, ...]
    platforms: tuple[str, ...] = CORE_PLATFORMS
    lines: tuple[str, ...] = LINES
    modules: tuple[str, ...] = MODULES


class Flaw(NamedTuple):
    """What is wrong with a value of a pack.

    Attributes
    ----------
    path
        Keys and numbers that lead to the value, as the file spells them.
    text
        What was found and what was expected.
    """

    path: Path
    text: str


def pack_flaws(pack: Pack, codes: Codes) -> Iterator[Flaw]:
    """Yield what is wrong with the values of a pack.

    Parameters
    ----------
    pack
        The pack.
    codes
        What it may use.

    Examples
    --------
    >>> pack = Pack("p", ("噪声", "Noise"), " ", ("camera",), "s_town", ())
    >>> [flaw.path for flaw in pack_flaws(pack, Codes(("s_town",)))]
    [('owner',), ('kinds',)]
    """
    yield from _code_flaws(("pack",), pack.pack)
    yield from _name_flaws(("name",), pack.name)
    if not _is_text(pack.owner):
        yield Flaw(
            ("owner",),
            sentence("has the owner {owner!r}, expected a body", owner=pack.owner),
        )
    yield from _list_flaws(("sources",), pack.sources, SOURCE_SORTS)
    yield from _word_flaws(("loop",), pack.template, codes.templates)
    if not 0 <= pack.verify_below <= 1:
        text = sentence(
            "has 'verify_below' as {verify_below!r}, expected 0 to 1",
            verify_below=pack.verify_below,
        )
        yield Flaw(("verify_below",), text)
    if pack.symbol:
        yield from _code_flaws(("map", "symbol"), pack.symbol)
    if not pack.kinds:
        yield Flaw(("kinds",), sentence("has no kinds, expected at least one"))
    counts = Counter(kind.kind for kind in pack.kinds)
    for row, kind in enumerate(pack.kinds):
        path = ("kinds", row)
        if counts[kind.kind] > 1 and kind.kind in {k.kind for k in pack.kinds[:row]}:
            text = sentence(
                "has the kind {kind!r} twice, expected it once", kind=kind.kind
            )
            yield Flaw((*path, "kind"), text)
        for flaw in _kind_flaws(kind, codes, is_bell=pack.template == BELL):
            yield Flaw((*path, *flaw.path), flaw.text)


def _kind_flaws(kind: Kind, codes: Codes, *, is_bell: bool) -> Iterator[Flaw]:
    """Yield what is wrong with a kind, by paths within it."""
    yield from _code_flaws(("kind",), kind.kind)
    yield from _name_flaws(("name",), kind.name)
    yield from _word_flaws(("module",), kind.module, codes.modules)
    yield from _word_flaws(("line",), kind.line, codes.lines)
    yield from _word_flaws(("platform",), kind.platform, codes.platforms)
    yield from _list_flaws(("departments",), kind.departments)
    for name, minutes in asdict(kind.minutes).items():
        yield from _minute_flaws(("minutes", name), minutes)
    if kind.same_within is not None:
        radius_m = kind.same_within.radius_m
        if not (math.isfinite(radius_m) and radius_m > 0):
            text = sentence(
                "has 'metres' as {radius_m!r}, expected more than 0", radius_m=radius_m
            )
            yield Flaw(("same_within", "metres"), text)
        yield from _minute_flaws(("same_within", "minutes"), kind.same_within.minutes)
    if not CLOSERS.fullmatch(kind.close_at):
        text = sentence(
            "has 'close_at' as {close_at!r}, expected 'grid' or such as 'tier3'",
            close_at=kind.close_at,
        )
        yield Flaw(("close_at",), text)
    yield from _list_flaws(("whistle_by",), kind.whistle_by, WHISTLERS, least=0)
    yield from _list_flaws(("responders",), kind.responders, least=int(is_bell))


def _is_text(text: str) -> bool:
    """Say whether a text can be shown, and is one."""
    return bool(text.strip()) and text.isprintable()


def _code_flaws(path: Path, code: str) -> Iterator[Flaw]:
    if not CODE.fullmatch(code):
        yield Flaw(
            path,
            sentence(
                "has {path!r} as {code!r}, expected small letters, digits and '_', a "
                "letter first, at most 64",
                path=path[-1],
                code=code,
            ),
        )


def _name_flaws(path: Path, name: tuple[str, str]) -> Iterator[Flaw]:
    if not all(map(_is_text, name)):
        text = sentence(
            "has {path!r} as {value!r}, expected a Chinese and an English name",
            path=path[-1],
            value=[*name],
        )
        yield Flaw(path, text)


def _word_flaws(path: Path, word: str, words: tuple[str, ...]) -> Iterator[Flaw]:
    if word not in words:
        yield Flaw(
            path,
            sentence(
                "has {path!r} as {word!r}, expected one of {value!r}",
                path=path[-1],
                word=word,
                value=[*words],
            ),
        )


def _list_flaws(
    path: Path,
    words: tuple[str, ...],
    vocabulary: tuple[str, ...] | None = None,
    least: int = 1,
) -> Iterator[Flaw]:
    """Yield what is wrong with a list of codes, each once and each one of some."""
    if len(words) < least:
        yield Flaw(
            path, sentence("has {path!r} as [], expected at least one", path=path[-1])
        )
    if len(set(words)) < len(words):
        yield Flaw(
            path,
            sentence(
                "has {path!r} as {value!r}, expected each once",
                path=path[-1],
                value=[*words],
            ),
        )
    for word in words:
        if vocabulary is None:
            yield from _code_flaws(path, word)
        else:
            yield from _word_flaws(path, word, vocabulary)


def _minute_flaws(path: Path, minutes: int) -> Iterator[Flaw]:
    if not 0 < minutes <= MOST_MINUTES:
        text = sentence(
            "has {path!r} as {minutes!r}, expected 1 to {most_minutes} minutes",
            path=path[-1],
            minutes=minutes,
            most_minutes=MOST_MINUTES,
        )
        yield Flaw(path, text)
