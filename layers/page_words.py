"""Words of the pages of the desk: steps, parties, tasks, captions, sentences."""

from types import MappingProxyType
from typing import Final

from layers.code_lists import KINDS, METHOD_CARD
from layers.words import (
    CAPTIONS,
    EVENTS,
    NOTEBOOK,
    OPEN_EVENTS,
    PLACE_PAGE,
    Vocabulary,
    Words,
)

STEPS: Final[Vocabulary] = MappingProxyType(
    {
        "report": Words("上报", "Report"),
        "accept": Words("受理", "Accept"),
        "assign": Words("派遣", "Assign"),
        "handle": Words("处置完成", "Handled"),
        "verify": Words("核查通过", "Verify"),
        "close": Words("结案", "Close"),
        "evaluate": Words("评价", "Evaluate"),
        "return": Words("退回", "Return"),
        "transfer": Words("移交邻格", "Transfer to a neighbour grid"),
        "relocate": Words("更正位置", "Relocate"),
        "override": Words("改派", "Override"),
        "skip": Words("跳过环节", "Skip"),
        "withdraw": Words("撤回", "Withdraw"),
        "supervise": Words("督办", "Supervise"),
        "note": Words("备注", "Note"),
        "link": Words("关联", "Link"),
        "photo": Words("上传照片", "Add a photo"),
        "correct": Words("更正上报内容", "Correct the report"),
        "whistle": Words("吹哨", "Whistle"),
        "check_in": Words("报到", "Check in"),
        "solve": Words("现场办结", "Solved on the spot"),
        "rate": Words("评价部门", "Rate a department"),
        "reopen": Words("重新办理", "Reopen"),
        "climb": Words("逾期上提一圈", "Climb a circle"),
        "reassign": Words("按现行网格重新分派", "Assigned anew"),
    }
)
"""Steps of loops; one of a town's own loop stands for itself."""

POST_ENDED: Final = Words(
    "本应保留原归属，因原岗位已终止而重新分派",
    "It was to stay where it was; its post has ended, so it moves.",
)
"""Why an open event is assigned anew although a rule keeps those of before."""

PARTIES: Final[Vocabulary] = MappingProxyType(
    {
        "steward": Words("数据管理员", "Steward"),
        "operator": Words("值班员", "Operator"),
        "leader": Words("圈长、网格长", "Leader"),
        "member": Words("网格员", "Grid member"),
        "department": Words("部门", "Department"),
        "inspector": Words("检查员", "Inspector"),
        "auditor": Words("审计员", "Auditor"),
        "source": Words("来源系统", "Source"),
        "wall": Words("大屏", "Wall"),
        "reporter": Words("上报人", "Reporter"),
        "pagoda": Words("系统", "The service"),
    }
)
"""In which role a step was taken."""

TASKS: Final[Vocabulary] = MappingProxyType(
    {
        "handle": Words("处置", "Handle"),
        "verify": Words("研判、核查", "Decide or verify"),
        "whistle": Words("吹哨报到", "Answer the whistle"),
        "bell": Words("按铃响应", "Answer the bell"),
    }
)
"""What a post or a department owes."""

TASK_STATES: Final[Vocabulary] = MappingProxyType(
    {
        "open": Words("待办", "Owed"),
        "done": Words("已办", "Done"),
        "ended": Words("已终止", "No longer owed"),
    }
)

PRESENCES: Final[Vocabulary] = MappingProxyType(
    {
        "present": Words("到场", "Present"),
        "remote": Words("远程报到", "From afar"),
    }
)

PHASES: Final[Vocabulary] = MappingProxyType(
    {
        "reported": Words("已上报", "Reported"),
        "accepted": Words("已受理", "Accepted"),
        "assigned": Words("已派遣", "Assigned"),
        "handled": Words("已处置", "Handled"),
        "closed": Words("已结案", "Closed"),
    }
)
"""What every state is published as."""

