"""A planner's day on the page of the editor, from a border to the version."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import shapely
from playwright.sync_api import Browser

from api.service.stores.sample import publish_sample, record_posts
from api.service.versions.change_file import ChangeFile, read_change
from api.service.versions.editor import EditorJob, open_editor
from api.service.versions.gate import (
    GateJob,
    publish_change,
    review_change,
    try_change,
)
from api.service.versions.ground_facts import ReviewTerms
from api.service.versions.review import gather_review, write_review
from gis.editing import Workspace
from gis.editing.sizing import SizingRule
from gis.models import Post, PostId
from gis.roster import PostsPlan
from gis.synthetic import Town, make_s_lines
from layers import open_store
from layers.editor import EditorSession
from layers.stores import Store
from support.harness.browser import visit
from support.harness.editor_page import Hand, planner_at
from support.makers.laned_grids import S_TOWN

TERMS = ReviewTerms("Asia/Shanghai")
COMMUNITY = "330199101026"
HEAVY, WIDER, CORNER = (f"{COMMUNITY}00{n}" for n in (4, 3, 1))
BY_CANAL = "330199101010001"
MIDDLE = "330199101017004"
PAN_PIXELS = 48
"""So far an arrow key moves the map."""
PEOPLE = {"population": 0.05, "place": 0, "check": 0, "event": 0, "km2": 10}


@dataclass
class Day:
    """A planner at the page, the draft behind it, and a folder for files."""

    hand: Hand
    session: EditorSession
    store: Store
    folder: Path

    @property
    def draft(self) -> Workspace:
        return self.session.workspace

    def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until the draft is as it shall be, and the page has drawn it."""
        for _ in range(600):
            if is_so():
                # the draft is ahead of the page until its answer is drawn
                self.hand.wait_until_idle()
                self.hand.page.wait_for_timeout(150)
                return
            self.hand.page.wait_for_timeout(50)
        self.picture("stuck")
        raise AssertionError(self.hand.page.locator(".editor-message").inner_text())

    def picture(self, name: str) -> None:
        """Keep how the page looks."""
        self.hand.page.screenshot(path=self.folder / f"{name}.png")

    def choose(self, tool: str, *grids: str) -> None:
        """Take a tool, and click the grids that it is for."""
        shapes = [self.draft.planar.polygons[grid] for grid in grids]
        self.hand.look(tuple(shapely.total_bounds(shapes).tolist()))
        self.hand.press("Escape", "Escape", "Escape", "Escape", tool)
        for shape in shapes:
            point = shape.representative_point()
            self.hand.click(point.x, point.y)


@pytest.fixture
def day(s_town: Town, chromium: Browser, tmp_path: Path) -> Iterator[Day]:
    store = open_store("memory:")
    publish_sample(store, s_town)
    record_posts(store, s_town, TERMS.timezone)
    job = EditorJob(
        tmp_path / "change.json", "planner", TERMS, S_TOWN / "lines.geojson"
    )
    opened, _ = open_editor(store, job)
    # the layers that the shipped rule counts are not in this store
    rule = SizingRule("people/1", "office", "residents", PEOPLE, {})
    session = EditorSession(opened.workspace, replace(opened.context, rule=rule))
    with planner_at(chromium, session) as hand:
        yield Day(hand, session, store, tmp_path)


def redraw_to_a_lane(day: Day) -> None:
    """The border of two grids follows a lane."""
    lanes = make_s_lines()
    lane = lanes.loc[lanes["id"] == "L0002"].geometry.iloc[0].coords
    day.choose("r", HEAVY, WIDER)
    day.hand.click(*lane[0])
    day.hand.click(*lane[-1], "Shift")
    day.hand.wait_until_ready()
    day.picture("redraw")
    day.hand.press("Enter")
    day.until(lambda: len(day.draft.steps) == 1)
    corners = shapely.get_coordinates(day.draft.planar.polygons[HEAVY]).tolist()
    assert {tuple(c) for c in lane[1:-1]} <= {tuple(c) for c in corners}


def drag_over_a_border(day: Day) -> None:
    """A corner that is dragged over another border stays, and it is said why."""
    before = day.draft.digest()
    polygon = day.draft.planar.polygons[CORNER]
    west, south, east, north = polygon.bounds
    corner = shapely.get_coordinates(polygon)[0].tolist()
    day.choose("v", CORNER)
    day.hand.drag(corner, (2 * west - east, south - (north - south) / 3))
    day.hand.page.locator(".editor-message.is-refused").wait_for()
    day.picture("refused")
    assert "；请" in day.hand.page.locator(".editor-message").inner_text()
    assert day.draft.digest() == before


