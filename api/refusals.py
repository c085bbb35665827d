"""Requests that are refused before or while their values are read, in two languages."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from pydantic_core import PydanticCustomError

from layers.words import Vocabulary, Words

TIME: Final = "2026-09-01T08:15:00+08:00"
OTHER_RULE: Final = Words("取值不符合要求，请对照 /openapi.json", "{why}")
"""Stands for a rule that has no words of its own here."""
RULES: Final[Vocabulary] = MappingProxyType(
    {
        # of pydantic
        "missing": Words("缺少该字段，应填写", "is missing, expected a value"),
        "extra_forbidden": Words(
            "没有这个字段，请去掉或改正字段名",
            "is no field here, expected only those of /openapi.json",
        ),
        "string_type": Words("应为文本", "is no text, expected text"),
        "int_type": Words("应为整数", "is no number, expected a whole number"),
        "int_from_float": Words("应为整数", "is no whole number, expected one"),
        "int_parsing_size": Words("数值过大", "is a number too large, expected less"),
        "float_type": Words("应为数字，不加引号", "is no number, expected one"),
        "finite_number": Words("应为有限数值", "is no finite number, expected one"),
        "list_type": Words("应为数组", "is no array, expected one"),
        "model_type": Words("应为 JSON 对象", "is no object, expected one"),
        "model_attributes_type": Words(
            "应为 JSON 对象", "is no object, expected an object"
        ),
        "string_too_short": Words(
            "不能为空", "is too short, expected {min_length} or more characters"
        ),
        "string_too_long": Words(
            "过长，最多 {max_length} 个字符",
            "is too long, expected {max_length} characters or fewer",
        ),
        "string_pattern_mismatch": Words(
            "只能由字母、数字和 . _ : / - 组成，最多 100 个字符",
            "is no id, expected at most 100 letters, digits and . _ : / -",
        ),
        "too_short": Words(
            "项数太少，至少 {min_length} 项",
            "has {actual_length} items, expected {min_length} or more",
        ),
        "too_long": Words(
            "项数过多，最多 {max_length} 项",
            "has too many items, expected at most {max_length}",
        ),
        "literal_error": Words(
            "应为 {expected}", "is none of the words, expected {expected}"
        ),
        "greater_than_equal": Words(
            "不能小于 {ge}", "is too small, expected {ge} or more"
        ),
        "less_than_equal": Words(
            "不能大于 {le}", "is too large, expected {le} or less"
        ),
        # of schemas
        "no_object": Words(
            "应为包含事件字段的 JSON 对象",
            "is no object, expected one with the members of an event",
        ),
        "no_time": Words(f"不是有效的时间，应形如 {TIME}：{{text}}", "{why}"),
        "no_day": Words("不是有效的日期，应形如 2026-09-01：{text}", "{why}"),
        "no_whole_number": Words(
            "不是整数，应只用数字书写",
            "is no whole number, expected digits such as '3'",
        ),
        "no_coordinate": Words(
            "不是坐标，应只用数字书写，例如 120.08",
            "is no coordinate, expected digits such as '120.08'",
        ),
        "unstorable": Words(
            "含有数据库无法保存的字符，请去掉",
            "stands with a character that no database keeps, expected text without it",
        ),
        "unseen_sign": Words(
            "含有换行或看不见的字符，请去掉",
            "holds a line break or a sign that nobody sees, expected an id that looks "
            "like what it is",
        ),
        "half_position": Words(
            "经度 lon 与纬度 lat 只有一个，应同时填写或都不填",
            "has one of lon and lat, expected both or none",
        ),
        "two_places": Words(
            "同时有 {places}，经纬度、community_id、device_id 只能填一种",
            "has {places}, expected one place: lon and lat, community_id or device_id",
        ),
        "confidence": Words(
            "应为 0.68 或 0.95；识别算法的把握请填 certainty",
            "is no probability of accuracy_m, expected 0.68 or 0.95; how sure a "
            "detector is goes into certainty",
        ),
        "confidence_alone": Words(
            "有 confidence 而没有 accuracy_m，应同时填写；识别算法的把握请填 certainty",
            "has confidence without accuracy_m, expected both; how sure a detector is "
            "goes into certainty",
        ),
        "no_link": Words(
            "不是网址，应以 https:// 开头",
            "is no link, expected an address that begins with https://",
        ),
        "link_with_password": Words(
            "网址的 @ 前带有用户名或密码，请去掉",
            "has a user or a password before @, expected none",
        ),
        "number_of_person": Words(
            "是电话号码或身份证号，应填来源自编的编号",
            "is a telephone or citizen number, expected an id that the source made",
        ),
        "stands_twice": Words(
            "{value} 出现了两次，请保留一个", "has {value} twice, expected it once"
        ),
        "not_of_action": Words(
            "操作 {action} 不用 {field}，请去掉",
            "has {field}, which {action} does not take, expected none",
        ),
        "needed_by_action": Words(
            "操作 {action} 须有 {field}，请填写",
            "has no {field}, which {action} needs, expected one",
        ),
        "no_state": Words(
            "没有这个状态，应为 {states} 之一",
            "is no state of a loop, expected one of {states}",
        ),
        "other_attribute": Words(
            "与 CloudEvent 的属性 {name} 不一致",
            "is other than the attribute {name}, expected the same",
        ),
    }
)
"""What is wrong with a value of a request, with gaps for what was found."""


class RequestError(Exception):
    """A request that is refused as it came, whatever is stored.

    Parameters
    ----------
    status
        Status of HTTP.
    kind
        Stable last part of the type of the problem.
    detail, detail_zh
        What was found, what was expected, what to do; one sentence each.

    Examples
    --------
    >>> RequestError(400, "invalid-json", "It is no JSON; send some.", "…。").status
    400
    """

    def __init__(self, status: int, kind: str, detail: str, detail_zh: str) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.detail_zh = detail_zh


def broken_rule(rule: str, **values: str) -> PydanticCustomError:
    """Return what a schema raises for a value that breaks a rule of `RULES`.

    Parameters
    ----------
    rule
        Its name.
    values
        What fills the gaps of its words.

    Examples
    --------
    >>> str(broken_rule("stands_twice", value="police"))
    'has police twice, expected it once'
    """
    return PydanticCustomError(rule, RULES[rule].en, values)


def refused_values(error: ValidationError) -> RequestValidationError:
    """Return the refusal of a body whose values are not as a schema describes them.

    Parameters
    ----------
    error
        What the schema says of the body.
    """
    return RequestValidationError(
        [
            fault | {"loc": ("body", *fault["loc"])}
            for fault in error.errors(include_url=False, include_input=False)
        ]
    )


def refused_value(rule: str, *names: str, **values: str) -> RequestValidationError:
    """Return the refusal of one value of a body.

    Parameters
    ----------
    rule
        Its name in `RULES`.
    names
        Where the value stands in the body.
    values
        What fills the gaps of its words.
    """
    fault = {"type": rule, "loc": ("body", *names), "msg": rule, "ctx": values}
    return RequestValidationError([fault])


def rule_words(fault: Mapping[str, Any]) -> Words:
    """Return what is wrong with a value in both languages.

    Parameters
    ----------
    fault
        One error of a validation, as pydantic gives it.

    Examples
    --------
    >>> rule_words({"type": "less_than_equal", "msg": "", "ctx": {"le": 4}}).both
    ('不能大于 4', 'is too large, expected 4 or less')
    """
    words = RULES.get(fault["type"], OTHER_RULE)
    values = {"why": fault["msg"].removeprefix("Value error, "), **fault.get("ctx", {})}
    return Words(
        words.zh.format(**values).replace(" or ", " 或 "), words.en.format(**values)
    )
