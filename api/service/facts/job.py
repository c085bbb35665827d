"""How a file of facts is to be read, from the options of a command."""

from dataclasses import dataclass

from gis.models import Instant
from layers.files.heads import PLAIN, Naming


@dataclass(frozen=True, slots=True)
class FactJob:
    """How a file of facts is to be read.

    Attributes
    ----------
    layer
        One of `layers.stores.facts.FACTS`.
    valid_from
        Since when rows are true, where no column says so.
    timezone
        IANA zone of times without offset.
    source
        Register that says so, for enterprises without a column `source`.
    datum
        Overrides the CRS of points and polygons.
    ballpark_m
        Error allowed where no parameters lead from it to WGS 84; None refuses that.
    naming
        What the user says of the file; columns that it maps are those that are meant,
        and others are left out.
    """

    layer: str
    valid_from: Instant
    timezone: str
    source: str | None = None
    datum: str | None = None
    ballpark_m: float | None = None
    naming: Naming = PLAIN
