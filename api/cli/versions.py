"""Commands on versions: publish, withdraw and list them; heavy imports stand inside."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from api.cli.changes import publish_changes
from api.cli.options import (
    FILE,
    Command,
    allowing_ballpark,
    naming_columns,
    on_store,
    opened_store,
    settings_of_commands,
    with_key,
)
from api.cli.output import name_faulty_rows
from api.cli.speech import echo, say
from gis.errors import SettingError
from gis.sentences import sentence

OF_CHANGES = ("approval", "open_events", "key")
"""Options that say something of --changes alone."""


class UnlessChanges(click.Option):
    """An option that is required unless --changes says what is published."""

    def handle_parse_result(
        self, ctx: click.Context, opts: Mapping[str, Any], args: list[str]
    ) -> tuple[Any, list[str]]:
        """Require the option only where files are published."""
        self.required = "changes" not in opts
        return super().handle_parse_result(ctx, opts, args)


def publishing(command: Command) -> Command:
    """Give a command the options of a publication."""
    options = (
        click.option("--system", default="main", help="The grid system."),
        click.option(
            "--valid-from",
            help="True since this day or time; unless given now, or what was approved.",
        ),
        click.option("--author", cls=UnlessChanges, help="Who made it."),
        click.option(
            "--reviewer", cls=UnlessChanges, help="Who approved it: not the author."
        ),
        click.option("--note", default="", help="What the version is for."),
        click.option("--digest", help="What the reviewer approved; checked if given."),
        click.option(
            "--base",
            metavar="VERSION|DIGEST",
            help="The head that the file was drawn on; the first version has none.",
        ),
        click.option(
            "--replaces",
            type=int,
            multiple=True,
            help="Of a correction: a version that it replaces.",
        ),
        click.option(
            "--untouched",
            type=int,
            multiple=True,
            help="Of a correction: a later version that stays.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def with_grids(command: Command) -> Command:
    """Give a command the options that say how grids and what is above them are read."""
    options = (
        click.option(
            "--id", "id_column", default="grid_id", help="Column with the grid ids."
        ),
        click.option("--grids-datum", help="wgs84, cgcs2000, gcj02, bd09 or EPSG:n."),
        allowing_ballpark,
        click.option(
            "--join-parts",
            is_flag=True,
            help="Polygons of one id are parts of one grid.",
        ),
        click.option("--repair", is_flag=True, help="Mend rings that are not valid."),
        click.option(
            "--open",
            "open_columns",
            metavar="COLUMN",
            multiple=True,
            help="Further column that everyone may see; the others are closed.",
        ),
        click.option(
            "--circles", type=FILE, help="Command circles; else those of the head."
        ),
        click.option(
            "--communities",
            type=FILE,
            help="Communities and their names; else those that the grids name.",
        ),
        click.option(
            "--lineage",
            type=FILE,
            help="Whose ground each grid got: from_id, to_id, share, system.",
        ),
        click.option(
            "--outline",
            type=FILE,
            help="What the grids fill, holes and all; else what those of the base do.",
        ),
        naming_columns,
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command()
@click.option("--grids", cls=UnlessChanges, type=FILE, help="File of grid polygons.")
@click.option("--changes", type=FILE, help="A planner's change, in place of files.")
@click.option("--approval", type=FILE, help="Of --changes, by `pagoda draft review`.")
@click.option(
    "--open-events",
    type=click.Choice(["move", "keep"]),
    help="Of --changes: open events move to its grids, or keep theirs; move if unsaid.",
)
@with_key
@with_grids
@publishing
@on_store
def publish(url: str | None, **options: Any) -> None:
    """Publish grids, circles and tree together as a new version."""
    of_changes = {name: options.pop(name) for name in OF_CHANGES}
    changes: Path | None = options.pop("changes")
    if changes is None:
        _refuse_of_changes(of_changes)
        publish_layers({"url": url, **options})
        return
    if of_changes["approval"] is None or options["grids"] is not None:
        raise SettingError(
            "--changes came without --approval, or with --grids beside it; give the "
            "change with its approval, or files."
        )
    publish_changes({"changes": changes, "url": url, **of_changes, **options})


@click.command()
@click.argument("version", type=int)
@click.option("--reason", required=True, help="Why it shall not come into force.")
@click.option("--reviewer", required=True, help="Who approved that.")
@click.option("--system", default="main", help="The grid system.")
@on_store
def withdraw(version: int, url: str | None, **options: str) -> None:
    """Withdraw VERSION, which is not in force yet."""
    with opened_store(url, settings_of_commands()) as store:
        withdrawal = store.withdraw(version, **options)
        last = store.last_link()
    echo(
        sentence(
            "Withdrew version {version} of grid system {system!r}, link {sequence}.",
            version=withdrawal.version,
            system=withdrawal.system,
            sequence=last.sequence if last else 0,
        )
    )


@click.command()
@on_store
def versions(url: str | None) -> None:
    """Print what is published and pending."""
    from api.cli.text.versions import version_lines  # noqa: PLC0415

    settings = settings_of_commands()
    with opened_store(url, settings) as store:
        echo(*version_lines(store, store.now(), settings.timezone))


def _refuse_of_changes(options: Mapping[str, object]) -> None:
    """Refuse what is said of changes where files are published."""
    for name, value in options.items():
        if value is not None:
            raise SettingError(
                "--{replace} came without --changes, which it is about; leave it out, "
                "or give the change.",
                replace=name.replace("_", "-"),
            )


def publish_layers(options: dict[str, Any]) -> None:
    """Publish what the options name and say what came of it."""
    from api.service.inputs.namings import namings_of  # noqa: PLC0415
    from api.service.stores.connection import read_instant  # noqa: PLC0415
    from api.service.versions.publish import PublishJob, publish_files  # noqa: PLC0415

    settings = settings_of_commands()
    url = options.pop("url")
    layers = ["grids", "circles", "communities"]
    if options.get("grids") is None:
        layers.remove("grids")
    options["namings"] = namings_of(
        options.pop("renames"), options.pop("sheets"), layers
    )
    with opened_store(url, settings) as store, name_faulty_rows():
        options["valid_from"] = read_instant(
            options["valid_from"], "--valid-from", settings.timezone, store.now
        )
        version, notices = publish_files(store, PublishJob(**options))
        last = store.last_link()
    say(notices)
    echo(
        sentence(
            "Published version {version} of grid system {system!r}, digest {digest}, "
            "link {sequence}.",
            version=version.version,
            system=version.system,
            digest=version.digest,
            sequence=last.sequence if last else 0,
        )
    )
