"""A step that was taken with an event, as streams and histories say it."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from gis.events import Loop, StoredAction
from gis.local_time import EPOCH, MILLISECOND


class PulseOut(BaseModel):
    """Said by a stream that has nothing else to say."""

    at: datetime = Field(description="By the clock of the service.")


class ActionLineOut(BaseModel):
    """An action: never what its request was answered, nor by whose key.

    Texts are left out too: not everybody who sees an event may read them.
    """

    row: int = Field(description="Its number among all actions, and its id here.")
    event_id: str
    seq: int = Field(description="Its number among those of its event.")
    action_id: str
    action: str
    at: datetime
    path: tuple[str, ...] = Field(
        description="The state before, and every state entered; none where it stays."
    )
    task_id: str | None
    role: str | None
    post_id: str | None
    state: str = Field(description="Where the event stands when this is read.")
    phase: str
    kind: str = Field(description="Of the event, as it is now.")
    severity: int
    grid_id: str | None = Field(description="Grid of the event; none where none is.")
    occurred_at: datetime
    due_at: datetime | None = Field(description="Of its next open task.")
    area_path: str = Field(description="From the top circle to the grid of the event.")

    @classmethod
    def of(cls, entry: StoredAction, loop: Loop) -> Self:
        """Return the line of an action and of where its event stands now."""
        action = entry.action
        return cls(
            row=entry.row,
            event_id=loop.event_id,
            seq=entry.seq,
            action_id=action.action_id,
            action=action.action,
            at=EPOCH + action.at * MILLISECOND,
            path=action.path,
            task_id=action.task_id or None,
            role=action.role or None,
            post_id=action.post_id or None,
            state=loop.state,
            phase=loop.phase,
            kind=loop.kind,
            severity=loop.severity,
            grid_id=loop.grid_id,
            occurred_at=EPOCH + loop.occurred_at * MILLISECOND,
            due_at=(None if loop.due_at is None else EPOCH + loop.due_at * MILLISECOND),
            area_path=loop.area_path,
        )
