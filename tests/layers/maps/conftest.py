"""A page of the map in a browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from layers.maps import save_page
from support.harness.browser import Visit, visit
from support.makers.drawn_maps import full_map


@pytest.fixture
def opened(chromium: Browser, tmp_path: Path) -> Iterator[Visit]:
    """The small town with everything on it, as a file."""
    save_page(full_map(), tmp_path / "map.html")
    with visit(chromium, tmp_path / "map.html") as on_screen:
        yield on_screen
