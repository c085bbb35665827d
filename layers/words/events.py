"""Words of events: what is odd about them, their road, refusals, what happens next."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from layers.words.vocabulary import Vocabulary, Words

EVENT_FLAGS: Final[Vocabulary] = MappingProxyType(
    {
        "local_time": Words(
            "时间没有时区，按本地时间处理。",
            "A time has no offset; it was read as local time.",
        ),
        "clock_ahead": Words(
            "时间晚于本系统时钟，改用接收时间；请校准来源的时钟。",
            "A time is ahead of our clock; the time of receipt stands instead, set the "
            "clock of the source.",
        ),
        "before_any_version": Words(
            "该时间没有生效的网格版本，改用接收时间；请校准来源的时钟。",
            "No version of the grids was in force at that time; the time of receipt "
            "stands instead, set the clock of the source.",
        ),
        "unknown_kind": Words(
            "类别不在任何场景包中，转人工研判。",
            "No pack has this kind; a person decides what it is.",
        ),
        "unknown_device": Words(
            "设备没有登记，位置不明，转人工研判；请登记该设备。",
            "The device is not registered, so the place is not known; register it.",
        ),
        "foreign_device": Words(
            "设备属于其他来源，位置未采用；请核对设备编号。",
            "The device is of another source, so its place was not taken; correct its "
            "id.",
        ),
        "device_without_place": Words(
            "设备没有登记位置，转人工研判；请补登位置。",
            "The device has no registered place; register one.",
        ),
        "place_of_device": Words(
            "位置取自设备的登记位置。", "The place is that of the device."
        ),
        "accuracy_unusable": Words(
            "精度半径大于全镇范围，未计算概率；请核对精度。",
            "The radius of accuracy is wider than the town, so no probability was "
            "computed; correct it.",
        ),
        "unknown_community": Words(
            "社区编号不在现行版本中，转人工研判。",
            "No community in force has this id; a person decides where it is.",
        ),
        "source_of_other_kind": Words(
            "该类来源通常不上报这一类别。",
            "Sources of this sort do not usually report this kind.",
        ),
    }
)
"""What to know about how an event was taken in."""

ROSTER_EVENTS: Final[Vocabulary] = MappingProxyType(
    {
        "roster_gap": Words(
            "{name} 自 {time} 起无人值守，请安排人员。",
            "Nobody is on duty in {name} from {time}; put somebody on duty.",
        ),
        "roster_ending": Words(
            "岗位 {name} 的排班于 {time} 到期，请续排。",
            "The roster of post {name} ends at {time}; extend it.",
        ),
    }
)
"""What the service itself reports of rosters."""

EVENT_TAKEN: Final[Vocabulary] = MappingProxyType(
    {
        "assigned": Words(
            "已受理并派给“{body}”，由 {post} 负责，须于 {by} 前处置。",
            "Accepted and assigned to {body}; {post} answers for it, to be handled by "
            "{by}.",
        ),
        "waiting": Words(
            "已收到，由 {post} 于 {by} 前人工研判。",
            "Received; {post} decides on it by {by}.",
        ),
    }
)
"""What happens next with an event that was taken in."""

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

FIGURES_OF_PEOPLE: Final[Vocabulary] = MappingProxyType(
    {
        "without": Words(
            "涉敏感类别的事件未计入。",
            "Events of sensitive kinds are not counted.",
        ),
        "with": Words(
            "已计入授权查看的涉敏感类别，只供本人工作使用，不得公开；公开数字以月报为准。",
            "Sensitive kinds that this key may see are counted: for its own work, not "
            "to be published; the monthly report has the numbers for that.",
        ),
    }
)
"""What figures of events say of people."""

NO_EDITION: Final[Vocabulary] = MappingProxyType(
    {
        "granted": Words(
            "已授权，这些类别已计入上列数字；月报之数不在此重复。",
            "Your key counts these kinds in the figures above; the numbers of the "
            "monthly report are not repeated beside them.",
        ),
        "not_closed": Words(
            "该月尚未到截止日，届时只给出一次。",
            "The cut-off of the month has not passed; it is given once, after that.",
        ),
        "other_area": Words(
            "只按社区给出；按网格或圈层可与之相减。",
            "It is given by community alone; by grid or circle one could subtract.",
        ),
        "other_edition": Words(
            "只给出全月、月末边界、截止日所知的一版；"
            "请去掉条件、valid_at 和 known_at。",
            "One edition is given: of the whole month, on the boundaries of its end, "
            "as known at the cut-off; leave out conditions, 'valid_at' and 'known_at'.",
        ),
        "no_boundaries": Words(
            "截止日时尚无该月的边界版本，不列。",
            "No boundaries of the month were known at its cut-off; none is given.",
        ),
        "no_area": Words(
            "只给看得到整个社区的人。",
            "It is given to who sees the whole community alone.",
        ),
    }
)
"""Why counts of people in a closed month are not given."""
DELIVERY_REASONS: Final[Vocabulary] = MappingProxyType(
    {
        "refused": Words(
            "接收方返回 {status}，应为 2xx；按计划重试。",
            "The receiver answered {status}, expected 2xx; it is tried again as "
            "scheduled.",
        ),
        "redirected": Words(
            "接收方返回 {status} 要求转到别处，不予跟随；请登记新的地址。",
            "The receiver answered {status} and names another place, which is not "
            "followed; register that address.",
        ),
        "gone": Words(
            "接收方返回 410，不再接收；该目的地的投递全部停止，重新登记地址后可重试。",
            "The receiver answered 410 and wants no more; nothing is sent to it until "
            "it is registered anew, or a delivery is tried again by hand.",
        ),
        "timed_out": Words(
            "接收方未在 10 秒内应答；按计划重试。",
            "The receiver did not answer within 10 seconds; it is tried again as "
            "scheduled.",
        ),
        "no_answer": Words(
            "无法连接接收方，或应答中断；按计划重试，请检查其地址和网络。",
            "The receiver cannot be reached or broke off; it is tried again as "
            "scheduled, see its address and the network.",
        ),
        "tls_failed": Words(
            "接收方的证书未通过验证；请其更换证书。",
            "The certificate of the receiver could not be verified; have it replaced.",
        ),
        "private_address": Words(
            "接收方域名指向内部网络；确有需要时将该地址加入 PAGODA_WEBHOOK_HOSTS。",
            "The host leads into an inner network; if that is right, list its address "
            "in PAGODA_WEBHOOK_HOSTS.",
        ),
        "host_not_allowed": Words(
            "接收方不在 PAGODA_WEBHOOK_HOSTS 中，暂不发送；请将其加入。",
            "The host is not in PAGODA_WEBHOOK_HOSTS, so it waits; list it there.",
        ),
        "no_secret": Words(
            "环境变量中没有该目的地的签名密钥，暂不发送；请设置 PAGODA_SECRET_ 加 "
            "secret_id。",
            "The environment has no secret of this destination, so it waits; set "
            "PAGODA_SECRET_ with its secret_id behind.",
        ),
        "wrong_secret": Words(
            "签名密钥无法使用，应为 whsec_ 加 base64；请更正环境变量。",
            "The secret of this destination cannot be used, expected whsec_ and "
            "base64; correct it in the environment.",
        ),
        "lost": Words(
            "库中已找不到该事件的这一步，未发送；请管理员运行 pagoda audit verify。",
            "The store has this step of the event no more, so it was not sent; see "
            "`pagoda audit verify`.",
        ),
        "disabled": Words(
            "该目的地已停用，未发送；启用后可逐条重试。",
            "The destination is disabled, so it was not sent; enable it and try again.",
        ),
        "unknown_destination": Words(
            "该目的地没有登记，未发送；登记后可逐条重试。",
            "The destination is not registered, so it was not sent; register it and "
            "try again.",
        ),
    }
)
"""Why a webhook was not delivered, or waits."""


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
