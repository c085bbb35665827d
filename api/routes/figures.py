"""Figures of events by area."""

from dataclasses import replace
from typing import Annotated, Final, TypeAlias

from fastapi import APIRouter, Depends, Query, Request, Response

from api.admission import Door
from api.deps import Desk, Reader, Seen, figures_of, watched_now
from api.errors import answers, problem
from api.refusals import RequestError
from api.schemas.definitions import DefinitionOut, DefinitionsOut
from api.schemas.figures import FiguresOut
from api.schemas.moments import TimeOrDay
from api.security import Access
from api.service.access.sight import Sight
from api.service.events.area_question import AreaQuestion
from api.service.events.closed_months import closed_month
from api.service.events.figures import MONTH_MS, AreaFacts
from api.service.rating.days import RiskDesk
from gis.access import Act
from gis.errors import NoVersionError
from gis.local_time import instant_of, local_day, timezone_of
from gis.models import Instant
from gis.written_time import read_time
from layers.figures.definitions import definitions
from layers.figures.question import BY, CONDITIONS, FigureError

router = APIRouter(
    route_class=Door,
    tags=["events"],
    dependencies=[Depends(Access(Act.WATCH))],
    responses=answers(404, 422),
)
Periods: TypeAlias = tuple[Instant, Instant, tuple[Instant, Instant] | None, bool]
"""From when until when, what it is compared with, and whether events are re-based."""
SOME: Final = "Only events with one of these, parted by commas."


def _span(
    reader: Reader,
    since: Annotated[
        TimeOrDay | None,
        Query(alias="from", description="30 days before the end without it."),
    ] = None,
    until: Annotated[
        TimeOrDay | None,
        Query(alias="to", description="Exclusively, a day its beginning; else now."),
    ] = None,
    against: Annotated[
        str | None,
        Query(description="An earlier period, such as 2026-08-01/2026-09-01."),
    ] = None,
    rebase: Annotated[
        bool,
        Query(
            description="Count events on the boundaries in force at valid_at; with "
            "against, those of that period on the boundaries of the later one."
        ),
    ] = False,
) -> Periods:
    """Return the periods; a time without offset is local."""
    zone = reader.timezone
    # what occurs in this very millisecond has occurred
    now = Instant(reader.store.now() + 1)
    end = now if until is None else instant_of(until, zone)
    start = Instant(end - MONTH_MS) if since is None else instant_of(since, zone)
    return start, end, _against(against, zone), rebase


def _both_times(
    reader: Reader,
    valid_at: Annotated[
        TimeOrDay | None,
        Query(description="The area in force then; the end of the time without it."),
    ] = None,
    known_at: Annotated[
        TimeOrDay | None,
        Query(description="As recorded up to then; all without it."),
    ] = None,
) -> tuple[Instant | None, Instant | None]:
    """Return when the area is in force, and what is known."""
    zone = reader.timezone
    return (
        None if valid_at is None else instant_of(valid_at, zone),
        None if known_at is None else instant_of(known_at, zone),
    )


def _chosen(
    module: Annotated[str | None, Query(description=SOME)] = None,
    line: Annotated[str | None, Query(description=SOME)] = None,
    department: Annotated[str | None, Query(description=SOME)] = None,
    category: Annotated[str | None, Query(description=SOME)] = None,
    channel: Annotated[str | None, Query(description=SOME)] = None,
) -> dict[str, frozenset[str]]:
    """Return what events are chosen by."""
    values = (module, line, department, category, channel)
    return {
        name: frozenset(_words(name, text))
        for name, text in zip(CONDITIONS, values, strict=True)
        if text is not None
    }


def _question(
    periods: Annotated[Periods, Depends(_span)],
    times: Annotated[tuple[Instant | None, Instant | None], Depends(_both_times)],
    chosen: Annotated[dict[str, frozenset[str]], Depends(_chosen)],
    by: Annotated[
        str | None,
        Query(description=f"What rows are by, parted by commas: {', '.join(BY)}."),
    ] = None,
) -> AreaQuestion:
    """Return what is asked, but for the area."""
    since, until, against, is_rebased = periods
    parts = _parts(by)
    return AreaQuestion(
        "", "", since, until, parts, chosen, *times, against, is_rebased
    )


Question = Annotated[AreaQuestion, Depends(_question)]


@router.get("/figures")
def figure_definitions() -> DefinitionsOut:
    """Return what each figure means: definition, unit, owner and formula."""
    return DefinitionsOut(figures=[DefinitionOut.of(d) for d in definitions()])


