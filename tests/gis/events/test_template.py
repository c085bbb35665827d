"""The shipped loops are whole; each planted fault is named."""

from dataclasses import replace

import pytest

from gis.access import Role
from gis.events import PARTIES, State, Transition, template_flaws
from layers.packs.loop_files import templates

S_TOWN = templates()["s_town"]
FIRST = S_TOWN.transitions[0]


def with_step(**changes):
    return replace(
        S_TOWN, transitions=(replace(FIRST, **changes), *S_TOWN.transitions[1:])
    )


def with_state(state="lost", phase="accepted"):
    return replace(S_TOWN, states=(*S_TOWN.states, State(state, "失", "Lost", phase)))


@pytest.mark.parametrize("name", sorted(templates()))
def test_shipped_loops_have_no_flaw(name):
    assert template_flaws(templates()[name]) == ()


@pytest.mark.parametrize(
    ("template", "path", "text"),
    [
        (with_state("closed"), ("states", 10, "state"), "twice"),
        (with_state(phase="lost"), ("states", 10, "phase"), "'lost' is unknown"),
        (with_step(to="lost"), ("transitions", 0, "to"), "'lost' is unknown"),
        (with_step(from_states=("x",)), ("transitions", 0, "from"), "'x' is unknown"),
        (replace(S_TOWN, intake="lost"), ("intake",), "'lost' is unknown"),
        (with_state(), ("states", 10, "state"), "never reached"),
        (with_state(), ("states", 10, "state"), "no way out"),
        (with_step(by=("chief",)), ("transitions", 0, "by"), "['chief'] may take it"),
        (with_step(by=()), ("transitions", 0, "by"), "[] may take it"),
        (with_step(action="skip"), ("transitions", 0, "action"), "every loop"),
        (with_step(from_states=()), ("transitions", 0, "from"), "starts nowhere"),
        (with_step(to="assigned"), ("transitions", 0, "to"), "without a reason"),
        (with_step(to="assigned"), ("path",), "'collected' to 'accepted'"),
        (
            replace(S_TOWN, transitions=(*S_TOWN.transitions, FIRST)),
            ("transitions", 7, "action"),
            "is there twice",
        ),
        (replace(S_TOWN, path=S_TOWN.path[::-1]), ("path",), "in order"),
        (replace(S_TOWN, path=S_TOWN.path[1:]), ("path",), "from 'reported' on"),
        (replace(S_TOWN, path=S_TOWN.path[:-1]), ("path",), "one closed state"),
        (replace(S_TOWN, path=(*S_TOWN.path, "evaluated")), ("path",), "one closed"),
        (replace(S_TOWN, triage="accepted"), ("triage",), "published as"),
        (replace(S_TOWN, withdrawn="handled"), ("withdrawn",), "published as"),
        (replace(S_TOWN, reopened="closed"), ("reopened",), "published as"),
        (replace(S_TOWN, intake="triage"), ("intake",), "a state of the path"),
    ],
)
def test_a_planted_flaw_is_named_where_it_is(template, path, text):
    assert [flaw for flaw in template_flaws(template) if text in flaw.text], text
    assert path in [flaw.path for flaw in template_flaws(template)]


def test_a_step_past_a_state_stands_with_a_reason():
    past = Transition(("accepted",), "hurry", "handled", ("operator",), True)
    whole = replace(S_TOWN, transitions=(*S_TOWN.transitions, past))
    assert template_flaws(whole) == ()


@pytest.mark.parametrize(
    ("name", "phase", "state"),
    [
        ("repair", "accepted", "reported"),
        ("s_town", "handled", "handled"),
        ("tianjin", "closed", "evaluated"),
    ],
)
def test_an_event_of_another_loop_goes_on_no_further_than_it_was(name, phase, state):
    assert templates()[name].counterpart(phase) == state


def test_parties_are_the_roles_of_keys_and_two_more():
    # a wall acts in nothing
    assert set(PARTIES) == {*Role} - {Role.WALL} | {"assignee", "reporter"}
