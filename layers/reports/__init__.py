"""Daily and monthly reports, their figures, and ledgers by community."""

from layers.figures.report import Figures, Head, daily_figures, monthly_figures
from layers.figures.sensitive import SensitiveCounts
from layers.reports.ledgers import community_ledgers
from layers.reports.outline import outline
from layers.reports.pdf import document
from layers.reports.web_page import page

__all__ = [
    "Figures",
    "Head",
    "SensitiveCounts",
    "community_ledgers",
    "daily_figures",
    "document",
    "monthly_figures",
    "outline",
    "page",
]
