"""A planner's change: tried on its version, approved by a second person, published."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely

from api.service.stores.sample import SAMPLE_NOW, publish_sample
from api.service.versions.change_file import ChangeFile
from api.service.versions.gate import (
    GateJob,
    open_workspace,
    publish_change,
    rebase_change,
    review_change,
    try_change,
)
from gis.editing import Workspace, changeset_of
from gis.editing.recombination import BalanceRule
from gis.errors import EditError, InvalidLayerError, StoreError
from gis.models import Instant, Post, PostId
from gis.roster import PostsPlan
from gis.synthetic.town import Town
from layers.stores import Store, open_store
from support.makers.change_files import analysed, change_of, split_and_merged
from support.makers.edit_proposals import NAMES, propose
from support.makers.laned_grids import S_TOWN
from support.makers.square_town import NOW, SquareTown, local, post

OCTOBER = local("2026-10-01")
KEY = b"k" * 32
SETTLED = PostsPlan(
    ended=frozenset({PostId("G3-L")}),
    moved={PostId("G3-M"): "G4"},
    created=(Post(PostId("G4-L"), "G4", "grid_leader", "L003"),),
    vacant=frozenset({"G5"}),
)


@pytest.fixture
def town(squares: SquareTown) -> SquareTown:
    """The town with a member in G3."""
    squares.record("posts", post("G3-M", "G3", "full_time_member", "M003"))
    return squares


@pytest.fixture
def change(town: SquareTown) -> ChangeFile:
    """A change with what becomes of all posts."""
    changes = change_of(split_and_merged(town.store)).changeset
    return analysed(ChangeFile(changes, SETTLED))


def job(town: SquareTown, change: ChangeFile, **options: object) -> GateJob:
    """A change that the chief approved, true from October on."""
    change = analysed(change)
    approval = review_change(town.store, change, "chief", KEY)
    return GateJob(change, approval, OCTOBER, KEY, **options)


def posts_at(town: SquareTown, at: int) -> dict[str, str]:
    """Where each post stands then."""
    facts = town.store.facts("posts", valid_at=at)
    return dict(zip(facts["post_id"], facts["area_id"], strict=True))


def refused(town: SquareTown, job: GateJob) -> str:
    """The sentence by which a change is refused; nothing is recorded then."""
    before = town.store.last_link()
    with pytest.raises(EditError) as raised:
        publish_change(town.store, job)
    assert town.store.last_link() == before
    return str(raised.value)


def test_change_comes_into_force_with_its_posts(
    town: SquareTown, change: ChangeFile
) -> None:
    version = publish_change(town.store, job(town, change))
    assert (version.version, version.base, version.valid_from) == (2, 1, OCTOBER)
    assert (version.author, version.reviewer) == ("helper, planner", "chief")
    assert version.note == "G2 is too busy; one is enough"
    shares = {(row.from_id, row.to_id): row.share for row in version.lineage}
    assert shares == {("G2", "G5"): pytest.approx(0.5), ("G3", "G4"): 1.0}
    ids = town.store.version_layers(2).grids["grid_id"].tolist()
    assert ids == ["G1", "G2", "G4", "G5"]
    before = posts_at(town, NOW)
    assert before["G3-L"] == before["G3-M"] == "G3"
    after = posts_at(town, OCTOBER)
    kept = {"C-L": "C", "G1-L": "G1", "G1-M": "G1", "G2-L": "G2"}
    assert after == {**kept, "G4-L": "G4", "G3-M@G4": "G4"}


TIMED = "2026-10-01 00:00 Asia/Shanghai"


def timed_job(town: SquareTown, change: ChangeFile, at: Instant | None) -> GateJob:
    """A change that the chief approved for October on, to be published for a time."""
    change = analysed(change, TIMED)
    return GateJob(change, review_change(town.store, change, "chief", KEY), at, KEY)


@pytest.mark.parametrize("at", [None, OCTOBER], ids=["unsaid", "the same"])
def test_change_is_true_since_the_time_that_was_approved(
    town: SquareTown, change: ChangeFile, at: Instant | None
) -> None:
    version = publish_change(town.store, timed_job(town, change, at))
    assert version.valid_from == OCTOBER
    assert posts_at(town, OCTOBER)["G4-L"] == "G4"


def test_other_time_than_was_approved_is_refused(
    town: SquareTown, change: ChangeFile
) -> None:
    text = refused(town, timed_job(town, change, local("2027-06-01")))
    assert "approved for 2026-10-01 00:00 (Asia/Shanghai)" in text
    assert "its publication asks for 2027-06-01 00:00" in text
    assert "`pagoda draft diff --valid-from` and `pagoda draft review`" in text


def test_time_that_was_changed_after_the_approval_is_refused(
    town: SquareTown, change: ChangeFile
) -> None:
    approved = timed_job(town, change, None)
    for time in ("2027-06-01 00:00 Asia/Shanghai", ""):
        other = replace(approved, change=analysed(change, time))
        assert "that was made last" in refused(town, other)


def test_time_that_the_page_leaves_open_is_that_of_the_publication(
    town: SquareTown, change: ChangeFile
) -> None:
    approved = replace(job(town, change), valid_from=None)
    assert publish_change(town.store, approved).valid_from >= NOW


def test_untouched_grids_keep_their_bytes(town: SquareTown, change: ChangeFile) -> None:
    publish_change(town.store, job(town, change))
    before, after = (town.store.version_layers(n).grids for n in (1, 2))
    [old], [new] = (g.loc[g["grid_id"] == "G1", "geometry"] for g in (before, after))
    assert old.wkb == new.wkb


def test_what_nobody_says_follows_the_ground(town: SquareTown) -> None:
    trial = try_change(town.store, change_of(split_and_merged(town.store)), NOW)
    assert sorted(trial.plan.ended) == ["G3-L"]
    assert trial.plan.moved == {"G3-M": "G4"}
    assert trial.succession.leaderless == ("G5",)


def test_what_somebody_says_stands_in_its_place(town: SquareTown) -> None:
    change = change_of(split_and_merged(town.store))
    said = PostsPlan(moved={PostId("G3-L"): "G5"})
    trial = try_change(town.store, change, NOW, said)
    assert trial.plan.moved == {"G3-M": "G4", "G3-L": "G5"}
    assert trial.succession.is_settled


def test_open_posts_are_neither_approved_nor_published(town: SquareTown) -> None:
    change = analysed(change_of(split_and_merged(town.store)))
    with pytest.raises(EditError, match=r"'G5'.*--posts FILE"):
        review_change(town.store, change, "chief", KEY)
    settled = job(town, ChangeFile(change.changeset, SETTLED))
    approval = replace(settled.approval, changes=change.digest(), signature="").signed(
        KEY
    )
    text = refused(town, replace(settled, change=change, approval=approval))
    assert "leaves 1 thing open about posts" in text


def test_post_of_a_grid_that_is_gone_may_not_be_left(
    town: SquareTown, change: ChangeFile
) -> None:
    left = replace(SETTLED, ended=frozenset())
    with pytest.raises(EditError, match="'G3-L' of 'G3'"):
        review_change(town.store, analysed(replace(change, posts=left)), "chief", KEY)


@pytest.mark.parametrize("name", ["planner", " Helper ", " "])
def test_author_does_not_approve(
    town: SquareTown, change: ChangeFile, name: str
) -> None:
    with pytest.raises(EditError, match="by a second person"):
        review_change(town.store, change, name, KEY)


def test_approval_of_another_change_is_refused(
    town: SquareTown, change: ChangeFile
) -> None:
    approved = job(town, change)
    plan = replace(SETTLED, vacant=frozenset({"G5", "G1"}))
    later = analysed(replace(change, posts=plan))
    text = refused(town, replace(approved, change=later))
    assert text.startswith("The approval is of the changes ")
    assert text.endswith("have the change reviewed again as it is now.")


def test_approval_of_another_draft_is_refused(
    town: SquareTown, change: ChangeFile
) -> None:
    approved = job(town, change)
    other = replace(approved.approval, draft="0" * 64).signed(KEY)
    assert "draft '000000000000'" in refused(town, replace(approved, approval=other))


def test_approval_that_was_edited_is_refused(
    town: SquareTown, change: ChangeFile
) -> None:
    approved = job(town, change)
    edited = replace(approved.approval, reviewer="mayor")
    text = refused(town, replace(approved, approval=edited))
    assert "does not fit PAGODA_AUDIT_KEY" in text


def test_row_3_25_nothing_is_approved_without_its_analysis(
    town: SquareTown, change: ChangeFile
) -> None:
    with pytest.raises(EditError, match=r"no analysis.*pagoda draft diff"):
        review_change(town.store, replace(change, analysis=None), "chief", KEY)
    later = replace(change, posts=replace(SETTLED, vacant=frozenset({"G5", "G1"})))
    with pytest.raises(EditError, match="that of an earlier state"):
        review_change(town.store, later, "chief", KEY)


@pytest.mark.parametrize(
    ("analysis", "text"),
    [
        (lambda analysis: None, "no analysis"),
        (lambda analysis: replace(analysis, changes="0" * 64), "an earlier state"),
        (lambda analysis: replace(analysis, page="0" * 64), "upon the page '5555"),
    ],
    ids=["none", "of an earlier state", "another page"],
)
def test_row_3_25_nothing_is_published_but_upon_its_analysis(
    town: SquareTown, change: ChangeFile, analysis: Callable, text: str
) -> None:
    approved = job(town, change)
    other = replace(change, analysis=analysis(change.analysis))
    assert text in refused(town, replace(approved, change=other))


def test_change_on_a_version_of_before_is_refused(
    town: SquareTown, change: ChangeFile
) -> None:
    approved = job(town, change)
    town.publish({"G1": (0, 1), "G2": (1, 2), "G3": (2, 4)}, "2026-10-01")
    assert "for version 1 with" in refused(town, approved)


def test_ids_of_history_are_not_used_again(town: SquareTown) -> None:
    town.publish({"G1": (0, 1), "G9": (1, 2), "G3": (2, 4)}, "2026-10-01")
    town.publish({"G1": (0, 1), "G10": (1, 2), "G3": (2, 4)}, "2026-10-02")
    draft = open_workspace(town.store)
    assert {"G2", "G4", "G9"} <= draft.used_ids
    with pytest.raises(EditError, match="'G9'"), draft.edit("x", author="p") as e:
        e.split("G1", [(120.005, 30.0), (120.005, 30.01)], new_id="G9")


def test_grid_gets_no_id_that_a_circle_has(town: SquareTown) -> None:
    draft = open_workspace(town.store)
    assert {"C", "E", "W"} <= draft.used_ids
    with pytest.raises(EditError, match="'E'"), draft.edit("x", author="p") as e:
        e.split("G1", [(120.005, 30.0), (120.005, 30.01)], new_id="E")


def test_second_leader_of_a_grid_is_refused_with_its_plan(town: SquareTown) -> None:
    draft = open_workspace(town.store)
    with draft.edit("x", author="planner") as e:
        e.reparent("G2", "E")
    plan = PostsPlan(created=(Post(PostId("G1-N"), "G1", "grid_leader", "L009"),))
    change = ChangeFile(changeset_of(draft), plan)
    with pytest.raises(InvalidLayerError, match="'G1' the leader posts"):
        try_change(town.store, change, OCTOBER)


def test_change_is_drawn_anew_on_the_head(town: SquareTown, change: ChangeFile) -> None:
    columns = {"G1": (0, 1), "G2": (1, 2), "G34": (2, 4)}
    town.publish(columns, "2026-10-01")
    rebased, refusals = rebase_change(town.store, change)
    assert [edit.note for edit in rebased.changeset.edits] == ["G2 is too busy"]
    [refusal] = refusals
    assert "'G3'" in str(refusal) or "'G4'" in str(refusal)
    trial = try_change(town.store, ChangeFile(rebased.changeset), OCTOBER)
    assert trial.workspace.ids() == ["G1", "G2", "G34", "G5"]


def test_circle_that_is_not_in_the_tree_is_refused(town: SquareTown) -> None:
    draft = open_workspace(town.store)
    with draft.edit("to nowhere", author="planner") as e:
        e.reparent("G2", "X")
    with pytest.raises(EditError, match=r"'X' is not in the tree.*'G2'"):
        try_change(town.store, change_of(draft), OCTOBER)


def test_outline_that_an_edit_names_may_move(town: SquareTown) -> None:
    draft = open_workspace(town.store)
    with draft.edit("the shore", author="planner") as e:
        e.move_vertex((120.0, 30.01), (120.001, 30.009), moves=["outline"])
    change = change_of(draft)
    assert publish_change(town.store, job(town, change)).version == 2


def test_store_without_a_version_has_nothing_to_edit() -> None:
    with pytest.raises(StoreError, match="publish one from a file first"):
        open_workspace(open_store("memory:"))


GROUND = [name for name in NAMES if name not in ("reparent", "set_figures")]


def drawn_at_random(store: Store, seed: int, count: int) -> Workspace:
    """A draft with so many operations that were accepted, wherever they fell."""
    rng, draft = np.random.default_rng(seed), open_workspace(store)
    while len(draft.steps) < count:
        operation = propose(draft, str(rng.choice(GROUND)), rng)
        with suppress(EditError):
            if operation is not None:
                with draft.edit("at random", author="planner") as e:
                    e.do(operation)
    return draft


def suggest_somewhere(draft: Workspace, seed: int) -> None:
    """Even out the residents of the first grids that can be, along S town's lines."""
    lines = [*gpd.read_file(S_TOWN / "lines.geojson").geometry]
    rule = BalanceRule(steps=30, seed=seed, moved_share=0.5)
    for grid in np.random.default_rng(seed).permutation(draft.ids()).tolist():
        with suppress(EditError), draft.edit("even out", author="planner") as e:
            e.suggest([grid], lines, lambda blocks: shapely.area(blocks.polygons), rule)
            return
    raise AssertionError


@pytest.mark.parametrize("seed", range(4))
def test_what_a_draft_accepts_is_published_every_time(s_town: Town, seed: int) -> None:
    store = open_store("memory:", now=lambda: SAMPLE_NOW)
    publish_sample(store, s_town)
    for version in (2, 3, 4):
        draft = drawn_at_random(store, 100 * version + seed, 12)
        suggest_somewhere(draft, seed)
        plan = PostsPlan(vacant=frozenset(draft.ids()))
        change = analysed(ChangeFile(changeset_of(draft), plan))
        approval = review_change(store, change, "chief")
        published = publish_change(store, GateJob(change, approval, SAMPLE_NOW))
        assert published.version == version
        grids = store.version_layers(version).grids.set_index("grid_id").geometry
        assert list(map(parts, grids)) == [
            parts(draft.planar.polygons[grid]) for grid in grids.index
        ]


def parts(polygon: shapely.Polygon | shapely.MultiPolygon) -> list[bytes]:
    """The bytes of each part: a store keeps one part as several of one."""
    return [part.wkb for part in shapely.get_parts(polygon)]
