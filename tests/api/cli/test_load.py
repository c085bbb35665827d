"""`pagoda load`: every layer, all rows or none, and what it says."""

import csv
import gc
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from api.cli.load import rare_collections
from gis.codes import organisation_check_digit
from support.makers.three_grids import (
    EVENTS,
    credit_code,
    head,
    read,
)
from support.makers.workbooks import workbook


def test_every_layer_is_loaded_and_answers(full: Callable) -> None:
    store = read()
    grids = store.grids()
    assert grids["grid_id"].tolist() == ["G1", "G2", "G3"]
    assert store.circles()["circle_id"].tolist() == ["C1"]
    duties = store.facts("duties")
    assert duties["holder_id"].tolist() == ["L001", "L003"]
    # no offset is local time
    assert str(duties["valid_from"][0]) == "2026-08-31 16:00:00+00:00"
    assert store.facts("enterprises")["source"].unique().tolist() == ["register"]
    events = store.events()
    assert events["grid_id"].fillna("-").tolist() == ["G1", "G1", "-", "-"]
    assert events["source"].unique().tolist() == ["events"]
    assert json.loads(events["details"][0]) == {"note": "a, b"}
    store.close()


def test_collections_are_as_before_once_events_are_loaded() -> None:
    before = gc.get_threshold()

    def stop() -> None:
        with rare_collections():
            assert gc.get_threshold() != before
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stop()
    assert (gc.get_threshold(), gc.get_freeze_count()) == (before, 0)


def test_loading_events_again_appends_none(full: Callable) -> None:
    before = head()
    answer = full("load", "events", "events.csv")
    assert answer.out.startswith("Appended 0 of 4 events; 4 were there already.")
    assert head() == before


def test_stored_answers_carry_provenance_and_probabilities(full: Callable) -> None:
    store = read()
    said = json.loads(store.events()["at_occurrence"][0])
    store.close()
    assert said["assignment"]["accountable"]["holder_id"] == "L001"
    assert said["assignment"]["provenance"]["version"] == 1
    assert said["accuracy_m"] == 30
    assert said["probabilities"][0][0] == "G1"
    assert said["revision"] == 4