NEXT_FOR_CITIZENS: Final[Vocabulary] = MappingProxyType(
    {
        "reported": Words(
            "值班人员正在核实，核实后受理并派遣。",
            "The report is being looked at; it is accepted and assigned next.",
        ),
        "accepted": Words(
            "已受理，接下来派给负责的单位。",
            "The report is accepted; it goes to the body in charge next.",
        ),
        "assigned": Words(
            "负责的单位正在处置，完成后由他人核查。",
            "The body in charge is at work; others check the result next.",
        ),
        "handled": Words(
            "已处置，正在核查，核查后结案。",
            "The work is done and being checked; the report is closed next.",
        ),
        "closed": Words(
            "已结案。如果问题没有解决，可以申请重新办理。",
            "The report is closed. If the problem is still there, have it reopened.",
        ),
        "withdrawn": Words(
            "已撤回，不再办理。如果仍有问题，请重新上报。",
            "The report was withdrawn. If there is still a problem, report it anew.",
        ),
    }
)
"""What happens next, for who reported it."""

_LEFT: Final = Words("还剩 {span}", "{span} left")

DUE: Final[Vocabulary] = MappingProxyType(
    {
        "late": Words("逾期 {span}", "{span} overdue"),
        "soon": _LEFT,
        "calm": _LEFT,
        "over": Words("时限已止", "No time runs"),
    }
)
"""How long until something is due."""

SHAPES: Final = MappingProxyType({"late": "▲", "soon": "◆", "calm": "●", "over": "■"})
"""Shapes that say the same as the words and colours of `DUE`."""

SPANS: Final[Vocabulary] = MappingProxyType(
    {
        "moment": Words("不到 1 分钟", "under 1 min"),
        "minutes": Words("{n} 分钟", "{n} min"),
        "hours": Words("{n} 小时", "{n} h"),
        "days": Words("{n} 天", "{n} d"),
    }
)

_DESK: Final = Words("事件工作台", "Desk")
_SEND: Final = Words("提交", "Send")
_SHOW: Final = Words("查看", "Show")
_NO_STEP: Final = Words(
    "此刻没有您可以办理的步骤。", "There is no step that is yours now."
)
_REGION_LEADER: Final = Words("区域长", "Region leader")
_SIGN_IN: Final = Words("登录", "Sign in")
_SIGN_OUT: Final = Words("退出", "Sign out")
_NOT_DONE: Final = Words("没有办成", "Not done")

