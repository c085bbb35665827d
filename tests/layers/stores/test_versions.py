"""What a publication becomes in any store: rounded, dissolved, numbered, or refused."""

from dataclasses import replace

import pytest
import shapely

from gis.errors import CoverageError, InvalidLayerError, StoreError
from gis.versions import History
from layers.stores.version_digest import draft_digest
from layers.stores.versions import (
    VERSION_LAYERS,
    Standing,
    layers_in_force,
    no_layers,
    prepare,
)
from support.makers.contract_rows import GROUND
from support.makers.store_history import CRS, day, draft, publication

NOTHING = Standing({}, {}.__getitem__)


def prepared(*drafts, **options):
    """The versions of a first publication, recorded on day 1."""
    proposal = publication(*drafts, base=None, **options)
    return prepare(proposal, History("main"), day(1), NOTHING, CRS)


def changed(**columns):
    """A draft of the ground with other columns of grids, reviewed as it is."""
    proposal = draft(GROUND, day(0))
    grids = proposal.grids.assign(**columns)
    return replace(proposal, grids=grids, digest=draft_digest(grids, proposal.circles))


def test_grids_are_multi_polygons_at_nine_decimals_in_code_order():
    squares = [shapely.box(120 + n, 30, 121 + n, 31) for n in range(3)]
    fine = shapely.transform(squares, lambda xy: xy + 4e-11)
    [layers] = prepared(changed(geometry=fine))
    assert layers.grids["grid_id"].tolist() == ["G1", "G2", "G3"]
    assert {p.geom_type for p in layers.grids.geometry} == {"MultiPolygon"}
    for stored, square in zip(layers.grids.geometry, squares, strict=True):
        assert shapely.equals(stored, square)


def test_circles_and_communities_are_dissolved_from_their_grids():
    [layers] = prepared(changed(community_id=["K1", "K2", "K2"]))
    whole = layers.grids.union_all()
    assert layers.circles.set_index("circle_id").geometry["C"].equals(whole)
    assert layers.communities["community_id"].tolist() == ["K1", "K2"]
    east = layers.grids.geometry.iloc[1:].union_all()
    assert layers.communities.geometry.iloc[1].equals(east)


def test_version_says_who_and_when_and_follows_the_last_number():
    [layers] = prepared(draft(GROUND, day(0), note="first"))
    version = layers.version
    assert (version.version, version.recorded_at) == (1, day(1))
    assert (version.author, version.reviewer, version.note) == (
        "planner",
        "chief",
        "first",
    )


def test_layers_in_force_name_their_version():
    [layers] = prepared(changed(community_id="K1"))
    for frame in layers_in_force(layers):
        assert frame["version"].unique().tolist() == [1]


def test_where_nothing_is_in_force_the_columns_are_the_same():
    [layers] = prepared(draft(GROUND, day(0)))
    assert len(no_layers(CRS)) == len(VERSION_LAYERS) == 3
    for frame, nothing in zip(layers_in_force(layers), no_layers(CRS), strict=True):
        assert nothing.empty
        assert nothing.dtypes.to_dict() == frame.dtypes.to_dict()
        assert nothing.crs == CRS


REFUSED = {
    "overlap": (
        lambda: changed(
            geometry=shapely.box(
                [120, 120.03, 120.08], 30, [120.04, 120.08, 120.12], 30.01
            )
        ),
        CoverageError,
        "no clean coverage",
    ),
    "no polygon": (
        lambda: changed(geometry=[shapely.box(120, 30, 120.04, 30.01), None, None]),
        CoverageError,
        r"\['G2', 'G3'\] \(2 in all\) have no polygon",
    ),
    "foreign code": (
        lambda: changed(
            grid_id=["330199101001001", "330199101001002", "330199101002001"],
            community_id="330199101001",
        ),
        InvalidLayerError,
        "1 codes that do not fit",
    ),
    "other digest": (
        lambda: replace(draft(GROUND, day(0)), digest="0" * 64),
        StoreError,
        "was reviewed with digest '000",
    ),
    "NUL": (
        lambda: draft(GROUND, day(0), note="a\0"),
        InvalidLayerError,
        "The publication says",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_publication_that_no_store_takes_is_refused(name):
    make, error, words = REFUSED[name]
    with pytest.raises(error, match=words):
        prepared(make())


def test_table_without_polygons_is_refused():
    proposal = draft(GROUND, day(0))
    table = proposal.grids.drop(columns="geometry")
    bare = replace(proposal, grids=table, digest="")
    with pytest.raises(InvalidLayerError, match="has 3 grids and no polygons"):
        prepared(bare)