def split_along_the_canal(day: Day) -> None:
    """A grid is cut where the canal runs through it; undone and done again."""
    lines = make_s_lines()
    canals = lines.loc[lines["kind"] == "canal"].geometry.to_numpy()
    polygon = day.draft.planar.polygons[BY_CANAL]
    parts = shapely.get_parts(shapely.intersection(canals, polygon))
    inside = max(parts, key=lambda part: part.length).coords
    day.choose("p", BY_CANAL)
    day.hand.click(*inside[0])
    day.hand.click(*inside[-1], "Shift")
    day.hand.wait_until_ready()
    day.picture("split")
    day.hand.press("Enter")
    day.until(lambda: len(day.draft.ids()) == 126)
    day.hand.press("Control+z")
    day.until(lambda: len(day.draft.ids()) == 125)
    day.hand.press("Control+y")
    day.until(lambda: len(day.draft.ids()) == 126)


def let_borders_be_suggested(day: Day) -> None:
    """The heaviest grid and its neighbours are evened out along lanes."""
    count = len(day.draft.steps)
    rows = day.session.figures({"grids": day.draft.ids()})[0]["figures"]
    loads = {row["grid"]: row["after"]["load_h"] for row in rows}
    far = [g for g in loads if g[:12] not in (COMMUNITY, BY_CANAL[:12])]
    heaviest = max(far, key=lambda grid: loads[grid])
    day.choose("Escape", heaviest)
    day.hand.press("g")
    day.until(lambda: len(day.draft.steps) == count + 1)
    day.picture("suggested")
    rows = day.session.figures({"grids": day.draft.ids()})[0]["figures"]
    evened = {row["grid"]: row["after"]["load_h"] for row in rows}
    assert sum(h * h for h in evened.values()) < sum(h * h for h in loads.values())


def find(day: Day, grid: str) -> None:
    """Find a grid by its code."""
    day.hand.press("f")
    day.hand.page.keyboard.type(grid)
    day.hand.press("Enter")


def split_and_merge_by_keys_alone(day: Day) -> None:
    """A grid is cut from left to right, and its halves made one, without a mouse."""
    day.hand.press("Escape", "Escape", "Escape", "Escape")
    find(day, MIDDLE)
    ids = set(day.draft.ids())
    west, south, east, _ = day.draft.planar.polygons[MIDDLE].bounds
    left, right = (day.hand.spot(lon, south)[0] for lon in (west, east))
    steps = int((right - left) / 2 / PAN_PIXELS) + 1
    day.hand.press("p", *["ArrowLeft"] * steps, "Space")
    day.hand.press(*["ArrowRight"] * 2 * steps, "Space")
    day.hand.wait_until_ready()
    day.picture("keys")
    day.hand.press("Enter")
    day.until(lambda: len(day.draft.ids()) == 127)
    [new] = set(day.draft.ids()) - ids
    day.hand.press("Escape", "Escape", "m")
    find(day, MIDDLE)
    find(day, new)
    day.hand.wait_until_ready()
    day.hand.press("Enter")
    day.until(lambda: len(day.draft.ids()) == 126)


def save(day: Day) -> ChangeFile:
    """What was drawn is in the file, with a leader for the new grid."""
    day.hand.press("s")
    day.until(lambda: day.session.is_saved)
    day.picture("saved")
    change = read_change(day.folder / "change.json")
    new = next(g for g in day.draft.ids() if g not in day.draft.base_rows)
    leader = Post(PostId(f"{new}-L"), new, "grid_leader")
    said = PostsPlan(created=(leader,))
    trial = try_change(day.store, change, day.store.now(), said)
    return ChangeFile(change.changeset, trial.plan)


def test_a_planner_draws_saves_and_a_second_person_publishes(
    day: Day, chromium: Browser
) -> None:
    redraw_to_a_lane(day)
    drag_over_a_border(day)
    split_along_the_canal(day)
    let_borders_be_suggested(day)
    split_and_merge_by_keys_alone(day)
    change = save(day)
    origin = day.hand.page.url.rstrip("/")
    assert {url for url in day.hand.requests if not url.startswith(origin)} == set()
    assert day.hand.trouble == []
    review = gather_review(day.store, change, None, TERMS)
    page = day.folder / "review.html"
    analysis, _ = write_review(review, page, None)
    change = replace(change, analysis=analysis)
    with visit(chromium, page) as opened:
        opened.page.screenshot(path=day.folder / "review.png")
        assert opened.trouble == []
    approval = review_change(day.store, change, "chief")
    version = publish_change(day.store, GateJob(change, approval, day.store.now()))
    layers = day.store.version_layers(version.version)
    assert layers.grids["grid_id"].tolist() == day.draft.ids()
    assert (version.author, version.reviewer) == ("planner", "chief")
