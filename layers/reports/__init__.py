"""Daily and monthly reports, their figures, and ledgers by community."""

from layers.reports.documents import document
from layers.reports.figures import Figures, Head, daily_figures, monthly_figures
from layers.reports.ledgers import community_ledgers
from layers.reports.outline import outline
from layers.reports.pages import page
from layers.reports.sensitive import SensitiveCounts

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
