"""Words of closed lists: kinds, states, rules, units, figures, by their codes."""

from types import MappingProxyType
from typing import Final

from layers.words.vocabulary import CAPTIONS, EVENTS, OTHER, Vocabulary, Words

KINDS: Final[Vocabulary] = MappingProxyType(
    {"check": Words("检查", "Check"), "drill": Words("演练", "Drill")}
)
"""Kinds of inspections."""

CHANNELS: Final[Vocabulary] = MappingProxyType(
    {
        "hotline": Words("热线", "Hotline"),
        "inspector": Words("网格巡查", "Inspector"),
        "camera": Words("视频监控", "Camera"),
        "citizen_snapshot": Words("群众随手拍", "Citizen snapshot"),
        "alarm": Words("报警", "Alarm"),
    }
)

SEVERITIES: Final[Vocabulary] = MappingProxyType(
    {
        "1": Words("1级 轻", "severity 1, light"),
        "2": Words("2级", "severity 2"),
        "3": Words("3级", "severity 3"),
        "4": Words("4级 重", "severity 4, grave"),
        OTHER: Words("未分级", "not rated"),
    }
)

RELATIONS: Final[Vocabulary] = MappingProxyType(
    {
        "nests": Words("并入", "nests"),
        "splits": Words("拆分", "splits"),
        "outside": Words("在外", "outside"),
        "conflict": Words("冲突", "conflict"),
    }
)
"""How a grid lies to those of another system, by `gis.crosswalk.Relation`."""

GEOMETRIES: Final[Vocabulary] = MappingProxyType(
    {"polygon": Words("多边形", "polygon"), "point": Words("点", "point")}
)

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

AUDITED: Final[Vocabulary] = MappingProxyType(
    {
        "key_made": Words("新建密钥", "key_made"),
        "key_revoked": Words("收回密钥", "key_revoked"),
        "closed_read": Words("读取不公开内容", "closed_read"),
        "class_set": Words("设定公开级别", "class_set"),
    }
)
"""What the audit lists."""

REPLAYS: Final[Vocabulary] = MappingProxyType(
    {
        "at_occurrence": Words("发生时的答复", "at_occurrence"),
        "acting": Words("接报时的答复", "acting"),
        "route": Words("流转路径", "route"),
    }
)
"""What of an event is computed again."""

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

TITLES: Final[Vocabulary] = MappingProxyType(
    {
        "daily": Words("平安日报", "Daily safety report"),
        "monthly": Words("平安月报", "Monthly safety report"),
    }
)

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
