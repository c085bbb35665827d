"""`pagoda key`: keys made, listed and revoked; heavy imports stand inside."""

from typing import Any

import click

from api.cli.options import on_store, opened_store, settings_of_commands
from api.cli.speech import echo, say
from gis.sentences import sentence

ROLES = (
    "steward",
    "operator",
    "leader",
    "member",
    "department",
    "inspector",
    "auditor",
    "source",
    "wall",
)


@click.group()
def key() -> None:
    """Keys of who may ask the service; a store keeps their SHA-256, never a key."""


@key.command("new")
@click.option("--role", type=click.Choice(ROLES), required=True, help="What it may do.")
@click.option(
    "--holder", "holder_id", help="Number of who gets it: leaders and members need one."
)
@click.option("--department", "department_id", help="Department that gets it.")
@click.option("--source", help="Source of events that gets it.")
@click.option(
    "--area",
    "area_id",
    help="Grid or circle that it is limited to: an inspector needs one.",
)
@click.option("--grants", default="", help="Sensitive kinds that it sees, by ';'.")
@on_store
def new_key(role: str, url: str | None, **limits: Any) -> None:
    """Make a key and print it, this once."""
    from api.cli.text.keys import new_key_lines  # noqa: PLC0415
    from api.service.access.keys import KeyOrder, make_key  # noqa: PLC0415
    from gis.access import Role  # noqa: PLC0415

    order = KeyOrder(Role(role), **limits)
    with opened_store(url, settings_of_commands()) as store:
        new = make_key(store, order)
    say(new_key_lines(new.key_id, order, is_first=new.is_first))
    echo(new.secret)


@key.command("list")
@on_store
def list_keys(url: str | None) -> None:
    """List every key with what it is for and whether it is valid."""
    from api.cli.text.keys import key_lines  # noqa: PLC0415
    from api.service.access import keys  # noqa: PLC0415

    settings = settings_of_commands()
    with opened_store(url, settings) as store:
        lines = key_lines(keys.list_keys(store), settings.timezone)
    echo(*lines)


@key.command("revoke")
@click.argument("key_id")
@on_store
def revoke_key(key_id: str, url: str | None) -> None:
    """Take the key KEY_ID back for good, with every session that it began."""
    from api.service.access import keys  # noqa: PLC0415

    with opened_store(url, settings_of_commands()) as store:
        keys.revoke_key(store, key_id)
    echo(
        sentence(
            "Key {key_id} is revoked; a running service sees it within seconds.",
            key_id=key_id,
        )
    )
