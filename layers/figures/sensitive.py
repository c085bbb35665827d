"""Sensitive categories of events: given once a month, by community, if not small."""

import datetime as dt
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from gis.errors import SettingError
from gis.events import Scenarios
from gis.local_time import EPOCH, MILLISECOND, timezone_of
from gis.suppression import (
    CUT_OFF_DAYS,
    LEAST,
    WITHHELD,
    Edition,
    edition_of_month,
    withhold,
)
from layers.figures.counting import Span, rows_of
from layers.rating.day import RiskDay
from layers.words import Words
from layers.words.vocabulary import NO_COMMUNITY, TOTAL

AREA_LAYER: Final = "communities"


@dataclass(frozen=True, slots=True)
class SensitiveCounts:
    """What a report says of sensitive categories.

    Attributes
    ----------
    rule
        The rule in words, printed in every report.
    headings
        Categories and their total; none where no counts are given.
    rows
        Community id, its name, and the counts as they are shown; the total last.
    note
        Why no counts are given, or what the marks mean; None where there is no more
        to say than the rule.
    """

    rule: Words
    headings: tuple[Words, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    note: Words | None = None


def sensitive_rule(scenarios: Scenarios) -> Words:
    """Return the rule in words.

    Parameters
    ----------
    scenarios
        Say which kinds are sensitive.
    """
    kinds = scenarios.sensitive_kinds
    names = [Words(*scenarios.names_of(kind)) for kind in kinds]
    zh, en = "、".join(n.zh for n in names), ", ".join(n.en for n in names)
    return Words(
        f"涉敏感类别（{zh}）的事件不计入得分、颜色、每日数字和任何区域的数字；"
        f"按社区的数只在月报中给出一次：以次月第{CUT_OFF_DAYS}日终了为截止，"
        f"少于{LEAST}的数不列，并多隐去若干数以防推算。",
        f"Events of sensitive categories ({en}) are in no score, no colour, no figure "
        "of a day and none of an area; counts by community are given once, in the "
        f"monthly report as of the end of day {CUT_OFF_DAYS} of the next month, none "
        f"below {LEAST}, and further ones withheld so that none can be worked out.",
    )


def count_sensitive(day: RiskDay, span: Span) -> SensitiveCounts:
    """Return the counts of a month by community, or why they are not given.

    Parameters
    ----------
    day
        Facts at the end of the month.
    span
        The month.
    """
    rule = sensitive_rule(day.scenarios)
    try:
        report_edition, month_edition = _editions(day, span)
        table = _community_counts(day, span)
        withheld = withhold(table.to_numpy(), report_edition, month_edition)
    except SettingError as error:
        note = Words("本期不列：截止时间或地图边界不是该月唯一的一版。", str(error))
        return SensitiveCounts(rule, note=note)
    if (withheld.counts[-1] == WITHHELD).any():
        # other reports show the number of the town
        return SensitiveCounts(
            rule,
            note=Words(
                "本期不列：全镇数过小，无法防止推算。",
                "Not given: the numbers of the town are too small to be protected.",
            ),
        )
    english, chinese = withheld.legend
    names = [Words(*day.scenarios.names_of(kind)) for kind in table.columns]
    labels = [*table.index, ("", TOTAL.zh)]
    return SensitiveCounts(
        rule,
        headings=(*names, TOTAL),
        rows=tuple(
            (*label, *texts)
            for label, texts in zip(labels, withheld.texts(), strict=True)
        ),
        note=Words(chinese, english),
    )


def _editions(day: RiskDay, span: Span) -> tuple[Edition, Edition]:
    """Return the edition that this report is, and the one that is given."""
    if day.known_at is None or day.communities is None:
        raise SettingError(
            "Counts of people are not given without a cut-off and communities; ask "
            "for the report as of the end of day {cut_off_days} of the next month.",
            cut_off_days=CUT_OFF_DAYS,
        )
    if day.timezone != day.edition_timezone:
        raise SettingError(
            "Counts of people are given for months of {edition_timezone!r}, not of "
            "{timezone!r}, since small counts could be worked out from two; set "
            "PAGODA_TIMEZONE, or the timezone in the rule 'imprint'.",
            edition_timezone=day.edition_timezone,
            timezone=day.timezone,
        )
    local = EPOCH + day.known_at * MILLISECOND
    moment = local.astimezone(timezone_of(day.timezone))
    version = str(day.version.version)
    month_edition = edition_of_month(
        span.first.year,
        span.first.month,
        boundary_version=version,
        area_layer=AREA_LAYER,
        on=moment.date(),
    )
    # a cut-off within a day is another edition than the end of a day
    if moment.time() != dt.time():
        raise SettingError(
            "Counts of people as known at {moment!r} are not given, since small "
            "counts could be worked out from two editions; ask for the end of "
            "{cut_off!r}.",
            moment=moment.isoformat(),
            cut_off=month_edition.cut_off.isoformat(),
        )
    report_day = moment.date() - dt.timedelta(days=1)
    report_edition = Edition(span.first, span.last, report_day, version, AREA_LAYER)
    return report_edition, month_edition


def _community_counts(day: RiskDay, span: Span) -> pd.DataFrame:
    """Count events by community and category; the last row is in no community."""
    categories = list(day.scenarios.sensitive_kinds)
    events = day.sensitive_events
    events = events[span.holds(events["day"])]
    communities = pd.DataFrame(day.communities)
    index = pd.Index(communities["community_id"])
    owners = day.grids.set_index("grid_id")["community_id"]
    rows = rows_of(events["grid_id"].map(owners), index)
    columns = rows_of(events["category"], pd.Index(categories))
    counts = np.zeros((len(index) + 1, len(categories)), dtype=np.int64)
    np.add.at(counts, (rows, columns), 1)
    names = communities.get("name", pd.Series("", index=communities.index)).fillna("")
    labels = [*zip(index, names, strict=True)]
    return pd.DataFrame(
        counts,
        index=pd.Index([*labels, ("", NO_COMMUNITY.zh)], tupleize_cols=False),
        columns=categories,
    )
