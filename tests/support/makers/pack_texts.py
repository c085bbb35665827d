"""Texts of scenario packs to test with."""

TEXT = """pack = "kites"
name = ["风筝", "Kites"]
owner = "park office"
sources = ["citizen", "camera"]
loop = "s_town"
verify_below = 0.8

[[kinds]]
kind = "kite"
name = ["风筝挂线", "Kite on a line"]
module = "livelihood"
line = "hazard"
platform = "service"
departments = ["power_supply", "urban_management"]
minutes = { accept = 15, arrive = 30, handle = 1440, climb = 30 }
same_within = { metres = 30, minutes = 60 }
close_at = "grid"
sensitive = false
hazard = true
whistle_by = ["operator", "leader"]
responders = []

[map]
symbol = "kite"
"""


def without(start):
    """The text without the lines that begin so."""
    return "".join(
        line for line in TEXT.splitlines(keepends=True) if not line.startswith(start)
    )