DESK: Final[Vocabulary] = MappingProxyType(
    {
        "title": _DESK,
        "owed": Words("我的待办", "What I owe"),
        "owed_by_all": Words("全部待办", "What is owed"),
        "owed_counts": Words(
            "待办 {owed} 件，逾期 {late} 件", "{owed} owed, {late} overdue"
        ),
        "owed_more": Words(
            "只列出最先到期的 {shown} 件。", "The {shown} due first are listed."
        ),
        "nothing_owed": Words("现在没有待办。", "Nothing is owed now."),
        "climbed_to_me": Words("上提到我这里", "Climbed to me"),
        "climbed_counts": Words(
            "上提 {count} 件，逾期 {late} 件", "{count} climbed, {late} overdue"
        ),
        "climbed_cut": Words(
            "每圈只查看最先到期的 {most} 件，可能还有。",
            "Of each circle the {most} due first were looked at; there may be more.",
        ),
        "nothing_climbed": Words(
            "现在没有上提到我这里的任务。", "Nothing has climbed to you."
        ),
        "overdue_since": Words("逾期始于", "Overdue since"),
        "events": EVENTS,
        "event_count": Words("共 {count} 件", "{count} in all"),
        "no_events": Words("没有符合条件的事件。", "No event is like that."),
        "filter": Words("筛选", "Filter"),
        "any": Words("全部", "Any"),
        "only_overdue": Words("只看逾期", "Overdue only"),
        "show": _SHOW,
        "more": Words("更早的事件", "Earlier events"),
        "newest": Words("回到最新", "Newest"),
        "back": Words("返回工作台", "Back to the desk"),
        "sign_out": _SIGN_OUT,
        "signed_in": Words("身份：{role} {key}", "Signed in: {role} {key}"),
        "keyless": Words(
            "尚未设置密钥：本机访问者视为数据管理员和值班员，看不到敏感类别，不受双人"
            "核查限制。",
            "There are no keys yet: who asks on this machine acts as steward and "
            "operator, sees no sensitive kinds, and may check its own work.",
        ),
        "kind": PLACE_PAGE["scene"],
        "state": Words("状态", "State"),
        "phase": Words("阶段", "Phase"),
        "due": Words("时限", "Due"),
        "grid": PLACE_PAGE["grid"],
        "post": Words("责任岗位", "Post that answers"),
        "occurred": Words("发生", "Occurred"),
        "received": Words("接收", "Received"),
        "source": Words("来源", "Source"),
        "severity": Words("等级", "Severity"),
        "place": Words("位置", "Position"),
        "text": Words("上报内容", "What was reported"),
        "text_hidden": Words(
            "内容只对办理人员显示。", "Shown to those who may act on the event."
        ),
        "purpose_asked": Words(
            "这些内容写明查阅目的后才显示，每次查阅都记入审计。",
            "Shown once you say what you read it for; each reading is recorded.",
        ),
        "purpose": Words("查阅目的", "What you read it for"),
        "read_closed": Words("查阅", "Read"),
        "no_text": Words("没有文字说明。", "Nothing was written."),
        "links": Words("附件链接", "Links"),
        "supervised": Words("督办", "Supervised"),
        "overridden": Words("已改派", "Overridden"),
        "cluster": Words("可能同一件事", "May be the same as"),
        "whose": Words("归谁管", "Whose it is"),
        "no_grid": Words("不在任何网格", "In no grid"),
        "leader": Words("网格长", "Grid leader"),
        "region_leader": _REGION_LEADER,
        "members": Words("网格员", "Members of the grid"),
        "holder": Words("值守", "On duty"),
        "nobody": Words("无人值守", "Nobody on duty"),
        "departments": Words("部门（按位次）", "Departments by rank"),
        "platform": Words("平台", "Platform"),
        "why": Words("为何派到这里", "Why it goes there"),
        "clocks": Words("用时", "Clocks"),
        "discovery": Words("发现到受理", "Occurred to accepted"),
        "arrival": Words("受理到到场", "Accepted to first arrival"),
        "response": Words("首次响应", "First response"),
        "handling": Words("处置", "Handling"),
        "running": Words("计时中", "Still running"),
        "tasks": Words("任务", "Tasks"),
        "debtor": Words("责任方", "Who owes it"),
        "task": Words("任务", "Task"),
        "arrived": Words("报到", "Check-in"),
        "result": Words("结果", "Result"),
        "rating": Words("评分", "Rating"),
        "climbed": Words("已上提 {n} 次", "Climbs: {n}"),
        "climbed_to": Words("上提至", "Climbed to"),
        "times": Words("次数", "Times"),
        "history": Words("经过", "History"),
        "reason": Words("理由", "Reason"),
        "now": Words("现在可以做的", "What you may do now"),
        "nothing_now": _NO_STEP,
        "to": Words("转到", "To"),
        "by_default": Words("按规则", "As the rules say"),
        "choose": Words("请选择", "Choose"),
        "same": Words("不变", "Unchanged"),
        "other_event": Words("另一事件编号", "Id of the other event"),
        "note": METHOD_CARD["note"],
        "lon": Words("经度", "Longitude"),
        "lat": Words("纬度", "Latitude"),
        "datum": NOTEBOOK["datum"],
        "minutes": Words("限时（分钟）", "Minutes allowed"),
        "legal_basis": Words("依据", "Legal basis"),
        "captured": Words("手机填写时间", "Filled in on the phone at"),
        "department": PARTIES["department"],
        "distance": Words("距事发地（米）", "Metres from the event"),
        "score": Words("评分（5 最好）", "Score, 5 is best"),
        "refused": _NOT_DONE,
        "foreign_form": Words(
            "表单不是从本页面提交的，或已过期；没有任何改动，请重新打开页面后再提交。",
            "The form did not come from a page of this desk, or it is old; nothing was "
            "changed, open the page again and send it from there.",
        ),
        "at": Words("截至 {at}", "As of {at}"),
    }
)
"""Captions and sentences of the desk."""

