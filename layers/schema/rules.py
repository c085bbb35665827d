"""The layer of rules: what a body that is named as owner puts into force."""

from typing import Any

import orjson

from gis.sentences import sentence
from layers.schema.layer import Field, LayerSchema


def body_of(text: str) -> dict[str, Any]:
    """Return the body of a rule.

    Parameters
    ----------
    text
        Field `body`: a JSON object.

    Raises
    ------
    ValueError
        If it is none.

    Examples
    --------
    >>> body_of('{"days": ["2026-10-01"]}')
    {'days': ['2026-10-01']}
    """
    try:
        body = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise ValueError(sentence("is not JSON")) from error
    if not isinstance(body, dict):
        raise ValueError(sentence("is no JSON object"))
    return body


RULES = LayerSchema(
    name="rules",
    key="rule_id",
    geometry=None,
    fields=(
        Field("rule_id", "text", True, "open", "Id of the rule.", zh="规则编号"),
        Field(
            "owner",
            "text",
            True,
            "open",
            "Body that answers for the rule.",
            zh="负责单位",
        ),
        Field(
            "body",
            "text",
            True,
            "open",
            "The rule itself, a JSON object.",
            rule=body_of,
            zh="规则内容",
        ),
    ),
    owner="the body that is named as owner",
    zh="规则",
)
