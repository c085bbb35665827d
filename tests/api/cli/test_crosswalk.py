"""`pagoda crosswalk` as a user types it, on a store of X town."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest

SAMPLES = Path(__file__).parents[3] / "sample_geodata"


@pytest.fixture(scope="module")
def x_town_url(tmp_path_factory: pytest.TempPathFactory) -> str:
    from api.service.stores.init import init_sample  # noqa: PLC0415  heavy

    url = str(tmp_path_factory.mktemp("x_town") / "town.gpkg")
    init_sample(url, "Asia/Shanghai", 1.0, lambda _: None, "x_town")
    return url


def test_two_systems_are_laid_over_one_another(
    pagoda: Callable, x_town_url: str, tmp_path: Path
) -> None:
    out = tmp_path / "crosswalk.gpkg"
    names = ("party_building", "public_order")
    answer = pagoda("crosswalk", *names, "--out", out, "--store", x_town_url)
    assert (answer.code, answer.out) == (0, "")
    assert "24 grids of 'party_building' to 'public_order': 0 1:1, 4" in answer.err
    assert answer.err.endswith(f"Wrote {out}.\n")
    pieces = gpd.read_file(out, layer="pieces")
    assert set(pieces["source_id"]) == {f"PB-{n:02d}" for n in range(1, 25)}
    assert pieces.groupby("source_id")["weight"].sum().round(6).eq(1).all()


@pytest.mark.parametrize("by", ["places", "events"])
def test_grids_are_weighed_by_what_the_store_has(
    pagoda: Callable, x_town_url: str, tmp_path: Path, by: str
) -> None:
    shares = []
    for measure in ("area", by):
        out = tmp_path / f"{measure}.geojson"
        options = ("--by", measure, "--out", out, "--store", x_town_url)
        assert pagoda("crosswalk", "public_order", "main", *options).code == 0
        shares.append(gpd.read_file(out).set_index("piece_id")["weight"])
    assert shares[0].index.equals(shares[1].index)
    assert (shares[0] - shares[1]).abs().max() > 0.01
    assert shares[1].groupby(lambda piece: piece[:5]).sum().round(6).eq(1).all()


def test_unknown_system_names_those_there_are(
    pagoda: Callable, x_town_url: str, tmp_path: Path
) -> None:
    out = tmp_path / "crosswalk.csv"
    options = ("--out", out, "--store", x_town_url)
    answer = pagoda("crosswalk", "main", "beats", *options)
    assert answer.code == 2
    assert answer.err.count("\n") == 1
    assert "'beats'" in answer.err
    assert "'main', 'party_building', 'public_order'" in answer.err
    assert not out.exists()


def test_time_that_is_none_is_refused(
    pagoda: Callable, x_town_url: str, tmp_path: Path
) -> None:
    options = ("--out", tmp_path / "c.csv", "--store", x_town_url, "--at", "soon")
    answer = pagoda("crosswalk", "main", "public_order", *options)
    assert answer.code == 2
    assert "Option --at is 'soon'" in answer.err


def test_two_systems_become_a_draft_of_one(
    pagoda: Callable, x_town_url: str, tmp_path: Path
) -> None:
    out, posts = tmp_path / "one_net", SAMPLES / "x_town" / "former_posts.csv"
    names = ("party_building", "public_order")
    options = ("--into", "32", "--posts", posts, "--out", out, "--store", x_town_url)
    answer = pagoda("draft", "merge", *names, *options)
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert lines[0].endswith("become 32 grids, 'M001' to 'M032'.")
    assert sum(line.startswith("orphan: ") for line in lines) == 51 - 32
    assert answer.err == f"Wrote {out}.\n"
    assert len(gpd.read_file(out / "grids.gpkg")) == 32
    again = pagoda("draft", "merge", *names, *options)
    assert again.code == 2
    assert "is there already" in again.err
