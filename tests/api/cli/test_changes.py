"""`pagoda draft` and `publish --changes`: from a planner's change to a version."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest

from api.service.versions.change_file import write_json
from api.service.versions.gate import open_workspace
from gis.local_time import instant_text
from layers.editor.messages import pack, unpack
from layers.stores.facts import instant_of
from support.makers.change_files import change_of
from support.makers.three_grids import PERSONS, SINCE, head, read

ROOT = Path(__file__).resolve().parents[3]
POSTS = "do,post_id,area_id,role\ncreate,N-L,G9,grid_leader\n"
FILES = ("--grids", "grids.geojson", "--id", "code", *PERSONS)
PUBLISH = ("publish", "--changes", "full.json", "--approval", "approval.json")


@pytest.fixture
def drawn(on: Callable, files: Path) -> Callable:
    """A change by which G1 gives its east half to G9, and a leader for that."""
    assert on("load", "posts", "posts.csv", *SINCE).code == 0
    store = read()
    draft = open_workspace(store)
    west, south, east, north = draft.planar.polygons["G1"].bounds
    middle = (west + east) / 2
    with draft.edit("two halves", author="planner") as e:
        e.split("G1", [(middle, south), (middle, north)], new_id="G9")
    write_json(files / "change.json", change_of(draft).to_dict())
    (files / "plan.csv").write_text(POSTS, encoding="utf-8")
    store.close()
    return on


def approve(on: Callable, *time: str) -> None:
    """Take the change through its review."""
    plan = ("--posts", "plan.csv", "--out", "full.json")
    assert on("draft", "apply", "change.json", *plan).code == 0
    assert on("draft", "diff", "full.json", *time, "--out", "review.html").code == 0
    review = ("--reviewer", "chief", "--out", "approval.json")
    answer = on("draft", "review", "full.json", *review)
    assert (answer.code, "signed" in answer.err) == (0, True)


def test_change_is_published_once_it_is_approved(drawn: Callable) -> None:
    approve(drawn)
    answer = drawn(*PUBLISH, "--valid-from", "2199-01-01")
    assert answer.code == 0, answer.err
    assert answer.out.startswith("Published version 2 of grid system 'main', digest ")
    layers = read().version_layers(2)
    assert layers.grids["grid_id"].tolist() == ["G1", "G2", "G3", "G9"]
    assert layers.version.note == "two halves"
    assert drawn("audit", "verify").code == 0


def test_change_is_true_since_what_its_page_says(drawn: Callable, files: Path) -> None:
    approve(drawn, "--valid-from", "2199-01-01")
    before = head()
    answer = drawn(*PUBLISH, "--valid-from", "2199-06-01")
    assert answer.code == 2
    assert answer.err.count("\n") == 1
    assert "approved for 2199-01-01 00:00 (" in answer.err
    assert "asks for 2199-06-01 00:00" in answer.err
    assert head() == before
    assert drawn(*PUBLISH).code == 0
    valid_from = read().version_layers(2).version.valid_from
    assert instant_text(valid_from) == "2198-12-31T16:00:00.000+00:00"


def test_page_without_a_time_says_that_its_publication_names_it(
    drawn: Callable, files: Path
) -> None:
    approve(drawn)
    page = (files / "review.html").read_text(encoding="utf-8")
    assert "as its publication says; reckoned for 2" in page


@pytest.mark.parametrize(
    ("options", "bodies"),
    [
        ((), []),
        (("--open-events", "move"), []),
        (("--open-events", "keep"), ['{"open_events":"keep"}']),
    ],
    ids=["unsaid", "move", "keep"],
)
def test_rule_says_that_open_events_stay(
    drawn: Callable, options: tuple[str, ...], bodies: list[str]
) -> None:
    approve(drawn)
    answer = drawn(*PUBLISH, "--valid-from", "2199-01-01", *options)
    assert answer.code == 0, answer.err
    rules = read().facts("rules")
    rules = rules[rules["rule_id"] == "handover/main"]
    assert rules["body"].tolist() == bodies
    assert rules["owner"].tolist() == ["planner"] * len(bodies)
    valid_from = read().version_layers(2).version.valid_from
    assert [instant_of(at) for at in rules["valid_from"]] == [valid_from] * len(bodies)


@pytest.mark.parametrize(
    ("options", "name"),
    [
        (("publish", "--changes", "full.json", "--approval", "none.json"), "none.json"),
        (("publish", "--changes", "n.json", "--approval", "approval.json"), "n.json"),
        ((*PUBLISH, "--key", "none.key"), "none.key"),
        (("draft", "review", "n.json", "--reviewer", "x", "--out", "a"), "n.json"),
        (("draft", "diff", "n.json", "--out", "a.html"), "n.json"),
        (("draft", "rebase", "n.json", "--out", "a"), "n.json"),
        (("draft", "apply", "full.json", "--posts", "none.csv"), "none.csv"),
    ],
    ids=["approval", "changes", "key", "review", "diff", "rebase", "posts"],
)
def test_file_that_is_not_there_is_said(
    drawn: Callable, options: tuple[str, ...], name: str
) -> None:
    approve(drawn)
    answer = drawn(*options)
    assert answer.code == 2
    assert answer.err == (
        f"There is no file {name!r}; check the path and its spelling.\n"
    )


def test_what_is_open_is_said_and_exits_1(drawn: Callable) -> None:
    answer = drawn("draft", "apply", "change.json")
    assert answer.code == 1
    lines = answer.out.splitlines()
    assert lines[0] == (
        "On version 1: 1 grid created, 2 grids changed, 0 grids retired."
    )
    assert lines[-1].startswith("1 grid without a leader post: 'G9'")


def test_what_was_not_reviewed_as_it_is_is_refused(
    drawn: Callable, files: Path
) -> None:
    approve(drawn)
    change = json.loads((files / "full.json").read_text(encoding="utf-8"))
    change["posts"]["vacant"] = ["G2"]
    (files / "full.json").write_text(json.dumps(change), encoding="utf-8")
    before = head()
    answer = drawn(*PUBLISH)
    assert answer.code == 2
    assert "have the change reviewed again as it is now." in answer.err
    assert head() == before


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (("--changes", "change.json"), "came without --approval"),
        (
            ("--changes", "change.json", "--approval", "a", "--grids", "b"),
            "with --grids beside it",
        ),
        (("--grids", "grids.geojson", "--id", "code"), "Missing option '--author'"),
        (("--id", "code", *PERSONS), "Missing option '--grids'"),
        (
            (*FILES, "--open-events", "keep"),
            "--open-events came without --changes",
        ),
        ((*FILES, "--approval", "a"), "--approval came without --changes"),
        ((*FILES, "--key", "k"), "--key came without --changes"),
        (("--changes", "c", "--open-events", "stay"), "'stay' is not one of"),
    ],
    ids=[
        "no approval",
        "files too",
        "no author",
        "nothing",
        "events of files",
        "approval of files",
        "key of files",
        "other word",
    ],
)
def test_half_a_publication_is_refused(
    drawn: Callable, options: tuple[str, ...], text: str
) -> None:
    answer = drawn("publish", *options)
    assert (answer.code, text in answer.err) == (2, True)


def new_key(on: Callable, files: Path, area: str) -> tuple[str, ...]:
    """The option --key with the file of a steward's new key for an area."""
    answer = on("key", "new", "--role", "steward", "--area", area)
    assert answer.code == 0, answer.err
    (files / "key.txt").write_text(answer.out, encoding="utf-8")
    return "--key", "key.txt"


