"""The layer of events: something reported at a place and a time."""

from layers.schema import Field, LayerSchema

EVENTS = LayerSchema(
    name="events",
    key="event_id",
    geometry="point",
    fields=(
        Field("event_id", "text", True, "conditional", "Id of the event."),
        Field("occurred_at", "instant", True, "conditional", "When it happened."),
        Field("channel", "text", True, "conditional", "How it was reported."),
        Field("category", "text", True, "conditional", "What it is about."),
        Field("module", "text", True, "open", "Module of governance it belongs to."),
        Field(
            "severity", "integer", True, "conditional", "How grave it is; 1 is light."
        ),
        Field(
            "lon", "number", False, "conditional", "Longitude as reported.", "degrees"
        ),
        Field(
            "lat", "number", False, "conditional", "Latitude as reported.", "degrees"
        ),
        Field(
            "accuracy_m",
            "number",
            False,
            "conditional",
            "68 % radius of the position.",
            "metres",
        ),
        Field(
            "community_id",
            "text",
            False,
            "open",
            "Community named by the reporter.",
        ),
    ),
    owner="the channel that reports",
)