BAD = {
    "unknown column": (
        "posts",
        "post_id,area_id,role,salary\nX,G1,leader,1\n",
        0,
        "1 columns that it does not know, ['salary']",
    ),
    "missing column": ("posts", "post_id,area_id\nX,G1\n", 0, "no column 'role'"),
    "repeated id": (
        "posts",
        "post_id,area_id,role\nX,G1,team\nX,G2,team\nY,G2,\n",
        2,
        "row 2, field 'post_id': 'X' stands in an earlier row",
    ),
    "unknown post": (
        "duties",
        "duty_id,post_id,holder_id,valid_from,valid_to\n"
        "D1,NO,L1,2026-01-02T08:00,2026-01-01T08:00\nD2,G1-L,,soon,\n",
        4,
        "row 1, field 'post_id': 'NO' is not in layer 'posts'",
    ),
    "two on one post": (
        "duties",
        "duty_id,post_id,holder_id,valid_from,valid_to\n"
        "D1,G1-L,L1,2026-01-01T08:00,2026-01-05T08:00\n"
        "D2,G1-L,L2,2026-01-05T08:00,2026-01-09T08:00\n"
        "D3,G1-L,L3,2026-01-08T08:00,\nD4,G2-L,L3,2026-01-08T08:00,\n",
        1,
        "row 3, field 'valid_from': duty 'D3' overlaps 'D2' of post 'G1-L'",
    ),
    "times by their names in the file": (
        "duties",
        "duty_id,post_id,holder_id,starts_at,ends_at\n"
        "D1,G1-L,L1,soon,2026-01-01T08:00\n"
        "D2,G1-L,L1,2026-01-02T08:00,2026-01-01T08:00\n",
        2,
        "row 2, field 'ends_at': is not after",
    ),
    "unknown place": (
        "inspections",
        "inspection_id,place_id,kind,findings\nI1,P9,check,\nI2,P1,check,\n",
        2,
        "row 1, field 'place_id': 'P9' is not in layer 'enterprises'",
    ),
    "rule without owner": (
        "rules",
        "rule_id,owner,body\nR1,,{}\nR2,bureau,{}\n",
        1,
        "row 1, field 'owner': is empty",
    ),
    "credit code": (
        "enterprises",
        "place_id,scene,is_coded,credit_code,source\n"
        f"P7,crowded_place,true,{credit_code()[:-1]}?,tax\nP8,crowded_place,perhaps,,tax\n",
        2,
        "is no credit code: Code '91330100799655058?' does not fit its pattern",
    ),
    "no source": (
        "enterprises",
        "place_id,scene,is_coded\nP7,crowded_place,true\n",
        0,
        "name the register that they come from with --source",
    ),
    "event before any version": (
        "events",
        "event_id,occurred_at,lon,lat\ne8,2025-09-01T08:00:00Z,120.05,30.05\n"
        "e9,2026-09-01T08:00:00Z,120.05,30.05\n",
        1,
        "row 1, field 'occurred_at': no version covers 2025-09-01",
    ),
    "event faults": (
        "events",
        "event_id,occurred_at,severity,lon,lat\n,soon,high,120.05,30.05\n"
        "e9,2026-09-01T08:00:00Z,1.5,120.05,30.05\ne9,,1,120.05,30.05\n",
        5,
        "Layer 'events' has 5 faults",
    ),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_rows_are_all_named_and_nothing_is_loaded(
    on: Callable, files: Path, name: str
) -> None:
    layer, text, rows, said = BAD[name]
    on("load", "posts", "posts.csv")
    before = head()
    (files / "bad.csv").write_text(text, encoding="utf-8")
    answer = on("load", layer, "bad.csv")
    assert answer.code == 2
    assert said in answer.err
    listed = [line for line in answer.err.splitlines() if line.startswith("row ")]
    assert len(listed) == rows
    assert answer.err.splitlines()[-1].endswith(".")
    assert head() == before


ROTATIONS = """\
rotation_id,post_id,members,first_at,until,every_days,recorded_at,cancelled
W,G1-L,L001;L002,2026-09-07T08:00,2026-10-05T08:00,7,2026-09-01T00:00:00Z,
"""


def test_rotations_become_the_duties_of_their_turns(on: Callable, files: Path) -> None:
    on("load", "posts", "posts.csv")
    path = files / "rotations.csv"
    path.write_text(ROTATIONS, encoding="utf-8")
    answer = on("load", "rotations", "rotations.csv")
    assert answer.code == 0, answer.err
    assert answer.out.startswith("Recorded 4 rows of duties")
    store = read()
    duties = store.facts("duties")
    store.close()
    assert duties["duty_id"].tolist()[:2] == [
        "W/2026-09-07T08:00",
        "W/2026-09-14T08:00",
    ]
    assert duties["holder_id"].tolist() == ["L001", "L002"] * 2
    assert str(duties["valid_from"][0]) == "2026-09-07 00:00:00+00:00"


def test_rotation_loaded_anew_takes_back_the_turns_it_no_longer_has(
    on: Callable, files: Path
) -> None:
    on("load", "posts", "posts.csv")
    (files / "rotations.csv").write_text(ROTATIONS, encoding="utf-8")
    shorter = ROTATIONS.replace("10-05T08", "09-21T08")
    (files / "shorter.csv").write_text(shorter, encoding="utf-8")
    assert on("load", "rotations", "rotations.csv").code == 0
    answer = on("load", "rotations", "shorter.csv")
    assert answer.code == 0, answer.err
    store = read()
    assert len(store.facts("duties")) == 2
    assert len(store.records("duties")) == 8
    store.close()


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("X,G9-L,L001,2026-09-07T08:00,2026-10-05T08:00,7,2026-09-01,", "'G9-L'"),
        ("X,G1-L,,2026-09-07T08:00,2026-10-05T08:00,7,2026-09-01,", "members"),
        ("X,G1-L,L9,2026-09-07T08:00,2026-10-05T08:00,7,soon,", "row 2, field 'record"),
        ("X,G1-L,L9,2026-10-01T08:00,2026-10-08T08:00,7,2026-09-02,", "row 2, field"),
    ],
    ids=["unknown post", "no members", "no time", "two on one post"],
)
def test_faulty_rotations_are_refused_by_their_row(
    on: Callable, files: Path, row: str, said: str
) -> None:
    on("load", "posts", "posts.csv")
    before = head()
    (files / "rotations.csv").write_text(ROTATIONS + row + "\n", encoding="utf-8")
    answer = on("load", "rotations", "rotations.csv")
    assert answer.code == 2
    assert said in answer.err
    assert head() == before


