"""Chinese and English words that reports and ledgers print."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

from layers.packs.code_tables import Table, names_of


@dataclass(frozen=True, slots=True)
class Words:
    """One text in Chinese and English; the English may be empty."""

    zh: str
    en: str = ""


Vocabulary: TypeAlias = Mapping[str, Words]

OTHER: Final = "other"
"""Stands for a module or severity that is none of the known ones."""

SEVERITIES: Final[Vocabulary] = MappingProxyType(
    {
        "1": Words("1级 轻", "severity 1, light"),
        "2": Words("2级", "severity 2"),
        "3": Words("3级", "severity 3"),
        "4": Words("4级 重", "severity 4, grave"),
        OTHER: Words("未分级", "not rated"),
    }
)

CHANNELS: Final[Vocabulary] = MappingProxyType(
    {
        "hotline": Words("热线", "Hotline"),
        "inspector": Words("网格巡查", "Inspector"),
        "camera": Words("视频监控", "Camera"),
        "citizen_snapshot": Words("群众随手拍", "Citizen snapshot"),
        "alarm": Words("报警", "Alarm"),
    }
)

KINDS: Final[Vocabulary] = MappingProxyType(
    {"check": Words("检查", "Check"), "drill": Words("演练", "Drill")}
)
"""Kinds of inspections."""

TITLES: Final[Vocabulary] = MappingProxyType(
    {
        "daily": Words("平安日报", "Daily safety report"),
        "monthly": Words("平安月报", "Monthly safety report"),
    }
)


def words_of(code: str, vocabulary: Vocabulary) -> Words:
    """Return the words of a code; one that is not known stands for itself.

    Examples
    --------
    >>> words_of("drill", KINDS).zh, words_of("visit", KINDS).zh
    ('演练', 'visit')
    """
    return vocabulary.get(code, Words(code, code))


def named(table: Table, code: str) -> Words:
    """Return the words of a module or category; `OTHER` is one without any.

    Examples
    --------
    >>> named("modules", "other").zh, named("categories", "noise").zh
    ('其他', '噪声扰民')
    """
    return Words("其他", "Other") if code == OTHER else Words(*names_of(table, code))
