"""Words of the cockpit: figures, live lists, who answers for an area."""

from types import MappingProxyType
from typing import Final

from layers.words.pages import REGION_LEADER, SIGN_OUT
from layers.words.vocabulary import OPEN_EVENTS, Vocabulary, Words

COCKPIT: Final[Vocabulary] = MappingProxyType(
    {
        "title": Words("驾驶舱", "Cockpit"),
        "pages": Words("页面", "Pages"),
        "desk": Words("工作台", "Work at the desk"),
        "wall": Words("大屏", "On the wall"),
        "sign_out": SIGN_OUT,
        "paper": Words("深浅", "Light or dark"),
        "figures": Words("总览数字", "Headline figures"),
        "lists": Words("实时清单", "Live lists"),
        "layers": Words("图层与图例", "Layers and legend"),
        "no_circles": Words(
            "网格还没有指挥圈，因此没有可汇总的数字和待办；请用 pagoda load circles "
            "载入指挥圈。",
            "The grids have no circles of command, so there are no figures and nothing "
            "that waits; load some with pagoda load circles.",
        ),
        "no_script": Words(
            "本页需要浏览器脚本；不用脚本请使用工作台。",
            "This page needs scripts; the desk works without.",
        ),
        "today": Words("今日事件", "Events today"),
        "open": OPEN_EVENTS,
        "overdue": Words("逾期事件", "Overdue events"),
        "places": Words("红码/黄码场所", "Red / yellow places"),
        "checks": Words("检查逾期", "Overdue checks"),
        "areas": Words("红色/橙色网格", "Red / orange grids"),
        "week_ago": Words("上周同时 {before}", "a week ago {before}"),
        "no_before": Words("上周的数字还没有算出", "A week ago: not counted yet"),
        "parts": Words("今天发生了什么", "What happened today"),
        "open_of": Words(
            "未办结 {open}，逾期 {overdue}", "{open} open, {overdue} overdue"
        ),
        "last": Words("最新事件", "As they come"),
        "worst": Words("哪里最严重", "Where it is worst"),
        "late": Words("谁逾期了", "Who is late"),
        "missing": Words("谁不在岗", "Who is missing"),
        "whistles": Words("吹哨未办", "Departments summoned"),
        "changed": Words("颜色有什么变化", "Which colours changed"),
        "lines": Words("今日各条线", "Lines today"),
        "more": Words("共 {n} 项", "{n} in all"),
        "none": Words("暂无", "None"),
        "none_late": Words("没有逾期", "Nobody is late"),
        "none_missing": Words("领导岗位都有人在岗", "Every leader post is filled"),
        "none_whistles": Words("没有未办的吹哨", "No department is awaited"),
        "none_changed": Words("与昨日相同", "As yesterday"),
        "no_grid": Words("未定网格", "no grid"),
        "worse": Words("变差", "worse"),
        "better": Words("好转", "better"),
        "stand_in": Words("由上级代理", "stands in:"),
        "vacant_post": Words("岗位空缺", "vacant"),
        "no_one_on_duty": Words("当前无人值班", "nobody on duty now"),
        "no_post": Words("没有岗位", "no post"),
        "live": Words("实时", "Live"),
        "silent": Words(
            "已 {n} 秒没有新数据，正在重新连接",
            "Nothing heard for {n} s, connecting again",
        ),
        "stopped": Words("正在看往日，实时已停止", "A past day: live data are stopped"),
        "back_to_live": Words("回到实时", "Back to now"),
        "who": Words("谁负责", "Who answers"),
        "nobody": Words("没有人负责", "Nobody answers"),
        "chain": Words("逐级负责人", "Leaders, the nearest first"),
        "print": Words("打印本区域（A4）", "Print this area (A4)"),
        "until": Words("值班至 {at}", "on duty until {at}"),
        "region_leader": REGION_LEADER,
        "open_here": Words("未办结 {n} 件", "{n} open events"),
        "beside": Words("相邻", "Next door"),
        "reading": Words("正在读取", "Reading"),
        "not_read": Words(
            "没有读到数据，请检查网络后刷新。",
            "The data could not be read; check the network and load the page again.",
        ),
    }
)
"""Captions and sentences of the cockpit."""
