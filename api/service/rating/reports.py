"""A daily or monthly report as a folder of files."""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Final

from gis.counts import count_text
from gis.errors import SettingError
from gis.local_time import instant_text, timezone_of
from gis.models import Instant
from gis.os_reasons import os_reason
from gis.sentences import sentence
from layers.figures.period_events import PeriodEvents
from layers.figures.report import Kind
from layers.packs.rulebook import scenarios_in_force
from layers.rating.day import RiskDay, read_risk_day
from layers.rating.facts import Cutoff
from layers.rating.plan import plan_checks
from layers.reports import (
    Figures,
    community_ledgers,
    daily_figures,
    document,
    monthly_figures,
    outline,
    page,
)
from layers.reports.ledgers import TableForm
from layers.stores import Store

MONTHS_BACK_DAYS: Final = 62
"""A monthly report compares with the month before."""
LEDGERS: Final = "ledgers"
STAGES: Final = (
    sentence("rating the day"),
    sentence("counting"),
    sentence("drawing"),
    sentence("writing"),
)


def as_of(cutoff: Cutoff, now: Instant) -> Cutoff:
    """Return the cut-off of a report: never open, so that it can be made again.

    Parameters
    ----------
    cutoff
        As asked for; without a time of knowledge it is now.
    now
        What is recorded from now on does not count.

    Raises
    ------
    SettingError
        If what will be known later is asked for.
    """
    if cutoff.known_at is None:
        return replace(cutoff, known_at=now)
    if cutoff.known_at > now:
        zone = timezone_of(cutoff.timezone)
        raise SettingError(
            "The cut-off {instant_text!r} lies in the future, expected a time until "
            "now; wait or name an earlier one.",
            instant_text=instant_text(cutoff.known_at, zone),
        )
    return cutoff


def write_report(  # noqa: PLR0913  each is an option of the command
    store: Store,
    cutoff: Cutoff,
    kind: Kind,
    folder: Path,
    columns: Path | None = None,
    *,
    form: TableForm = "csv",
    tell: Callable[[str], None] = lambda stage: None,
) -> list[str]:
    """Write figures, page, document and ledgers; return what was written.

    Made again as of the same cut-off every file has the same bytes (the PDF with the
    same fonts), unless an event is about people by then.

    Parameters
    ----------
    store
        The store.
    cutoff
        The day, and what is known of it; for a month its last day.
    kind
        Daily or monthly.
    folder
        Where the files go; made where it does not exist.
    columns
        Folder where a service keeps the columns of events; None reads all steps.
    form
        Whether ledgers are CSV, or Excel workbooks beside one of the tables.
    tell
        Called with each of `STAGES` as it begins.

    Raises
    ------
    SettingError
        If the day does not end a month that is asked for, or a file cannot be written.
    StoreError
        If no version of the grids is in force on the day.
    MissingFontError
        If the machine has no Chinese font for the document.
    """
    tell(STAGES[0])
    rating = read_risk_day(store, cutoff, MONTHS_BACK_DAYS)
    tell(STAGES[1])
    figures = _figures(store, rating, kind, columns)
    tell(STAGES[2])
    content = outline(figures)
    # a document is set by another core while the rest is made
    with ThreadPoolExecutor(1) as pool:
        pdf = pool.submit(document, content)
        files: dict[str, bytes] = {
            "figures.json": figures.to_json(),
            **figures.to_csv(),
            "report.html": page(content).encode(),
        }
        if form == "xlsx":
            files["tables.xlsx"] = figures.to_workbook()
        ledgers = community_ledgers(rating, figures, form)
        files["report.pdf"] = pdf.result()
    files |= {f"{LEDGERS}/{name}": text for name, text in ledgers.items()}
    tell(STAGES[3])
    _write(folder, files)
    own = ", ".join(name for name in files if not name.startswith(LEDGERS))
    return [
        sentence(
            "Wrote {folder}: {own}, and {ledgers} of communities.",
            folder=folder,
            own=own,
            ledgers=count_text(len(ledgers), "ledger"),
        ),
        sentence(
            "Cut-off --known-at {cut_off}: made again with it, every figure is the "
            "same, but for events that are about people by then.",
            cut_off=figures.head.cut_off,
        ),
    ]


def _figures(
    store: Store, rating: RiskDay, kind: Kind, columns: Path | None
) -> Figures:
    """Count what a report says."""
    imprint = rating.facts.rulebook.imprint
    make = daily_figures if kind == "daily" else monthly_figures
    # columns of a service are read with the kinds of now
    rules = store.facts("rules")
    is_now = scenarios_in_force(rules, store.now()) == rating.scenarios
    events = PeriodEvents(store, rating, columns if is_now else None)
    try:
        return make(
            rating,
            events.within,
            town=imprint.words,
            synthetic=imprint.is_synthetic,
            plan=plan_checks(rating),
        )
    finally:
        events.close()


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    try:
        for name, content in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    except OSError as error:
        raise SettingError(
            "The report cannot be written to {folder!r} ({strerror}); name another "
            "folder with --out.",
            folder=str(folder),
            strerror=os_reason(error),
        ) from error
