"""The commands on a store: init, load, publish, versions, replay, audit, export."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from api.service.facts.dictionary import data_dictionary
from api.service.stores.export import export_store
from gis.codes import credit_check_digit, organisation_check_digit
from gis.models import Instant
from layers.stores import Store, open_store
from layers.stores.memory import MemoryStore
from support.makers import broken_files as broken

KEY = "a secret of more than thirty-two characters"
PERSONS = ("--author", "planner", "--reviewer", "chief")
SINCE = ("--valid-from", "2026-01-01")
CIRCLES = "circle_id,parent_id,tier,name\nC1,,1,core\n"
POSTS = """\
post_id,area_id,role,holder_id
G1-L,G1,grid_leader,L001
G2-L,G2,grid_leader,L002
C1-L,C1,circle_leader,R001
"""
DUTIES = """\
duty_id,post_id,holder_id,starts_at,ends_at,recorded_at,cancelled
D1,G1-L,L001,2026-09-01T00:00:00,2026-10-01T00:00:00,2026-08-20T09:00:00+08:00,False
D2,G2-L,L002,2026-09-01T00:00:00+08:00,2026-10-01T00:00:00+08:00,2026-08-20T09:00:00+08:00,False
D2,G2-L,L003,2026-09-01T00:00:00+08:00,2026-10-01T00:00:00+08:00,2026-08-21T09:00:00+08:00,False
"""
EVENTS = """\
event_id,occurred_at,category,severity,lon,lat,accuracy_m,note
e1,2026-09-02T08:00:00+08:00,noise,1,120.05,30.05,30,"a, b"
e2,2026-09-03T08:00:00,fire,3,120.1,30.05,,border
e3,2026-09-04T08:00:00+08:00,fire,3,119.99,30.05,,outside
e4,2026-09-05T08:00:00+08:00,noise,2,,,,no place
"""


def credit_code(organisation: str = "79965505", digit: str | None = None) -> str:
    """A credit code whose own check digit fits."""
    body = "91330100" + organisation + (digit or organisation_check_digit(organisation))
    return body + credit_check_digit(body)


ENTERPRISES = f"""\
place_id,scene,is_coded,credit_code,name,lon,lat
P1,crowded_place,true,{credit_code()},甲,120.05,30.05
P2,street_shop,false,,乙,120.15,30.05
"""


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """Three grids under one circle, with posts, duties, enterprises and events."""
    broken.grids_geojson(tmp_path / "grids.geojson")
    texts = {
        "circles": CIRCLES,
        "posts": POSTS,
        "duties": DUTIES,
        "enterprises": ENTERPRISES,
        "events": EVENTS,
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def on(
    pagoda: Callable, files: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable]:
    """Run `pagoda` in the folder, on a store with the grids and circles."""
    monkeypatch.chdir(files)
    monkeypatch.setenv("PAGODA_AUDIT_KEY", KEY)
    assert pagoda("init").code == 0
    grids = ("load", "grids", "grids.geojson", "--id", "code", *SINCE, *PERSONS)
    answer = pagoda(*grids, "--circles", "circles.csv")
    assert answer.code == 0, answer.err
    return pagoda


@pytest.fixture
def full(on: Callable) -> Callable:
    """The same with every other layer loaded."""
    for layer in ("posts", "duties", "enterprises"):
        more = () if layer == "duties" else SINCE
        more += ("--source", "register") if layer == "enterprises" else ()
        answer = on("load", layer, f"{layer}.csv", *more)
        assert answer.code == 0, answer.err
    assert on("load", "events", "events.csv").code == 0
    return on


def head(path: str = "pagoda.gpkg") -> tuple[int, str]:
    """The end of the log of a store."""
    store = open_store(path)
    link = store.last_link()
    store.close()
    return (link.sequence, link.head) if link else (0, "")


def read(path: str = "pagoda.gpkg") -> Store:
    """A store to read."""
    return open_store(path)


def test_init_makes_an_empty_store_where_none_is(
    pagoda: Callable, tmp_path: Path
) -> None:
    url = tmp_path / "town.gpkg"
    assert pagoda("init", url).code == 0
    assert pagoda("versions", "--store", url).out.startswith("Nothing is published yet")
    again = pagoda("init", url)
    assert again.code == 2
    assert "is there already" in again.err


def test_commands_without_a_store_say_so(pagoda: Callable, tmp_path: Path) -> None:
    for command in (("versions",), ("audit", "verify"), ("replay", "x")):
        answer = pagoda(*command, "--store", tmp_path / "none.gpkg")
        assert answer.code == 2
        assert answer.err.count("\n") == 1


def test_store_is_found_by_the_setting(
    on: Callable, files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (files / "other").mkdir()
    monkeypatch.chdir(files / "other")
    assert on("versions").code == 2
    monkeypatch.setenv("PAGODA_STORE", str(files / "pagoda.gpkg"))
    assert "in force" in on("versions").out


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


def test_replay_is_byte_equal_also_when_duties_changed_since(
    full: Callable, files: Path
) -> None:
    changed = DUTIES.replace("L001", "L009")
    (files / "changed.csv").write_text(changed, encoding="utf-8")
    assert full("load", "duties", "changed.csv").code == 0
    store = read()
    ids = store.events()["event_id"].tolist()
    store.close()
    for event_id in ids:
        answer = full("replay", event_id)
        assert answer.code == 0
        assert answer.out.count("byte-equal") == 2


def test_replay_of_an_unknown_event_is_refused(full: Callable) -> None:
    answer = full("replay", "nobody")
    assert answer.code == 2
    assert "has no event 'nobody'" in answer.err


def test_versions_tell_what_is_in_force_pending_and_past(on: Callable) -> None:
    on("load", "circles", "circles.csv", "--valid-from", "2026-02-01", *PERSONS)
    later = ("--valid-from", "2999-01-01", "--note", "far", *PERSONS)
    assert on("publish", "--grids", "grids.geojson", "--id", "code", *later).code == 0
    states = [line.split()[1] for line in on("versions").out.splitlines()[2:]]
    assert states == ["past", "in", "pending"]


def test_digest_of_the_reviewer_is_compared(on: Callable) -> None:
    before = head()
    answer = on("load", "circles", "circles.csv", *PERSONS, "--digest", "f" * 64)
    assert answer.code == 2
    assert "was reviewed with digest" in answer.err
    assert head() == before


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (("--valid-from", "2025-01-01", *PERSONS), "publish it as a correction"),
        (("--base", "7", *PERSONS), "is based on version 7"),
        (("--author", "one", "--reviewer", " One"), "a second person"),
        (("--valid-from", "soon", *PERSONS), "expected a day or time"),
    ],
    ids=["back-dated", "other base", "one person", "no time"],
)
def test_publication_that_breaks_a_rule_is_refused(
    on: Callable, options: tuple[str, ...], text: str
) -> None:
    before = head()
    answer = on("load", "circles", "circles.csv", *options)
    assert answer.code == 2
    assert text in answer.err
    assert answer.err.count("\n") == 1
    assert head() == before


def test_correction_form_publishes_into_the_past(on: Callable) -> None:
    form = ("--valid-from", "2025-01-01", "--untouched", "1", *PERSONS)
    assert on("load", "circles", "circles.csv", *form).code == 0


def test_grid_id_that_was_retired_does_not_come_back(on: Callable, files: Path) -> None:
    whole = json.loads((files / "grids.geojson").read_text())
    two = [f for f in whole["features"] if f["properties"]["code"] != "G3"]
    broken.geojson(files / "two.geojson", two)
    publish = ("publish", "--id", "code", *PERSONS, "--grids")
    assert on(*publish, "two.geojson", "--valid-from", "2026-03-01").code == 0
    answer = on(*publish, "grids.geojson", "--valid-from", "2026-04-01")
    assert answer.code == 2
    assert "['G3'] (1 in all) were retired" in answer.err


def test_grid_code_outside_its_community_is_refused_by_name(
    on: Callable, files: Path
) -> None:
    features = [
        broken.feature(
            {"code": f"33019910100100{n}", "community_id": community},
            [broken.square(120.0 + n / 10, 30.0)],
        )
        for n, community in enumerate(["330199101001", "330199101002", "330199101003"])
    ]
    broken.geojson(files / "coded.geojson", list(features))
    answer = on("publish", "--grids", "coded.geojson", "--id", "code", *PERSONS)
    assert answer.code == 2
    lines = answer.err.splitlines()
    assert lines[0].startswith("row 2, field 'grid_id': Code '330199101001001'")
    assert lines[1].startswith("row 3, field 'grid_id'")
    assert "2 codes that do not fit" in lines[-1]


BAD = {
    "unknown column": (
        "posts",
        "post_id,area_id,role,phone\nX,G1,leader,1\n",
        0,
        "1 columns that it does not know, ['phone']",
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
        "D1,NO,L1,2026-01-02,2026-01-01\nD2,G1-L,,soon,\n",
        4,
        "row 1, field 'post_id': 'NO' is not in layer 'posts'",
    ),
    "two on one post": (
        "duties",
        "duty_id,post_id,holder_id,valid_from,valid_to\n"
        "D1,G1-L,L1,2026-01-01,2026-01-05\nD2,G1-L,L2,2026-01-05,2026-01-09\n"
        "D3,G1-L,L3,2026-01-08,\nD4,G2-L,L3,2026-01-08,\n",
        1,
        "row 3, field 'valid_from': duty 'D3' overlaps 'D2' of post 'G1-L'",
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
        6,
        "Layer 'events' has 6 faults",
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


COUNTED = (120.0, 120.1, 120.2)


@pytest.fixture
def counted(files: Path) -> Path:
    """Grids with residents in two communities, and a file of these communities."""
    features = [
        broken.feature(
            {"code": f"G{n + 1}", "parent_id": "C1", "community_id": community}
            | ({"residents": 100 * n, "registered": None} if n else {}),
            [broken.square(lon, 30.0)],
        )
        for n, (lon, community) in enumerate(zip(COUNTED, "AAB", strict=True))
    ]
    names = "community_id,name\nA,甲社区\nB,乙社区\n"
    (files / "communities.csv").write_text(names, encoding="utf-8")
    return broken.geojson(files / "counted.geojson", list(features))


def publish_counted(on: Callable, *more: str) -> object:
    grids = ("publish", "--grids", "counted.geojson", "--id", "code", *PERSONS)
    return on(*grids, "--valid-from", "2026-03-01", *more)


def test_communities_of_a_file_are_published_with_their_names(
    on: Callable, counted: Path
) -> None:
    answer = publish_counted(on, "--communities", "communities.csv")
    assert answer.code == 0, answer.err
    store = read()
    assert store.communities()["name"].tolist() == ["甲社区", "乙社区"]
    store.close()
    # without the file the names of the head stay
    more = ("--valid-from", "2026-04-01")
    assert publish_counted(on, *more).code == 0
    store = read()
    assert store.communities()["name"].tolist() == ["甲社区", "乙社区"]
    store.close()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("community_id,name\nA,甲\n", "Communities ['B'] (1 in all)"),
        ("community_id,mayor\nA,1\nB,2\n", "does not know, ['mayor']"),
        ("name\n甲\n", "no column 'community_id'"),
        ("community_id\nA\nB\nA\n", "row 3, field 'community_id': 'A' stands"),
    ],
    ids=["one too few", "unknown column", "no id", "id twice"],
)
def test_faulty_communities_are_refused(
    on: Callable, counted: Path, files: Path, text: str, said: str
) -> None:
    before = head()
    (files / "communities.csv").write_text(text, encoding="utf-8")
    answer = publish_counted(on, "--communities", "communities.csv")
    assert answer.code == 2
    assert said in answer.err.splitlines()[-1]
    assert head() == before


@pytest.mark.parametrize("form", ["geoparquet", "geojson"])
def test_residents_of_grids_come_back_from_an_export(
    on: Callable, counted: Path, form: str
) -> None:
    assert publish_counted(on).code == 0
    assert on("export", "--out", "copy", "--format", form).code == 0
    assert on("init", "again.gpkg", "--from", "copy").code == 0
    assert head("again.gpkg") == head()
    again = read("again.gpkg")
    residents = again.version_layers(2).grids["residents"]
    again.close()
    assert residents.fillna(-1).tolist() == [-1, 100, 200]


def test_version_that_is_pending_is_withdrawn(on: Callable) -> None:
    why = ("--reason", "postponed", "--reviewer", "chief")
    later = ("--valid-from", "2999-01-01", *PERSONS)
    assert on("load", "circles", "circles.csv", *later).code == 0
    answer = on("withdraw", "2", *why)
    assert answer.code == 0
    assert answer.out == "Withdrew version 2 of grid system 'main', link 3.\n"
    assert [line.split()[1] for line in on("versions").out.splitlines()[2:]] == [
        "in",
        "withdrawn",
    ]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("1", "--reason", "x", "--reviewer", "y"), "publish a correction instead"),
        (("9", "--reason", "x", "--reviewer", "y"), "is not standing"),
        (("1", "--reason", " ", "--reviewer", "y"), "publish a correction instead"),
        (
            ("1", "--reason", "x", "--reviewer", "y", "--system", "police"),
            "is not standing",
        ),
    ],
    ids=["in force", "unknown", "no reason", "other system"],
)
def test_version_that_cannot_be_withdrawn_stays(
    on: Callable, options: tuple[str, ...], said: str
) -> None:
    before = head()
    answer = on("withdraw", *options)
    assert answer.code == 2
    assert said in answer.err
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
        "1 events are at a place that no grid in force then covers: 'f3' (row 3);"
        in answer.err
    )
    assert "1 outside" in answer.out


def test_inspection_of_the_future_is_refused_with_the_other_faults(
    full: Callable, files: Path
) -> None:
    text = (
        "inspection_id,place_id,kind,inspected_at,findings\n"
        'I1,P1,check,2999-01-01T08:00:00,\nI2,P1,check,2026-01-05,"[{}]"\n'
        "I3,P1,check,2026-01-05,\n"
    )
    (files / "inspections.csv").write_text(text, encoding="utf-8")
    before = head()
    answer = full("load", "inspections", "inspections.csv")
    assert answer.code == 2
    first, second, sentence = answer.err.splitlines()
    assert first.startswith(
        "row 1, field 'valid_from': 2999-01-01T00:00:00+00:00 is in"
    )
    assert second.startswith("row 2, field 'findings'")
    assert "has 2 faults" in sentence
    assert head() == before
    sound = text.replace("2999", "2026").replace("[{}]", "[]")
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
    assert "1 credit codes are valid and unusual, as row 1" in answer.err


def test_head_is_signed_and_a_cut_log_is_found(full: Callable, files: Path) -> None:
    early = files / "pagoda.gpkg"
    copy = files / "early.gpkg"
    assert full("export", "--out", copy).code == 0
    assert full("load", "posts", "posts.csv").code == 0
    line = full("audit", "head").out
    (files / "head.json").write_text(line)
    whole = full("audit", "verify", "--head", "head.json", "--store", early)
    assert (whole.code, whole.out[-10:]) == (0, "0 faults.\n")
    cut = full("audit", "verify", "--head", line.strip(), "--store", copy)
    assert cut.code == 1
    assert "does not go through it" in cut.out
    assert full("audit", "verify", "--store", copy).code == 0


def test_head_without_a_key_is_refused(
    on: Callable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGODA_AUDIT_KEY", "short")
    assert "has 5 bytes" in on("audit", "head").err
    monkeypatch.delenv("PAGODA_AUDIT_KEY")
    answer = on("audit", "head")
    assert answer.code == 2
    assert "PAGODA_AUDIT_KEY" in answer.err


EXPORTS = {
    "GeoPackage": ("copy.gpkg",),
    "GeoParquet": ("copy",),
    "GeoJSON": ("copy", "--format", "geojson"),
}


@pytest.mark.parametrize("form", EXPORTS)
def test_export_is_restored_with_equal_digests_and_heads(
    full: Callable, form: str
) -> None:
    out, *more = EXPORTS[form]
    assert full("export", "--out", out, *more).code == 0
    assert full("init", "again.gpkg", "--from", out).code == 0
    assert head("again.gpkg") == head()
    first, again = read(), read("again.gpkg")
    assert again.history() == first.history()
    assert again.store_id == first.store_id
    assert again.events().equals(first.events())
    first.close()
    again.close()


def test_export_onto_something_is_refused(on: Callable, files: Path) -> None:
    (files / "there").mkdir()
    for out in ("there", "pagoda.gpkg"):
        answer = on("export", "--out", out)
        assert answer.code == 2
        assert "is there already" in answer.err


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("log.ndjson", "L003", "L004"),
        ("log.ndjson", "G2-L", "G9-L"),
        ("grids.geojson", "120.2", "120.3"),
        ("grids.geojson", "G3", "G4"),
        ("log.ndjson", '"posts"', '"posts'),
        ("store.json", "pagoda-export/1", "pagoda-export/9"),
    ],
)
def test_changed_export_is_refused_and_no_store_is_left(
    full: Callable, files: Path, name: str, old: str, new: str
) -> None:
    full("export", "--out", "copy", "--format", "geojson")
    path = files / "copy" / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    answer = full("init", "again.gpkg", "--from", "copy")
    assert answer.code == 2, answer.out
    assert answer.err.count("\n") == 1
    assert not list(files.glob("again.gpkg*"))


def test_whole_export_says_that_it_is_whole(full: Callable) -> None:
    assert "it is whole, closed fields too" in full("export", "--out", "copy").out


OPEN_NAMES = {
    "circles.geojson",
    "communities.geojson",
    "duties.csv",
    "enterprises.csv",
    "grids.geojson",
    "posts.csv",
    "rules.csv",
    "stations.csv",
    "versions.csv",
}


def test_open_export_has_open_layers_without_log_events_or_inspections(
    full: Callable, files: Path
) -> None:
    answer = full("export", "--out", "shared", "--format", "geojson", "--open")
    assert answer.code == 0, answer.err
    assert {path.name for path in (files / "shared").iterdir()} == OPEN_NAMES
    assert "open fields only, of grids, circles," in answer.out
    assert "whole" not in answer.out


def test_open_export_has_open_fields_only(full: Callable, files: Path) -> None:
    sharing = {(e.layer, e.name): e.sharing for e in data_dictionary()}
    added = {"lineage", "withdrawn_at", "withdrawn_because"}
    full("export", "--out", "shared", "--format", "geojson", "--open")
    for path in (files / "shared").glob("*.csv"):
        columns = path.read_text(encoding="utf-8").splitlines()[0].split(",")
        for name in set(columns) - added:
            assert sharing[path.stem, name] == "open", (path.stem, name)
    collection = json.loads((files / "shared" / "grids.geojson").read_bytes())
    for feature in collection["features"]:
        assert {sharing["grids", name] for name in feature["properties"]} == {"open"}
        assert feature["geometry"]
    everything = b"".join(p.read_bytes() for p in (files / "shared").iterdir())
    for inside in (b"L001", b"R001", b"planner", b"chief", b"register"):
        assert inside not in everything


def test_open_export_of_parquet_has_the_same_layers(
    full: Callable, files: Path
) -> None:
    assert full("export", "--out", "shared", "--open").code == 0
    names = {path.stem for path in (files / "shared").glob("*.parquet")}
    assert names == {Path(name).stem for name in OPEN_NAMES}


def test_open_export_as_a_geopackage_is_refused(full: Callable, files: Path) -> None:
    answer = full("export", "--out", "shared.gpkg", "--open")
    assert answer.code == 2
    assert "expected a new folder" in answer.err
    assert not list(files.glob("*shared*"))


def test_no_store_is_made_of_an_open_export(full: Callable, files: Path) -> None:
    full("export", "--out", "shared", "--open")
    answer = full("init", "again.gpkg", "--from", "shared")
    assert answer.code == 2
    assert "without --open" in answer.err
    assert not list(files.glob("again.gpkg*"))


def test_store_of_another_kind_is_exported_as_a_geopackage_too(
    full: Callable, files: Path
) -> None:
    memory = MemoryStore(now=lambda: Instant(0))
    export_store(memory, files / "empty.gpkg")
    assert not list(files.glob("empty.gpkg-*"))
    again = read("empty.gpkg")
    assert again.store_id == memory.store_id
    again.close()
