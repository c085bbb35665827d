"""The font of reports, and a small report."""

import pytest

from conftest import missing
from gis.errors import MissingFontError
from layers.reports import daily_figures, outline
from layers.reports.blocks import Content
from layers.reports.fonts import font
from support.makers.report_days import make_hamlet_day


@pytest.fixture(scope="session")
def installed_font() -> None:
    """Skip where the font is not installed."""
    try:
        font("regular", 8)
    except MissingFontError as error:
        missing(str(error))


@pytest.fixture(scope="session")
def hamlet() -> Content:
    """The daily report of the hamlet."""
    return outline(daily_figures(make_hamlet_day(), synthetic=True))
