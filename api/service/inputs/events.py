"""A file of events: its rows, where they are and in which datum."""

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from gis.assignment import Positions
from gis.crs import Datum
from gis.sentences import sentence
from layers.datums import choose_datum
from layers.files import Coordinates, EventTable, read_coordinates, read_events
from layers.files.heads import head_for, without_example
from layers.files.layer_columns import FILE_LAYERS
from layers.files.parts import event_parts
from layers.schema.events import EVENTS

COLUMNS: Final = FILE_LAYERS["events"]
"""What a file of events may have."""
EVENT_SHEETS: Final = (EVENTS.name, EVENTS.zh)
"""What the sheet of a workbook is called that has them."""


DatumChoice: TypeAlias = tuple[Datum, str]
"""A datum, and a sentence that says why it is taken."""


class EventPositions(NamedTuple):
    """What a file of events holds.

    Attributes
    ----------
    table, coordinates
        Its rows as they came, and where they are as reported.
    datum, is_assumed, notice
        Datum of the positions, whether nobody declares it, and a sentence that says
        why it is taken.
    """

    table: EventTable
    coordinates: Coordinates
    datum: Datum
    is_assumed: bool
    notice: str

    @property
    def positions(self) -> Positions:
        """Where they are, with what was found wrong while reading."""
        return self.coordinates.positions


@dataclass(frozen=True, slots=True)
class EventFile:
    """A file of events, and how its positions are read.

    Attributes
    ----------
    path
        The file.
    lon_column, lat_column
        Columns of the position; None takes the geometry or the usual names.
    datum
        What overrides the CRS of the file.
    ballpark_m
        Error allowed for a datum from which no parameters lead to WGS 84, metres; None
        refuses it.
    sheet
        Sheet of a workbook; None where the file says it.
    """

    path: Path
    lon_column: str | None = None
    lat_column: str | None = None
    datum: str | None = None
    ballpark_m: float | None = None
    sheet: str | None = None

    def read(self) -> EventPositions:
        """Read the rows and their positions."""
        return self._positioned(read_events(self.path, self.sheet, EVENT_SHEETS))

    def parts(self) -> Generator[EventPositions]:
        """Yield the rows and their positions part by part, one part at least.

        All parts have the columns of the first, and are in its datum.

        Raises
        ------
        InputFileError, CrsError, SettingError
            As `layers.files.parts.event_parts` and `read` raise them.
        """
        choice: DatumChoice | None = None
        rows = 0
        for table in event_parts(self.path, self.sheet, EVENT_SHEETS):
            part = self._positioned(table, choice, rows)
            choice = part.datum, part.notice
            rows += table.columns.num_rows
            yield part

    def whole(self) -> Generator[EventPositions]:
        """Yield all rows and their positions as one part, as `read` returns them."""
        yield self.read()

    def _positioned(
        self,
        table: EventTable,
        choice: DatumChoice | None = None,
        rows_before: int = 0,
    ) -> EventPositions:
        """Return rows with their positions, in a datum that is chosen once.

        The example of a template is left out, and that is said.
        """
        heads = table.columns.column_names
        table = without_example(
            table, head_for(COLUMNS, heads, COLUMNS.key), rows_before
        )
        coordinates = read_coordinates(
            table,
            self.lon_column and head_for(COLUMNS, heads, self.lon_column),
            self.lat_column and head_for(COLUMNS, heads, self.lat_column),
        )
        crs = None if coordinates.columns else table.crs
        datum, notice = choice or choose_datum(
            sentence("events"), "--datum", self.datum, crs, self.ballpark_m
        )
        is_assumed = self.datum is None and crs is None
        return EventPositions(table, coordinates, datum, is_assumed, notice)

    def about_columns(self, coordinates: Coordinates) -> list[str]:
        """Say which columns the positions are read from, where nobody named them."""
        if coordinates.columns is None or self.lon_column is not None:
            return []
        lon, lat = coordinates.columns
        return [
            sentence(
                "Positions are read from columns {lon!r} and {lat!r}.", lon=lon, lat=lat
            )
        ]
