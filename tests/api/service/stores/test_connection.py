"""A store that cannot be filled leaves nothing behind, whatever it is in."""

from pathlib import Path

import pytest

from api.service.stores.connection import made
from layers.stores import create_store
from support.harness import postgres


def address(kind: str, folder: Path) -> str:
    """Where there is no store yet."""
    return postgres.fresh_url() if kind == "postgis" else str(folder / "town.gpkg")


@pytest.mark.parametrize("kind", ["geopackage", "postgis"])
def test_a_store_that_cannot_be_filled_leaves_its_place_free(
    kind: str, tmp_path: Path
) -> None:
    url = address(kind, tmp_path)
    with pytest.raises(RuntimeError, match="no more"), made(url):
        raise RuntimeError("no more")
    assert list(tmp_path.iterdir()) == []
    store = create_store(url)
    assert store.last_link() is None
    store.close()
