"""Ledgers of events and inspections by community, with Chinese headings."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Final, Literal, TypeAlias
from urllib.parse import quote

import pandas as pd

from gis.models import SafetyCode
from layers.figures.areas import LayerName
from layers.figures.counting import Span
from layers.figures.report import Figures
from layers.files.sheets import sheet_of, workbook_bytes
from layers.files.spreadsheets import csv_bytes
from layers.packs.code_tables import named
from layers.rating.day import RiskDay
from layers.schema.events import EVENTS
from layers.schema.inspections import INSPECTIONS
from layers.styles import CODE_STYLES, SCENE_STYLES
from layers.words import Vocabulary, words_of
from layers.words.code_lists import CHANNELS, KINDS
from layers.words.vocabulary import NO_COMMUNITY

TableForm: TypeAlias = Literal["csv", "xlsx"]
SHEETS: Final = {"events": EVENTS.zh, "inspections": INSPECTIONS.zh}
"""Sheet of each ledger in a workbook."""
LONGEST_NAME: Final = 160
"""Signs of an id in a file name; file systems take 255 in all."""


def community_ledgers(
    day: RiskDay, figures: Figures, form: TableForm = "csv"
) -> dict[str, bytes]:
    """Return a ledger of events and one of inspections for each community.

    They hold the days of the report and neither persons nor positions, and no event of
    a sensitive category; rows in no community stand in files of their own. Events are
    those that the report counts, where and as what it counts them.

    Parameters
    ----------
    day
        The facts.
    figures
        The report that the ledgers belong to.
    form
        Whether they are CSV or Excel workbooks, which take longer.

    Returns
    -------
    files
        ``ledger_events_<community>.csv`` and ``ledger_inspections_<community>.csv``, or
        ``ledger_<community>.xlsx`` with a sheet of each; `none` for rows in no
        community; a community without rows has its headings.
    """
    span = Span(figures.head.first, figures.head.last)
    inspections = day.inspections[span.holds(day.inspections["day"])]
    tables = {
        "events": _events(day, figures),
        "inspections": _checks(day, figures, inspections),
    }
    if form == "csv":
        tables = {name: _with_texts(table) for name, table in tables.items()}
    parts = {name: dict([*table.groupby("社区编号")]) for name, table in tables.items()}
    by_community = {
        community: {
            name: parts[name].get(community, table[:0])
            for name, table in tables.items()
        }
        for community in _communities(day)
    }
    if form == "xlsx":
        return {
            f"ledger_{_file_name(community)}.xlsx": workbook_bytes(
                {SHEETS[name]: sheet_of(table) for name, table in own.items()}
            )
            for community, own in by_community.items()
        }
    return {
        f"ledger_{name}_{_file_name(community)}.csv": csv_bytes(table)
        for community, own in by_community.items()
        for name, table in own.items()
    }


def _with_texts(table: pd.DataFrame) -> pd.DataFrame:
    """Return a ledger with its times as text."""
    texts = table.copy()
    for name in table.select_dtypes("datetimetz"):
        texts[name] = table[name].dt.strftime("%Y-%m-%d %H:%M:%S")
    return texts


def _file_name(community: str) -> str:
    """Return an id as a part of a file name, a long one by its digest."""
    name = quote(community or "none", safe="")
    if len(name) <= LONGEST_NAME:
        return name
    digest = sha256(community.encode()).hexdigest()[:16]
    return f"{name[: LONGEST_NAME - len(digest) - 1]}-{digest}"


def _communities(day: RiskDay) -> Iterator[str]:
    """Yield the ids of communities, and the empty one."""
    if day.communities is not None:
        yield from day.communities["community_id"].sort_values()
    yield ""


def _events(day: RiskDay, figures: Figures) -> pd.DataFrame:
    """Return the ledger of events."""
    rows = figures.events
    local = rows["occurred_at"].dt.tz_convert(day.timezone)
    categories = {
        kind: day.scenarios.names_of(kind)[0] for kind in rows["kind"].unique()
    }
    modules = {m: named("modules", m).zh for m in rows["module"].unique()}
    return pd.DataFrame(
        {
            "事件编号": rows["event_id"],
            "发生时间": local,
            **_where(day, figures, rows["grid_id"]),
            "模块": rows["module"].map(modules),
            "事件类别": rows["kind"].map(categories),
            "严重程度": rows["severity"],
            "来源渠道": _words(rows["channel"], CHANNELS),
        }
    )


def _checks(day: RiskDay, figures: Figures, inspections: pd.DataFrame) -> pd.DataFrame:
    """Return the ledger of inspections."""
    rows = inspections.sort_values(["day", "inspection_id"])
    places = pd.concat([day.places, day.campaign_places]).set_index("place_id")
    place = rows["place_id"]
    codes = {code: CODE_STYLES[code].zh.split()[0] for code in SafetyCode}
    scenes = {scene: words[1] for scene, words in SCENE_STYLES.items()}
    return pd.DataFrame(
        {
            "检查编号": rows["inspection_id"],
            "日期": rows["day"].dt.strftime("%Y-%m-%d"),
            "场所编号": place,
            "场所名称": place.map(places["name"]).fillna(""),
            "场景": place.map(places["scene"].replace(scenes)).fillna(""),
            **_where(day, figures, rows["grid_id"]),
            "类型": _words(rows["kind"], KINDS),
            "专项行动": rows["campaign"],
            "发现隐患数": rows["found"],
            "整改隐患数": rows["fixed"],
            "当前安全码": place.map(places["code"]).map(codes).fillna(""),
        }
    )


def _where(day: RiskDay, figures: Figures, grid_ids: pd.Series) -> dict[str, pd.Series]:
    """Return the columns that say in which grid and community a row is."""
    owner = pd.Series("", index=grid_ids.index)
    if day.communities is not None:
        owners = day.grids.set_index("grid_id")["community_id"]
        owner = grid_ids.map(owners).fillna("")
    return {
        "社区编号": owner,
        "社区名称": _names(figures, "community", owner, NO_COMMUNITY.zh),
        "网格编号": grid_ids.fillna(""),
        "网格名称": _names(figures, "grid", grid_ids, ""),
    }


def _names(
    figures: Figures, layer: LayerName, ids: pd.Series, otherwise: str
) -> pd.Series:
    """Return the names of areas by id."""
    areas = figures.rows(layer)
    names = dict(zip(areas["area_id"], areas["name"], strict=True))
    return pd.Series(
        [names.get(area_id, otherwise) for area_id in ids], index=ids.index
    )


def _words(codes: pd.Series, vocabulary: Vocabulary) -> pd.Series:
    """Return the Chinese words of codes."""
    return codes.map({code: words_of(code, vocabulary).zh for code in codes.unique()})
