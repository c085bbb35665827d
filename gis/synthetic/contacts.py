"""How the posts of a synthetic town are called and reached: never a person's."""

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from gis.roster import ROLES
from gis.synthetic.departments import Body

AREA_CODE: Final = "0571"
DUTY: Final = "值班岗"
REGION_LEADER: Final = "region_leader"


def with_contacts(
    posts: pd.DataFrame,
    circles: Mapping[str, tuple[str, int]],
    bodies: Sequence[Body],
    region_tier: int,
) -> pd.DataFrame:
    """Return posts with `title` and `phone` behind.

    Titles are those of offices, and numbers begin with 0000 behind the area code, so
    that none is in use anywhere.

    Parameters
    ----------
    posts
        At most 9,999, with `post_id`, `area_id` and `role`.
    circles
        Name and tier of each circle by id.
    bodies
        Departments with a post among them.
    region_tier
        Leaders of its circles are called region leaders.

    Examples
    --------
    >>> rows = [("C2-01-L", "C2-01", "circle_leader"), ("G1-L", "G1", "grid_leader")]
    >>> posts = pd.DataFrame(rows, columns=["post_id", "area_id", "role"])
    >>> with_contacts(posts, {"C2-01": ("东片", 2)}, (), 2)["title"].tolist()
    ['东片区域长', '网格长']
    >>> with_contacts(posts, {"C2-01": ("东片", 2)}, (), 3)["phone"].tolist()
    ['0571-0000-0001', '0571-0000-0002']
    """
    names = {body.post_id: body.name_zh for body in bodies}

    def title(post_id: str, area_id: str, role: str) -> str:
        if post_id in names:
            return f"{names[post_id]}{DUTY}"
        name, tier = circles.get(area_id, ("", 0))
        return f"{name}{ROLES[REGION_LEADER if tier == region_tier else role].name_zh}"

    keys = zip(posts["post_id"], posts["area_id"], posts["role"], strict=True)
    return posts.assign(
        title=[title(*key) for key in keys],
        phone=[f"{AREA_CODE}-0000-{row:04d}" for row in range(1, len(posts) + 1)],
    )
