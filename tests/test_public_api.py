"""What a floor shows is what it says it shows, sorted."""

import importlib
import types

import pytest


@pytest.mark.parametrize(
    "name", ["gis", "layers", "gis.index", "gis.coverage", "gis.editing"]
)
def test_all_equals_what_is_visible(name):
    module = importlib.import_module(name)
    for public in module.__all__:  # `gis` imports what is asked for
        getattr(module, public)
    visible = {
        public
        for public, value in vars(module).items()
        if not public.startswith("_") and not isinstance(value, types.ModuleType)
    }
    assert set(module.__all__) == visible


@pytest.mark.parametrize("name", ["gis", "layers"])
def test_every_public_name_has_a_docstring(name):
    module = importlib.import_module(name)
    assert all(getattr(module, public).__doc__ for public in module.__all__)
