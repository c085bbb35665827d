"""Communities need an id that is theirs alone, and may have a name."""

import pandas as pd
import pytest

from gis.errors import InvalidLayerError
from layers.schema.communities import COMMUNITIES
from layers.schema.layer import check


def test_community_needs_an_id_only() -> None:
    frame = check(pd.DataFrame({"community_id": [330199101001.0]}), COMMUNITIES)
    assert frame["community_id"].tolist() == ["330199101001"]


def test_two_communities_of_one_id_are_refused() -> None:
    frame = pd.DataFrame({"community_id": ["K1", "K1"], "name": ["一村", "二村"]})
    with pytest.raises(InvalidLayerError, match="row 2, field 'community_id': 'K1'"):
        check(frame, COMMUNITIES)


def test_community_is_open_whole() -> None:
    assert {field.sharing for field in COMMUNITIES.fields} == {"open"}
