"""What the second person reads: all that changes hands, as if each were asked again."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
import shapely

from api.service.versions.gate import open_workspace
from api.service.versions.ground_facts import ReviewTerms
from api.service.versions.review import gather_review, write_review
from gis.errors import EditError
from gis.events import Changes
from gis.models import Post, PostId, SafetyCode
from gis.roster import PostsPlan
from layers.figures.review import Review
from layers.packs.scenario_files import scenarios
from layers.rating.day import read_risk_day
from layers.rating.due import list_due
from layers.rating.facts import Cutoff
from layers.reports.handover_lists import handover_lists
from layers.reports.review_page import review_page
from layers.stores import Store, open_store
from layers.stores.loops import Entry
from support.makers.change_files import change_of, split_and_merged
from support.makers.clocked_town import ClockedTown
from support.makers.loop_entries import action_of
from support.makers.square_town import (
    CRS,
    DAY,
    NOW,
    TIMEZONE,
    SquareTown,
    duty,
    local,
    places,
    post,
)
from support.oracles.owners import owner_of

OCTOBER = local("2026-10-01")
TERMS = ReviewTerms(TIMEZONE)


@pytest.fixture
def town(squares: SquareTown) -> SquareTown:
    """The town with a member in G3 who has a duty, and places on every border."""
    squares.record("posts", post("G3-M", "G3", "full_time_member", "M003"))
    squares.record("duties", duty("D3", "G3-M", "M003", "2026-11-01T00:00:00+08:00"))
    xs = [120 + step / 400 for step in range(17)]
    rows = places().iloc[[0] * len(xs)].reset_index(drop=True)
    rows["place_id"] = [f"X{number:02d}" for number in range(len(xs))]
    rows = rows.set_geometry(shapely.points(xs, [30.005] * len(xs)), crs=CRS)
    squares.store.record("enterprises", rows)
    return squares


def gathered(town: SquareTown, plan: PostsPlan | None = None) -> Review:
    change = replace(change_of(split_and_merged(town.store)), posts=plan)
    return gather_review(town.store, change, OCTOBER, TERMS)


def polygons(frame):
    return dict(zip(frame["grid_id"], frame.geometry, strict=True))


def test_places_change_hands_as_if_each_were_assigned_again(town: SquareTown) -> None:
    review = gathered(town)
    before, after = polygons(review.grids_before), polygons(review.grids_after)
    facts = town.store.facts("enterprises", valid_at=NOW)
    expected = set()
    for place, point in zip(facts["place_id"], facts.geometry, strict=True):
        if point is None:
            continue
        old = owner_of(point.x, point.y, before)
        new = owner_of(point.x, point.y, after)
        if old != new:
            expected.add((place, old, new))
    records = review.caseload.records["place"]
    assert {(r.record_id, r.before, r.after) for r in records} == expected
    moves = {place: (old, new) for place, old, new in expected}
    moves = {place: (old, new) for place, old, new in expected}
    # on the new border the lower id stays; the old one was that of the lower id
    assert "X06" not in moves
    assert (moves["X05"], moves["X12"]) == (("G2", "G5"), ("G3", "G4"))
    assert len(moves) == 6


def test_due_checks_that_move_are_those_that_are_due(town: SquareTown) -> None:
    due = {c.place_id for c in list_due(read_risk_day(town.store, Cutoff(DAY)))}
    case = gathered(town).caseload
    moved = {record.record_id for record in case.records["place"]}
    assert {record.record_id for record in case.records["check"]} == due & moved
    assert due & moved


def test_layers_that_are_not_loaded_are_said_and_never_0() -> None:
    town = SquareTown.__new__(SquareTown)
    full = SquareTown()
    town.clock, town.store = full.clock, open_store("memory:", now=full.clock)
    town.publish({"G1": (0, 1), "G2": (1, 2), "G3": (2, 3), "G4": (3, 4)}, "2026-09-01")
    review = gathered(town)
    assert [*review.caseload.records.values()] == [None, None, None]
    assert (review.caseload.duties, review.posts) == (None, None)
    for pair in review.figures:
        for figures in filter(None, pair[1:]):
            absent = (figures.residents, figures.places, figures.events)
            assert absent == (None, None, None)
            assert (figures.members, figures.load_h) == (None, None)


def test_posts_and_duties_that_change_hands_are_named(town: SquareTown) -> None:
    created = Post(PostId("G5-L"), "G5", "grid_leader", "L005")
    plan = PostsPlan(
        frozenset({PostId("G3-L")}), {PostId("G3-M"): "G4"}, (created,), frozenset()
    )
    review = gathered(town, plan)
    [(handed, before, after)] = review.caseload.duties
    assert (handed.duty_id, before, after) == ("D3", "G3", "G4")
    assert review.caseload.leaders_before["G3"] == "G3-L"
    # nobody leads G4: the core answers, up the chain
    assert review.caseload.leaders_after == {
        "G1": "G1-L",
        "G2": "G2-L",
        "G4": "C-L",
        "G5": "G5-L",
    }


def test_figures_are_those_before_and_after(town: SquareTown) -> None:
    figures = {pair.grid_id: pair for pair in gathered(town).figures}
    assert sorted(figures) == ["G2", "G3", "G4", "G5"]
    assert figures["G5"].before is None
    assert figures["G3"].after is None
    total = sum(p.before.value("places") for p in figures.values() if p.before)
    assert total == sum(p.after.value("places") for p in figures.values() if p.after)
    assert figures["G4"].after.members == 1
    assert figures["G2"].before.places[("general_enterprise", SafetyCode.GREEN)] == 1


def test_typed_figures_are_no_estimates(town: SquareTown) -> None:
    draft = split_and_merged(town.store)
    with draft.edit("counted at the doors", author="planner") as e:
        e.set_figures("G5", residents=120)
    review = gather_review(town.store, change_of(draft), OCTOBER, TERMS)
    [five] = [pair for pair in review.figures if pair.grid_id == "G5"]
    assert five.after.residents == (120, False)


def test_open_events_change_hands_but_for_those_of_sensitive_kinds() -> None:
    clocked = ClockedTown()
    [sensitive, *_] = scenarios().sensitive_kinds
    ids = [
        clocked.report("stays"),
        clocked.report("goes", lon=120.025),
        clocked.report("on the old border", lon=120.03),
        clocked.report("closed", lon=120.026),
        clocked.report("of people", kind=sensitive, lon=120.027),
    ]
    closed = Changes({"phase": "closed", "state": "closed"})
    action = action_of(ids[3], "close", changes=closed)
    clocked.store.append([Entry(actions=(action,))]).result()
    assert not clocked.store.loop(ids[3]).is_open
    review = gathered(clocked.squares)
    records = {
        (r.record_id, r.before, r.after) for r in review.caseload.records["event"]
    }
    # the old border belonged to G3, the lower id
    assert records == {(ids[1], "G3", "G4"), (ids[2], "G3", "G4")}
    lists = b"".join(handover_lists(review).values()).decode()
    assert ids[1] in lists
    assert ids[4] not in lists
    assert ids[4] not in review_page(review)


def test_open_event_of_a_retired_grid_without_position_is_warned_of() -> None:
    clocked = ClockedTown()
    event = clocked.report("goes", lon=120.025)
    lost = Changes({"lon": None, "lat": None})
    action = action_of(event, "note", changes=lost)
    clocked.store.append([Entry(actions=(action,))]).result()
    [warning] = gathered(clocked.squares).warnings
    assert warning.en.startswith("1 open events of retired grids have no position")


def test_gathering_records_nothing_and_names_what_is_signed(town: SquareTown) -> None:
    link = town.store.last_link()
    change = change_of(split_and_merged(town.store))
    review = gather_review(town.store, change, OCTOBER, TERMS)
    assert town.store.last_link() == link
    digests = review.digests
    assert digests.change == change.digest()
    assert digests.draft == change.changeset.digest
    assert digests.base == town.store.history().head().digest
    assert review.certificate.is_clean
    assert review.valid_from == "2026-10-01 00:00 Asia/Shanghai"
    assert review.authors == ("helper", "planner")


def test_change_of_another_version_is_refused(town: SquareTown) -> None:
    change = change_of(split_and_merged(town.store))
    town.publish({"G1": (0, 1), "G2": (1, 2), "G3": (2, 4)}, "2026-10-01")
    with pytest.raises(EditError, match="rebase it"):
        gather_review(town.store, change, OCTOBER, TERMS)


def test_day_before_the_base_is_warned_of(town: SquareTown) -> None:
    change = change_of(split_and_merged(town.store))
    early = gather_review(town.store, change, local("2026-08-01"), TERMS)
    assert "publication will be refused" in early.warnings[0].en
    assert gathered(town).warnings == ()


def test_page_and_lists_are_written(town: SquareTown, tmp_path: Path) -> None:
    page, folder = tmp_path / "review.html", tmp_path / "a" / "handover"
    review = gathered(town)
    analysis, count = write_review(review, page, folder)
    assert analysis.changes == review.digests.change
    assert analysis.page == hashlib.sha256(page.read_bytes()).hexdigest()
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == count
    assert "handover_post_G3-L.csv" in names
    assert write_review(gathered(town), page, None) == (analysis, 0)


def test_places_of_s_town_change_hands_as_if_each_were_assigned_again(
    s_town_store: Store,
) -> None:
    draft = open_workspace(s_town_store)
    grid = draft.ids()[40]
    polygon = draft.planar.polygons[grid]
    west, south, east, north = polygon.bounds
    level = shapely.LineString(
        [(west - 1, (south + north) / 2), (east + 1, (south + north) / 2)]
    )
    line = shapely.get_coordinates(shapely.intersection(level, polygon)).tolist()
    with draft.edit("too heavy", author="planner") as e:
        new = e.split(grid, line)
    now = s_town_store.now()
    review = gather_review(s_town_store, change_of(draft), now, TERMS)
    before, after = polygons(review.grids_before), polygons(review.grids_after)
    facts = s_town_store.facts("enterprises", valid_at=now)
    near = facts[
        shapely.intersects_xy(
            shapely.buffer(polygon, 1e-4), facts.geometry.x, facts.geometry.y
        )
    ]
    around = {g: p for g, p in after.items() if shapely.intersects(p, polygon)}
    around_before = {g: before[g] for g in around if g in before}
    expected = set()
    for place, point in zip(near["place_id"], near.geometry, strict=True):
        old = owner_of(point.x, point.y, around_before)
        owner = owner_of(point.x, point.y, around)
        if old != owner:
            expected.add((place, old, owner))
    records = review.caseload.records["place"]
    assert {(r.record_id, r.before, r.after) for r in records} == expected
    assert {(old, owner) for _, old, owner in expected} == {(grid, new)}
    # people stay: what the halves have is what the whole had
    pairs = [p for p in review.figures if p.grid_id in {grid, new}]
    counts = [pair.after.residents.value for pair in pairs]
    [whole] = [p.before.residents.value for p in pairs if p.before]
    assert sum(counts) == whole
    assert len(review.nodes_only) == len(review.changes) - 2
