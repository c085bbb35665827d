"""What every store promises of who is told of actions."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, Protocol

from gis.errors import StoreError
from gis.models import Instant

DeliveryState = Literal["waiting", "delivered", "dead"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A destination that is to be told of an action, and how far that is.

    Attributes
    ----------
    outbox_row
        1, 2, 3 in order of the log.
    destination
        Who is to be told.
    event_id, action_row
        The action.
    state
        Dead ones were given up.
    attempts
        How often it was tried.
    at, status, error
        When it was tried, or asked for, last, the status of HTTP, and what went wrong:
        one of `layers.words.events.DELIVERY_REASONS`, or empty.
    next_at
        When it is tried next; None unless it waits.
    """

    outbox_row: int
    destination: str
    event_id: str
    action_row: int
    state: DeliveryState = "waiting"
    attempts: int = 0
    at: Instant | None = None
    status: int | None = None
    error: str = ""
    next_at: Instant | None = None


class Outbox(Protocol):
    """Who is to be told of actions, and who was."""

    def waiting(
        self, at: Instant, limit: int, but_for: Collection[str] = ()
    ) -> tuple[Delivery, ...]:
        """Return deliveries that wait and are to be tried at or before a time.

        One of each destination and event at a time: the earliest, so that phases arrive
        in order.

        Parameters
        ----------
        at
            The time.
        limit
            At most so many.
        but_for
            Destinations that are left out, so that one with many is in nobody's way.
        """

    def count_deliveries(self, state: DeliveryState) -> int:
        """Return how many deliveries are in a state."""

    def record_delivery(self, delivery: Delivery) -> None:
        """Record how far a delivery is, durable when the call returns.

        Raises
        ------
        StoreError
            If there is none of its row.
        """

    def delivery(self, outbox_row: int) -> Delivery | None:
        """Return a delivery; None if there is none."""

    def deliveries(
        self, state: DeliveryState | None, *, after: int = 0, limit: int = 100
    ) -> tuple[Delivery, ...]:
        """Return deliveries after a row, in order; None takes those of each state."""


def no_delivery(delivery: Delivery) -> StoreError:
    """Return the refusal of a delivery that no action asked for.

    Examples
    --------
    >>> str(no_delivery(Delivery(7, "desk", "E", 1)))
    'There is no delivery 7; name one of `deliveries`.'
    """
    return StoreError(
        "There is no delivery {outbox_row}; name one of `deliveries`.",
        outbox_row=delivery.outbox_row,
    )
