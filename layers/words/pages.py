"""Words of the pages as a whole: what several share, sign-in, what went wrong."""

from types import MappingProxyType
from typing import Final

from layers.words.vocabulary import CAPTIONS, Vocabulary, Words

DESK_TITLE: Final = Words("事件工作台", "Desk")
SEND: Final = Words("提交", "Send")
SHOW: Final = Words("查看", "Show")
NO_STEP: Final = Words(
    "此刻没有您可以办理的步骤。", "There is no step that is yours now."
)
REGION_LEADER: Final = Words("区域长", "Region leader")
_SIGN_IN: Final = Words("登录", "Sign in")
SIGN_OUT: Final = Words("退出", "Sign out")
NOT_DONE: Final = Words("没有办成", "Not done")

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

PROBLEM_PAGE: Final[Vocabulary] = MappingProxyType(
    {
        "403": Words("不能这样做", "Not allowed"),
        "404": Words("没有找到", "Not found"),
        "429": Words("请求过于频繁", "Too many requests"),
        "503": Words("暂时无法使用", "Not available now"),
        "other": NOT_DONE,
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
