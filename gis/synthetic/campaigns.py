"""Special campaigns of a synthetic town: eighteen in two months."""

import datetime as dt
from typing import Final

from gis.models import Scene
from gis.safety import Campaign

_SHOP, _RENTAL = Scene.STREET_SHOP, Scene.RENTAL_HOUSING
_KEY, _CROWD = Scene.KEY_SECURITY_PLACE, Scene.CROWDED_PLACE
_CHEMICALS, _WORKS = Scene.HAZARDOUS_CHEMICALS, Scene.CONSTRUCTION_SITE
_LABOUR, _GENERAL = Scene.LABOUR_INTENSIVE, Scene.GENERAL_ENTERPRISE

# id, name, scene, first and last day of 2026
_ROWS: Final = (
    ("gas", "燃气安全专项", _SHOP, (8, 3), (8, 28)),
    ("rental_fire", "出租房消防专项", _RENTAL, (8, 10), (9, 11)),
    ("chemicals_1", "危化品企业专项", _CHEMICALS, (8, 3), (8, 7)),
    ("works_heat", "工地高温作业专项", _WORKS, (8, 5), (8, 14)),
    ("crowds_summer", "暑期人员密集场所专项", _CROWD, (8, 10), (8, 21)),
    ("labour_fire", "劳动密集型企业消防专项", _LABOUR, (8, 17), (8, 28)),
    ("key_places_1", "重点治安场所专项", _KEY, (8, 12), (8, 26)),
    ("general", "一般企业用电专项", _GENERAL, (8, 17), (9, 18)),
    ("school_start", "开学季专项", _CROWD, (8, 28), (9, 6)),
    ("chemicals_2", "危化品企业复查专项", _CHEMICALS, (8, 31), (9, 4)),
    ("works_cranes", "工地起重机械专项", _WORKS, (9, 1), (9, 10)),
    ("small_places", "沿街店铺专项", _SHOP, (9, 1), (9, 30)),
    ("e_bikes", "电动自行车专项", _RENTAL, (9, 12), (9, 30)),
    ("warehouses", "厂房仓库专项", _LABOUR, (9, 14), (9, 25)),
    ("mid_autumn", "中秋节前专项", _CROWD, (9, 14), (9, 24)),
    ("national_day", "国庆节前专项", _KEY, (9, 14), (9, 28)),
    ("chemicals_3", "危化品企业节前专项", _CHEMICALS, (9, 21), (9, 25)),
    ("works_holiday", "工地节前专项", _WORKS, (9, 21), (9, 28)),
)

CAMPAIGNS: Final = tuple(
    Campaign(name, name_zh, (scene,), dt.date(2026, *first), dt.date(2026, *last))
    for name, name_zh, scene, first, last in _ROWS
)
