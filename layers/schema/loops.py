"""The layers of events as they stand and of what is owed for them, as they are read."""

from layers.schema.layer import Field, LayerSchema

EVENT_LOOPS = LayerSchema(
    name="events as they stand",
    key="event_id",
    geometry="point",
    fields=(
        Field(
            "event_id", "text", True, "conditional", "Id of the event.", zh="事件编号"
        ),
        Field("kind", "text", True, "conditional", "What it is about.", zh="事件类别"),
        Field("severity", "integer", True, "conditional", "1 is light.", zh="严重程度"),
        Field("source", "text", True, "conditional", "Who reported it.", zh="来源"),
        Field("module", "text", False, "conditional", "Module of its kind.", zh="模块"),
        Field(
            "line",
            "text",
            False,
            "conditional",
            "Line of business of its kind.",
            zh="条线",
        ),
        Field(
            "pack",
            "text",
            False,
            "conditional",
            "Scenario that it belongs to.",
            zh="场景包",
        ),
        Field(
            "status", "text", True, "conditional", "How it was located.", zh="定位状态"
        ),
        Field(
            "grid_id", "text", False, "conditional", "Grid that owns it.", zh="网格编号"
        ),
        Field(
            "post_id",
            "text",
            False,
            "conditional",
            "Post that answers for it.",
            zh="责任岗位编号",
        ),
        Field(
            "state", "text", False, "conditional", "Where it is in its loop.", zh="环节"
        ),
        Field(
            "phase",
            "text",
            False,
            "conditional",
            "What that is published as.",
            zh="公开阶段",
        ),
        Field(
            "is_supervised",
            "flag",
            False,
            "conditional",
            "Whether it is watched over.",
            zh="是否督办",
        ),
        Field(
            "occurred_at",
            "instant",
            True,
            "conditional",
            "When it happened.",
            zh="发生时间",
        ),
        Field(
            "received_at",
            "instant",
            True,
            "conditional",
            "When it was received.",
            zh="接收时间",
        ),
        Field(
            "accepted_at",
            "instant",
            False,
            "conditional",
            "When it was accepted.",
            zh="受理时间",
        ),
        Field(
            "assigned_at",
            "instant",
            False,
            "conditional",
            "When it was assigned.",
            zh="派发时间",
        ),
        Field(
            "handled_at",
            "instant",
            False,
            "conditional",
            "When it was handled.",
            zh="处置时间",
        ),
        Field(
            "closed_at",
            "instant",
            False,
            "conditional",
            "When it was closed.",
            zh="办结时间",
        ),
        Field(
            "due_at",
            "instant",
            False,
            "conditional",
            "When its next task is due.",
            zh="到期时间",
        ),
    ),
    owner="the channel that reports",
    zh="事件现状",
)
TASKS = LayerSchema(
    name="tasks",
    key="task_id",
    geometry="point",
    fields=(
        Field(
            "task_id",
            "text",
            True,
            "conditional",
            "The event and a number.",
            zh="任务编号",
        ),
        Field("event_id", "text", True, "conditional", "The event.", zh="事件编号"),
        Field("sort", "text", True, "conditional", "What is owed.", zh="任务类型"),
        Field(
            "post_id",
            "text",
            False,
            "conditional",
            "Post that owes it.",
            zh="责任岗位编号",
        ),
        Field(
            "department_id",
            "text",
            False,
            "conditional",
            "Body that owes it.",
            zh="部门编号",
        ),
        Field(
            "whistle_id",
            "text",
            False,
            "conditional",
            "Whistle it belongs to.",
            zh="召集编号",
        ),
        Field(
            "state", "text", True, "conditional", "Whether it is still owed.", zh="环节"
        ),
        Field(
            "level",
            "integer",
            True,
            "conditional",
            "Circles that it has climbed.",
            zh="已上报层数",
        ),
        Field(
            "given_at",
            "instant",
            True,
            "conditional",
            "Since when it is owed.",
            zh="下达时间",
        ),
        Field("due_at", "instant", True, "conditional", "Until when.", zh="到期时间"),
        Field(
            "climbs_at",
            "instant",
            False,
            "conditional",
            "When it climbs next.",
            zh="下次上报时间",
        ),
        Field(
            "ended_at",
            "instant",
            False,
            "conditional",
            "When it was done.",
            zh="终止时间",
        ),
    ),
    owner="command office",
    zh="任务",
)
