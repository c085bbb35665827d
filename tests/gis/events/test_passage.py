import pytest

from gis.events.passage import enters_handled, targets
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


@pytest.mark.parametrize(
    ("path", "enters"),
    [
        (("assigned", "handled"), True),
        (("accepted", "assigned", "handled", "verified"), True),
        (("handled", "verified"), False),
        (("assigned", "withdrawn"), False),
        (("verified", "assigned"), False),
    ],
)
def test_handling_is_entered_from_before_it(path, enters):
    assert enters_handled(S_TOWN, path) is enters
