"""Times that every fact has beside its own columns: true since, known since."""

from typing import Final

from layers.schema.layer import Field

TIME_FIELDS: Final = (
    Field(
        "valid_from",
        "instant",
        True,
        "conditional",
        "True in the world since.",
        zh="生效时间",
    ),
    Field(
        "valid_to",
        "instant",
        False,
        "conditional",
        "True until; empty: for good.",
        zh="失效时间",
    ),
    Field(
        "cancelled",
        "flag",
        False,
        "conditional",
        "The row takes its key back.",
        zh="是否撤销",
    ),
)
"""Columns that every layer of facts takes besides its own."""
RECORD_FIELDS: Final = (
    Field(
        "recorded_at",
        "instant",
        True,
        "conditional",
        "Known to the store since.",
        zh="记录时间",
    ),
    Field(
        "batch",
        "integer",
        True,
        "conditional",
        "Link of the log it came with.",
        zh="日志序号",
    ),
)
"""Columns that the store gives."""
