"""`pagoda audit`; heavy imports stand inside."""

import sys

import click

from api.cli.options import on_store, opened_store, settings_of_commands
from api.cli.speech import echo
from gis.counts import count_text
from gis.sentences import sentence


@click.group()
def audit() -> None:
    """Sign the end of the log, check the log against it, and list who read what."""


@audit.command("head")
@on_store
def audit_head(url: str | None) -> None:
    """Print the end of the log, signed with PAGODA_AUDIT_KEY; keep it elsewhere."""
    from api.service.stores.audit import audit_head as head  # noqa: PLC0415

    settings = settings_of_commands()
    with opened_store(url, settings) as store:
        echo(head(store, settings.audit_key).to_text())


@audit.command("list")
@click.option("--after", default=0, help="Only what stands after this number.")
@on_store
def audit_list(after: int, url: str | None) -> None:
    """List what keys wrote and read beside events: number, time, key, what and why."""
    from api.cli.text.audit import audit_lines  # noqa: PLC0415
    from api.service.access.audit import read_audit  # noqa: PLC0415

    settings = settings_of_commands()
    with opened_store(url, settings) as store:
        for line in audit_lines(read_audit(store, after), settings.timezone):
            echo(line)


@audit.command("verify")
@click.option("--head", help="File with what `pagoda audit head` printed.")
@on_store
def audit_verify(head: str | None, url: str | None) -> None:
    """Check every row of the log and every photo; exit 1 when something was changed."""
    from api.service.stores.audit import audit_verify as verify  # noqa: PLC0415
    from api.service.stores.connection import store_url  # noqa: PLC0415
    from api.service.stores.photos import (  # noqa: PLC0415
        named_photos,
        photo_faults,
        photo_folder,
    )

    settings = settings_of_commands()
    folder = photo_folder(store_url(url, settings), settings.files)
    with opened_store(url, settings) as store:
        faults = verify(store, head, settings.audit_key)
        if not faults:
            # a log that is not whole names nothing for sure
            faults = photo_faults(named_photos(store.log()), folder)
        last = store.last_link()
    for fault in faults:
        echo(fault.text)
    links = last.sequence if last else 0
    against = (
        sentence("the exported head")
        if head
        else sentence("itself, no exported head was given")
    )
    echo(
        sentence(
            "{links} checked against {against}: {faults}.",
            links=count_text(links, "link"),
            against=against,
            faults=count_text(len(faults), "fault"),
        )
    )
    sys.exit(1 if faults else 0)
