"""Events as lines: the id first, so that it can be cut out."""

import pandas as pd

from api.cli.text.events import event_lines
from layers.languages import in_language

NAMES = {"noise": ("噪声扰民", "Noise"), "kite": ("放风筝", "Kites")}


def test_event_is_a_line_with_its_id_first() -> None:
    rows = pd.DataFrame(
        {
            "event_id": ["e-1", "e-2"],
            "occurred_at": pd.to_datetime(
                ["2026-09-10T01:00:00Z", "2026-09-10T02:00:00Z"]
            ).astype("datetime64[ms, UTC]"),
            "grid_id": ["G1", None],
            "kind": ["noise", "kite"],
            "severity": 2,
            "source": "hotline",
            "source_id": ["7", "8"],
        }
    )
    first, second = event_lines(rows, "Asia/Shanghai", NAMES.__getitem__)
    assert first.split()[0] == "e-1"
    assert "2026-09-10T09:00:00+08:00  G1 " in first
    assert first.endswith("noise, severity 2, hotline 7")
    assert "no grid" in second
    # a kind of a pack of the town's own has its name too
    assert "放风筝（kite）" in in_language(second, "zh")