def test_event_at_a_place_that_no_version_covers_is_named_and_counted(
    full: Callable, files: Path
) -> None:
    away = EVENTS.replace("e1,", "f1,").replace("e3,", "f3,")
    (files / "away.csv").write_text(away, encoding="utf-8")
    answer = full("load", "events", "away.csv")
    assert answer.code == 0
    assert (
        "1 event is at a place that no grid in force then covers: 'f3' (row 3);"
        in answer.err
    )
    assert "1 outside" in answer.out


def test_inspection_of_the_future_is_refused_with_the_other_faults(
    full: Callable, files: Path
) -> None:
    text = (
        "inspection_id,place_id,kind,inspected_at,findings\n"
        'I1,P1,check,2199-01-01T08:00:00,\nI2,P1,check,2026-01-05,"[{}]"\n'
        "I3,P1,check,2026-01-05,\n"
    )
    (files / "inspections.csv").write_text(text, encoding="utf-8")
    before = head()
    answer = full("load", "inspections", "inspections.csv")
    assert answer.code == 2
    first, second, sentence = answer.err.splitlines()
    assert first.startswith(
        "row 1, field 'inspected_at': 2199-01-01T00:00:00+00:00 is in"
    )
    assert second.startswith("row 2, field 'findings'")
    assert "has 2 faults" in sentence
    assert head() == before
    sound = text.replace("2199", "2026").replace("[{}]", "[]")
    (files / "inspections.csv").write_text(sound, encoding="utf-8")
    assert full("load", "inspections", "inspections.csv").code == 0


def test_unusual_credit_code_is_loaded_with_a_warning(
    on: Callable, files: Path
) -> None:
    code = credit_code(
        digit="7" if organisation_check_digit("79965505") != "7" else "8"
    )
    text = f"place_id,scene,is_coded,credit_code\nP1,crowded_place,true,{code}\n"
    (files / "unusual.csv").write_text(text, encoding="utf-8")
    answer = on("load", "enterprises", "unusual.csv", "--source", "tax")
    assert answer.code == 0
    assert "1 credit code is valid and unusual, as row 1" in answer.err


EVENT_FACTS = {
    "destinations": (
        "destination_id,url,secret_id\ndesk,https://desk.example/,DESK_SECRET\n"
    ),
    "sources": "source,name_zh,sort,owner\nvideo,视频,camera,office\n",
    "devices": (
        "device_id,source,sort,in_home,lon,lat\nV1,video,camera,false,120.001,30.001\n"
    ),
    "departments": "department_id,name_zh,rank,lon,lat\ncentre,中心,1,120.001,30.001\n",
}


def test_facts_of_the_event_service_are_loaded_with_their_datum(
    on: Callable, files: Path
) -> None:
    for layer, text in EVENT_FACTS.items():
        (files / f"{layer}.csv").write_text(text, encoding="utf-8")
        datum = ("--datum", "gcj02") if "lon" in text else ()
        answer = on("load", layer, f"{layer}.csv", *datum)
        assert answer.code == 0, answer.err
        assert f"Recorded 1 row of {layer}" in answer.out


def test_keys_are_not_loaded_from_a_file(on: Callable, files: Path) -> None:
    (files / "keys.csv").write_text("key_id,sha256,role\n", encoding="utf-8")
    answer = on("load", "keys", "keys.csv")
    assert answer.code == 2
    assert "No such command 'keys'" in answer.err


def test_secret_in_a_file_is_refused_and_not_repeated(
    on: Callable, files: Path
) -> None:
    text = EVENT_FACTS["destinations"].replace("DESK_SECRET", "whsec_hush")
    (files / "destinations.csv").write_text(text, encoding="utf-8")
    answer = on("load", "destinations", "destinations.csv")
    assert answer.code != 0
    assert "row 1, field 'secret_id': the value is no name" in answer.err
    assert "hush" not in answer.err + answer.out


