"""An address is printed whole but for its password."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gis.errors import StoreError
from layers.store_address import printable_address
from layers.stores import open_store

SECRETS = st.text(st.sampled_from("abcXYZ019:@/?# !$%&'()*+,;=~-_."), min_size=4)


@given(secret=SECRETS)
def test_password_of_an_address_is_hidden(secret):
    url = f"postgresql://town:{secret}@db.example:5432/pagoda"
    address = printable_address(url)
    assert address == "postgresql://town:***@db.example:5432/pagoda"


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("postgres://town@db/pagoda", "postgres://town@db/pagoda"),
        (
            "postgresql://db/x?user=a&password=b%20c",
            "postgresql://db/x?user=a&password=***",
        ),
        ("postgresql://db/x?sslpassword=a", "postgresql://db/x?sslpassword=***"),
        ("host=db password='b c' user=a", "host=db password=*** user=a"),
        ("./pagoda.gpkg", "./pagoda.gpkg"),
        ("geopackage:/srv/a@b:c/town.gpkg", "geopackage:/srv/a@b:c/town.gpkg"),
        ("memory:", "memory:"),
    ],
)
def test_address_is_printed(url, address):
    assert printable_address(url) == address


@pytest.mark.parametrize("sign", "@/?#")
def test_sign_that_ends_a_password_too_soon_is_refused_without_it(sign):
    secret = f"s3{sign}cret"
    with pytest.raises(StoreError, match="write @ as %40") as caught:
        open_store(f"postgresql://town:{secret}@127.0.0.1:1/pagoda")
    assert "s3" not in str(caught.value)
    assert "cret" not in str(caught.value)


def test_refused_address_shows_no_password():
    with pytest.raises(StoreError) as caught:
        open_store("mysql://town:s3cret@db/pagoda")
    assert "s3cret" not in str(caught.value)
