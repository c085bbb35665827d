"""A destination names an address and a secret, and tells neither."""

import pandas as pd
import pytest

from gis.errors import InvalidLayerError
from layers.schema.destinations import DESTINATIONS, destinations_of

DESK = {
    "destination_id": "desk",
    "url": "https://desk.example:8443/pagoda?town=s",
    "secret_id": "DESK_SECRET",
}


@pytest.mark.parametrize("url", [DESK["url"], "http://127.0.0.1:9000/hook"])
def test_address_is_one_of_the_web(url: str) -> None:
    [desk] = destinations_of(pd.DataFrame([DESK | {"url": url}]))
    assert (desk.url, desk.is_disabled) == (url, False)


@pytest.mark.parametrize(
    "url",
    [
        *("desk.example", "ftp://desk.example", "https://", "https:///path"),
        *("file:///etc/passwd", "https://desk.example/#top", "https://a b/"),
        *("https://user:hush@desk.example/", "https://user@desk.example/"),
        *("https://desk.example:99999/", "https://[::1/", "https://desk.example:0/"),
    ],
)
def test_other_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(InvalidLayerError, match="the value is no address") as caught:
        destinations_of(pd.DataFrame([DESK | {"url": url}]))
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("secret", ["whsec_hush", "WHSEC_hush", "hush!", "a b", "1A"])
def test_secret_in_place_of_its_name_is_refused_and_not_repeated(secret: str) -> None:
    with pytest.raises(InvalidLayerError, match="the value is no name") as caught:
        destinations_of(pd.DataFrame([DESK | {"secret_id": secret}]))
    assert secret not in str(caught.value)


def test_destination_may_be_disabled() -> None:
    [desk] = destinations_of(pd.DataFrame([DESK | {"is_disabled": "true"}]))
    assert desk.is_disabled is True


def test_every_field_is_closed() -> None:
    assert {field.sharing for field in DESTINATIONS.fields} == {"closed"}
