"""Persons are refused as points, places of people are not."""

import pandas as pd
import pytest

from gis.errors import InvalidLayerError
from layers.schema.persons import refuse_persons

CITIZEN = "11010519491231002X"


@pytest.mark.parametrize(
    "column",
    [
        "身份证号",
        "性别",
        "出生日期",
        "人员姓名",
        "姓名",
        "citizen_id",
        "Date of birth",
        "gender",
    ],
)
def test_a_column_that_only_persons_have_is_refused(column: str) -> None:
    with pytest.raises(InvalidLayerError, match="persons are never stored"):
        refuse_persons(pd.DataFrame({"place_id": ["1"], column: ["x"]}), "enterprises")


@pytest.mark.parametrize(
    "kind", ["社区矫正对象", "残疾人", "困境儿童", "parolee", "Persons"]
)
def test_a_kind_of_person_is_refused(kind: str) -> None:
    rows = pd.DataFrame({"place_id": ["1", "2"], "kind": ["shop", kind]})
    with pytest.raises(InvalidLayerError, match="kind of person"):
        refuse_persons(rows, "enterprises")


def test_a_citizen_number_is_refused_and_not_repeated() -> None:
    rows = pd.DataFrame({"place_id": ["1"], "note": [f"持证 {CITIZEN}"]})
    with pytest.raises(InvalidLayerError) as refusal:
        refuse_persons(rows, "stations")
    assert "'note'" in str(refusal.value)
    assert CITIZEN not in str(refusal.value)


def test_places_for_people_are_no_persons() -> None:
    rows = pd.DataFrame(
        {
            "place_id": ["1", "2", "3"],
            "name": ["视力矫正中心", "残疾人服务站", None],
            "scene": ["street_shop", "crowded_place", "rental_housing"],
            "credit_code": ["91330100799655058B", "91110108551385082Q", None],
            "contact person": ["甲", "乙", "丙"],
            "lon": [120.1, 120.2, 120.3],
        }
    )
    refuse_persons(rows, "enterprises")