def test_row_3_22_key_approves_and_publishes_in_its_area_only(
    drawn: Callable, files: Path
) -> None:
    approve(drawn)
    review = ("draft", "review", "full.json", "--reviewer", "chief", "--out", "a.json")
    elsewhere = new_key(drawn, files, "G2")
    before = head()
    for command in (review, PUBLISH):
        answer = drawn(*command, *elsewhere)
        assert answer.code == 2
        assert "touches 2 areas outside (grids 'G1', 'G9')" in answer.err
    assert not (files / "a.json").exists()
    assert head() == before
    everywhere = new_key(drawn, files, "C1")
    assert drawn(*review, *everywhere).code == 0
    assert drawn(*PUBLISH, *everywhere).code == 0
    assert read().history().head().version == 2


def test_key_that_was_revoked_does_nothing(drawn: Callable, files: Path) -> None:
    approve(drawn)
    key = new_key(drawn, files, "C1")
    key_id = drawn("key", "list").out.split()[0]
    assert drawn("key", "revoke", key_id).code == 0
    answer = drawn(*PUBLISH, *key)
    assert (answer.code, "no key that is valid now" in answer.err) == (2, True)


def test_change_is_drawn_anew_on_the_head(drawn: Callable) -> None:
    circles = ("load", "circles", "circles.csv", "--base", "1", *PERSONS)
    assert drawn(*circles).code == 0
    approve_before = drawn("draft", "apply", "change.json")
    assert approve_before.code == 2
    assert "rebase it" in approve_before.err
    assert drawn("draft", "rebase", "change.json", "--out", "new.json").code == 0
    answer = drawn("draft", "apply", "new.json")
    assert answer.out.startswith("On version 2: 1 grid created")


