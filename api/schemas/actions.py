"""What is sent to `POST /events/{id}/actions`: one step of a loop."""

from typing import Final, Self

from pydantic import Field, model_validator

from api.refusals import broken_rule
from api.schemas.positions import MaybePositionIn
from api.schemas.texts import Id, LongId, Text
from api.service.events.steps import StepForm
from gis.models import Position

TAKES_PLACE: Final = ("relocate", "correct")
NEEDS: Final = {
    "relocate": ("lon",),
    "transfer": ("to",),
    "override": ("to",),
    "link": ("to",),
    "note": ("note",),
}
"""Fields that a step does not do without."""
WITHOUT_TO: Final = ("relocate", "withdraw", "supervise", "note")
"""Steps that lead nowhere by name; those of a loop itself say it where they are."""
DEFAULT_DATUM: Final = "wgs84"


class ActionIn(MaybePositionIn):
    """One action; numbers of persons in its texts are starred out before storing."""

    action: Id = Field(description="One that the loop allows now.")
    reason: Text | None = Field(None, description="Why; some actions need it.")
    task: LongId | None = Field(None, description="Id of the task that it is about.")
    to: LongId | None = Field(
        None,
        description="What it leads to: the grid of transfer; the kind, grid or "
        "department of override; the kind of correct; the event of link; the state of "
        "skip and return; the department of a step after which one handles the event.",
    )
    note: Text | None = Field(None, description="What else is to be known.")

    @model_validator(mode="after")
    def _check_fields(self) -> Self:
        """Refuse what the action would leave unread, and what it needs."""
        unread = [] if self.action not in WITHOUT_TO else ["to"]
        unread += [] if self.action in TAKES_PLACE else ["lon", "lat", "datum"]
        if self.lon is None:
            unread.append("datum")
        for field in unread:
            if getattr(self, field) is not None:
                raise broken_rule("not_of_action", action=self.action, field=field)
        for field in NEEDS.get(self.action, ()):
            if getattr(self, field) is None:
                raise broken_rule("needed_by_action", action=self.action, field=field)
        return self

    def form(self) -> StepForm:
        """Return what is asked for."""
        place = None
        if self.lon is not None and self.lat is not None:
            place = Position(self.lon, self.lat, self.datum or DEFAULT_DATUM)
        return StepForm(
            self.action,
            self.reason or "",
            self.task or "",
            self.to or "",
            self.note or "",
            place,
        )
