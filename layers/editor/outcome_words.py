"""What was done to a draft, and what a planner should know of it, in both languages."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from gis.editing import Operation
from layers.words import Vocabulary, Words
from layers.words.code_lists import FIGURE_NAMES

OUTCOMES: Final[Vocabulary] = MappingProxyType(
    {
        "redraw_border": Words(
            "已重画 {a} 与 {b} 的边界", "The border of {a} and {b} is redrawn."
        ),
        "split": Words(
            "已拆分 {grid}，新网格为 {new_id}", "Grid {grid} is split; {new_id} is new."
        ),
        "carve": Words(
            "已从 {grid} 划出 {new_id}", "Grid {new_id} is carved out of {grid}."
        ),
        "merge": Words("已合并 {grids}，保留 {keep}", "Grids {grids} are one: {keep}."),
        "transfer": Words(
            "已把 {a} 的一块地划给 {b}", "Ground of {a} is given to {b}."
        ),
        "move_vertex": Words("已移动界点", "A corner is moved."),
        "insert_vertex": Words("已增加界点", "A corner is put in."),
        "remove_vertex": Words("已删除界点", "A corner is taken out."),
        "straighten": Words(
            "已取直 {a} 与 {b} 的边界", "The border of {a} and {b} is straightened."
        ),
        "adopt": Words(
            "已采用交回的网格边界", "Grids are taken over as they came back."
        ),
        "reparent": Words(
            "{grid} 已改属 {parent_id}", "Grid {grid} is under {parent_id}."
        ),
        "set_figures": Words("已填写 {grid} 的数据", "Figures of {grid} are typed."),
        "suggest": Words(
            "已按建议均衡 {note} 及邻格的负荷",
            "The load of {note} and its neighbours is evened out.",
        ),
        "undo": Words("已撤销：{note}", "Taken back: {note}"),
        "redo": Words("已重做：{note}", "Done again: {note}"),
    }
)
"""What each operation has done, with gaps for its values."""
NEW_GRID: Final = Words(
    "新网格 {grid} 发布前须有网格长，或写明空缺。",
    "Before grid {grid} is published it needs a leader post, or is named as vacant.",
)
BEYOND: Final = Words(
    "网格 {grid} 的{name}为 {value}，规定{limits}。",
    "Grid {grid} has {value} as {name}; the rule gives {limits}.",
)
AT_LEAST: Final = Words("不少于 {least}", "{least} or more")
AT_MOST: Final = Words("不多于 {most}", "{most} or less")
SAVED: Final = Words(
    "已保存 {count} 次编辑：{path}", "Saved {path}; number of edits: {count}."
)
ENDED: Final = Words(
    "程序已结束或无法连接；请重新运行 pagoda draft edit。",
    "The program has ended or cannot be reached; run `pagoda draft edit` again.",
)
UNREADABLE: Final = Words(
    "页面与程序的版本不一致，请刷新页面后重试。",
    "The page asks for what is not known here; open it again.",
)


def outcome_words(done: Operation | str, *, note: str = "") -> Words:
    """Return what was done, in both languages.

    Parameters
    ----------
    done
        An operation, or ``undo``, ``redo`` or ``suggest``.
    note
        Of the step that was taken back or done again; the grid of a suggestion.

    Examples
    --------
    >>> outcome_words("undo", note="too heavy").zh
    '已撤销：too heavy'
    """
    if isinstance(done, str):
        words = OUTCOMES[done]
        return Words(words.zh.format(note=note), words.en.format(note=note))
    words = OUTCOMES[done.name]
    values = {
        key: ", ".join(value) if key == "grids" else value
        for key, value in done.values.items()
    }
    return Words(words.zh.format(**values), words.en.format(**values))


def beyond_words(
    grid: str, excess: Mapping[str, Any], values: Mapping[str, Any]
) -> Words:
    """Return that a figure is beyond the limits of the rule.

    Parameters
    ----------
    grid
        Its grid.
    excess
        ``name`` and ``limit``: least and most, None where that side is open.
    values
        Figures of the grid by name.
    """
    name, (least, most) = excess["name"], excess["limit"]
    sides = [
        Words(words.zh.format(**gaps), words.en.format(**gaps))
        for words, gaps in ((AT_LEAST, {"least": least}), (AT_MOST, {"most": most}))
        if [*gaps.values()] != [None]
    ]
    value = values[name]
    text = f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else value
    return Words(
        BEYOND.zh.format(
            grid=grid,
            name=FIGURE_NAMES[name].zh,
            value=text,
            limits="、".join(side.zh for side in sides),
        ),
        BEYOND.en.format(
            grid=grid,
            name=FIGURE_NAMES[name].en.lower(),
            value=text,
            limits=" and ".join(side.en for side in sides),
        ),
    )
