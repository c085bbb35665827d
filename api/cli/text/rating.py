"""Codes, due checks and colours as the lines that the commands print."""

import datetime as dt
from collections.abc import Hashable, Iterator, Mapping

import pandas as pd

from api.service.rating.days import count_codes, count_colours
from api.service.rating.due import Due, answering_posts, list_due
from api.service.rating.places import Why
from gis.models import RiskLevel, SafetyCode, Scene
from layers.rating.day import CHANGE_DAYS, RiskDay
from layers.words import LEFT_OUT, words_of

SHOWN = 20
"""Rows of a list that are printed; the rest is counted."""
MOST_PRESSING = 10


def safety_lines(rated: RiskDay) -> Iterator[str]:
    """Yield what `pagoda safety` prints: codes by scene, what is late, what is red.

    Red places stand in the order of urgency: the longest overdue first, then by id.

    Parameters
    ----------
    rated
        The day.
    """
    places = rated.places
    yield _head(rated)
    yield f"Codes      {_listed(count_codes(rated))}"
    yield f"Overdue    {int((places['overdue_days'] > 0).sum()):,} checks"
    yield f"{'Scene':<24}{'red':>8}{'yellow':>8}{'green':>8}{'overdue':>9}"
    for scene in Scene:
        there = places[places["scene"] == scene]
        counts = [int((there["code"] == code).sum()) for code in reversed(SafetyCode)]
        overdue = int((there["overdue_days"] > 0).sum())
        yield f"{scene:<24}{counts[0]:>8,}{counts[1]:>8,}{counts[2]:>8,}{overdue:>9,}"
    red = places[places["code"] == SafetyCode.RED].sort_values(
        ["overdue_days", "place_id"], ascending=[False, True]
    )
    for row in red.head(SHOWN).to_dict("records"):
        late = _late(row["overdue_days"], row["due_on"].date())
        yield (
            f"red {row['place_id']}  grid {row['grid_id'] or 'none'}  {late:<18}"
            f"{row['criteria']}  {_name(row['name'])}"
        ).rstrip()
    yield from _more(len(red))
    yield from _left_out(rated.left_out)


def why_lines(why: Why) -> Iterator[str]:
    """Yield what `pagoda safety why` prints of a place.

    Parameters
    ----------
    why
        The place.
    """
    told = why.explanation
    yield f"{why.place_id} {why.name or ''} {why.scene}, grid {why.grid_id or 'none'}"
    by_rule = f"by rule {told.rule_id} {told.version}"
    yield f"{told.day.isoformat()}  {_word(told.code)}  {by_rule}"
    if not told.reasons:
        yield "  nothing fires: green"
    for reason, findings in zip(told.reasons, why.findings, strict=True):
        criterion = reason.criterion
        yield (
            f"  {criterion.code.name.lower():<7}{criterion.criterion_id}: "
            f"{criterion.zh} {criterion.en}"
        )
        measured = ", ".join(
            f"{name} {value:,}" for name, value in reason.values.items()
        )
        yield f"         {measured}"
        for finding in findings:
            yield (
                f"         finding {finding.finding_id} ({finding.severity}) since "
                f"{finding.since.isoformat()}, inspection {finding.inspection_id} "
                f"{finding.about}"
            ).rstrip()
    checked = told.last_check.isoformat() if told.last_check else "never"
    drilled = told.last_drill.isoformat() if told.last_drill else "never"
    late = f", {told.overdue_days:,} days overdue" if told.overdue_days else ""
    yield f"Last check {checked}, last drill {drilled}"
    yield f"Next check due {told.due.isoformat() if told.due else 'never'}{late}"
    changes = ", ".join(f"{c.day.isoformat()} {_word(c.code)}" for c in why.history)
    yield f"History    {changes}"


