"""Words of loops: steps, who takes them, what is owed and until when."""

from types import MappingProxyType
from typing import Final

from layers.words.vocabulary import Vocabulary, Words

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
