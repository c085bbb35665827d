"""What is sent to `POST /events/{id}/actions`: one step of a loop."""

from pydantic import Field

from api.schemas.positions import MaybePositionIn
from api.schemas.texts import Id, Text


class ActionIn(MaybePositionIn):
    """One action; numbers of persons in its texts are starred out before storing."""

    action: Id = Field(description="One that the loop allows now.")
    reason: Text | None = Field(None, description="Why; some actions need it.")
    task: Id | None = Field(None, description="Id of the task that it is about.")
    to: Id | None = Field(
        None, description="Grid, post, department or kind that it leads to."
    )
    note: Text | None = Field(None, description="What else is to be known.")
