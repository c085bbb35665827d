"""Sources of a synthetic town: thirty that may report, and where answers would go."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Final

import pandas as pd


@dataclass(frozen=True, slots=True)
class Channel:
    """One source as a town registers it; `kinds` are its own words -> kinds."""

    source: str
    name_zh: str
    name_en: str
    sort: str
    owner: str
    datum: str = ""
    accuracy_m: float | None = None
    trust: float | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    destination_id: str = ""


_POLICE, _CITY = "police", "urban management office"
_GRID, _SAFETY, _FIRE = "grid office", "emergency office", "fire and rescue brigade"
_MARKET, _WATER = "market supervision office", "water office"
_ECONOMY, _PETITION = "economy office", "petition office"

CHANNELS: Final = (
    Channel(
        "hotline",
        "民情热线",
        "Residents' hotline",
        "hotline",
        _PETITION,
        "gcj02",
        120.0,
        0.85,
        {"占道经营": "street_trading", "噪声扰民": "noise", "路灯不亮": "street_light"},
        "hotline_desk",
    ),
    Channel(
        "citizen_snapshot",
        "随手拍",
        "Citizens' snapshots",
        "citizen",
        _GRID,
        "gcj02",
        35.0,
        0.75,
        {"随手拍": "snapshot", "店外经营": "shopfront", "协商": "consultation"},
    ),
    Channel(
        "public_account", "社情民意公众号", "Public account", "citizen", _GRID,
        trust=0.6, kinds={"民意": "public_opinion"},
    ),
    Channel(
        "neighbour_app", "邻里E家", "Neighbours' app", "citizen", "community office",
        "bd09", 50.0, 0.8, {"停水": "water_supply", "路灯": "street_light"},
    ),
    Channel(
        "petition_desk", "信访窗口", "Petition desk", "citizen", _PETITION,
        trust=0.7, kinds={"信访": "petition", "欠薪": "wage_arrears"},
    ),
    Channel(
        "member_app", "网格通", "Grid members' app", "member", _GRID,
        "wgs84", 8.0, 0.95, {"巡查": "grid_patrol", "流动人口": "rental_population"},
    ),
    Channel(
        "safety_patrol", "平安通", "Safety patrol", "member", _POLICE,
        "wgs84", 8.0, 0.95, {"巡防": "safety_patrol"},
    ),
    Channel(
        "river_patrol", "河长通", "River patrol", "member", _WATER,
        "cgcs2000", 10.0, 0.95, {"河道": "river", "盗采": "illegal_mining"},
    ),
    Channel(
        "village_desk", "村居代办点", "Village service desks", "member",
        "village service desk", trust=0.95,
        kinds={"代办": "community_service", "志愿": "volunteer_request"},
    ),
    Channel(
        "safety_inspection", "平安检查", "Safety inspections", "inspection", _SAFETY,
        "cgcs2000", 10.0, 0.98,
        {"用电": "electrical_hazard", "隐患": "safety_finding"},
    ),
    Channel(
        "campaign_inspection", "专项整治", "Special campaigns", "inspection", _SAFETY,
        "cgcs2000", 10.0, 0.98, {"整治": "campaign_finding"},
    ),
    Channel(
        "market_inspection", "市场监管检查", "Market inspections", "inspection",
        _MARKET, "cgcs2000", 10.0, 0.98,
        {"食品": "food_safety", "执照": "business_licence"},
    ),
    Channel(
        "video_watch", "雪亮视频", "Public video", "camera", _POLICE,
        "gcj02", 40.0, 0.7, {"异常": "video_watch"},
    ),
    Channel(
        "sky_cameras", "智慧天眼", "High cameras", "camera", _CITY,
        "cgcs2000", 80.0, 0.6, {"烟火": "fire_hazard", "异常": "video_watch"},
    ),
    Channel(
        "traffic_cameras", "道路视频", "Road cameras", "camera", "traffic police",
        "bd09", 25.0, 0.85, {"违停": "illegal_parking"},
    ),
    Channel(
        "shopfront_cameras", "店面识别", "Shopfront detectors", "camera", _CITY,
        "gcj02", 20.0, 0.8, {"出店": "street_trading"},
    ),
    Channel(
        "waste_cameras", "渣土识别", "Waste detectors", "camera", _CITY,
        "wgs84", 30.0, 0.75, {"倾倒": "waste_dumping"},
    ),
    Channel(
        "drone_patrol", "无人机自动巡航", "Drone patrol", "drone", _CITY,
        "wgs84", 15.0, 0.8, {"占道": "street_trading", "渣土": "waste_dumping"},
    ),
    Channel(
        "door_sensors", "门磁报警", "Door sensors", "sensor", "civil affairs office",
        "cgcs2000", 10.0, 0.9, {"无开门": "elder_care"},
    ),
    Channel(
        "smoke_sensors", "烟感报警", "Smoke sensors", "sensor", _FIRE,
        "cgcs2000", 10.0, 0.7, {"烟雾": "fire_safety"},
    ),
    Channel(
        "water_levels", "智慧排水", "Water levels", "sensor", _WATER,
        "EPSG:4549", 5.0, 0.9, {"超警": "flood_risk"},
    ),
    Channel(
        "police_110", "110联动", "Police 110", "feed", _POLICE,
        "gcj02", 60.0, 0.9, {"盗窃": "theft"}, "police_desk",
    ),
    Channel(
        "fire_119", "119报警", "Fire 119", "feed", _FIRE,
        "gcj02", 60.0, 0.95, {"火警": "fire_hazard"},
    ),
    Channel(
        "digital_city", "数字城管", "Digital city", "feed", _CITY,
        "bd09", 20.0, 0.9, {"噪声": "noise", "道路破损": "road_damage"}, "city_desk",
    ),
    Channel(
        "smart_estate", "区智慧小区", "Smart estates", "feed", "housing office",
        "bd09", 30.0, 0.8, {"房屋": "building_defect"},
    ),
    Channel(
        "work_safety", "智慧安监", "Work safety", "feed", _SAFETY,
        "cgcs2000", 20.0, 0.9, {"隐患": "work_safety"},
    ),
    Channel(
        "building_watch", "智慧查违", "Building watch", "feed",
        "land and planning office", "cgcs2000", 15.0, 0.85,
        {"违建": "illegal_building"},
    ),
    Channel(
        "enterprise_desk", "企业诉求平台", "Enterprise desk", "feed", _ECONOMY,
        "cgcs2000", 20.0, 0.9, {"诉求": "enterprise_appeal", "到期": "lease_expiry"},
    ),
    Channel(
        "mediation", "人民调解平台", "People's mediation", "feed", "justice office",
        trust=0.9, kinds={"纠纷": "dispute"},
    ),
    Channel("pagoda", "本平台", "This service", "pagoda", _GRID, "wgs84", trust=1.0),
)  # fmt: skip
"""Of S town; their datums differ on purpose, as those of real feeds do."""

_DESKS: Final = {
    "hotline_desk": ("https://hotline.example/pagoda", "HOTLINE_SECRET"),
    "police_desk": ("https://police.example/pagoda", "POLICE_SECRET"),
    "city_desk": ("https://city.example/pagoda", "CITY_SECRET"),
}


def make_sources(sources: Sequence[str]) -> pd.DataFrame:
    """Return sources of a town as rows of their layer.

    Parameters
    ----------
    sources
        Ids of some of `CHANNELS`.

    Examples
    --------
    >>> make_sources(["hotline"])["datum"].tolist()
    ['gcj02']
    """
    columns = [column.name for column in fields(Channel) if column.name != "kinds"]
    chosen = _chosen(sources)
    rows = pd.DataFrame(
        [[getattr(channel, name) for name in columns] for channel in chosen],
        columns=columns,
    )
    kinds = [json.dumps(dict(c.kinds), ensure_ascii=False) for c in chosen]
    return rows.assign(kind_map=kinds)


def make_destinations(sources: Sequence[str]) -> pd.DataFrame:
    """Return where sources would be told; nobody is there, and all are disabled.

    Parameters
    ----------
    sources
        Ids of some of `CHANNELS`.
    """
    ids = sorted({c.destination_id for c in _chosen(sources)} - {""})
    return pd.DataFrame(
        {
            "destination_id": ids,
            "url": [_DESKS[name][0] for name in ids],
            "secret_id": [_DESKS[name][1] for name in ids],
            "is_disabled": True,
        }
    )


def _chosen(sources: Sequence[str]) -> list[Channel]:
    return [channel for channel in CHANNELS if channel.source in sources]
