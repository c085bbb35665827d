"""A rated day shows its levels and codes with counts that are those of its frames."""

import re

import pytest

from gis.models import RiskLevel, SafetyCode
from layers.rating.day import RiskDay
from layers.styles import CODE_CARDS, level_style
from layers.words.vocabulary import CODES, LEVELS
from support.makers.rated_towns import Town, check, event, place


@pytest.fixture(scope="module")
def rated() -> RiskDay:
    """A town of three strips: one red place, one yellow, one green, one in no grid."""
    town = Town().places(
        place("P1", 1), place("P2", 2), place("P3", 5), place("P4", 99)
    )
    town.checks(check(1, "P1", 30, found=[("F1", "critical")]), check(2, "P2", 30))
    return town.events(event(1, 1, 30), event(2, 1, 29)).rated()


def counts_of(page: str) -> dict[str, int]:
    """The number behind each label of a colour."""
    pairs = re.findall(r"</span> <bdi>([^<]+)</bdi> ([\d,]+)", page)
    return {name: int(count.replace(",", "")) for name, count in pairs}


def test_levels_and_codes_are_counted_on_their_colours(rated: RiskDay) -> None:
    page = rated._repr_html_()
    expected = {
        LEVELS[RiskLevel(level) if level else None].en: count
        for level, count in rated.grids["level"].value_counts().items()
    } | {
        CODES[SafetyCode(code) if code else None].en: count
        for code, count in rated.places["code"].value_counts().items()
    }
    assert counts_of(page) == expected
    assert {"Red: daily", "Yellow: weekly", "Green: monthly"} <= set(expected)
    for level in set(rated.grids["level"]):
        style = level_style(RiskLevel(level) if level else None)
        assert f"background:{style.colour}" in page
    assert f"background:{CODE_CARDS[SafetyCode.RED].band}" in page


def test_title_and_sources_are_there(rated: RiskDay) -> None:
    page = rated._repr_html_()
    assert f"Rated day {rated.day.isoformat()}" in page
    assert rated.rule.version in page
    assert rated.method.version in page
    assert f"<bdi>{len(rated.events):,}</bdi>" in page
    assert rated.left_out
    for reason, count in rated.left_out.items():
        assert f"<bdi>{count:,}</bdi>" in page, reason


def test_a_reader_of_chinese_meets_no_english(
    rated: RiskDay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGODA_LANG", "zh")
    page = rated._repr_html_()
    assert f"评级日 {rated.day.isoformat()}" in page
    text = re.sub(r"<[^>]+>", " ", page)
    versions = {rated.rule.version, rated.method.version}
    assert {*re.findall(r"\w*[A-Za-z]{2,}[\w./-]*", text)} <= versions
