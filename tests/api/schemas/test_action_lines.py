"""A line of an action says no more than whoever sees the event may know."""

from api.schemas.action_lines import ActionLineOut
from gis.events import Loop, StoredAction
from support.makers.loop_entries import AT, action_of


def test_line_has_neither_texts_nor_key_nor_answer():
    action = action_of(
        "E",
        "return",
        key_id="K-SECRET",
        reason="SECRET",
        request={"note": "SECRET"},
        answer=b"SECRET",
        request_key="SECRET",
        path=("assigned", "accepted"),
        task_id="E/1",
        role="operator",
    )
    loop = Loop("E", state="accepted", phase="accepted", area_path="C1/")
    line = ActionLineOut.of(StoredAction(action, 7, 2, 3, AT), loop)
    text = line.model_dump_json()
    assert "SECRET" not in text
    assert (line.row, line.seq, line.path) == (7, 2, ("assigned", "accepted"))
    assert (line.task_id, line.area_path) == ("E/1", "C1/")
    assert "2026-09-21T" in text
