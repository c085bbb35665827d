"""`pagoda check`: whether every place and every minute is somebody's."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import geopandas as gpd
import shapely

from api.service.inputs.duties import DutyFiles
from api.service.inputs.grids import read_grid_rows
from api.service.inputs.namings import Namings, naming_for
from api.service.inputs.polygons import bring_outline
from api.service.inputs.tree import read_tree
from gis.codes import CodeCheck, Verdict, check_unit_grid
from gis.counts import count_text
from gis.coverage import Certificate, Mending, certify
from gis.errors import InvalidLayerError, SettingError
from gis.geometry import Polygonal
from gis.local_time import instant_text, local_instant, timezone_of
from gis.models import Instant
from gis.pagoda import refuse_bare
from gis.roster import (
    REGION_TIER,
    WARN_DAYS,
    DutyTable,
    RosterCertificate,
    certify_roster,
)
from gis.sentences import joined, sentence
from layers.child import Bounds, run_bounded
from layers.files import join_parts
from layers.files.grid_parts import about_parts, repeated_ids
from layers.files.table import notices_of
from layers.territory import Territory, build_territory

GAP_WIDTH_M: Final = 10.0
"""Bays narrower than a street are looked for."""
DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CheckJob:
    """What `pagoda check` is asked for.

    Attributes
    ----------
    grids, id_column, grids_datum, ballpark_m
        File of polygons, its column of ids, its datum where the user declares it, and
        the error allowed where no parameters lead from that to WGS 84.
    circles, posts, files
        The tree, its posts, and who is on duty; None checks the coverage only.
    first_day, last_day
        Days to check the roster for, both included; None takes what the duties span.
    today
        The day of a roster without duties and days; None asks the clock.
    region_tier, warn_days
        As in `api.settings.Settings`.
    codes
        Whether grid ids are checked as 15-digit unit-grid codes.
    join_parts, repair
        Whether features of one id are parts of one grid, and broken rings are mended.
    gap_width_m
        Bays narrower than this are gaps too.
    outline
        File of what the grids should cover; `grids_datum` counts for it too, where it
        is in degrees.
    namings
        What the user says of the files.
    """

    grids: Path
    id_column: str
    grids_datum: str | None = None
    ballpark_m: float | None = None
    circles: Path | None = None
    posts: Path | None = None
    files: DutyFiles = field(default_factory=lambda: DutyFiles(None, None))
    first_day: date | None = None
    last_day: date | None = None
    today: date | None = None
    region_tier: int = REGION_TIER
    warn_days: int = WARN_DAYS
    codes: bool = False
    join_parts: bool = False
    repair: bool = False
    gap_width_m: float = GAP_WIDTH_M
    outline: Path | None = None
    namings: Namings = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CodeReport:
    """Grid ids checked as 15-digit unit-grid codes.

    Attributes
    ----------
    count
        Number of grids.
    faulty
        The ids with something wrong or unusual, in code order.
    """

    count: int
    faulty: tuple[CodeCheck, ...]

    @property
    def is_clean(self) -> bool:
        """Whether there is no error; warnings may be."""
        return all(check.verdict < Verdict.ERROR for check in self.faulty)

    def to_dict(self) -> dict[str, object]:
        """Return the report as JSON-ready values."""
        return {
            "is_clean": self.is_clean,
            "count": self.count,
            "faults": [
                {
                    "grid_id": check.code,
                    "name": fault.name,
                    "verdict": fault.verdict.name.lower(),
                    "text": fault.text,
                }
                for check in self.faulty
                for fault in check.faults
            ],
        }


@dataclass(frozen=True, slots=True)
class Findings:
    """What `pagoda check` found.

    Attributes
    ----------
    coverage
        The coverage certificate.
    roster, codes
        The roster certificate and the report on codes; None where not asked for.
    notice
        Which datum was taken, and what is odd about the place.
    repeated
        Ids that stand on several polygons, with their rows; the coverage is that of
        the polygons joined, or each for itself where they cannot be.
    parts
        What to say about grids whose polygons were joined.
    mendings
        What became of broken rings.
    days
        What to say of the days that the roster was examined for.
    """

    coverage: Certificate
    roster: RosterCertificate | None
    codes: CodeReport | None
    notice: str
    repeated: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    parts: tuple[str, ...] = ()
    mendings: tuple[Mending, ...] = ()
    days: tuple[str, ...] = ()

    @property
    def is_clean(self) -> bool:
        """Whether nothing is at fault."""
        return (
            self.coverage.is_clean
            and not self.repeated
            and (self.roster is None or self.roster.is_complete)
            and (self.codes is None or self.codes.is_clean)
        )

    def to_dict(self) -> dict[str, object]:
        """Return all findings as JSON-ready values."""
        document = self.coverage.to_dict() | {
            "is_clean": self.is_clean,
            "repeated_ids": [
                {"grid_id": grid_id, "rows": list(rows)}
                for grid_id, rows in self.repeated.items()
            ],
            "mended": [mending.to_dict() for mending in self.mendings],
        }
        if self.roster is not None:
            document["roster"] = self.roster.to_dict()
        if self.codes is not None:
            document["codes"] = self.codes.to_dict()
        return document


def check_files(job: CheckJob) -> Findings:
    """Return what is found in the files.

    Raises
    ------
    SettingError
        If posts are given without circles, or duties without posts.
    TreeError
        If the tree is not one that could be published.
    """
    duties = job.files.duties or job.files.rotations
    if (job.posts and not job.circles) or (duties and not job.posts):
        raise SettingError(
            "Posts stand in circles and duties hold posts; give --circles with "
            "--posts, and --posts with --duties or --rotations."
        )
    source = read_grid_rows(
        job.grids,
        job.id_column,
        job.grids_datum,
        job.ballpark_m,
        is_mended=job.repair or None,
        naming=naming_for(job.namings, "grids"),
    )
    grids = join_parts(source.rows) if job.join_parts else source.rows
    firsts = grids[~grids["grid_id"].duplicated()]
    territory = Territory(
        firsts.sort_values("grid_id", ignore_index=True), source.datum
    )
    notice = joined(" ", (*notices_of(source.rows), source.notice))
    outline = None
    if job.outline is not None:
        outline, line = bring_outline(
            job.outline, source.datum, job.grids_datum, job.ballpark_m
        )
        notice = joined("\n", (notice, line))
    roster, days = _examined_posts(job, territory)
    return Findings(
        coverage=certify_territory(
            Territory(_as_grids(grids), source.datum), job.gap_width_m, outline
        ),
        roster=roster,
        days=days,
        codes=check_codes(territory) if job.codes else None,
        notice=notice,
        repeated=repeated_ids(grids),
        parts=tuple(about_parts(source.rows)) if job.join_parts else (),
        mendings=source.mendings,
    )


def _examined_posts(
    job: CheckJob, territory: Territory
) -> tuple[RosterCertificate | None, tuple[str, ...]]:
    """Return the roster certificate, None without posts, and what to say of its days.

    Circles without posts are looked at as one that is published would be.
    """
    if job.circles is None:
        return None, ()
    circles, posts = read_tree(job.circles, job.posts, job.namings)
    town = build_territory(territory.grids, circles, posts, datum=territory.datum)
    town = job.files.put_into(town, job.region_tier)
    if town.pagoda is not None:
        refuse_bare(town.pagoda)
    if posts is None or town.duties is None:
        return None, ()
    window = days_to_check(job, town.duties)
    roster = certify_roster(town.duties, *window, warn_days=job.warn_days)
    return roster, about_days(job, town.duties)


def check_codes(territory: Territory) -> CodeReport:
    """Check grid ids as unit-grid codes that lie under their community."""
    communities = territory.communities
    checks = [
        check_unit_grid(grid_id, communities.get(grid_id))
        for grid_id in territory.grids["grid_id"]
    ]
    return CodeReport(len(checks), tuple(check for check in checks if check.faults))


def certify_territory(
    territory: Territory,
    gap_width_m: float = GAP_WIDTH_M,
    outline: Polygonal | None = None,
) -> Certificate:
    """Return the coverage certificate of a territory's grids, made in a child.

    Raises
    ------
    InvalidLayerError
        If it takes more time or memory than grids of that size should.
    """
    grids = territory.grids
    polygons = grids.geometry.to_numpy()
    vertices = int(shapely.get_num_coordinates(polygons).sum())
    return run_bounded(
        sentence(
            "Examining {grids} of {vertices:,} vertices",
            grids=count_text(len(grids), "grid"),
            vertices=vertices,
        ),
        Bounds.for_vertices(vertices),
        certify,
        grids["grid_id"].tolist(),
        polygons,
        territory.datum.crs,
        outline=outline,
        gap_width_m=gap_width_m,
    )


def _as_grids(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return rows of one id joined, each for itself where they cannot be."""
    try:
        return join_parts(rows)
    except InvalidLayerError:
        return _with_own_ids(rows)


