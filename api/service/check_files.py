"""`pagoda check`: whether every place and every minute is somebody's."""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path

from api.service.datums import choose_datum
from api.service.duty_files import DutyFiles
from gis.coverage import Certificate, certify
from gis.errors import SettingError
from gis.local_time import local_instant, timezone_of
from gis.models import Instant
from gis.roster import (
    REGION_TIER,
    WARN_DAYS,
    DutyTable,
    RosterCertificate,
    certify_roster,
)
from layers.files import read_circles, read_grids, read_posts
from layers.territory import Territory, make_territory, require_degrees


@dataclass(frozen=True, slots=True)
class CheckJob:
    """What `pagoda check` is asked for.

    Attributes
    ----------
    grids, id_column, grids_datum
        File of polygons, its column of ids, and its datum where the user declares it.
    circles, posts, files
        The tree, its posts, and who is on duty; None checks the coverage only.
    first_day, last_day
        Days to check the roster for, both included; None takes what the duties span.
    region_tier, warn_days
        As in `api.settings.Settings`.
    """

    grids: Path
    id_column: str
    grids_datum: str | None = None
    circles: Path | None = None
    posts: Path | None = None
    files: DutyFiles = field(default_factory=lambda: DutyFiles(None, None))
    first_day: date | None = None
    last_day: date | None = None
    region_tier: int = REGION_TIER
    warn_days: int = WARN_DAYS


def check_files(job: CheckJob) -> tuple[Certificate, RosterCertificate | None, str]:
    """Return the certificates of the files, and the datum that was taken.

    Raises
    ------
    SettingError
        If posts are given without circles, or duties without posts.
    """
    given_duties = job.files.duties or job.files.rotations
    if (job.posts and not job.circles) or (given_duties and not job.posts):
        raise SettingError(
            "Posts stand in circles and duties hold posts; give --circles with "
            "--posts, and --posts with --duties or --rotations."
        )
    grids = read_grids(job.grids, job.id_column, allow_invalid=True)
    datum, notice = choose_datum("grids", "--grids-datum", job.grids_datum, grids.crs)
    require_degrees(grids, datum)
    certificate = certify_territory(Territory(grids, datum))
    if job.circles is None:
        return certificate, None, notice
    posts = None if job.posts is None else read_posts(job.posts)
    territory = make_territory(grids, read_circles(job.circles), posts, datum=datum)
    territory = job.files.put_into(territory, job.region_tier)
    if posts is None or territory.duties is None:
        return certificate, None, notice
    window = days_to_check(job, territory.duties)
    roster = certify_roster(territory.duties, *window, warn_days=job.warn_days)
    return certificate, roster, notice


def certify_territory(territory: Territory) -> Certificate:
    """Return the coverage certificate of a territory's grids."""
    grids = territory.grids
    return certify(
        grids["grid_id"].tolist(), grids.geometry.to_numpy(), territory.datum.crs
    )


def days_to_check(job: CheckJob, table: DutyTable) -> tuple[Instant, Instant]:
    """Return the instants between which the roster is examined."""
    zone = timezone_of(job.files.timezone)
    duties = [d for of_post in table.ledger.values() for d in of_post.values()]
    starts = min((d.starts_at for d in duties), default=Instant(0))
    ends = max((d.ends_at for d in duties), default=Instant(86_400_000))
    if job.first_day is not None:
        starts = local_instant(datetime.combine(job.first_day, time()), zone)
    if job.last_day is not None:
        after = job.last_day + timedelta(days=1)
        ends = local_instant(datetime.combine(after, time()), zone)
    if ends <= starts:
        raise SettingError(
            f"The days to check end before they start ({job.first_day} to "
            f"{job.last_day}); exchange --from and --to."
        )
    return starts, ends
