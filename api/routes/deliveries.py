"""Deliveries of webhooks: what waits, what was given up, tried again by hand."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import JSONResponse

from api.admission import Door
from api.deps import Reader
from api.errors import answers, problem
from api.schemas.deliveries import DeliveriesOut, DeliveryOut
from api.schemas.numbers import WholeNumber
from api.security import Access
from api.service.events.deliveries import retry_delivery
from gis.access import Act
from layers.stores.outbox import DeliveryState

router = APIRouter(
    route_class=Door,
    prefix="/deliveries",
    tags=["operation"],
    dependencies=[Depends(Access(Act.DELIVERIES))],
    responses=answers(422),
)


@router.get("")
def deliveries(
    reader: Reader,
    state: Annotated[
        DeliveryState | None, Query(description="Only those; all without it.")
    ] = None,
    after: Annotated[WholeNumber, Query(description="Only those after this one.")] = 0,
    limit: Annotated[WholeNumber, Query(ge=1, le=1000)] = 100,
) -> DeliveriesOut:
    """List deliveries in order, with why those that failed did."""
    page = reader.store.deliveries(state, after=after, limit=limit + 1)
    return DeliveriesOut.of(page, limit)


@router.post(
    "/{delivery_id}/retry",
    status_code=202,
    response_model=DeliveryOut,
    responses=answers(404, 409),
)
def retry(delivery_id: WholeNumber, reader: Reader) -> Response:
    """Let a delivery that waits or was given up be tried at once, by its first id."""
    delivery = retry_delivery(reader.store, delivery_id)
    if delivery is None:
        return problem(
            404,
            "unknown-delivery",
            f"There is no delivery {delivery_id}; see GET /deliveries.",
            f"没有编号为 {delivery_id} 的投递，请查看 GET /deliveries。",
        )
    if delivery.state == "delivered":
        return problem(
            409,
            "delivered",
            f"Delivery {delivery_id} has arrived, expected one that waits or is dead; "
            "there is nothing to try again.",
            f"投递 {delivery_id} 已经送达，无需重试。",
        )
    return JSONResponse(DeliveryOut.of(delivery).model_dump(mode="json"), 202)
