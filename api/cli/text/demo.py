"""What `pagoda demo` prints."""

from pathlib import Path

from api.service.assignment.files import count_reasons, count_statuses
from api.service.demo import ANSWERS, MAP, DemoResult
from api.service.rating.days import count_codes, count_colours
from gis.counts import count_text
from gis.roster import BEGINNING, VACANT_POST
from layers.rating.day import RiskDay

MEANINGS = {
    "inside": "one grid owns the place",
    "boundary": "on a border: the lowest grid id owns it",
    "overlap": "grids overlap there: the lowest grid id owns it",
    "snapped": "outside, given to the nearest grid",
    "outside": "no grid: the nearest is named, the core circle decides",
    "unlocated": "no usable position: the core circle asks for the place",
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
    tiers = ", ".join(str(len(duties.roster.pagoda.of_tier(t))) for t in range(1, 5))
    statuses = count_statuses(result.answers.table)
    colours = count_colours(rating.grids["level"].to_numpy())
    return [
        f"S town (synthetic)  {certificate.area_m2 / 1e6:.2f} km2, "
        f"{count_text(len(rating.grids), 'grid')} under {tiers} circles",
        f"Coverage            {certificate.verdict}",
        f"Events              {len(result.answers.table.rows):,} of September 2026",
        *(
            f"  {status:<17} {count:>6,}  {MEANINGS[status]}"
            for status, count in sorted(statuses.items(), key=lambda item: -item[1])
        ),
        "  of these without a usable position: "
        f"{_listed(count_reasons(result.answers.table))}",
        f"Vacant posts        {vacant} grids have no leader: the circle above answers",
        f"Safety codes        {_listed(count_codes(rating))} places on {rating.day}",
        f"Overdue checks      {int(rating.grids['overdue'].sum()):,}",
        f"Five colours        {_listed({k: v for k, v in colours.items() if v})}",
        "Highest risk",
        *_highest(rating),
        "",
        f"Open the map        {out / MAP}  (one file, no network)",
        f"Read the answers    {out / ANSWERS}",
        "Next                pagoda check --help   is your coverage free of gaps?",
        "                    pagoda assign --help  your own grids and events",
        "                    pagoda init --sample s_town, then pagoda due, risk, map",
        "                    make serve            POST /assign, GET /risk/map",
    ]


def _highest(rating: RiskDay) -> list[str]:
    """Return the grids of the highest score and what drives them."""
    highest = rating.grids.sort_values(["score", "grid_id"], ascending=[False, True])
    return [
        f"  {row['grid_id']}   {row['score']:6.1f}  "
        + ", ".join(
            f"{driver.driver_id} {driver.share:.0%}" for driver in row["drivers"][:3]
        )
        for row in highest.head(3).to_dict("records")
    ]


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counts.items())
