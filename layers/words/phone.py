"""Words of the pages of who is out with a phone: own work, checks, what waits."""

from types import MappingProxyType
from typing import Final

from layers.words.code_lists import KINDS
from layers.words.pages import DESK_TITLE, NO_STEP, SEND, SHOW
from layers.words.vocabulary import PLACE_PAGE, Vocabulary, Words

MY: Final[Vocabulary] = MappingProxyType(
    {
        "title": Words("我的工作", "My work"),
        "posts": Words("岗位：{posts}", "Posts: {posts}"),
        "no_posts": Words(
            "您现在没有岗位，班次可能已结束；请联系值班员，或等到下一班。",
            "You hold no post now, your duty may have ended; ask the operator, or wait "
            "for your next duty.",
        ),
        "desk": DESK_TITLE,
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
        "owed_grid": Words(
            "本网格各岗位待办事件 {count} 件，其中逾期 {late} 件",
            "{count} events owed by the posts of your grid, {late} overdue",
        ),
        "owed_circle": Words(
            "本圈各岗位待办事件 {count} 件，其中逾期 {late} 件",
            "{count} events owed by the posts of your circle, {late} overdue",
        ),
        "owed_areas": Words(
            "所在各网格和圈的岗位待办事件 {count} 件，其中逾期 {late} 件",
            "{count} events owed by the posts of your grids and circles, "
            "{late} overdue",
        ),
        "owed_department": Words(
            "本部门待办事件 {count} 件，其中逾期 {late} 件",
            "{count} events owed by your department, {late} overdue",
        ),
        "owed_sight": Words(
            "可见范围内待办事件 {count} 件，其中逾期 {late} 件",
            "{count} events owed within your sight, {late} overdue",
        ),
        "more_events": Words(
            "共 {count} 件，只列出最先到期的 {shown} 件，其余见工作台。",
            "The {shown} of {count} due first are listed; the desk has all.",
        ),
        "no_events_owed": Words("现在没有待办事件。", "No event is owed now."),
        "other_events": Words("网格内其他未结事件", "Other open events in the grid"),
        "no_step": NO_STEP,
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
        "send": SEND,
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
        "show": SHOW,
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
