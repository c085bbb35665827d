"""Plans for posts: read from a table, carried out as rows of the layer of posts."""

from pathlib import Path
from typing import Final

import pandas as pd

from gis.errors import EditError
from gis.models import Instant, Post, PostId
from gis.roster import PostsPlan
from gis.sentences import sentence
from layers.files import read_events
from layers.files.table import to_frame
from layers.schema.layer import Field, convert, refusal
from layers.schema.record_times import RECORD_FIELDS
from layers.snapshots import NEVER, duties_in_store
from layers.stores import Store
from layers.stores.facts import timestamp

PLAN_FIELDS: Final = (
    Field("do", "text", True, "open", "end, move, create or vacant."),
    Field("post_id", "text", False, "open", "Post that ends, moves or is new."),
    Field("area_id", "text", False, "open", "Where it stands from then on."),
    Field("role", "text", False, "open", "Of a new post."),
    Field("holder_id", "text", False, "conditional", "Number of who holds a new one."),
)


def read_plan(path: Path) -> PostsPlan:
    """Return the plan for posts of a table: do, post_id, area_id, role, holder_id.

    Raises
    ------
    InvalidLayerError
        Its `faults` name the values that cannot be read.
    EditError
        If a row says something else than end, move, create or vacant.
    """
    rows, faults = convert(
        to_frame(path, read_events(path).plain), "posts plan", PLAN_FIELDS
    )
    if faults:
        raise refusal(sentence("posts plan"), faults, sentence("apply it again"))
    ended: set[PostId] = set()
    moved: dict[PostId, str] = {}
    created: list[Post] = []
    vacant: set[str] = set()
    for row in rows.to_dict("records"):
        texts = {str(k): "" if pd.isna(v) else str(v) for k, v in row.items()}
        post, area = PostId(texts.get("post_id", "")), texts.get("area_id", "")
        match texts["do"], bool(post), bool(area):
            case "end", True, _:
                ended.add(post)
            case "move", True, True:
                moved[post] = area
            case "create", True, True if texts.get("role"):
                holder = texts.get("holder_id") or None
                created.append(Post(post, area, texts["role"], holder))
            case "vacant", _, True:
                vacant.add(area)
            case _:
                raise EditError(
                    "A row of the posts plan is {texts!r}",
                    remedy=sentence(
                        "say end with post_id, move with post_id and area_id, create "
                        "with post_id, area_id and role, or vacant with area_id"
                    ),
                    texts=texts,
                )
    return PostsPlan(frozenset(ended), moved, tuple(created), frozenset(vacant))


def post_rows(store: Store, plan: PostsPlan, at: Instant) -> pd.DataFrame:
    """Return the rows of the layer of posts that carry a plan out at an instant.

    A post that moves ends, and goes on as one of the area that it moves to, under its
    id with that area: what it answered for before stays true of then.

    Parameters
    ----------
    store
        Has the posts.
    plan
        What becomes of them.
    at
        When.
    """
    facts = store.facts("posts", valid_at=at)
    facts = facts.drop(columns=[field.name for field in RECORD_FIELDS])
    since = timestamp(at)
    ending = facts[facts["post_id"].isin([*plan.ended, *plan.moved])]
    moving = ending[ending["post_id"].isin([*plan.moved])]
    areas = moving["post_id"].map(plan.moved)
    arriving = moving.assign(
        post_id=moving["post_id"] + "@" + areas, area_id=areas, valid_from=since
    )
    arriving["valid_to"] = pd.NaT
    created = pd.DataFrame(
        [
            (post.post_id, post.area_id, post.role, post.holder_id, since)
            for post in plan.created
        ],
        columns=["post_id", "area_id", "role", "holder_id", "valid_from"],
    )
    frames = (ending.assign(valid_to=since), arriving, created)
    rows = [frame for frame in frames if not frame.empty]
    return pd.concat(rows, ignore_index=True) if rows else facts.head(0)


def duty_rows(store: Store, plan: PostsPlan, at: Instant) -> pd.DataFrame:
    """Return the rows of the layer of duties by which those of posts that move go on.

    A duty that is not over at that instant is one of the post at its new area from then
    on, under its id with that area. Those of before stay as they are: from then on they
    are of posts that do not stand, and count for nothing.

    Parameters
    ----------
    store
        Has the duties.
    plan
        What becomes of posts.
    at
        When.
    """
    rows = [
        (
            f"{duty.duty_id}@{area}",
            f"{duty.post_id}@{area}",
            duty.holder_id,
            timestamp(max(at, duty.starts_at)),
            pd.NaT if duty.ends_at == NEVER else timestamp(duty.ends_at),
        )
        for duty in duties_in_store(store.facts("duties"), plan.moved)
        if duty.ends_at > at
        for area in [plan.moved[duty.post_id]]
    ]
    columns = ["duty_id", "post_id", "holder_id", "valid_from", "valid_to"]
    return pd.DataFrame(rows, columns=columns)
