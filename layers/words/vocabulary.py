"""Texts in Chinese and English: how one is looked up, and the words that all share."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

from gis.models import RiskLevel, SafetyCode
from gis.sentences import bilingual


@dataclass(frozen=True, slots=True)
class Words:
    """One text in Chinese and English; the English may be empty."""

    zh: str
    en: str = ""

    @property
    def both(self) -> tuple[str, str]:
        """Chinese, then English."""
        return self.zh, self.en

    @property
    def sentence(self) -> str:
        """The text as a sentence, which is said in either language."""
        return bilingual(self.en, self.zh)

    @property
    def line(self) -> str:
        """Both in one line, once where they are the same."""
        return " ".join(dict.fromkeys(filter(None, self.both)))

    def filled(self, **values: object) -> "Words":
        """Return the text with values in the places that it names.

        Examples
        --------
        >>> Words("{n} 件", "{n} in all").filled(n=3)
        Words(zh='3 件', en='3 in all')
        """
        return Words(self.zh.format(**values), self.en.format(**values))


Vocabulary: TypeAlias = Mapping[str, Words]

CHINESE: Final = "zh-CN"
ENGLISH: Final = "en"
LANGUAGES: Final = ((CHINESE, "中文"), (ENGLISH, "English"))
"""Languages that pages speak, each as its readers call it."""

OTHER: Final = "other"
"""Stands for a module or severity that is none of the known ones."""
LANGUAGE_NAV: Final = Words("语言", "Language")
OPEN_EVENTS: Final = Words("未办结事件", "Open events")
IN_FORCE: Final = Words("现行", "in force")
OTHER_NAME: Final = Words("其他", "Other")

LEVELS: Final[Mapping[RiskLevel | None, Words]] = MappingProxyType(
    {
        RiskLevel.RED: Words("红 高", "Red: high"),
        RiskLevel.ORANGE: Words("橙 较高", "Orange: rather high"),
        RiskLevel.YELLOW: Words("黄 中", "Yellow: medium"),
        RiskLevel.BLUE: Words("蓝 较低", "Blue: rather low"),
        RiskLevel.GREEN: Words("绿 低", "Green: low"),
        None: Words("无数据", "No data"),
    }
)
"""Levels of areas; None is "no data"."""

CODES: Final[Mapping[SafetyCode | None, Words]] = MappingProxyType(
    {
        None: Words("无码", "No code"),
        SafetyCode.GREEN: Words("绿码 每月", "Green: monthly"),
        SafetyCode.YELLOW: Words("黄码 每周", "Yellow: weekly"),
        SafetyCode.RED: Words("红码 每日", "Red: daily"),
    }
)
"""Safety codes of places, with how often each is checked."""

TIER_NAMES: Final[Mapping[int, Words]] = MappingProxyType(
    {
        1: Words("核心指挥圈", "Core circle"),
        2: Words("风险防控圈", "Risk-control circles"),
        3: Words("应急管理圈", "Emergency circles"),
        4: Words("联合执法圈", "Joint-enforcement circles"),
    }
)
"""Tiers of circles; tier 1 is the top."""

GRID_NAME: Final = Words("基层网格", "Grids")
"""The bottom tier."""
COMMUNITY_NAME: Final = Words("社区", "Communities")
"""The administrative layer."""
EVENTS: Final = Words("事件", "Events")
POSTS: Final = Words("责任岗位", "Leader posts")
STATIONS: Final = Words("站点", "Stations")

NO_GRID: Final = Words("未落网格", "In no grid")
NO_COMMUNITY: Final = Words("未落社区", "In no community")
TOTAL: Final = Words("合计", "Total")
SYNTHETIC: Final = Words(
    "模拟数据，自带时钟，非真实情况",
    "Synthetic data and clock, not a real place or situation",
)

PLACE_PAGE: Final[Vocabulary] = MappingProxyType(
    {
        "title": Words("场所安全码", "Safety code of a place"),
        "scene": Words("类别", "Kind"),
        "grid": Words("所在网格", "Grid"),
        "last_check": Words("上次检查", "Last check"),
        "next_check": Words("下次检查不晚于", "Next check by"),
        "overdue": Words("已逾期 {days} 天", "Days overdue: {days}"),
        "never": Words("尚未检查", "Not checked yet"),
        "none": Words("无", "None"),
        "reasons": Words("赋码原因", "Why it has this code"),
        "history": Words("近 90 天变化", "Changes of the last 90 days"),
        "day": Words("截至 {day}", "As of {day}"),
    }
)
"""The page that the QR code of a place opens."""

CAPTIONS: Final[Vocabulary] = MappingProxyType(
    {
        "number": Words("数量", "Number"),
        "none": Words("无。", "None."),
        "scene": Words("场景", "Scene"),
        "grid": Words("网格", "Grid"),
        "place": Words("场所", "Place"),
        "places": Words("场所", "Places"),
        "date": Words("签字日期", "Date"),
        "post": Words("岗位", "Post"),
        "from_area": Words("原网格或圈", "From"),
        "to_area": Words("新网格或圈", "To"),
        "not_loaded": Words("未载入", "not loaded"),
        "close": Words("关闭", "Close"),
    }
)
"""Captions that several pages and reports share."""

NOTEBOOK: Final[Vocabulary] = MappingProxyType(
    {
        "territory": Words("辖区", "Territory"),
        "datum": Words("坐标系", "Datum"),
        "bounds": Words("坐标范围", "Bounds"),
        "posts": Words("岗位", "Posts"),
        "vacant": Words(
            "{posts:,} 个，其中空缺 {vacant:,} 个", "{posts:,}, {vacant:,} vacant"
        ),
        "duties": Words("值班记录", "Records of duties"),
        "notices": Words("读取说明", "Notices"),
        "day": Words("评级日 {day}", "Rated day {day}"),
        "version": Words("网格版本", "Version of the grids"),
        "window_events": Words("窗口期事件", "Events of the window"),
        "rule": Words("赋码规则", "Rule of the codes"),
        "method": Words("风险方法", "Method of the risk"),
    }
)
"""What a territory and a rated day show of themselves in a notebook."""

CODE_SHEETS: Final = Words("场所码", "Codes of places")
NOT_PUBLISHED: Final = Words("未发布", "not published")


def in_front(town: Words, title: Words) -> Words:
    """Return the name of a town before a title; the title alone where it has none.

    Examples
    --------
    >>> in_front(Words("S 镇", "S town"), Words("平安月报", "Monthly report"))
    Words(zh='S 镇 · 平安月报', en='S town · Monthly report')
    >>> in_front(Words(""), Words("平安月报", "Monthly report")).en
    'Monthly report'
    """
    pairs = zip(town.both, title.both, strict=True)
    return Words(*(" · ".join(filter(None, pair)) for pair in pairs))


def words_of(code: str, vocabulary: Vocabulary) -> Words:
    """Return the words of a code; one that is not known stands for itself.

    Examples
    --------
    >>> words_of("grid", CAPTIONS).zh, words_of("visit", CAPTIONS).zh
    ('网格', 'visit')
    """
    return vocabulary.get(code, Words(code, code))


def tier_name(tier: int) -> Words:
    """Return the name of a tier; one without a name is numbered.

    Examples
    --------
    >>> tier_name(1).en, tier_name(7).both
    ('Core circle', ('第 7 层', 'Tier 7'))
    """
    return TIER_NAMES.get(tier, Words(f"第 {tier} 层", f"Tier {tier}"))
