"""Deliveries of webhooks as they are listed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from gis.local_time import EPOCH, MILLISECOND
from gis.models import Instant
from layers.stores.outbox import Delivery, DeliveryState
from layers.words import Words
from layers.words.events import DELIVERY_REASONS


class DeliveryOut(BaseModel):
    """A destination that is to be told of an action, and how far that is."""

    id: int
    destination: str
    event_id: str
    action_row: int
    state: DeliveryState
    attempts: int
    at: datetime | None = Field(description="When it was tried, or asked for, last.")
    status: int | None = Field(description="Of HTTP; none where there was no answer.")
    reason: str = Field(description="Why it was not delivered; empty where it was.")
    text: str
    text_zh: str
    next_at: datetime | None = Field(description="When it is tried next.")

    @classmethod
    def of(cls, delivery: Delivery) -> Self:
        """Return a delivery with its reason in words."""
        words = DELIVERY_REASONS.get(delivery.error, Words(""))
        return cls(
            id=delivery.outbox_row,
            destination=delivery.destination,
            event_id=delivery.event_id,
            action_row=delivery.action_row,
            state=delivery.state,
            attempts=delivery.attempts,
            at=_time(delivery.at),
            status=delivery.status,
            reason=delivery.error,
            text=words.en.format(status=delivery.status),
            text_zh=words.zh.format(status=delivery.status),
            next_at=_time(delivery.next_at),
        )


class DeliveriesOut(BaseModel):
    """Some deliveries in order."""

    deliveries: list[DeliveryOut]
    next: int | None = Field(description="What `after` is for the ones that follow.")

    @classmethod
    def of(cls, deliveries: Sequence[Delivery], limit: int) -> Self:
        """Return at most so many deliveries, and where the next begin.

        Parameters
        ----------
        deliveries
            One more than the limit, where there are so many.
        limit
            How many are shown.
        """
        page = deliveries[:limit]
        has_more = len(deliveries) > limit
        return cls(
            deliveries=[DeliveryOut.of(delivery) for delivery in page],
            next=page[-1].outbox_row if has_more else None,
        )


def _time(at: Instant | None) -> datetime | None:
    return None if at is None else EPOCH + at * MILLISECOND