def test_columns_are_listed_without_a_file_or_a_store(pagoda: Callable) -> None:
    answer = pagoda("load", "enterprises", "--columns")
    assert answer.code == 0
    assert answer.out.startswith("enterprises 场所")
    assert "place_id      场所编号          text     required" in answer.out


def test_register_with_heads_of_its_own_is_loaded_by_a_map(
    on: Callable, tmp_path: Path
) -> None:
    path = tmp_path / "register.csv"
    path.write_text(
        "编号,种类,场所名称,经度,纬度,备注\n007,street_shop,一店,120.05,30.05,x\n"
        "008,住宅小区,二区,120.05,30.05,\n",
        encoding="utf-8",
    )
    book = workbook(
        tmp_path / "register.xlsx",
        [line.split(",") for line in path.read_text("utf-8").splitlines()],
    )
    told = []
    for file, source in ((path, "a"), (book, "b")):
        answer = on(
            *("load", "enterprises", str(file), "--source", source),
            *("--map", "place_id=编号,scene=种类", "--valid-from", "2026-01-01"),
        )
        assert answer.code == 0, answer.err
        assert "1 further column of the file, such as '备注', left out" in answer.err
        assert "taken as those of the eight scenes" in answer.err
        told.append(answer.err)
    assert told[0] == told[1]
    store = read()
    facts = store.facts("enterprises").drop(columns=["batch", "recorded_at"])
    store.close()
    rows = [facts[facts["source"] == source].drop(columns="source") for source in "ab"]
    assert rows[0].reset_index(drop=True).equals(rows[1].reset_index(drop=True))
    assert rows[0]["place_id"].tolist() == ["007", "008"]
    assert rows[0]["name"].tolist() == ["一店", "二区"]
    assert rows[0]["is_coded"].tolist() == [True, False]


def test_events_of_a_workbook_are_those_of_the_csv(
    on: Callable, tmp_path: Path
) -> None:
    lines = EVENTS.strip().splitlines()
    rows = list(csv.reader(lines))
    book = workbook(tmp_path / "events.xlsx", rows, sheet="事件")
    assert on("load", "events", str(book)).code == 0
    answer = on("load", "events", "events.csv")
    assert answer.out.startswith("Appended 0 of 4 events; 4 were there already.")


MAPS = {
    "no pair": ("place_id", "no pair such as place_id=编号"),
    "no column of ours": ("placeid=a", "no column of enterprises"),
    "no column of theirs": ("place_id=kode", "no column 'kode'"),
    "twice": ("scene=a,scene=b", "names 'scene' twice"),
    "beside our own": ("place_id=name", "'place_id' and 'name' for 'place_id'"),
}


@pytest.mark.parametrize("name", MAPS)
def test_doubtful_map_is_one_sentence_and_nothing_is_loaded(
    on: Callable, name: str
) -> None:
    before = head()
    value, words = MAPS[name]
    answer = on("load", "enterprises", "enterprises.csv", "--map", value)
    assert (answer.code, answer.err.count("\n")) == (2, 1)
    assert words in answer.err
    assert head() == before


def test_all_missing_columns_are_in_one_sentence(on: Callable, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("x\n1\n")
    answer = on("load", "enterprises", str(path))
    assert answer.code == 2
    for name in ("'place_id' (场所编号)", "'scene' (场所类型)", "'source' (来源)"):
        assert name in answer.err
    assert "--map place_id=COLUMN,scene=COLUMN,source=COLUMN" in answer.err


def test_second_leader_is_refused_and_every_command_goes_on(
    full: Callable, tmp_path: Path
) -> None:
    before = head()
    rows = "post_id,area_id,role\nPX,G1,grid_leader\nPY,1,grid_leader\n"
    path = tmp_path / "second.csv"
    path.write_text(rows, encoding="utf-8")
    answer = full("load", "posts", path)
    assert (answer.code, head()) == (2, before)
    assert "row 1, field 'area_id': 'G1' has the leader post 'G1-L'" in answer.err
    assert "row 2, field 'area_id': '1' is no grid or circle" in answer.err
    assert full("due").code == 0
