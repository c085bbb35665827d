"""`pagoda template`; heavy imports stand inside."""

from pathlib import Path

import click

from api.cli.load import FACT_LAYERS, PLACED_LAYERS
from api.cli.options import FILE
from api.cli.speech import echo
from gis.counts import count_text
from gis.sentences import sentence

LAYERS = (
    *("grids", "circles", "communities", "enterprises", "rotations", "events"),
    *FACT_LAYERS,
    *PLACED_LAYERS,
)


@click.command()
@click.argument("layer", type=click.Choice(LAYERS))
@click.option(
    "--out", type=FILE, required=True, help="A new file: .csv, .xlsx or .gpkg."
)
def template(layer: str, out: Path) -> None:
    """Write an empty file of LAYER to fill in: heads, lists and an example."""
    from layers.files.layer_columns import FILE_LAYERS  # noqa: PLC0415
    from layers.files.template import write_template  # noqa: PLC0415

    columns = FILE_LAYERS[layer]
    write_template(out, columns)
    echo(
        sentence(
            "Wrote {out}, {columns} of {layer} and an example, which is never loaded.",
            out=out,
            columns=count_text(len(columns.fields), "column"),
            layer=layer,
        )
    )
