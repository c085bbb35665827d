"""What routes need, as annotated dependencies."""

from typing import Annotated

from fastapi import Depends, Request

from api.service.town import TownService


def _town_service(request: Request) -> TownService:
    service: TownService = request.app.state.town
    return service


Service = Annotated[TownService, Depends(_town_service)]
