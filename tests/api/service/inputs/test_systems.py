"""Grid systems that a store has, and one that it has not."""

import pytest

from api.service.inputs.systems import refuse_unknown_systems
from gis.errors import SettingError
from support.makers.square_town import SquareTown


def test_unknown_system_names_those_there_are(squares: SquareTown) -> None:
    refuse_unknown_systems(squares.store, ["main", "main"])
    refuse_unknown_systems(squares.store, [])
    words = "no grid system 'beats' in the store, expected one of 'main'; name one of"
    with pytest.raises(SettingError, match=words) as error:
        refuse_unknown_systems(squares.store, ["main", "beats"])
    assert "--" not in str(error.value)


def test_who_has_an_option_is_told_of_it(squares: SquareTown) -> None:
    with pytest.raises(SettingError, match=r"or publish it with --system\.$"):
        refuse_unknown_systems(squares.store, ["beats"], option="--system")
