"""The layer of events: something reported at a place, as a store keeps it."""

from layers.schema.layer import Field, LayerSchema

EVENTS = LayerSchema(
    name="events",
    key="event_id",
    geometry="point",
    fields=(
        Field("event_id", "text", True, "conditional", "UUIDv7 given by the store."),
        Field("source", "text", True, "conditional", "Who reported it."),
        Field("source_id", "text", True, "conditional", "Id that its source gave it."),
        Field("kind", "text", True, "conditional", "What it is about."),
        Field(
            "severity", "integer", True, "conditional", "How grave it is; 1 is light."
        ),
        Field("x", "number", False, "closed", "Longitude or x as reported.", "degrees"),
        Field("y", "number", False, "closed", "Latitude or y as reported.", "degrees"),
        Field("datum", "text", False, "conditional", "Datum that the report declares."),
        Field(
            "accuracy_m",
            "number",
            False,
            "conditional",
            "68 % radius of the position.",
            "metres",
        ),
        Field(
            "community_id", "text", False, "open", "Community named by the reporter."
        ),
        Field("occurred_at", "instant", True, "conditional", "When it happened."),
        Field(
            "captured_at",
            "instant",
            True,
            "conditional",
            "When a device wrote it down.",
        ),
        Field(
            "received_at", "instant", True, "conditional", "When the service got it."
        ),
        Field(
            "recorded_at",
            "instant",
            True,
            "conditional",
            "When the store committed it.",
        ),
        Field("grid_id", "text", False, "open", "Grid that owned it when it occurred."),
        Field(
            "at_occurrence",
            "text",
            True,
            "conditional",
            "Whose it was when it occurred, with provenance, as JSON.",
        ),
        Field(
            "acting",
            "text",
            True,
            "conditional",
            "Whose it was when it was received, with provenance, as JSON.",
        ),
        Field("details", "text", True, "closed", "What else was reported, as JSON."),
        Field("row", "integer", True, "conditional", "Running number in the log."),
        Field("batch", "integer", True, "conditional", "Link of the log it came with."),
    ),
    owner="the channel that reports",
)
