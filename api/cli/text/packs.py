"""What `pagoda packs` prints."""

import csv
import io

from api.service.events.scenarios import kind_table
from gis.events import Scenarios


def table_lines(scenarios: Scenarios) -> list[str]:
    """Return the table of kinds as lines of CSV.

    Parameters
    ----------
    scenarios
        Those in force.
    """
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows(kind_table(scenarios))
    return stream.getvalue().splitlines()
