"""Words of answers: whose a place is, how it was located, and why."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from gis.models import Status
from layers.words.vocabulary import Vocabulary, Words

_OWNED: Final = Words(
    "该位置属于网格 {grid}，{duty}{why}。",
    "Grid {grid} owns the place; {duty}{why}.",
)
ANSWERS: Final[Mapping[Status, Words]] = MappingProxyType(
    {
        Status.INSIDE: _OWNED,
        Status.BOUNDARY: _OWNED,
        Status.OVERLAP: _OWNED,
        Status.SNAPPED: _OWNED,
        Status.OUTSIDE: Words(
            "该位置不在任何网格内{there}，距最近网格 {nearest} 约 {metres} 米，"
            "{duty}{why}。",
            "The place is outside all grids{there}, {metres} m from grid {nearest}; "
            "{duty}{why}.",
        ),
        Status.UNLOCATED: Words(
            "位置无法使用（{fault}），{duty}{why}。",
            "The position cannot be used ({fault}); {duty}{why}.",
        ),
    }
)
"""What an answer says by its status, with gaps for ids, distance and reasons."""

ANSWERABLE: Final = Words("由岗位 {post} 负责", "post {post} answers for it")
DUTIES: Final[Mapping[Status, Words]] = MappingProxyType(
    {
        Status.OUTSIDE: Words("由岗位 {post} 研判", "post {post} decides"),
        Status.UNLOCATED: Words(
            "由岗位 {post} 核实地点", "post {post} asks for the place"
        ),
    }
)
"""What the accountable post does, where it is not to answer for the place."""
NOBODY: Final = Words("没有岗位负责", "no post answers for it")

STATUSES: Final[Mapping[Status, Words]] = MappingProxyType(
    {
        Status.INSIDE: Words("网格内", "inside"),
        Status.BOUNDARY: Words("边界上", "on a boundary"),
        Status.OVERLAP: Words("重叠处", "on an overlap"),
        Status.SNAPPED: Words("就近归入", "given to the nearest"),
        Status.OUTSIDE: Words("网格外", "outside"),
        Status.UNLOCATED: Words("未定位", "not located"),
    }
)
"""How a position was located, in a word."""

LOCATED: Final[Vocabulary] = MappingProxyType(
    {status.value: words for status, words in STATUSES.items()}
    | {"community": Words("按社区", "by its community")}
)
"""How an event was located, as its loop keeps it."""

IN_NEIGHBOUR: Final = Words("，位于邻区 {neighbour}", ", in neighbour {neighbour}")
"""Whose ground a place outside all grids is, where that is known."""

POSITION_REASONS: Final[Vocabulary] = MappingProxyType(
    {
        "missing": Words("没有坐标", "it has no coordinates"),
        "not_a_number": Words("坐标不是数字", "its coordinates are not numbers"),
        "decimal_comma": Words(
            "坐标用了逗号作小数点", "its coordinates have a decimal comma"
        ),
        "not_a_point": Words("几何不是点", "its geometry is not a point"),
        "out_of_range": Words("坐标超出范围", "its coordinates are out of range"),
        "swapped_axes": Words("经度和纬度写反了", "lon and lat are exchanged"),
        "whole_degrees": Words("坐标只有整度", "its coordinates are whole degrees"),
        "no_version": Words(
            "当时没有生效的网格版本",
            "no version of the grids was in force at that time",
        ),
    }
)
"""What is wrong with a position."""

ACCURACY_FAULTS: Final[Vocabulary] = MappingProxyType(
    {
        "unusable_position": Words("位置无法使用", "the position cannot be used"),
        "accuracy_missing": Words("没有精度", "there is no accuracy"),
        "accuracy_negative": Words("精度为负数", "it is negative"),
        "accuracy_larger_than_town": Words(
            "精度超过全部网格的范围", "it is larger than the town"
        ),
        "accuracy_not_a_number": Words("精度不是米数", "it is no number of metres"),
    }
)
"""Why an answer says nothing of how sure it is."""

HOLDING_REASONS: Final[Vocabulary] = MappingProxyType(
    {
        "vacant_post": Words("网格长岗位空缺", "the post of the grid is vacant"),
        "no_one_on_duty": Words(
            "网格长岗位无人值守", "no one is on duty at the post of the grid"
        ),
        "no_leader_on_duty": Words(
            "区域长无人值守，由上级圈长代行",
            "no region leader is on duty; the one above commands",
        ),
        "no_time": Words(
            "未写明时刻，无法确定当时由谁值守",
            "no hour is given, so who was on duty is not known",
        ),
        "triage": Words("无网格归属的由其受理", "it takes what no grid owns"),
    }
)
"""Why another post answers than the grid's leader, or commands than the region's."""
