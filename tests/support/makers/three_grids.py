"""Three grids under one circle with all that is in them, as files of a user."""

from pathlib import Path

from gis.codes import credit_check_digit, organisation_check_digit
from layers.stores import Store, open_store
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


def three_grids(folder: Path) -> Path:
    """The grids with circles, posts, duties, enterprises and events in a folder."""
    broken.grids_geojson(folder / "grids.geojson")
    texts = {
        "circles": CIRCLES,
        "posts": POSTS,
        "duties": DUTIES,
        "enterprises": ENTERPRISES,
        "events": EVENTS,
    }
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def head(path: str = "pagoda.gpkg") -> tuple[int, str]:
    """The end of the log of a store."""
    store = open_store(path)
    link = store.last_link()
    store.close()
    return (link.sequence, link.head) if link else (0, "")


def read(path: str = "pagoda.gpkg") -> Store:
    """A store to read."""
    return open_store(path)