def _with_own_ids(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return rows of which each is a grid: those of a repeated id are named by row."""
    repeated = repeated_ids(rows)
    names = [
        sentence("{grid_id} (row {row})", grid_id=grid_id, row=row)
        if grid_id in repeated
        else grid_id
        for row, grid_id in enumerate(rows["grid_id"].tolist(), start=1)
    ]
    return rows.assign(grid_id=names)


def days_to_check(job: CheckJob, table: DutyTable) -> tuple[Instant, Instant]:
    """Return the instants between which the roster is examined.

    What has no day begins with the first duty and ends with the last, a roster without
    duties is that of one day: the one that was given, else today.
    """
    zone = timezone_of(job.files.timezone)
    duties = [d for post_duties in table.ledger.values() for d in post_duties.values()]
    today = job.today or datetime.now(zone).date()
    first_day = job.first_day or job.last_day or today
    last_day = job.last_day or job.first_day or today
    starts, ends = _midnight(first_day, zone), _midnight(last_day + DAY, zone)
    if job.first_day is None and duties:
        starts = min(d.starts_at for d in duties)
    if job.last_day is None and duties:
        ends = max(d.ends_at for d in duties)
    if ends <= starts:
        raise SettingError(
            "The days to check end before they start ({first} to {last}); exchange "
            "--from and --to, or give both.",
            first=job.first_day or instant_text(starts, zone),
            last=job.last_day or instant_text(ends, zone),
        )
    return starts, ends


def _midnight(day: date, zone: ZoneInfo) -> Instant:
    return local_instant(datetime.combine(day, time()), zone)


def about_days(job: CheckJob, table: DutyTable) -> tuple[str, ...]:
    """Return what to say of the days that were not given."""
    if any(table.ledger.values()):
        before = sentence(
            "From the first duty on, as no --from says otherwise: who is missing "
            "before that is not looked at."
        )
        after = sentence(
            "Until the last duty ends, as no --to says otherwise: who is missing "
            "after that is not looked at."
        )
        days = ((job.first_day, before), (job.last_day, after))
        return tuple(text for day, text in days if day is None)
    if job.first_day is None and job.last_day is None:
        return (
            sentence(
                "No duties and no days were given: the posts are looked at, for today "
                "alone."
            ),
        )
    return ()
