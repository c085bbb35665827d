"""Loops are data: read whole, or refused with file and line."""

from importlib import resources

import pytest

from gis.errors import ScenarioError
from layers.packs.loop_files import read_template, read_templates, templates

REPAIR = resources.files("layers.packs").joinpath("loops/repair.toml").read_text("utf8")


def line_of(text):
    return 1 + REPAIR[: REPAIR.index(text)].count("\n")


def test_the_table_of_s_town_is_its_loop():
    table = templates()["s_town"]
    rows = [
        (step.from_states, step.action, step.to, step.by, step.by_other_key)
        for step in table.transitions
    ]
    assert rows == [
        (
            ("collected", "triage", "to_verify"),
            "accept",
            "accepted",
            ("operator", "leader", "member"),
            False,
        ),
        (("accepted",), "assign", "assigned", ("operator", "leader"), False),
        (("assigned",), "handle", "handled", ("assignee",), False),
        (("accepted",), "handle", "handled", ("leader", "member"), False),
        (("handled",), "verify", "verified", ("leader", "operator"), True),
        (("verified",), "close", "closed", ("operator", "leader", "member"), False),
        (
            ("closed", "evaluated"),
            "evaluate",
            "evaluated",
            ("operator", "reporter"),
            False,
        ),
    ]


@pytest.mark.parametrize(
    ("old", "new", "text"),
    [
        ('intake = "handed_over"', 'intak = "handed_over"', "key 'intak' is unknown"),
        ('phase = "handled"', 'phase = "almost"', "phase 'almost' is unknown"),
        ('to = "done"', 'to = "gone"', "state 'gone' is unknown"),
        ('action = "handle"', "action = 5", "it has 'action' as 5, expected a text"),
        ("other_key = true", 'other_key = "yes"', "expected true or false"),
        ('name = ["上报", "Reported"]', 'name = ["上报"]', "a Chinese and an English"),
        ('by = ["assignee"]', 'by = ["boss"]', "['boss'] may take it"),
    ],
)
def test_a_faulty_file_is_refused_with_its_line(old, new, text):
    with pytest.raises(ScenarioError) as refused:
        read_template("mine.toml", REPAIR.replace(old, new, 1))
    lines = str(refused.value).split("\n")
    assert f"mine.toml, line {line_of(old)}: " in str(refused.value)
    assert any(text in line for line in lines)


def test_a_state_without_a_way_out_is_refused_with_its_line():
    parked = REPAIR + (
        '\n[[states]]\nstate = "parked"\nname = ["搁", "Parked"]\nphase = "assigned"\n'
        '\n[[transitions]]\nfrom = ["handed_over"]\naction = "park"\nto = "parked"\n'
        'by = ["operator"]\nreason = true\n'
    )
    with pytest.raises(ScenarioError) as refused:
        read_template("mine.toml", parked)
    line = parked[: parked.index('"parked"')].count("\n") + 1
    assert str(refused.value) == (
        f"mine.toml, line {line}: state 'parked' has no way out, expected a transition "
        "from it; correct it."
    )


def test_a_missing_key_is_refused():
    with pytest.raises(ScenarioError, match="key 'path' is missing"):
        read_template("mine.toml", REPAIR.replace("path = ", "# ", 1))


def test_two_loops_of_one_name_are_refused():
    with pytest.raises(ScenarioError, match=r"b\.toml, line 3: there is another loop"):
        read_templates([("a.toml", REPAIR), ("b.toml", REPAIR)])
