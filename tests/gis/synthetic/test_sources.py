"""Sources of the made-up towns: thirty, in the datums that real feeds have."""

import json

import pytest

from gis.crs import parse_datum
from gis.synthetic.sources import CHANNELS, make_destinations, make_sources

ALL = [channel.source for channel in CHANNELS]


def test_thirty_sources_have_ids_of_their_own_and_every_sort() -> None:
    sources = make_sources(ALL)
    assert len(sources) == sources["source"].nunique() == 30
    assert sources["sort"].nunique() == 9


def test_datums_are_those_of_real_feeds() -> None:
    datums = set(make_sources(ALL)["datum"]) - {""}
    assert {"wgs84", "cgcs2000", "gcj02", "bd09"} < datums
    for datum in datums:
        assert parse_datum(datum)


def test_source_of_a_device_says_where_and_how_well() -> None:
    sources = make_sources(ALL)
    eyes = sources[sources["sort"].isin(["camera", "drone", "sensor"])]
    assert (eyes["datum"] != "").all()
    assert (eyes["accuracy_m"] > 0).all()


@pytest.mark.parametrize("text", make_sources(ALL)["kind_map"])
def test_words_of_a_source_stand_for_kinds(text: str) -> None:
    for word, kind in json.loads(text).items():
        assert word
        assert kind.isidentifier()


def test_destinations_are_nobody_and_disabled() -> None:
    destinations = make_destinations(ALL)
    named = set(make_sources(ALL)["destination_id"]) - {""}
    assert set(destinations["destination_id"]) == named
    assert destinations["url"].str.contains(r"//\w+\.example/").all()
    assert destinations["is_disabled"].all()


def test_town_takes_the_sources_that_it_names_in_the_order_of_all() -> None:
    assert make_sources(["pagoda", "hotline"])["source"].tolist() == [
        "hotline",
        "pagoda",
    ]
