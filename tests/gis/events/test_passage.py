import pytest

from gis.events.passage import targets
from layers.packs.loop_files import templates

S_TOWN = templates()["s_town"]


@pytest.mark.parametrize(
    ("action", "state", "states"),
    [
        ("skip", "handled", ("verified", "closed")),
        ("skip", "closed", ()),
        ("return", "handled", ("assigned", "accepted", "collected")),
        ("return", "triage", ()),
        ("return", "collected", ()),
    ],
)
def test_skip_and_return_lead_along_the_path(action, state, states):
    assert targets(S_TOWN, action, state) == states
