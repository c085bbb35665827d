"""What `pagoda demo` prints."""

from collections.abc import Mapping
from pathlib import Path

from api.cli.text.rating import colour_counts
from api.service.assignment.run import count_reasons, count_statuses
from api.service.demo import ANSWERS, MAP, DemoResult
from api.service.rating.days import count_codes, count_colours
from gis.counts import count_text
from gis.roster import BEGINNING, VACANT_POST
from gis.sentences import joined, sentence
from layers.rating.day import RiskDay

MEANINGS = {
    "inside": sentence("one grid owns the place"),
    "boundary": sentence("on a border: the lowest grid id owns it"),
    "overlap": sentence("grids overlap there: the lowest grid id owns it"),
    "snapped": sentence("outside, given to the nearest grid"),
    "outside": sentence("no grid: the nearest is named, the core circle decides"),
    "unlocated": sentence("no usable position: the core circle asks for the place"),
}


def demo_lines(out: Path, result: DemoResult) -> list[str]:
    """Return what a planner reads after the demo.

    Parameters
    ----------
    out
        Folder of the files.
    result
        What was computed.
    """
    certificate, rating = result.certificate, result.rating
    duties = result.snapshot.territory.duties
    assert duties is not None  # noqa: S101  S town has a tree
    states = (duties.on_duty(row, BEGINNING) for row in range(len(rating.grids)))
    vacant = sum(state.reason == VACANT_POST for state in states)
    tiers = joined(
        ", ", (str(len(duties.roster.pagoda.of_tier(t))) for t in range(1, 5))
    )
    statuses = count_statuses(result.answers.table)
    colours = count_colours(rating.grids["level"].to_numpy())
    return [
        sentence(
            "S town (synthetic)  {area_m2:.2f} km2, {grids} under {tiers} circles",
            area_m2=certificate.area_m2 / 1000000.0,
            grids=count_text(len(rating.grids), "grid"),
            tiers=tiers,
        ),
        sentence("Coverage            {verdict}", verdict=certificate.verdict),
        sentence(
            "Events              {rows:,} of September 2026",
            rows=len(result.answers.table.rows),
        ),
        *(
            sentence(
                "  {status:<17} {count:>6,}  {meaning}",
                status=status,
                count=count,
                meaning=MEANINGS[status],
            )
            for status, count in sorted(statuses.items(), key=lambda item: -item[1])
        ),
        sentence(
            "  of these without a usable position: {listed}",
            listed=_reason_counts(count_reasons(result.answers.table)),
        ),
        sentence(
            "Vacant posts        {vacant} grids have no leader: the circle above "
            "answers",
            vacant=vacant,
        ),
        sentence(
            "Safety codes        {listed} places on {day}",
            listed=colour_counts(count_codes(rating)),
            day=rating.day,
        ),
        sentence(
            "Overdue checks      {overdue:,}",
            overdue=int(rating.grids["overdue"].sum()),
        ),
        sentence(
            "Five colours        {listed}",
            listed=colour_counts({k: v for k, v in colours.items() if v}),
        ),
        sentence("Highest risk"),
        *_highest(rating),
        "",
        sentence("Open the map        {out}  (one file, no network)", out=out / MAP),
        sentence("Read the answers    {out}", out=out / ANSWERS),
        sentence(
            "Next                pagoda check --help   is your coverage free of gaps?"
        ),
        sentence("                    pagoda assign --help  your own grids and events"),
        sentence(
            "                    pagoda init --sample s_town, then pagoda due, risk, "
            "map"
        ),
        sentence(
            "                    make serve            POST /assign, GET /risk/map"
        ),
    ]


def _highest(rating: RiskDay) -> list[str]:
    """Return the grids of the highest score and what drives them."""
    highest = rating.grids.sort_values(["score", "grid_id"], ascending=[False, True])
    return [
        f"  {row['grid_id']}   {row['score']:6.1f}  "
        + joined(
            ", ",
            (
                sentence("{kind} {share:.0%}", kind=name, share=share)
                for name, share in (
                    (driver.driver_id, driver.share) for driver in row["drivers"][:3]
                )
            ),
        )
        for row in highest.head(3).to_dict("records")
    ]


def _reason_counts(counts: Mapping[str, int]) -> str:
    return joined(
        ", ",
        (
            sentence("{count:,} {reason}", count=count, reason=reason)
            for reason, count in counts.items()
        ),
    )
