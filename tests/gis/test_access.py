import pytest

from gis.access import EVERYTHING, NOWHERE, WHOLE, Scope, is_visible
from gis.events import Loop

NEAR = Loop("E", area_path="C1-01/C2-04/", source="hotline", kind="noise")
PERSONAL = Loop(
    "F", area_path="C1-01/", source="hotline", kind="dispute", is_sensitive=True
)


def test_an_area_that_begins_alike_is_not_seen():
    assert not is_visible(NEAR, (), Scope(("C1-01/C2-0/",)))
    assert is_visible(NEAR, (), Scope(("C1-01/C2-04/",)))
    with pytest.raises(ValueError, match="'C1-0' does not end"):
        Scope(("C1-0",))


def test_a_sensitive_kind_needs_its_own_grant():
    assert not is_visible(PERSONAL, (), EVERYTHING)
    assert not is_visible(PERSONAL, (), Scope(("",), grants=("elder_care",)))
    assert is_visible(PERSONAL, (), Scope(("",), grants=("dispute",)))


def test_a_grant_alone_shows_no_area():
    assert not is_visible(PERSONAL, (), Scope(grants=("dispute",)))


def test_a_source_sees_its_own_events_and_no_others():
    assert is_visible(PERSONAL, (), Scope(sources=("hotline",)))
    assert not is_visible(PERSONAL, (), Scope(sources=("camera",)))


def test_a_department_sees_events_that_it_has_a_task_of():
    scope = Scope(departments=("police",))
    assert is_visible(NEAR, ("police", "justice"), scope)
    assert not is_visible(NEAR, ("justice",), scope)
    assert not is_visible(PERSONAL, ("police",), scope)


def test_nobody_sees_nothing():
    assert not is_visible(NEAR, ("police",), NOWHERE)


def test_the_service_itself_leaves_nothing_out():
    assert is_visible(PERSONAL, (), WHOLE)
    assert is_visible(Loop("G", is_sensitive=True), (), WHOLE)
