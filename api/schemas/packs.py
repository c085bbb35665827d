"""Answers about scenario packs."""

from dataclasses import asdict
from typing import Self

from pydantic import BaseModel

from gis.events import Kind, Pack, Scenarios
from layers.packs.code_tables import Table, codes_of


class CodeOut(BaseModel):
    """A code of a list with its names."""

    code: str
    name: str
    name_zh: str


class PlatformOut(CodeOut):
    """A platform: one of the four, or a further one."""

    core: bool


class MinutesOut(BaseModel):
    """Deadlines of a kind, minutes."""

    accept: int
    arrive: int
    handle: int
    climb: int


class SameWithinOut(BaseModel):
    """How near and how soon two reports of a kind may be of one thing."""

    metres: float
    minutes: int


class KindOut(BaseModel):
    """A kind of events, and whose it is."""

    kind: str
    name: str
    name_zh: str
    module: str
    line: str
    platform: str
    departments: list[str]
    minutes: MinutesOut
    same_within: SameWithinOut | None
    close_at: str
    sensitive: bool
    hazard: bool
    whistle_by: list[str]
    responders: list[str]

    @classmethod
    def of(cls, kind: Kind) -> Self:
        """Return a kind as it is answered."""
        same = kind.same_within
        name_zh, name = kind.name
        return cls(
            kind=kind.kind,
            name=name,
            name_zh=name_zh,
            module=kind.module,
            line=kind.line,
            platform=kind.platform,
            departments=[*kind.departments],
            minutes=MinutesOut(**asdict(kind.minutes)),
            same_within=same
            and SameWithinOut(metres=same.radius_m, minutes=same.minutes),
            close_at=kind.close_at,
            sensitive=kind.is_sensitive,
            hazard=kind.is_hazard,
            whistle_by=[*kind.whistle_by],
            responders=[*kind.responders],
        )


class PackOut(BaseModel):
    """A scenario: its kinds, who reports them, which loop they run."""

    pack: str
    name: str
    name_zh: str
    owner: str
    loop: str
    sources: list[str]
    all_kinds: bool
    verify_below: float
    symbol: str
    version: str
    kinds: list[KindOut]

    @classmethod
    def of(cls, pack: Pack) -> Self:
        """Return a pack as it is answered."""
        name_zh, name = pack.name
        return cls(
            pack=pack.pack,
            name=name,
            name_zh=name_zh,
            owner=pack.owner,
            loop=pack.template,
            sources=[*pack.sources],
            all_kinds=pack.takes_all_kinds,
            verify_below=pack.verify_below,
            symbol=pack.symbol,
            version=pack.digest,
            kinds=[KindOut.of(kind) for kind in pack.kinds],
        )


class PacksOut(BaseModel):
    """The packs in force, and the lists that their kinds take codes from."""

    count: int
    packs: list[PackOut]
    platforms: list[PlatformOut]
    lines: list[CodeOut]
    modules: list[CodeOut]

    @classmethod
    def of(cls, scenarios: Scenarios) -> Self:
        """Return scenarios as they are answered."""
        return cls(
            count=len(scenarios.packs),
            packs=[PackOut.of(pack) for pack in scenarios.packs],
            platforms=[
                PlatformOut(code=p.code, name=p.en, name_zh=p.zh, core=p.is_core)
                for p in scenarios.platforms
            ],
            lines=_codes("lines"),
            modules=_codes("modules"),
        )


def _codes(table: Table) -> list[CodeOut]:
    """Return the codes of a table with their names."""
    return [
        CodeOut(code=code, name=name, name_zh=name_zh)
        for code, (name_zh, name) in codes_of(table).items()
    ]
