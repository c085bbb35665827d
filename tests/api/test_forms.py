"""Forms are read whole or refused; strangers are asked for a key first."""

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request

from api.forms import admit, go_to, turned_away
from api.rates import Rate
from gis.access import Act, Caller, Role


def request(path: str = "/desk", query: str = "", root: str = "") -> Request:
    """A request of nobody."""
    return Request(
        {
            "type": "http",
            "method": "GET",
            "path": f"{root}{path}",
            "root_path": root,
            "query_string": query.encode(),
            "headers": [(b"host", b"localhost")],
            "client": ("127.0.0.1", 1),
            "state": {},
        }
    )


def test_a_stranger_comes_back_to_the_same_page_below_a_root() -> None:
    answer = turned_away(request("/desk", "state=a&kind=b", "/town"), Act.READ)
    assert answer is not None
    target = "/town/login?next=/desk%3Fstate%3Da%26kind%3Db"
    assert answer.headers["location"] == target


def test_a_key_of_another_role_is_refused_and_the_right_one_comes_in() -> None:
    wall = request()
    wall.state.caller = Caller("K", Role.WALL)
    with pytest.raises(HTTPException) as error:
        turned_away(wall, Act.READ)
    assert error.value.status_code == 403
    assert turned_away(wall, Act.WATCH) is None


def test_a_client_waits_after_its_last_try() -> None:
    limit = Rate(1)
    admit(request(), limit)
    with pytest.raises(HTTPException) as error:
        admit(request(), limit)
    assert error.value.status_code == 429
    assert int((error.value.headers or {})["Retry-After"]) > 0


def test_a_page_is_gone_to_below_the_root() -> None:
    assert go_to(request(root="/town"), "/desk").headers["location"] == "/town/desk"
