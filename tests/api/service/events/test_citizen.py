"""A citizen sees how far its report is, and nothing about anybody."""

from dataclasses import asdict

import pytest

from support.makers.desk_towns import BODY, OPERATOR, DeskTown

SECRETS = ("秘密", "D001", "U-P", "urban_management", "K1", "K3", "G1")


@pytest.fixture
def town():
    return DeskTown()


def standing(town, event_id):
    return [row.standing for row in town.desk.report(event_id, "n").phases]


def test_phases_are_done_now_or_ahead(town):
    event_id = town.report()
    assert standing(town, event_id) == ["done", "done", "now", "ahead", "ahead"]
    town.act(event_id, BODY, "handle")
    assert standing(town, event_id) == ["done", "done", "done", "now", "ahead"]


def test_nothing_is_said_of_persons_posts_and_texts(town):
    event_id = town.report(text="秘密")
    town.act(event_id, OPERATOR, "note", note="秘密")
    town.act(event_id, BODY, "handle")
    said = str(asdict(town.desk.report(event_id, "n")))
    assert [secret for secret in SECRETS if secret in said] == []


def test_a_report_is_expected_by_when_it_is_due(town):
    event_id = town.report()
    assert town.desk.report(event_id, "n").by == "2026-10-01 20:00"
    town.wait(3000)
    assert town.desk.report(event_id, "n").by == ""


def test_a_closed_report_may_be_reopened_and_evaluated(town):
    event_id = town.report()
    assert town.desk.report(event_id, "n").forms == ()
    town.act(event_id, BODY, "handle")
    town.act(event_id, OPERATOR, "verify")
    town.act(event_id, OPERATOR, "close")
    view = town.desk.report(event_id, "n")
    assert [(right.action, right.text_name) for right in view.forms] == [
        ("reopen", "reason"),
        ("evaluate", "note"),
    ]


def test_a_withdrawn_report_is_over(town):
    event_id = town.report()
    town.act(event_id, OPERATOR, "withdraw", reason="重复")
    view = town.desk.report(event_id, "n")
    assert view.next.zh.startswith("已撤回")
    assert view.forms == ()
