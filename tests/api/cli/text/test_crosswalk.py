"""What is said of a crosswalk."""

from itertools import pairwise

import numpy as np
import pyproj
from shapely import box

from api.cli.text.crosswalk import crosswalk_lines, merger_lines
from api.service.versions.crosswalk import CrosswalkJob
from api.service.versions.mergers import MergedSystems, MergerJob
from gis.crosswalk import cross, grid_system, merge_systems, seat_posts, weigh
from gis.models import Instant, Post, PostId

METRES = pyproj.CRS("+proj=laea +lat_0=0 +lon_0=0")


def strips(letter, edges):
    """Grids side by side, A1, A2, ... from edge to edge."""
    boxes = [box(west, 0, east, 1000) for west, east in pairwise(edges)]
    return grid_system([f"{letter}{n}" for n in range(1, len(edges))], boxes)


def lines(sources, targets, by="area", amounts=None):
    walk = cross(sources, targets, METRES)
    job = CrosswalkJob("old", "new", Instant(0), by)
    return list(crosswalk_lines(job, walk, weigh(walk, amounts)))


def test_relations_of_both_sides_and_conflicts_are_told():
    sources = strips("A", [0, 100, 200, 300])
    targets = strips("B", [0, 150, 300])
    assert lines(sources, targets)[:3] == [
        "3 grids of 'old' to 'new': 0 1:1, 2 nests, 0 splits, 0 outside, 1 conflict.",
        "2 grids of 'new' to 'old': 0 1:1, 0 nests, 0 splits, 0 outside, 2 conflict.",
        "In conflict: A2.",
    ]


def test_only_the_first_conflicts_are_named():
    sources = strips("A", range(0, 900, 100))
    targets = strips("B", range(50, 950, 100))
    [conflicts] = [
        line for line in lines(sources, targets) if line.startswith("In conflict")
    ]
    assert conflicts == "In conflict: A2, A3, A4, A5, A6 and 2 more."


def test_pieces_that_do_not_count_are_counted():
    sources = strips("A", [0, 1000, 2000])
    targets = strips("B", [0, 1000.5, 2005])
    text = lines(sources, targets)[-1]
    assert text == (
        "2 pieces count; 0 below 1% of both grids listed; 1 sliver below 1 m ignored."
    )
    small = lines(sources, strips("B", [0, 1005, 2000]))[-1]
    assert small.startswith("2 pieces count; 1 below 1% of both grids listed; 0 sliv")


def test_grids_without_items_are_named_when_items_are_asked_for():
    sources = strips("A", [0, 1000, 2000])
    amounts = np.array([5.0, 0.0])
    texts = lines(sources, sources, "places", amounts)
    assert texts[-1] == "Without places, weighed by area: A2."
    assert not any("weighed" in line for line in lines(sources, sources))


def merged(posts=None):
    systems = {"old": strips("A", [0, 40, 90]), "new": strips("P", [0, 90])}
    merger = merge_systems(systems, METRES, 1)
    seats = None
    if posts is not None:
        seats = seat_posts(merger, posts, ["grid_leader"])
    return MergedSystems(merger, None, "abc", seats, None)


def test_every_post_without_a_seat_is_listed():
    posts = [Post(PostId(f"{grid}-L"), grid, "grid_leader") for grid in ("A1", "A2")]
    job = MergerJob("old", "new", Instant(0), 1)
    assert list(merger_lines(job, merged(posts))) == [
        "2 grids of 'old' and 1 grid of 'new' become 1 grid, 'M001' to 'M001'.",
        "Digest abc.",
        "1 post seated, 1 without a seat, 0 grids without a leader.",
        "orphan: 'A1-L' of 'A1'",
    ]
    assert list(merger_lines(job, merged([])))[-1] == "vacant: 'M001'"
    assert list(merger_lines(job, merged()))[-1].startswith("No posts came")
