"""An answer in one sentence for a person, in English and in Chinese."""

from gis.models import Assignment, Status
from gis.roster import VACANT_POST

REASONS_ZH = {
    "missing": "没有坐标",
    "not_a_number": "坐标不是数字",
    "decimal_comma": "坐标用了逗号作小数点",
    "not_a_point": "几何不是点",
    "out_of_range": "坐标超出范围",
    "swapped_axes": "经度和纬度写反了",
    "whole_degrees": "坐标只有整度",
}
REASONS_EN = {
    "missing": "it has no coordinates",
    "not_a_number": "its coordinates are not numbers",
    "decimal_comma": "its coordinates have a decimal comma",
    "not_a_point": "its geometry is not a point",
    "out_of_range": "its coordinates are out of range",
    "swapped_axes": "lon and lat are exchanged",
    "whole_degrees": "its coordinates are whole degrees",
}


def sentences(answer: Assignment) -> tuple[str, str]:
    """Return the answer in English and in Chinese, each with what to do next.

    Parameters
    ----------
    answer
        Any answer; its accountable post may be unknown.
    """
    accountable = answer.accountable
    post = (accountable and accountable.post_id) or "-"
    if answer.status is Status.UNLOCATED:
        return (
            f"The position cannot be used ({REASONS_EN[answer.reason]}); "
            f"post {post} asks for the place.",
            f"位置无法使用（{REASONS_ZH[answer.reason]}），由岗位 {post} 核实地点。",
        )
    if answer.grid_id is None:
        nearest = answer.reason.rpartition("nearest:")[2]
        return (
            f"The place is outside all grids, {answer.distance_m:.0f} m from grid "
            f"{nearest}; post {post} decides.",
            f"该位置不在任何网格内，距最近网格 {nearest} 约 {answer.distance_m:.0f} "
            f"米，由岗位 {post} 研判。",
        )
    vacant = answer.accountable_reason == VACANT_POST
    return (
        f"Grid {answer.grid_id} owns the place; post {post} answers for it"
        f"{', as the post of the grid is vacant' if vacant else ''}.",
        f"该位置属于网格 {answer.grid_id}，由岗位 {post} 负责"
        f"{'（网格长岗位空缺）' if vacant else ''}。",
    )
