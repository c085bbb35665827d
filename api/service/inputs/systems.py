"""Names of grid systems that somebody asks for."""

from collections.abc import Sequence

from gis.errors import SettingError
from gis.sentences import sentence
from layers.stores import Store


def refuse_unknown_systems(
    store: Store, names: Sequence[str], *, option: str = ""
) -> None:
    """Refuse a grid system that the store does not have.

    Parameters
    ----------
    store
        What has them.
    names
        What was asked for.
    option
        By which a caller may publish one, for the sentence; empty for none.

    Raises
    ------
    SettingError
        Names those there are.
    """
    systems = store.systems()
    remedy = sentence("name one of these")
    if option:
        remedy = sentence(
            "name one of these, or publish it with {option}", option=option
        )
    for name in names:
        if name not in systems:
            raise SettingError(
                "There is no grid system {name!r} in the store, expected one of "
                "{systems}; {remedy}.",
                name=name,
                systems=", ".join(map(repr, systems)),
                remedy=remedy,
            )
