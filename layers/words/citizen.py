"""Words for who reported an event: what happens next, the page to follow it."""

from types import MappingProxyType
from typing import Final

from layers.words.pages import SEND
from layers.words.vocabulary import Vocabulary, Words

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
        "send": SEND,
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