@router.get("/circles/{area_id}/figures", response_model=FiguresOut)
def circle_figures(
    request: Request, area_id: str, question: Question, desk: Desk, sight: Seen
) -> Response | FiguresOut:
    """Return figures of the events of a circle or grid that occurred in a time.

    They stand as at the end of the time. Only what who asks may see is counted.
    """
    whole = replace(question, layer="circles", area_id=area_id)
    return _answer(request, whole, desk, sight)


@router.get("/grids/{grid_id}/figures", response_model=FiguresOut)
def grid_figures(
    request: Request, grid_id: str, question: Question, desk: Desk, sight: Seen
) -> Response | FiguresOut:
    """Return figures of the events of a grid that occurred in a time."""
    whole = replace(question, layer="grids", area_id=grid_id)
    return _answer(request, whole, desk, sight)


@router.get("/communities/{community_id}/figures", response_model=FiguresOut)
def community_figures(
    request: Request, community_id: str, question: Question, desk: Desk, sight: Seen
) -> Response | FiguresOut:
    """Return figures of the events of a community that occurred in a time."""
    whole = replace(question, layer="communities", area_id=community_id)
    return _answer(request, whole, desk, sight)


def _answer(
    request: Request, question: AreaQuestion, desk: RiskDesk, sight: Sight
) -> Response | FiguresOut:
    """Return figures, or why there are none."""
    counter, scope, comparison = figures_of(request), watched_now(request), None
    try:
        figures = counter.of_area(question, scope)
        if figures is not None:
            comparison = counter.compared(figures, scope)
    except FigureError as error:
        raise RequestError(400, "figures", str(error), error.text_zh) from error
    if figures is None:
        return problem(
            404,
            "unknown-area",
            f"There is no area {question.area_id!r} then that you may see; take one "
            "of GET /model.",
            "当时没有这个圈层、社区或网格，或无权查看；请在 /model 查看有效编号。",
        )
    facts = _facts(request, desk, sight, question)
    scenarios = counter.registries.current.scenarios
    month = closed_month(question, scenarios, desk, scope)
    return FiguresOut.of(figures, facts, comparison, month)


def _facts(
    request: Request, desk: RiskDesk, sight: Sight, question: AreaQuestion
) -> AreaFacts | None:
    """Return what an area has beside its events; None before there are any rules."""
    last = min(Instant(question.until - 1), desk.now())
    day = local_day(last, timezone_of(desk.timezone))
    try:
        rating = desk.on(day, question.known_at)
    except NoVersionError:
        return None
    scope = watched_now(request)
    return figures_of(request).facts_of(question, scope, rating, sight.counts_places)


def _against(text: str | None, zone: str) -> tuple[Instant, Instant] | None:
    """Return the period that is compared with.

    Raises
    ------
    RequestError
        If it is no two times.
    """
    if text is None:
        return None
    try:
        first, last = (read_time(part).moment for part in text.split("/"))
    except ValueError as error:
        raise RequestError(
            400,
            "figures",
            f"Parameter 'against' is {text!r}, expected two times parted by a "
            "slash, such as 2026-08-01/2026-09-01; correct it.",
            f"参数 against 为“{text}”，应为用 / 分隔的两个时间，"
            "例如 2026-08-01/2026-09-01，请改正。",
        ) from error
    return instant_of(first, zone), instant_of(last, zone)


def _parts(text: str | None) -> tuple[str, ...]:
    """Return what rows are by.

    Raises
    ------
    RequestError
        If something is empty, unknown or repeated.
    """
    parts = () if text is None else _words("by", text)
    for part in parts:
        if part not in BY:
            raise RequestError(
                400,
                "figures",
                f"Parameter 'by' has the word {part!r}, expected some of "
                f"{', '.join(BY)}; correct it.",
                f"参数 by 中的 {part} 不存在，可用：{'、'.join(BY)}，请改正。",
            )
    return parts


def _words(name: str, text: str) -> tuple[str, ...]:
    """Return the words of a list.

    Raises
    ------
    RequestError
        If one is empty or repeated.
    """
    words = tuple(text.split(","))
    if not all(words) or len(set(words)) < len(words):
        raise RequestError(
            400,
            "figures",
            f"Parameter {name!r} is {text!r}, expected words parted by commas, each "
            "once; correct it, or leave it out.",
            f"参数 {name} 为“{text}”，应为用逗号分隔、不重复、不为空的词；"
            "请改正，或去掉该参数。",
        )
    return words