def due_lines(rated: RiskDay, grid_id: str | None) -> Iterator[str]:
    """Yield what `pagoda due` prints: the checks of a grid, or how many each owes.

    Parameters
    ----------
    rated
        The day.
    grid_id
        A grid; None counts those of all.
    """
    owed = list_due(rated, grid_id)
    yield _head(rated)
    late = sum(one.overdue_days > 0 for one in owed)
    if grid_id is None:
        yield f"{len(owed):,} checks are due, {late:,} of them overdue"
        yield from _due_by_grid(rated, owed)
        return
    post, holder = answering_posts(rated).get(grid_id, (None, None))
    yield f"Grid {grid_id}: {post or 'no post'} answers, held by {holder or 'nobody'}"
    yield f"{len(owed):,} checks are due, {late:,} of them overdue"
    for one in owed:
        yield (
            f"  {one.code:<7}{one.place_id}  {one.scene:<22}"
            f"{_late(one.overdue_days, one.due_on):<20}"
            f"{';'.join(one.criteria)}  {_name(one.name)}"
        ).rstrip()


def risk_lines(rated: RiskDay) -> Iterator[str]:
    """Yield what `pagoda risk` prints: colours by tier, the highest, their drivers.

    Parameters
    ----------
    rated
        The day.
    """
    yield _head(rated)
    for name, areas in rated.tiers.items():
        counts = count_colours(areas.frame["level"].to_numpy())
        caption = _tier_name(rated, name)
        yield f"{caption:<26}{_listed({k: v for k, v in counts.items() if v})}"
    yield f"Highest grids, score in {rated.card.unit}"
    highest = rated.grids.sort_values(["score", "grid_id"], ascending=[False, True])
    for row in highest.head(MOST_PRESSING).to_dict("records"):
        drivers = ", ".join(f"{d.driver_id} {d.share:.0%}" for d in row["drivers"][:3])
        yield (
            f"  {row['grid_id']}  {row['score']:8,.2f}  {row['change']:+z8.2f} in "
            f"{CHANGE_DAYS} days  {_level(rated, row):<8}{drivers}"
        )
    yield "Grids that change colour when a break moves by 10 %"
    for move in rated.tiers["grids"].sensitivity:
        yield f"  level {move.level} up to {move.limit:8,.2f}: {move.changed:,}"
    yield from _left_out(rated.left_out)


def _due_by_grid(rated: RiskDay, owed: list[Due]) -> Iterator[str]:
    """Yield the grids with most checks owed."""
    counts = pd.Series(
        [one.grid_id or "none" for one in owed], dtype=str
    ).value_counts()
    answering = answering_posts(rated)
    for grid_id, count in counts.head(SHOWN).items():
        post = answering.get(str(grid_id), (None, None))[0]
        yield f"  {grid_id}  {count:>6,}  {post or 'no post'}"
    yield from _more(len(counts))


def _head(rated: RiskDay) -> str:
    imprint = rated.facts.rulebook.imprint
    mark = " (synthetic)" if imprint.is_synthetic else ""
    return (
        f"{imprint.title}{mark} on {rated.day.isoformat()}, boundaries of version "
        f"{rated.version.version}, rule {rated.rule.version}, method "
        f"{rated.method.version}"
    ).strip()


def _left_out(left_out: Mapping[str, int]) -> Iterator[str]:
    counts = {words_of(reason, LEFT_OUT).en: n for reason, n in left_out.items()}
    if counts:
        yield f"Left out   {_listed({_lowered(name): n for name, n in counts.items()})}"


def _level(rated: RiskDay, area: Mapping[Hashable, int]) -> str:
    """Return the level of an area; where it is held, also that of its score alone."""
    names = {0: "no data"} | {level.value: level.name.lower() for level in RiskLevel}
    shown, by_score = names[area["level"]], names[area["raw_level"]]
    if shown == by_score:
        return shown
    return f"{shown} (held: {by_score} needs {rated.method.steady_days} days)  "


def _late(overdue_days: int, due_on: dt.date) -> str:
    return f"{overdue_days:,} days overdue" if overdue_days else f"due {due_on}"


def _name(name: object) -> str:
    return name if isinstance(name, str) else ""


def _tier_name(rated: RiskDay, name: str) -> str:
    if name.startswith("tier"):
        tier = int(name.removeprefix("tier"))
        return rated.facts.rulebook.imprint.names_of_tier(tier)[1]
    return name.capitalize()


def _word(code: SafetyCode | None) -> str:
    return code.name.lower() if code else "no code"


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())


def _lowered(caption: str) -> str:
    return caption[:1].lower() + caption[1:]


def _more(count: int) -> Iterator[str]:
    if count > SHOWN:
        yield f"  and {count - SHOWN:,} more"