LOGIN: Final[Vocabulary] = MappingProxyType(
    {
        "title": _SIGN_IN,
        "sign_in": _SIGN_IN,
        "key": Words("密钥", "Key"),
        "key_help": Words(
            "输入管理员发放的密钥，一次即可，12 小时内有效。",
            "Type the key that your steward made for you; once, it lasts 12 hours.",
        ),
        "wrong_key": Words(
            "密钥无效，请核对后重新输入，或向数据管理员申请。",
            "This is no key that is valid now; check it, or ask your steward for one.",
        ),
        "open_map": Words("不登录，只看五色图", "Only the five-colour map"),
    }
)
"""Captions of the page on which a key is typed."""

COCKPIT: Final[Vocabulary] = MappingProxyType(
    {
        "title": Words("驾驶舱", "Cockpit"),
        "pages": Words("页面", "Pages"),
        "desk": Words("工作台", "Work at the desk"),
        "wall": Words("大屏", "On the wall"),
        "sign_out": _SIGN_OUT,
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
        "region_leader": _REGION_LEADER,
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

MY: Final[Vocabulary] = MappingProxyType(
    {
        "title": Words("我的工作", "My work"),
        "posts": Words("岗位：{posts}", "Posts: {posts}"),
        "no_posts": Words(
            "您现在没有岗位，班次可能已结束；请联系值班员，或等到下一班。",
            "You hold no post now, your duty may have ended; ask the operator, or wait "
            "for your next duty.",
        ),
        "desk": _DESK,
        "grid": Words("我的网格", "My grid"),
        "area_colour": Words("{area} 今天是{level}色", "{area} is {level} today"),
        "area_counts": Words(
            "：红码场所 {red} 处，黄码 {yellow} 处，检查逾期 {overdue} 处。",
            ": {red} red and {yellow} yellow codes, {overdue} checks overdue.",
        ),
        "area_only": Words("{area} 今天是{level}色。", "{area} is {level} today."),
        "area_plain": Words(
            "{area} 今天没有颜色：没有赋码场所的数据。",
            "{area} has no colour today: it has no place with a code.",
        ),
        "drawn": Words(
            "图中数字是下面检查清单的序号。",
            "The numbers are those of the checks below.",
        ),
        "events": Words("我的事件", "My events"),
        "event_counts": Words(
            "待办 {count} 件，逾期 {late} 件", "{count} owed, {late} overdue"
        ),
        "more_events": Words(
            "共 {count} 件，只列出最先到期的 {shown} 件，其余见工作台。",
            "The {shown} of {count} due first are listed; the desk has all.",
        ),
        "no_events_owed": Words("现在没有待办事件。", "No event is owed now."),
        "other_events": Words("网格内其他未结事件", "Other open events in the grid"),
        "no_step": _NO_STEP,
        "until": Words("时限 {at}", "Due {at}"),
        "checks": Words("我的检查", "My checks"),
        "checks_late": Words("已逾期", "Late"),
        "checks_today": Words("今天到期", "Owed today"),
        "checks_ahead": Words("七天内到期", "Owed within 7 days"),
        "checks_cut": Words(
            "只列出最近的 {shown} 处，共 {count} 处。",
            "The nearest {shown} of {count} are listed.",
        ),
        "no_checks": Words(
            "七天内没有要检查的场所。", "No check is owed within 7 days."
        ),
        "check_late": Words(
            "逾期 {n} 天，最迟应在 {day}", "{n} d overdue, owed by {day}"
        ),
        "check_by": Words("最迟 {day}", "Owed by {day}"),
        "metres": Words("约 {n} 米", "about {n} m"),
        "kilometres": Words("约 {n} 公里", "about {n} km"),
        "from_middle": Words(
            "按离网格中心的远近排列；在场所页面提交后，改按离该场所的远近排列。",
            "Nearest to the middle of the grid first; once you report from a place, "
            "nearest to that place.",
        ),
        "from_place": Words("按离场所 {place} 的远近排列", "Nearest to {place} first"),
        "report": Words("上报事件", "Report an event"),
        "kind": PLACE_PAGE["scene"],
        "usual": Words("常用", "Usual"),
        "others": Words("其他", "Others"),
        "where": Words("在哪里", "Where"),
        "in_grid": Words("网格 {grid} 内", "In grid {grid}"),
        "at_place": Words("场所 {place} 处", "At {place}"),
        "no_where": Words("不清楚（只写地址）", "Not known (address only)"),
        "address": Words("地址或地点说明", "Address, or how to find it"),
        "text": Words(
            "情况（请勿写姓名和电话）", "What it is (no names, no telephone numbers)"
        ),
        "link": Words(
            "照片链接（https:// 开头，可不填）",
            "Link of a photo (https://…, may stay empty)",
        ),
        "on_behalf": Words("代居民上报", "On behalf of a resident"),
        "fixed": Words("已当场处理", "Fixed on the spot"),
        "fixed_mark": Words("（已当场处理）", "(fixed on the spot)"),
        "send": _SEND,
        "no_source": Words(
            "尚未登记网格员上报来源，请联系数据管理员登记后再上报。",
            "No source for reports of members is registered; ask your steward for it.",
        ),
        "may_not_report": Words(
            "您的身份不能上报事件，请联系值班员。没有任何改动。",
            "Your role may not report events; ask the operator. Nothing was changed.",
        ),
        "sent_step": Words("已办理：{step}。", "Done: {step}."),
        "sent_report": Words(
            "已上报，编号 {event}。", "Reported; it is event {event}."
        ),
        "token": Words(
            "请把查询网址交给居民：", "Give the resident the address to follow it:"
        ),
        "returned": Words(
            "没有提交成功，内容都在下面", "Not sent; all you typed is here"
        ),
        "again": Words("再次提交", "Send again"),
        "back": Words("返回我的工作", "Back to my work"),
        "sign_in": Words("登录（在新页面打开）", "Sign in (opens a new page)"),
        "signed_out": Words(
            "登录已过期，没有任何改动。请先登录，再回到本页再次提交，内容不会丢失。",
            "You are signed out; nothing was changed. Sign in, come back to this page "
            "and send it again; nothing you typed is lost.",
        ),
        "duty_over": Words(
            "这件事现在不在您的岗位范围内（班次可能已结束，或事件已移交）；没有任何改动。"
            "请联系值班员或接班的人，内容保留在下面。",
            "This is not within your posts now (your duty may have ended, or the event "
            "has moved); nothing was changed. Tell the operator or who follows you; "
            "what you typed is below.",
        ),
        "clock_ahead": Words(
            "这部手机的时间快了 {span}，已按服务器时间记录，内容没有丢失；"
            "请校准手机时间。",
            "The clock of this phone is {span} fast; the time of the service was "
            "recorded and nothing is lost; please set the clock of the phone.",
        ),
        "clock_behind": Words(
            "这部手机的时间慢了 {span}，已按服务器时间记录，内容没有丢失；"
            "请校准手机时间。",
            "The clock of this phone is {span} slow; the time of the service was "
            "recorded and nothing is lost; please set the clock of the phone.",
        ),
    }
)
"""The page of somebody with a post."""

CALL: Final[Vocabulary] = MappingProxyType(
    {
        "find": Words("地址、地名、编号或坐标", "Address, name, code or coordinates"),
        "find_help": Words(
            "输入后按回车；按 Tab 和回车可以走遍本页，方框里的字母是快捷键"
            "（Alt，火狐为 Alt+Shift）。",
            "Type and press Enter; Tab and Enter reach all of this page. Letters in "
            "boxes are shortcuts (Alt; Alt+Shift in Firefox).",
        ),
        "ask": Words("查询", "Find"),
        "clear": Words("清空", "Clear"),
        "waiting": Words("正在等候", "What waits"),
        "grid": CAPTIONS["grid"],
        "circle": Words("圈层", "Circle"),
        "post": CAPTIONS["post"],
        "place": CAPTIONS["place"],
        "event": Words("事件", "Event"),
        "on_duty": Words("当前值守，请联系", "On duty now; call"),
        "holder": Words("值守人编号 {id}", "held by {id}"),
        "call": Words("拨打 {phone}", "Call {phone}"),
        "no_phone": Words("未登记电话", "no telephone registered"),
        "until": Words("值守至 {at}", "on duty until {at}"),
        "no_end": Words("值守时间未设终点", "no end of duty is set"),
        "stands_in": Words("代为负责：{why}", "stands in: {why}"),
        "nobody": Words(
            "这里和上级各圈此刻都无人值守；请联系综合指挥中心，并请数据管理员补排班次。",
            "Nobody is on duty here or above now; call the command centre, and have "
            "the steward fill the roster.",
        ),
        "vacant": Words("无人值守", "nobody on duty"),
        "members": Words("本级其他岗位 {n} 个", "{n} other posts here"),
        "region_leader": _REGION_LEADER,
        "other_systems": Words("其他网格体系", "In other grid systems"),
        "place_page": Words("场所页面", "Page of the place"),
        "open_here": Words("此处未办结 {n} 件", "{n} open events here"),
        "open_first": Words("只列出最新的 {n} 件。", "The newest {n} are listed."),
        "none_open": Words("此处没有未办结的事件。", "No event is open here."),
        "events_unseen": Words(
            "这里的事件不在您的查看范围内。", "Events here are not yours to see."
        ),
        "choose": Words("有 {n} 个可能，请选择", "It may be {n} things; choose"),
        "also": Words("也可能是", "It may also be"),
        "has_more": Words(
            "还有更多，请写得更全一些。", "There are more; type more of it."
        ),
        "same_grid": Words(
            "这些可能都在同一网格，下面是该网格的值守。",
            "All of them are in one grid, whose duty is below.",
        ),
        "guess": Words(
            "没有完全相符的；下面的只有一部分相符，请向来电人核对后选择。",
            "Nothing is quite that; these have a part of it alone, ask the caller "
            "before you choose.",
        ),
        "matched": Words("相符：{part}", "has {part}"),
        "nothing": Words(
            "没有找到。请换门牌、店名、网格编号或经纬度再试，或先按地址立案，事件会进入"
            "“未定位”清单。",
            "Nothing is called that. Try a street number, a name, the id of a grid or "
            "coordinates; or open the event by its address, it waits under Not placed.",
        ),
        "too_short": Words(
            "请至少输入两个文字或数字。", "Type two letters or digits at least."
        ),
        "gone": Words(
            "您选择的已不存在，或不在您的查看范围内；请重新查询。",
            "What you chose is no longer there, or not yours to see; search again.",
        ),
        "partial": Words(
            "历史事件还在读取，暂未列入；几秒后再查一次即可。",
            "Past events are still being read and left out; search again in some "
            "seconds.",
        ),
        "open_event": Words("在此立案", "Open an event here"),
        "open_unplaced": Words("按地址立案（未定位）", "Open by address, not placed"),
        "position": Words("位置", "Where"),
        "not_known": Words("未定位，只记地址", "Not placed, the address alone"),
        "by_kind": Words("按类别", "As the kind says"),
        "usual": Words("来电常见", "Usual in calls"),
        "spot": Words("所查的位置", "The spot that was found"),
        "send": Words("立案", "Open the event"),
        "no_source": Words(
            "尚未登记热线来源，请联系数据管理员登记后再立案。",
            "No source for calls is registered; ask your steward for it.",
        ),
        "sent_report": Words("已立案：", "Opened: "),
        "sent_step": Words("已办理“{step}”：", "Done ({step}): "),
        "token": Words("告诉来电人查询网址：", "Tell the caller where to follow it:"),
        "alarms": Words("警报", "Alarms"),
        "alarms_help": Words(
            "4 级、传感器和报警平台的事件，尚无人响应",
            "Gravest, from sensors or alarm platforms; nobody has responded",
        ),
        "not_placed": Words("未定位", "Not placed"),
        "not_placed_help": Words("还没有网格认领的事件", "No grid owns them yet"),
        "to_accept": Words("待受理", "To accept"),
        "to_accept_help": Words("上报后还没有人受理", "Reported, accepted by nobody"),
        "overdue": Words("已逾期", "Overdue"),
        "overdue_help": Words("逾期最久的在前", "The longest overdue first"),
        "whistles": Words("吹哨计时", "Whistles"),
        "whistles_help": Words("被吹哨的部门还欠什么", "What is owed when summoned"),
        "queue_cut": Words("共 {total} 件，列出 {n} 件。", "{n} of {total}."),
        "queue_empty": Words("没有。", "None."),
        "other_ways": Words("其他办法", "More"),
    }
)
"""The box of the desk, what it answers, and the lists of what waits."""

WAITING: Final[Vocabulary] = MappingProxyType(
    {
        "title": Words("待发送", "Waiting to be sent"),
        "waits": Words(
            "没有网络，已存在这部手机上；联网后自动发送。",
            "No network; it is kept on this phone and sent by itself once there is "
            "one.",
        ),
        "signed_out": Words(
            "登录已过期；请重新登录，登录后自动发送。",
            "You are signed out; sign in again, then it is sent by itself.",
        ),
        "refused": Words("服务器没有接受：", "The service did not take it: "),
        "sent": Words("已发送，服务器已记录。", "Sent, and recorded by the service."),
        "show": _SHOW,
        "correct": Words("打开修改", "Open and correct it"),
        "captured": Words("填写时间 {at}", "Filled in at {at}"),
    }
)
"""What a phone says of forms that could not be sent yet."""

CHECK: Final[Vocabulary] = MappingProxyType(
    {
        "title": KINDS["check"],
        "nothing": Words("已检查，未发现问题", "Checked, nothing found"),
        "nothing_help": Words(
            "一按即记录；发现问题请勾选下面的项目。",
            "One press records it; tick what is wrong below instead.",
        ),
        "list": Words("检查清单", "Checklist"),
        "is_fixed": Words("当场改好", "Fixed on the spot"),
        "earlier": Words("以前的隐患，现已改好", "Found before, now put right"),
        "since": Words("{severity}，{day} 发现", "{severity}, found on {day}"),
        "note": Words("清单以外的问题", "What the list does not have"),
        "severity": Words("严重程度", "How grave"),
        "minor": Words("一般", "Minor"),
        "serious": Words("严重", "Serious"),
        "critical": Words("重大", "Critical"),
        "on_behalf": Words("居民反映", "A resident said so"),
        "send": Words("提交检查结果", "Send what was found"),
        "who": Words("由谁检查", "Who checks"),
        "recorded_nothing": Words(
            "已记录：检查过，未发现问题。", "Recorded: checked, nothing found."
        ),
        "recorded": Words(
            "已记录：发现 {findings} 项（当场改好 {fixed} 项），"
            "以前的隐患改好 {earlier} 项。",
            "Recorded: {findings} found ({fixed} of them fixed on the spot), "
            "{earlier} of before put right.",
        ),
        "now": Words(
            "现在是{code}，下次检查不晚于 {day}。", "Now {code}; next check by {day}."
        ),
        "to_my": Words("返回我的工作（按离这里的远近）", "My work, nearest to here"),
        "link_alone": Words(
            "只有照片链接；请勾选一项，或写明问题后再提交。",
            "There is a link of a photo alone; tick an item or say what is wrong.",
        ),
        "no_link": Words(
            "照片链接应以 https:// 开头，不超过 300 个字符，请改正后再提交。",
            "The link of the photo is no address that begins with https:// and has at "
            "most 300 characters; correct it.",
        ),
        "list_changed": Words(
            "检查清单已更新，没有记录；请重新打开场所页面核对后再提交。",
            "The checklist has changed and nothing was recorded; open the page of the "
            "place again, then send it.",
        ),
    }
)
"""The checklist on the page of a place."""

CITIZEN: Final[Vocabulary] = MappingProxyType(
    {
        "title": Words("我的上报", "My report"),
        "phase": Words("现在到哪一步", "Where it stands"),
        "since": Words("时间", "When"),
        "next": Words("接下来", "What is next"),
        "by": Words("预计不晚于 {at}", "Expected by {at}"),
        "reopen": Words("申请重新办理", "Have it reopened"),
        "evaluate": Words("评价办理结果", "Say how it went"),
        "text": Words(
            "请写明情况，请勿填写姓名和电话。",
            "Say what it is about; please give no names and numbers.",
        ),
        "send": _SEND,
        "no_text": Words(
            "请先写明情况，再提交。",
            "There is no text; say what it is about, then send.",
        ),
        "sent": Words("已收到，谢谢。", "Received, thank you."),
        "private": Words(
            "本页不显示任何个人信息；请勿转发网址。",
            "This page shows nothing about persons; please keep its address to "
            "yourself.",
        ),
    }
)
"""The page by which who reported an event follows it."""

PROBLEM_PAGE: Final[Vocabulary] = MappingProxyType(
    {
        "403": Words("不能这样做", "Not allowed"),
        "404": Words("没有找到", "Not found"),
        "429": Words("请求过于频繁", "Too many requests"),
        "503": Words("暂时无法使用", "Not available now"),
        "other": _NOT_DONE,
    }
)
"""Headings of pages that say what went wrong."""

PROBLEM_SENTENCES: Final[Vocabulary] = MappingProxyType(
    {
        "401": Words(
            "需要登录后才能查看，请回到工作台登录。",
            "This page is for who is signed in; sign in at the desk.",
        ),
        "403": Words(
            "没有权限，或表单不是从本站页面提交的；没有任何改动。",
            "You may not do this, or the form did not come from a page of this site; "
            "nothing was changed.",
        ),
        "404": Words(
            "没有这个页面，或不在您的查看范围内，请检查网址。",
            "There is no such page, or it is not yours to see; check the address.",
        ),
        "429": Words(
            "请求过于频繁，请在 {seconds} 秒后再试。",
            "You have asked too often; try again in {seconds} seconds.",
        ),
        "503": Words(
            "服务繁忙或暂时无法使用，请在 {seconds} 秒后再试，未提交成功的请重交。",
            "The service is busy or away; try again in {seconds} seconds, and send "
            "what did not go through again.",
        ),
    }
)
"""What pages say to people instead of what a program is told."""

DOCS: Final[Vocabulary] = MappingProxyType(
    {
        "title": Words("接口文档", "Documentation"),
        "service": Words("服务接口", "Service"),
        "ogc": Words("图层接口（OGC API）", "Layers (OGC API)"),
        "no_script": Words(
            "此页需要 JavaScript；接口文档原文：",
            "This page needs JavaScript; the document itself:",
        ),
        "close": CAPTIONS["close"],
        "unfold": Words("展开或收起", "Unfold or fold"),
    }
)
"""Captions of the page that shows the OpenAPI documents."""

LAYERS: Final[Vocabulary] = MappingProxyType(
    {
        "collections": Words("图层集合", "Collections"),
        "collection": Words("图层", "Layer"),
        "items": Words("要素列表", "Items"),
        "conformance": Words("符合的标准", "Conforms to"),
        "paths": Words("接口地址", "Paths"),
        "name": Words("标识", "Id"),
        "type": Words("类型", "Type"),
        "meaning": Words("含义", "Meaning"),
        "schema": Words("字段说明", "Schema"),
        "feature_schema": Words("GeoJSON 要素模式", "Schema of an item as GeoJSON"),
        "queryables": Words("可查询的字段", "Queryables"),
        "parts": Words("内容", "What there is"),
        "tiles": Words("矢量瓦片", "Vector tiles"),
        "matrix_sets": Words("瓦片矩阵集", "Tile matrix sets"),
        "matrix": Words("矩阵", "Tile matrix"),
        "cell": Words("像元边长（米）", "Cell size (m)"),
        "matrix_rows": Words("行", "Rows"),
        "matrix_columns": Words("列", "Columns"),
        "edition": Words("瓦片版本", "Edition"),
        "extent": Words("范围（西、南、东、北）", "Extent (west, south, east, north)"),
        "since": Words("最早版本生效时间", "First version in force since"),
        "crs": Words("坐标系", "CRS"),
        "storage_crs": Words("存储坐标系", "CRS of the store"),
        "owner": Words("责任方", "Owner"),
        "geometry": Words("几何", "Geometry"),
        "parameters": Words("参数", "Parameters"),
        "count": Words("共 {matched} 条，本页 {count} 条", "{count} of {matched}"),
        "more": Words("下一页", "Next page"),
    }
)
"""Captions of the pages of layers."""
