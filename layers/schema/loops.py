"""The layers of events as they stand and of what is owed for them, as they are read."""

from layers.schema.layer import Field, LayerSchema

EVENT_LOOPS = LayerSchema(
    name="events as they stand",
    key="event_id",
    geometry="point",
    fields=(
        Field("event_id", "text", True, "conditional", "Id of the event."),
        Field("kind", "text", True, "conditional", "What it is about."),
        Field("severity", "integer", True, "conditional", "1 is light."),
        Field("source", "text", True, "conditional", "Who reported it."),
        Field("module", "text", False, "conditional", "Module of its kind."),
        Field("line", "text", False, "conditional", "Line of business of its kind."),
        Field("pack", "text", False, "conditional", "Scenario that it belongs to."),
        Field("status", "text", True, "conditional", "How it was located."),
        Field("grid_id", "text", False, "conditional", "Grid that owns it."),
        Field("post_id", "text", False, "conditional", "Post that answers for it."),
        Field("state", "text", False, "conditional", "Where it is in its loop."),
        Field("phase", "text", False, "conditional", "What that is published as."),
        Field(
            "is_supervised", "flag", False, "conditional", "Whether it is watched over."
        ),
        Field("occurred_at", "instant", True, "conditional", "When it happened."),
        Field("received_at", "instant", True, "conditional", "When it was received."),
        Field("accepted_at", "instant", False, "conditional", "When it was accepted."),
        Field("assigned_at", "instant", False, "conditional", "When it was assigned."),
        Field("handled_at", "instant", False, "conditional", "When it was handled."),
        Field("closed_at", "instant", False, "conditional", "When it was closed."),
        Field("due_at", "instant", False, "conditional", "When its next task is due."),
    ),
    owner="the channel that reports",
)
TASKS = LayerSchema(
    name="tasks",
    key="task_id",
    geometry="point",
    fields=(
        Field("task_id", "text", True, "conditional", "The event and a number."),
        Field("event_id", "text", True, "conditional", "The event."),
        Field("sort", "text", True, "conditional", "What is owed."),
        Field("post_id", "text", False, "conditional", "Post that owes it."),
        Field("department_id", "text", False, "conditional", "Body that owes it."),
        Field("whistle_id", "text", False, "conditional", "Whistle it belongs to."),
        Field("state", "text", True, "conditional", "Whether it is still owed."),
        Field("level", "integer", True, "conditional", "Circles that it has climbed."),
        Field("given_at", "instant", True, "conditional", "Since when it is owed."),
        Field("due_at", "instant", True, "conditional", "Until when."),
        Field("climbs_at", "instant", False, "conditional", "When it climbs next."),
        Field("ended_at", "instant", False, "conditional", "When it was done."),
    ),
    owner="command office",
)
