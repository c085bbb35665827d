"""Words of the desk: its lists, the page of an event, the box for calls."""

from types import MappingProxyType
from typing import Final

from layers.words.code_lists import METHOD_CARD
from layers.words.loops import PARTIES
from layers.words.pages import (
    DESK_TITLE,
    NO_STEP,
    NOT_DONE,
    REGION_LEADER,
    SHOW,
    SIGN_OUT,
)
from layers.words.vocabulary import (
    CAPTIONS,
    EVENTS,
    NOTEBOOK,
    PLACE_PAGE,
    Vocabulary,
    Words,
)

DESK: Final[Vocabulary] = MappingProxyType(
    {
        "title": DESK_TITLE,
        "owed": Words("我的待办", "What I owe"),
        "owed_by_all": Words("全部待办", "What is owed"),
        "owed_post": Words(
            "本岗位待办任务 {owed} 项，其中逾期 {late} 项",
            "{owed} tasks owed by your own post, {late} overdue",
        ),
        "owed_department": Words(
            "本部门待办任务 {owed} 项，其中逾期 {late} 项",
            "{owed} tasks owed by your own department, {late} overdue",
        ),
        "owed_sight": Words(
            "可见范围内待办任务 {owed} 项，其中逾期 {late} 项",
            "{owed} tasks owed within your sight, {late} overdue",
        ),
        "owed_nearby": Words(
            "同一网格或圈其他岗位的待办见“我的工作”。",
            "What other posts of the same grid or circle owe stands under My work.",
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
        "show": SHOW,
        "more": Words("更早的事件", "Earlier events"),
        "newest": Words("回到最新", "Newest"),
        "back": Words("返回工作台", "Back to the desk"),
        "sign_out": SIGN_OUT,
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
        "region_leader": REGION_LEADER,
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
        "circles": Words("所属各圈", "Circles above"),
        "located": Words("定位", "Located"),
        "version": NOTEBOOK["version"],
        "no_post": Words("没有岗位", "No post"),
        "history": Words("经过", "History"),
        "reason": Words("理由", "Reason"),
        "now": Words("现在可以做的", "What you may do now"),
        "nothing_now": NO_STEP,
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
        "refused": NOT_DONE,
        "foreign_form": Words(
            "表单不是从本页面提交的，或已过期；没有任何改动，请重新打开页面后再提交。",
            "The form did not come from a page of this desk, or it is old; nothing was "
            "changed, open the page again and send it from there.",
        ),
        "at": Words("截至 {at}", "As of {at}"),
    }
)
"""Captions and sentences of the desk."""

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
        "region_leader": REGION_LEADER,
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
