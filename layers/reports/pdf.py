"""A report as a PDF: A4 pages, tables that run on, nothing cut."""

from layers.reports.blocks import PAPER_WIDTH, Content
from layers.reports.typesetting import typeset


def document(content: Content) -> bytes:
    """Return a report as a PDF: same content, same bytes.

    Parameters
    ----------
    content
        The report.

    Raises
    ------
    MissingFontError
        If no Chinese font is installed.
    """
    return typeset("report.typ", content=content, paper_width=PAPER_WIDTH)
