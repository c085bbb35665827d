"""S town with made-up codes and colours, for reports of it."""

import pytest

from gis.synthetic import Town
from support.makers.report_days import MadeDay, make_s_town_day


@pytest.fixture(scope="session")
def s_town_day(s_town: Town) -> MadeDay:
    """A day of S town, made once."""
    return make_s_town_day(s_town)
