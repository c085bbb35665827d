"""Files of duties, and a rotation, by hand."""

from pathlib import Path

import pandas as pd

from layers.files.duties import read_duties
from support.makers import broken_files as broken

HEADER = "duty_id,post_id,holder_id,starts_at,ends_at,recorded_at,cancelled\n"

MORNING = 1_788_739_200_000  # 2026-09-07 08:00 in Shanghai

ROTATION = {
    "rotation_id": "W",
    "post_id": "C3-01-L",
    "members": "D01; D02",
    "first_at": "2026-09-07T08:00",
    "until": "2026-09-21T08:00",
    "every_days": 7,
    "recorded_at": "2026-09-01T00:00:00Z",
}


def duties_file(tmp_path: Path, *rows: str) -> pd.DataFrame:
    text = HEADER + "".join(f"{row}\n" for row in rows)
    return read_duties(broken.csv_file(tmp_path / "x.csv", text))
