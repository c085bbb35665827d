"""Hand-over lists: each post gives and gets what changes hands, and signs."""

import csv
import io

import pytest

from gis.models import Post, PostId
from gis.roster import PostsPlan
from layers.figures.review import HandedOver
from layers.reports.handover_lists import COLUMNS, SIGNED_BY, handover_lists
from layers.words import Words
from support.makers.reviews import caseload_of, review_of

SHOP = Words("店", "shop")
PLACES = (
    HandedOver("P1", SHOP, "A", "B"),
    HandedOver("P2", SHOP, "A", "C"),
    HandedOver("P3", SHOP, None, "B"),
)


def rows_of(content):
    """Rows of a list by its columns, the lines to sign left out."""
    text = content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    return rows[: -len(SIGNED_BY)]


def test_what_one_post_gives_another_one_gets():
    case = caseload_of(PLACES, before={"A": "A-L"}, after={"B": "B-L", "C": "C-L"})
    lists = handover_lists(review_of(case))
    assert sorted(lists) == [f"handover_post_{n}-L.csv" for n in "ABC"]
    gives = rows_of(lists["handover_post_A-L.csv"])
    assert [(r[COLUMNS[1]], r[COLUMNS[3]], r[COLUMNS[7]]) for r in gives] == [
        ("移出 gives", "P1", "B-L"),
        ("移出 gives", "P2", "C-L"),
    ]
    gets = rows_of(lists["handover_post_B-L.csv"])
    assert [(r[COLUMNS[1]], r[COLUMNS[3]], r[COLUMNS[5]]) for r in gets] == [
        ("接收 gets", "P1", "A"),
        ("接收 gets", "P3", "—"),
    ]


def test_record_that_stays_with_its_post_is_in_no_list():
    case = caseload_of(PLACES[:1], before={"A": "C-L"}, after={"B": "C-L"})
    assert handover_lists(review_of(case)) == {}


def test_grid_that_no_post_answers_for_has_a_list_of_its_own():
    case = caseload_of(PLACES[:1], before={}, after={"B": "B-L"})
    lists = handover_lists(review_of(case))
    assert sorted(lists) == ["handover_grid_A.csv", "handover_post_B-L.csv"]
    [row] = rows_of(lists["handover_post_B-L.csv"])
    assert row[COLUMNS[7]] == "—"


def test_every_list_ends_with_lines_to_sign_and_opens_in_a_sheet():
    case = caseload_of(PLACES, before={"A": "A-L"}, after={"B": "B-L", "C": "C-L"})
    for content in handover_lists(review_of(case)).values():
        assert content.startswith(b"\xef\xbb\xbf")
        lines = content.decode("utf-8-sig").splitlines()[-len(SIGNED_BY) :]
        texts = [line.split(",")[0].removesuffix("：") for line in lines]
        assert texts == [words.line for words in SIGNED_BY]


def test_layer_that_is_not_loaded_is_said_on_every_list():
    case = caseload_of(None, before={"A": "A-L"}, after={"B": "B-L"}, events=PLACES[:1])
    for content in handover_lists(review_of(case)).values():
        kinds = [(r[COLUMNS[1]], r[COLUMNS[2]]) for r in rows_of(content)]
        assert ("未载入 not loaded", "场所 place") in kinds


def test_post_that_ends_moves_or_is_new_has_a_list():
    posts = tuple(Post(PostId(n), "A", "full_time_member") for n in ("M1", "M2", "M3"))
    new = Post(PostId("N"), "B", "grid_leader")
    plan = PostsPlan(frozenset({PostId("M1")}), {PostId("M2"): "B"}, (new,))
    review = review_of(caseload_of(()), posts=posts, plan=plan)
    whats = {
        name: [row[COLUMNS[4]] for row in rows_of(content)]
        for name, content in handover_lists(review).items()
    }
    assert whats == {
        "handover_post_M1.csv": ["岗位终止 ends"],
        "handover_post_M2.csv": ["岗位调整 moves"],
        "handover_post_N.csv": ["新设岗位 is new"],
    }


def test_texts_are_no_formulas_and_names_no_paths():
    record = HandedOver("=HYPERLINK(1)", Words("=1+1", ""), "A", "B")
    case = caseload_of((record,), before={"A": "../../x"}, after={"B": "y" * 300})
    lists = handover_lists(review_of(case))
    assert all("/" not in name and len(name) < 200 for name in lists)
    [row] = rows_of(lists["handover_post_..%2F..%2Fx.csv"])
    assert row[COLUMNS[3]] == "'=HYPERLINK(1)"


@pytest.mark.parametrize("grid", ["A", "post_A"])
def test_lists_of_posts_and_grids_never_share_a_name(grid):
    record = HandedOver("P", SHOP, grid, "B")
    case = caseload_of((record,), before={}, after={"B": "A"})
    assert len(handover_lists(review_of(case))) == 2
