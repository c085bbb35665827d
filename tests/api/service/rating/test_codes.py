"""The QR codes of places: what stands in them, and which are printed."""

import io
from pathlib import Path

import pypdf
import pytest

from api.service.rating.codes import place_address, write_code_sheets
from gis.errors import SettingError
from layers.rating.day import RiskDay

URL = "https://town.example/pagoda"


def printed(path: Path) -> list[str]:
    """Ids of the places on the sheets, in their order."""
    text = "".join(
        page.extract_text() + "\n"
        for page in pypdf.PdfReader(io.BytesIO(path.read_bytes())).pages
    )
    return [line for line in text.split() if line in {"P1", "P2", "P3", "P4"}]


@pytest.mark.parametrize(
    ("areas", "ids"),
    [
        ({}, ["P1", "P2", "P4"]),
        ({"grid_id": "G1"}, ["P1"]),
        ({"circle_id": "W"}, ["P1", "P2"]),
        ({"circle_id": "C"}, ["P1", "P2"]),
        ({"circle_id": "W", "grid_id": "G2"}, ["P2"]),
    ],
    ids=["all", "grid", "circle", "core", "both"],
)
def test_sheets_have_the_coded_places_of_an_area(
    rating: RiskDay, tmp_path: Path, areas: dict[str, str], ids: list[str]
) -> None:
    path = tmp_path / "codes.pdf"
    assert write_code_sheets(rating, URL, path, **areas) == len(ids)
    assert printed(path) == ids


@pytest.mark.parametrize(
    ("url", "areas", "words"),
    [
        (None, {}, "PAGODA_PUBLIC_URL is not set"),
        (URL, {"grid_id": "G9"}, "no grid 'G9'"),
        (URL, {"circle_id": "X"}, "no circle 'X'"),
        (URL, {"grid_id": "G4"}, "No coded place lies there"),
        (URL, {"circle_id": "E", "grid_id": "G1"}, "No coded place lies there"),
    ],
    ids=["address", "grid", "circle", "nothing there", "nothing in both"],
)
def test_sheets_without_address_or_places_are_refused(
    rating: RiskDay,
    tmp_path: Path,
    url: str | None,
    areas: dict[str, str],
    words: str,
) -> None:
    path = tmp_path / "codes.pdf"
    with pytest.raises(SettingError, match=words):
        write_code_sheets(rating, url, path, **areas)
    assert not path.exists()


@pytest.mark.parametrize(
    ("place_id", "path"),
    [("E1", "E1"), ("a/b?c#d", "a%2Fb%3Fc%23d"), ("甲", "%E7%94%B2"), ("..", "..")],
)
def test_id_is_one_part_of_the_address(place_id: str, path: str) -> None:
    assert place_address(URL, place_id) == f"{URL}/enterprises/{path}"
