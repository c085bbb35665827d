"""Grid systems that a store has, and one that it has not."""

import pytest

from api.service.inputs.systems import refuse_unknown_systems
from gis.errors import SettingError
from support.makers.square_town import SquareTown


def test_unknown_system_names_those_there_are(squares: SquareTown) -> None:
    refuse_unknown_systems(squares.store, ["main", "main"])
    refuse_unknown_systems(squares.store, [])
    words = r"no grid system 'beats' in the store, expected one of \['main'\]"
    with pytest.raises(SettingError, match=words):
        refuse_unknown_systems(squares.store, ["main", "beats"])
