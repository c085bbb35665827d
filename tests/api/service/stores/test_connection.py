"""A store that cannot be filled leaves nothing behind, whatever it is in."""

from pathlib import Path

import pytest

from api.service.stores.connection import made
from layers.stores import create_store


@pytest.fixture(params=["geopackage", "postgis"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where there is no store yet."""
    if request.param == "postgis":
        return request.getfixturevalue("postgis").fresh_url()
    return str(tmp_path / "town.gpkg")


def test_a_store_that_cannot_be_filled_leaves_its_place_free(
    url: str, tmp_path: Path
) -> None:
    with pytest.raises(RuntimeError, match="no more"), made(url):
        raise RuntimeError("no more")
    assert list(tmp_path.iterdir()) == []
    store = create_store(url)
    assert store.last_link() is None
    store.close()
