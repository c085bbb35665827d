"""What the commands on a store share: the option, the settings, opening it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from api.settings import Settings
    from layers.stores import Store

Command = TypeVar("Command", bound=Callable[..., Any])

FILE = click.Path(path_type=Path)


def on_store(command: Command) -> Command:
    """Give a command the option --store."""
    return click.option(
        "--store",
        "url",
        help="Address of the store: PAGODA_STORE, else ./pagoda.gpkg, unless given.",
    )(command)


def settings_of_commands() -> "Settings":
    """Return the settings of the environment."""
    from api.settings import read_settings  # noqa: PLC0415  heavy

    return read_settings()


@contextmanager
def opened_store(url: str | None, settings: "Settings") -> Iterator["Store"]:
    """Open the store of a command.

    Parameters
    ----------
    url
        The option --store.
    settings
        Settings of the deployment.
    """
    from api.service.stores.connection import opened, store_url  # noqa: PLC0415  heavy

    with opened(store_url(url, settings)) as store:
        yield store
