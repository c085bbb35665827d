"""Names of grid systems that somebody asks for."""

from collections.abc import Sequence

from gis.errors import SettingError
from layers.stores import Store


def refuse_unknown_systems(store: Store, names: Sequence[str]) -> None:
    """Refuse a grid system that the store does not have.

    Parameters
    ----------
    store
        What has them.
    names
        What was asked for.

    Raises
    ------
    SettingError
        Names those there are.
    """
    systems = store.systems()
    for name in names:
        if name not in systems:
            raise SettingError(
                "There is no grid system {name!r} in the store, expected one of "
                "{systems!r}; name one of these, or publish it with --system.",
                name=name,
                systems=list(systems),
            )
