"""The address of browser code changes with every byte of it."""

import pytest

from api import assets
from api.assets import asset, assets_path


def test_our_style_sheets_begin_with_the_colours_of_the_house() -> None:
    assert asset("docs.css").startswith(b":root")
    assert b"--risk" in asset("docs.css") or b"--paper" in asset("docs.css")
    assert not asset("leaflet.css").startswith(b":root")


def test_another_byte_is_another_address(monkeypatch: pytest.MonkeyPatch) -> None:
    before = assets_path()
    real = assets.asset
    monkeypatch.setattr(
        assets, "asset", lambda name: real(name) + b" " * (name == "docs.js")
    )
    assert assets_path.__wrapped__() != before
    assert assets_path() == before
