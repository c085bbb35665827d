"""A small report."""

import pytest

from layers.reports import outline
from layers.reports.blocks import Content
from support.makers.report_days import daily_report, make_hamlet_day


@pytest.fixture(scope="session")
def hamlet() -> Content:
    """The daily report of the hamlet."""
    return outline(daily_report(make_hamlet_day(), synthetic=True))
