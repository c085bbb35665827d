"""Chinese and English words of codes, reasons, levels and captions, each once."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, TypeAlias

from gis.models import RiskLevel, SafetyCode, Status
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

# --- answers and their reasons ----------------------------------------------

_OWNED: Final = Words(
    "该位置属于网格 {grid}，{duty}{why}。",
    "Grid {grid} owns the place; {duty}{why}.",
)
ANSWERS: Final[Mapping[Status, Words]] = MappingProxyType(
    {
        Status.INSIDE: _OWNED,
        Status.BOUNDARY: _OWNED,
        Status.OVERLAP: _OWNED,
        Status.SNAPPED: _OWNED,
        Status.OUTSIDE: Words(
            "该位置不在任何网格内{there}，距最近网格 {nearest} 约 {metres} 米，"
            "{duty}{why}。",
            "The place is outside all grids{there}, {metres} m from grid {nearest}; "
            "{duty}{why}.",
        ),
        Status.UNLOCATED: Words(
            "位置无法使用（{fault}），{duty}{why}。",
            "The position cannot be used ({fault}); {duty}{why}.",
        ),
    }
)
"""What an answer says by its status, with gaps for ids, distance and reasons."""

ANSWERABLE: Final = Words("由岗位 {post} 负责", "post {post} answers for it")
DUTIES: Final[Mapping[Status, Words]] = MappingProxyType(
    {
        Status.OUTSIDE: Words("由岗位 {post} 研判", "post {post} decides"),
        Status.UNLOCATED: Words(
            "由岗位 {post} 核实地点", "post {post} asks for the place"
        ),
    }
)
"""What the accountable post does, where it is not to answer for the place."""
NOBODY: Final = Words("没有岗位负责", "no post answers for it")

STATUSES: Final[Mapping[Status, Words]] = MappingProxyType(
    {
        Status.INSIDE: Words("网格内", "inside"),
        Status.BOUNDARY: Words("边界上", "on a boundary"),
        Status.OVERLAP: Words("重叠处", "on an overlap"),
        Status.SNAPPED: Words("就近归入", "given to the nearest"),
        Status.OUTSIDE: Words("网格外", "outside"),
        Status.UNLOCATED: Words("未定位", "not located"),
    }
)
"""How a position was located, in a word."""

IN_NEIGHBOUR: Final = Words("，位于邻区 {neighbour}", ", in neighbour {neighbour}")
"""Whose ground a place outside all grids is, where that is known."""

POSITION_REASONS: Final[Vocabulary] = MappingProxyType(
    {
        "missing": Words("没有坐标", "it has no coordinates"),
        "not_a_number": Words("坐标不是数字", "its coordinates are not numbers"),
        "decimal_comma": Words(
            "坐标用了逗号作小数点", "its coordinates have a decimal comma"
        ),
        "not_a_point": Words("几何不是点", "its geometry is not a point"),
        "out_of_range": Words("坐标超出范围", "its coordinates are out of range"),
        "swapped_axes": Words("经度和纬度写反了", "lon and lat are exchanged"),
        "whole_degrees": Words("坐标只有整度", "its coordinates are whole degrees"),
        "no_version": Words(
            "当时没有生效的网格版本",
            "no version of the grids was in force at that time",
        ),
    }
)
"""What is wrong with a position."""

ACCURACY_FAULTS: Final[Vocabulary] = MappingProxyType(
    {
        "unusable_position": Words("位置无法使用", "the position cannot be used"),
        "accuracy_missing": Words("没有精度", "there is no accuracy"),
        "accuracy_negative": Words("精度为负数", "it is negative"),
        "accuracy_larger_than_town": Words(
            "精度超过全部网格的范围", "it is larger than the town"
        ),
        "accuracy_not_a_number": Words("精度不是米数", "it is no number of metres"),
    }
)
"""Why an answer says nothing of how sure it is."""

HOLDING_REASONS: Final[Vocabulary] = MappingProxyType(
    {
        "vacant_post": Words("网格长岗位空缺", "the post of the grid is vacant"),
        "no_one_on_duty": Words(
            "网格长岗位无人值守", "no one is on duty at the post of the grid"
        ),
        "no_leader_on_duty": Words(
            "区域长无人值守，由上级圈长代行",
            "no region leader is on duty; the one above commands",
        ),
        "no_time": Words(
            "未写明时刻，无法确定当时由谁值守",
            "no hour is given, so who was on duty is not known",
        ),
        "triage": Words("无网格归属的由其受理", "it takes what no grid owns"),
    }
)
"""Why another post answers than the grid's leader, or commands than the region's."""

# --- what is not counted or not drawn ---------------------------------------

ROUTE_STEPS: Final[Vocabulary] = MappingProxyType(
    {
        "kind_to_platform": Words(
            "“{kind}”归“{platform}”平台。",
            "Events of {kind} go to the platform {platform}.",
        ),
        "unknown_kind": Words(
            "类别“{kind}”不在任何场景包中。", "No pack has the kind {kind}."
        ),
        "platform_to_body": Words(
            "“{platform}”平台派给“{body}”。", "The platform {platform} picks {body}."
        ),
        "team_on_shift": Words(
            "“{platform}”平台派给当班的“{body}”。",
            "The platform {platform} picks {body}, the team on shift.",
        ),
        "team_off_shift": Words(
            "“{platform}”平台派给“{body}”，该队伍当前无人当班。",
            "The platform {platform} picks {body}; no such team is on shift.",
        ),
        "no_body": Words(
            "“{platform}”平台没有登记可派的部门，由责任岗位处置。",
            "The platform {platform} has no such body; the accountable post has it.",
        ),
        "intake_post": Words("由入口岗位研判。", "The post of the intake decides."),
    }
)
"""How an event gets to a body, with gaps for names."""

STEP_REASONS: Final[Vocabulary] = MappingProxyType(
    {
        "unknown_step": Words(
            "闭环中没有这一操作，请选用允许的操作",
            "the loop has no such step; take one that is allowed",
        ),
        "wrong_state": Words(
            "事件当前状态不能执行此操作，请选用允许的操作",
            "it does not start in this state; take a step that is allowed",
        ),
        "not_yours": Words(
            "此操作不由您办理，请交由负责的人办理",
            "it is for somebody else; ask them",
        ),
        "same_key": Words(
            "处置人不能核查自己处置的事件，请由他人核查",
            "who handled an event does not check it; ask somebody else",
        ),
        "below_close_at": Words(
            "此类事件须由上一级领导结案，请上报",
            "a leader further up closes such events; ask them",
        ),
        "tasks_open": Words(
            "被召集的部门尚未全部办结，请等候或说明理由跳过",
            "departments that were summoned are not done; wait, or skip with a reason",
        ),
        "no_reason": Words("此操作须说明理由，请填写", "it needs a reason; say why"),
        "no_task": Words(
            "没有这样的任务，请核对任务编号", "there is no such task; check its number"
        ),
        "no_debtor": Words(
            "没有指明已登记的部门，请写明",
            "it names no department that is registered; name some",
        ),
        "summoned_already": Words(
            "该部门已被召集，请勿重复",
            "the department is summoned already; leave it out",
        ),
        "no_minutes": Words(
            "时限须至少一分钟，请更正", "its time is no time; allow a minute or more"
        ),
        "present_already": Words(
            "该部门已经报到，请填写办理结果",
            "the department is there already; say what it did",
        ),
        "no_result": Words(
            "没有办理结果，请填写", "it has no result; say what was done"
        ),
        "no_score": Words(
            "评分须为1至5，请更正", "a rating is 1 to 5; give one of those"
        ),
        "not_over": Words(
            "召集尚未结束，请在结束后评分",
            "the summons is not over; rate it afterwards",
        ),
        "no_target": Words(
            "不能转到所指的目标，请另选", "it does not lead there; name another"
        ),
        "no_position": Words(
            "所给位置无法使用，请核对坐标和坐标系",
            "its position cannot be used; correct the coordinates or their datum",
        ),
    }
)
"""Why a step is refused, and what to do."""

LEFT_OUT: Final[Vocabulary] = MappingProxyType(
    {
        "no_position": Words("无坐标的场所", "Places without a position"),
        "no_grid": Words("不在任何网格的场所", "Places in no grid"),
        "sources_disagree": Words(
            "各来源场景不一致的场所", "Places whose sources disagree on the scene"
        ),
        "unknown_scene": Words("八类以外的场所", "Places of an unknown scene"),
        "no_inspected_place": Words(
            "找不到场所的检查", "Inspections of an unknown place"
        ),
        "no_campaign_place": Words(
            "专项点名而尚无场所的类别", "Kinds named by a campaign that no place is of"
        ),
        "unknown_event_kind": Words(
            "类别未登记的事件，不计隐患", "Events of an unknown kind, no hazard counted"
        ),
        "no_event_grid": Words("不在任何网格的事件", "Events in no grid"),
        "no_event_position": Words("无坐标的事件", "Events without a position"),
        "no_station_position": Words("无坐标的站点", "Stations without a position"),
        "no_polygon": Words("无边界的区域", "Areas without a polygon"),
        "no_post_area": Words("找不到责任区的岗位", "Posts of an unknown area"),
        "uncovered": Words(
            "与邻区重叠或有缝的网格", "Grids that overlap or leave a gap"
        ),
    }
)
"""What a rated day counts nowhere and what a map cannot draw."""

NEXT_CHECK: Final = Words(
    "下次检查 {day}，由岗位 {post} 负责", "next check {day} by post {post}"
)
NEXT_CHECK_BY_NOBODY: Final = Words(
    "下次检查 {day}，无负责岗位", "next check {day}, no post answers"
)
"""When a place is checked next, and by whom."""
DATA_DATE: Final = Words("数据日期", "Data date")
NO_DAYS: Final = "–"
DATES: Final = (Words("事件日期", "Events of"), Words("检查日期", "Checks of"))
"""What a map says its data are of."""
REST_OF_SCORE: Final = Words("其余合计 {share} %", "all the rest {share} %")
"""What else a score is made of, beside the drivers that are listed."""
CHANGE_IN_DAYS: Final = Words("{days} 天内 {change}", "in {days} days {change}")
HELD: Final = Words(
    "按当日得分为{zh}色，连续 {days} 天才变色",
    "held: {en} by the score of the day, shown after {days} days in a row",
)
FLOOR: Final = Words("颜色由底线规则决定", "The colour is that of a floor rule")
"""Why an area has a higher level than its score asks for."""

# --- levels, codes, tiers, points -------------------------------------------

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

# --- codes of facts ---------------------------------------------------------

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

# --- captions ---------------------------------------------------------------

TITLES: Final[Vocabulary] = MappingProxyType(
    {
        "daily": Words("平安日报", "Daily safety report"),
        "monthly": Words("平安月报", "Monthly safety report"),
    }
)

OWNERS: Final[Vocabulary] = MappingProxyType(
    {
        "command centre": Words("指挥中心", "command centre"),
        "grid office": Words("网格办", "grid office"),
        "safety office of the town": Words("镇应急办", "safety office of the town"),
    }
)
"""Bodies that answer for the shipped rules and figures, by their English name."""

UNITS: Final[Vocabulary] = MappingProxyType(
    {
        "areas": Words("个区域", "areas"),
        "as the method says": Words("见方法", "as the method says"),
        "campaigns": Words("项", "campaigns"),
        "checks": Words("次", "checks"),
        "checks a month": Words("次/月", "checks a month"),
        "days": Words("天", "days"),
        "degrees": Words("度", "degrees"),
        "drills": Words("次", "drills"),
        "duties": Words("班", "duties"),
        "events": Words("起", "events"),
        "events a month": Words("起/月", "events a month"),
        "facts": Words("条", "facts"),
        "findings": Words("处", "findings"),
        "grids": Words("个网格", "grids"),
        "hours a month": Words("小时/月", "hours a month"),
        "households": Words("户", "households"),
        "km2": Words("平方千米", "km2"),
        "level": Words("级", "level"),
        "m2": Words("平方米", "m2"),
        "metres": Words("米", "metres"),
        "parts": Words("块", "parts"),
        "people": Words("人", "people"),
        "places": Words("处", "places"),
        "points": Words("分", "points"),
        "posts": Words("个岗位", "posts"),
        "ratings": Words("次评价", "ratings"),
        "records": Words("条", "records"),
        "scenes": Words("类场景", "scenes"),
        "seconds": Words("秒", "seconds"),
        "share": Words("占比", "share"),
        "share of 1": Words("占 1 的比例", "share of 1"),
        "shares": Words("占比", "shares"),
        "tasks": Words("项任务", "tasks"),
    }
)
"""Units of figures and of columns of files, by their English name."""

RELATIONS: Final[Vocabulary] = MappingProxyType(
    {
        "nests": Words("并入", "nests"),
        "splits": Words("拆分", "splits"),
        "outside": Words("在外", "outside"),
        "conflict": Words("冲突", "conflict"),
    }
)
"""How a grid lies to those of another system, by `gis.crosswalk.Relation`."""

KEY_STATES: Final[Vocabulary] = MappingProxyType(
    {
        "valid": Words("有效", "valid"),
        "coming": Words("未生效", "coming"),
        "expired": Words("已过期", "expired"),
        "revoked": Words("已收回", "revoked"),
    }
)

KEY_LIMITS: Final[Vocabulary] = MappingProxyType(
    {
        "holder": Words("领取人", "holder"),
        "department": Words("部门", "department"),
        "source": Words("来源", "source"),
        "area": Words("区域", "area"),
        "grants": Words("可见敏感类型", "grants"),
    }
)
"""For whom a key is, by the option that says so."""

FIELD_KINDS: Final[Vocabulary] = MappingProxyType(
    {
        "text": Words("文本", "text"),
        "number": Words("数值", "number"),
        "integer": Words("整数", "integer"),
        "flag": Words("是否", "flag"),
        "instant": Words("时刻", "instant"),
    }
)
"""Kinds of columns of files."""

REPLAYS: Final[Vocabulary] = MappingProxyType(
    {
        "at_occurrence": Words("发生时的答复", "at_occurrence"),
        "acting": Words("接报时的答复", "acting"),
        "route": Words("流转路径", "route"),
    }
)
"""What of an event is computed again."""

AUDITED: Final[Vocabulary] = MappingProxyType(
    {
        "key_made": Words("新建密钥", "key_made"),
        "key_revoked": Words("收回密钥", "key_revoked"),
        "closed_read": Words("读取不公开内容", "closed_read"),
        "class_set": Words("设定公开级别", "class_set"),
    }
)
"""What the audit lists."""

GEOMETRIES: Final[Vocabulary] = MappingProxyType(
    {"polygon": Words("多边形", "polygon"), "point": Words("点", "point")}
)

RULES: Final[Vocabulary] = MappingProxyType(
    {
        "safety": Words("平安码规则", "safety rule"),
        "risk": Words("风险方法", "risk method"),
        "sizing": Words("网格尺度规则", "sizing rule"),
        "checklists": Words("检查清单", "checklists"),
        "holidays": Words("节假日", "holidays"),
        "imprint": Words("名称与标注", "imprint"),
    }
)
"""Rules that a town may record, by their ids."""

MEASURES: Final[Vocabulary] = MappingProxyType(
    {
        "minor_or_worse": Words("未整改隐患", "open findings"),
        "serious_or_worse": Words("未整改严重及以上隐患", "open serious findings"),
        "critical": Words("未整改重大隐患", "open critical findings"),
        "hazard": Words("固有风险", "hazard"),
        "drill_late_days": Words("演练逾期天数", "days by which a drill is late"),
        "overdue_days": Words("检查逾期天数", "days by which a check is late"),
    }
)
"""What criteria of a safety rule measure, by `gis.safety.MEASURES`."""

HEADINGS: Final[Vocabulary] = MappingProxyType(
    {
        "events": EVENTS,
        "before": Words("上期", "Before"),
        "checks": Words("检查", "Checks"),
        "found": Words("隐患", "Found"),
        "fixed": Words("整改", "Fixed"),
        "green": Words("绿码", "Green"),
        "yellow": Words("黄码", "Yellow"),
        "red": Words("红码", "Red"),
        "overdue": Words("逾期", "Late"),
        "campaigns": Words("专项", "Camp."),
    }
)
"""Counts of a report, for narrow columns."""

METHOD_CARD: Final[Vocabulary] = MappingProxyType(
    {
        "formula": Words("公式", "Formula"),
        "breaks": Words("分级 含上限", "Breaks, upper limits included"),
        "constants": Words("常数", "Constants"),
        "population_base": Words("计算基数", "Counted against"),
        "rule_version": Words("规则版本", "Rule version"),
        "version": Words("方法版本", "Method version"),
        "owner": Words("责任单位", "Owner"),
        "source": Words("依据", "Source"),
        "link": Words("方法全文", "Method in full"),
        "note": Words("说明", "Note"),
    }
)
"""Fields of a method card in the order of print."""

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
        "overdue": Words("已逾期 {days} 天", "{days} days overdue"),
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

FIGURE_NAMES: Final[Vocabulary] = MappingProxyType(
    {
        "area_km2": Words("面积", "Area"),
        "compactness": Words("紧凑度", "Compactness"),
        "pieces": Words("块数", "Pieces"),
        "residents": Words("常住人口", "Residents"),
        "registered": Words("户籍人口", "Registered"),
        "households": Words("户数", "Households"),
        "places": CAPTIONS["places"],
        "checks": Words("月应查次数", "Checks a month"),
        "events": Words("月事件数", "Events a month"),
        "members": Words("专职岗位", "Full-time posts"),
        "load_h": Words("月工时", "Hours a month"),
        "load_a_member_h": Words("每岗工时", "Hours a post"),
    }
)
"""Figures of grids that a sizing rule may give limits for, in the order of a table."""

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


def route_words(code: str, names: Mapping[str, tuple[str, str]]) -> Words:
    """Return the words of a step of a route.

    Parameters
    ----------
    code
        One of `ROUTE_STEPS`.
    names
        Chinese and English name for each gap.

    Examples
    --------
    >>> route_words("unknown_kind", {"kind": ("怪", "odd")}).line
    '类别“怪”不在任何场景包中。 No pack has the kind odd.'
    """
    zh = {gap: pair[0] for gap, pair in names.items()}
    en = {gap: pair[1] for gap, pair in names.items()}
    words = ROUTE_STEPS[code]
    return Words(words.zh.format_map(zh), words.en.format_map(en))


def words_of(code: str, vocabulary: Vocabulary) -> Words:
    """Return the words of a code; one that is not known stands for itself.

    Examples
    --------
    >>> words_of("drill", KINDS).zh, words_of("visit", KINDS).zh
    ('演练', 'visit')
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


UNPLACED: Final = Words(
    "位置无法使用的事件（{fault}）", "Events without a usable position ({fault})"
)
"""Events whose position cannot be used, and why."""


def left_out_rows(left_out: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """Return Chinese, English and number of what was left out, by reason.

    A reason of `POSITION_REASONS` is that of an event; a text that is no reason is
    printed as it is.

    Examples
    --------
    >>> left_out_rows({"no_grid": 2, "no_position": 0, "burnt": 1})
    [('burnt', '', 1), ('不在任何网格的场所', 'Places in no grid', 2)]
    """
    return [
        (*_left_out_words(reason).both, int(count))
        for reason, count in sorted(left_out.items())
        if count
    ]


def _left_out_words(reason: str) -> Words:
    """Return the words of what was left out for a reason."""
    fault = POSITION_REASONS.get(reason)
    if fault is not None:
        zh, en = UNPLACED.both
        return Words(zh.format(fault=fault.zh), en.format(fault=fault.en))
    return LEFT_OUT.get(reason, Words(reason))
