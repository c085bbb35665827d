"""`pagoda demo`; heavy imports stand inside."""

from pathlib import Path

import click

from api.cli.output import progress
from api.cli.speech import echo


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("out"),
    show_default=True,
    help="Folder for the answers and the map.",
)
def demo(out: Path) -> None:
    """Make S town, assign its month of events and draw the map."""
    from api.cli.text.demo import demo_lines  # noqa: PLC0415
    from api.service.demo import STAGES, run_demo  # noqa: PLC0415

    with progress(STAGES) as tell:
        result = run_demo(out, tell)
    echo(*demo_lines(out, result))
