"""A source says how what it reports is to be read."""

import pandas as pd
import pytest

from gis.errors import InvalidLayerError
from layers.schema.sources import SORTS, SOURCES, kind_map_of, sources_of

SOURCE = {"source": "hotline", "name_zh": "热线", "sort": "hotline", "owner": "office"}


def test_source_needs_id_name_sort_and_owner_only() -> None:
    [source] = sources_of(pd.DataFrame([SOURCE]))
    assert (source.name_en, source.datum, source.accuracy_m) == ("", None, None)
    assert (source.trust, source.destination_id) == (None, None)
    for name in SOURCE:
        with pytest.raises(InvalidLayerError, match=f"no column '{name}'"):
            sources_of(pd.DataFrame([SOURCE]).drop(columns=name))


@pytest.mark.parametrize("sort", SORTS)
def test_source_is_of_nine_sorts(sort: str) -> None:
    assert sources_of(pd.DataFrame([SOURCE | {"sort": sort}]))[0].sort == sort


@pytest.mark.parametrize("datum", ["wgs84", "GCJ02", "bd09", "cgcs2000", "EPSG:4549"])
def test_datum_is_one_that_leads_to_wgs84(datum: str) -> None:
    assert sources_of(pd.DataFrame([SOURCE | {"datum": datum}]))[0].datum == datum


@pytest.mark.parametrize("datum", ["mars", "EPSG:0", "beijing54"])
def test_other_datum_is_refused(datum: str) -> None:
    with pytest.raises(InvalidLayerError, match=r"field 'datum': .* is no datum"):
        sources_of(pd.DataFrame([SOURCE | {"datum": datum}]))


def test_words_of_a_source_stand_for_kinds() -> None:
    row = SOURCE | {"kind_map": '{"占道": "street_trading", "噪音": "noise"}'}
    [source] = sources_of(pd.DataFrame([row]))
    assert source.kind_map == {"占道": "street_trading", "噪音": "noise"}


@pytest.mark.parametrize(
    "text",
    ["", "x", "1", "[]", '{"a": null}', '{"a": ["b"]}', '{"a": ""}', '{" ": "b"}',
     '{"a": "b", "a": "c"}', '{"a": NaN}', "[" * 100_000],
)  # fmt: skip
def test_what_is_no_object_of_texts_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^(is no|gives|has the word)"):
        kind_map_of(text)


@pytest.mark.parametrize("trust", [0, 0.5, 1])
def test_trust_is_a_share(trust: float) -> None:
    assert sources_of(pd.DataFrame([SOURCE | {"trust": trust}]))[0].trust == trust


def test_layer_is_open_but_for_where_answers_go() -> None:
    closed = {field.name for field in SOURCES.fields if field.sharing != "open"}
    assert closed == {"destination_id"}
    assert SOURCES.key_sharing == "open"
