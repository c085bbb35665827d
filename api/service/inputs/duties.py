"""Files of duties and rotations, and the times of events."""

from dataclasses import dataclass, field
from pathlib import Path

from api.service.inputs.namings import Namings, naming_for
from gis.local_time import DEFAULT_TIMEZONE
from gis.roster import Duty, Roster, expand_rotations
from layers.files.duties import read_duties, read_rotations
from layers.schema.duties import duties_of, rotations_of
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
        roster = territory.duties.roster if territory.duties else None
        records = self.records(roster) if roster else ()
        return territory.with_duties(records, region_tier)

    def records(self, roster: Roster) -> tuple[Duty, ...]:
        """Return the records of both files, rotations expanded."""
        zone = self.timezone
        duties, rotations = (
            naming_for(self.namings, layer) for layer in ("duties", "rotations")
        )
        records: tuple[Duty, ...] = ()
        if self.duties is not None:
            records = duties_of(read_duties(self.duties, duties), zone)
        if self.rotations is None:
            return records
        turns = rotations_of(read_rotations(self.rotations, rotations), zone)
        return (*records, *expand_rotations(turns, roster.posts, zone))
