"""Files of duties and rotations, and the times of events."""

from dataclasses import dataclass, field
from pathlib import Path

from api.service.inputs.namings import Namings, naming_for
from gis.local_time import DEFAULT_TIMEZONE
from layers.files.duties import read_duties, read_rotations
from layers.territory import Territory


@dataclass(frozen=True, slots=True)
class DutyFiles:
    """Files that say who holds which post when.

    Attributes
    ----------
    duties, rotations
        Duties one by one, and duties in turns; None where there is no such file.
    timezone
        IANA zone of times without offset.
    namings
        What the user says of the files.
    """

    duties: Path | None
    rotations: Path | None
    timezone: str = DEFAULT_TIMEZONE
    namings: Namings = field(default_factory=dict)

    def put_into(self, territory: Territory, region_tier: int) -> Territory:
        """Return the territory with who is on duty when, all or nothing.

        Raises
        ------
        InvalidLayerError
            Names the row of a record that cannot be a duty, or two that overlap.
        """
        duties, rotations = (
            naming_for(self.namings, layer) for layer in ("duties", "rotations")
        )
        return territory.with_duties(
            () if self.duties is None else read_duties(self.duties, duties),
            region_tier,
            rotations=None
            if self.rotations is None
            else read_rotations(self.rotations, rotations),
            timezone=self.timezone,
        )
