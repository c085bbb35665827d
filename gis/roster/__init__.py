"""Posts and duties: who is answerable for a grid at any instant."""

from gis.roster.certificate import WARN_DAYS, RosterCertificate, certify_roster
from gis.roster.duties import Duty
from gis.roster.duty_table import (
    REGION_TIER,
    DutyColumns,
    DutyTable,
    OnDuty,
    commander,
)
from gis.roster.outlook import lapses_within, rosters_ending
from gis.roster.posts import (
    LEADER_ROLES,
    NO_LEADER_ON_DUTY,
    NO_ONE_ON_DUTY,
    NO_TIME,
    ROLES,
    TRIAGE,
    VACANT_POST,
    Role,
    Roster,
)
from gis.roster.rotation import Rotation, expand_rotations
from gis.roster.succession import (
    NO_PLAN,
    Areas,
    PostsPlan,
    Succession,
    succession_of,
)
from gis.roster.timeline import BEGINNING, NO_HOUR, Timeline

__all__ = [
    "BEGINNING",
    "LEADER_ROLES",
    "NO_HOUR",
    "NO_LEADER_ON_DUTY",
    "NO_ONE_ON_DUTY",
    "NO_PLAN",
    "NO_TIME",
    "REGION_TIER",
    "ROLES",
    "TRIAGE",
    "VACANT_POST",
    "WARN_DAYS",
    "Areas",
    "Duty",
    "DutyColumns",
    "DutyTable",
    "OnDuty",
    "PostsPlan",
    "Role",
    "Roster",
    "RosterCertificate",
    "Rotation",
    "Succession",
    "Timeline",
    "certify_roster",
    "commander",
    "expand_rotations",
    "lapses_within",
    "rosters_ending",
    "succession_of",
]