def test_second_person_gets_a_page_and_each_post_a_list(
    drawn: Callable, files: Path
) -> None:
    plan = ("--posts", "plan.csv", "--out", "full.json")
    assert drawn("draft", "apply", "change.json", *plan).code == 0
    before = head()
    options = ("--valid-from", "2199-01-01", "--out", "review.html", "--lists", "lists")
    answer = drawn("draft", "diff", "full.json", *options)
    assert answer.code == 0, answer.err
    assert answer.out.splitlines()[:4] == [
        "places: not loaded",
        "open events: not loaded",
        "due checks: not loaded",
        "duties: not loaded",
    ]
    assert answer.err.strip().endswith("Wrote review.html and 1 list.")
    page = (files / "review.html").read_text(encoding="utf-8")
    assert "2199-01-01 00:00" in page
    assert [path.name for path in (files / "lists").iterdir()] == [
        "handover_post_N-L.csv"
    ]
    assert head() == before


def test_page_in_a_folder_that_is_not_there_is_refused(drawn: Callable) -> None:
    answer = drawn("draft", "diff", "change.json", "--out", "nowhere/review.html")
    assert answer.code == 2
    assert "The output 'nowhere/review.html' cannot be written" in answer.err


def test_difference_of_a_stale_change_is_refused_and_writes_nothing(
    drawn: Callable, files: Path
) -> None:
    circles = ("load", "circles", "circles.csv", "--base", "1", *PERSONS)
    assert drawn(*circles).code == 0
    answer = drawn("draft", "diff", "change.json", "--out", "review.html")
    assert (answer.code, "rebase it" in answer.err) == (2, True)
    assert not (files / "review.html").exists()


def split_g1() -> dict:
    west, south, east, north = open_workspace(read()).planar.polygons["G1"].bounds
    middle = (west + east) / 2
    line = [(middle, south), (middle, north)]
    return {"type": "apply", "operation": {"name": "split", "grid": "G1", "line": line}}


def send(url: str, *messages: dict) -> list[dict]:
    """Send messages as the browser does that opened the address; return answers."""
    answers = []
    origin = url.partition("/?")[0]
    with httpx2.Client(follow_redirects=True, timeout=60) as client:
        assert "mount(" in client.get(url).text
        for seq, message in enumerate(messages):
            body = pack({**message, "seq": seq})
            response = client.post(
                f"{origin}/message", content=body, headers={"Origin": origin}
            )
            answers.append(unpack(response.content)[0])
    return answers


def test_what_is_drawn_and_saved_in_the_editor_is_taken_by_apply(
    on: Callable, files: Path
) -> None:
    options = ("--out", "drawn.json", "--author", "planner", "--no-browser")
    command = [sys.executable, "-m", "api", "draft", "edit", *options]
    with subprocess.Popen(
        command,
        cwd=files,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line.startswith("Open http://127.0.0.1:")
        messages = (split_g1(), {"type": "save"}, {"type": "undo"})
        answers = send(line.split()[1], *messages)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    assert [a["type"] for a in answers] == ["changed", "saved", "changed"]
    assert "drawn.unsaved.json" in err
    assert (files / "drawn.unsaved.json").exists()
    assert "G1" in on("draft", "apply", "drawn.json").out


def test_an_editor_of_a_store_without_grids_is_refused(
    pagoda: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert pagoda("init").code == 0
    answer = pagoda("draft", "edit", "--out", "change.json", "--no-browser")
    assert answer.code == 2
    assert "publish one from a file first" in answer.err
