"""Words of the editor of grid boundaries: tools, hints, figures, notes of steps."""

from types import MappingProxyType
from typing import Final

from layers.words.vocabulary import CAPTIONS, Vocabulary, Words

_DRAW_ON: Final = "双击或按 Enter 完成；按住 Shift 点击则沿道路、河道走。"
_DRAW_ON_EN: Final = (
    "double-click or Enter finishes; click with Shift to follow a street or canal."
)
_CLOSE_RING: Final = Words(
    "围成一圈后点击起点或按 Enter 完成。",
    "Close the ring at its first point, or press Enter.",
)

_TOOLS: Final = {
    "redraw": Words("重划", "Redraw"),
    "redraw_long": Words("重划两格边界", "Redraw a border"),
    "split": Words("切分", "Split"),
    "split_long": Words("切分网格", "Split a grid"),
    "carve": Words("划出", "Carve"),
    "carve_long": Words("单独划出一格", "Carve out a grid of its own"),
    "transfer": Words("划转", "Transfer"),
    "transfer_long": Words("划转一片地", "Transfer ground"),
    "merge": Words("合并", "Merge"),
    "merge_long": Words("合并网格", "Merge grids"),
    "vertex": Words("顶点", "Vertex"),
    "vertex_long": Words("移动顶点", "Move a vertex"),
    "suggest": Words("建议", "Suggest"),
    "suggest_long": Words("建议均衡负荷的划法", "Suggest borders that even out load"),
    "before": Words("原界", "Before"),
    "before_long": Words("显示改动前的边界", "Show borders as they were"),
    "follow": Words("跟线", "Follow"),
    "follow_long": Words(
        "两次点击之间沿道路、河道走", "Follow lines between two clicks"
    ),
    "snap": Words("吸附", "Snap"),
    "snap_long": Words("吸附到边界和道路、河道", "Snap to borders and lines"),
    "undo": Words("撤销", "Undo"),
    "undo_long": Words("撤销上一步", "Take back the last step"),
    "redo": Words("重做", "Redo"),
    "redo_long": Words("重做撤销的一步", "Do the step again"),
    "save": Words("保存", "Save"),
    "save_long": Words("保存变更文件", "Save the file of changes"),
    "finish": Words("完成", "Finish"),
    "back": Words("退一点", "Last point"),
    "cancel": Words("取消", "Cancel"),
    "look": Words("查看位置", "Show the place"),
    "close": CAPTIONS["close"],
}
_HINTS: Final = {
    "loading": Words("正在载入网格……", "Loading the grids…"),
    "hint_none": Words(
        "点击网格查看数据，或在上方选一个工具。",
        "Click a grid for its figures, or choose a tool above.",
    ),
    "hint_redraw_0": Words(
        "点击要重划的边界，或依次点击两个相邻网格。",
        "Click the border, or two neighbours one after the other.",
    ),
    "hint_redraw_1": Words("再点击相邻的网格。", "Now click its neighbour."),
    "hint_redraw_start": Words(
        "从两格的边界上开始，画出新边界。",
        "Begin on a border of the two and draw the new one.",
    ),
    "hint_redraw_draw": Words(
        f"画到边界为止；{_DRAW_ON}", f"End on a border; {_DRAW_ON_EN}"
    ),
    "hint_split_0": Words("点击要切分的网格。", "Click the grid to be split."),
    "hint_split_start": Words(
        "从网格边界上开始，画出切分线。", "Begin on its border and draw the cut."
    ),
    "hint_split_draw": Words(
        f"画到另一侧边界为止；{_DRAW_ON}", f"End on the border across; {_DRAW_ON_EN}"
    ),
    "hint_carve_0": Words(
        "点击要从中划出一片的网格。", "Click the grid that gives the ground."
    ),
    "hint_carve_start": Words(
        "沿市场、厂区四周点击。", "Click around the market or factory."
    ),
    "hint_carve_draw": _CLOSE_RING,
    "hint_transfer_0": Words(
        "点击让出地块的网格。", "Click the grid that gives ground."
    ),
    "hint_transfer_1": Words("再点击接收的网格。", "Now click the grid that gets it."),
    "hint_transfer_start": Words(
        "围着要划转的地块点击。", "Click around the ground to be transferred."
    ),
    "hint_transfer_draw": _CLOSE_RING,
    "hint_merge": Words(
        "点击要合并的网格，至少两个。", "Click the grids to be merged, two at least."
    ),
    "hint_merge_ready": Words(
        "在右侧选定保留的编号，按 Enter 合并。",
        "Choose at the right which id stays; Enter merges.",
    ),
    "hint_vertex": Words(
        "拖动顶点；点击边界插入顶点；点选后按 Delete 删除。",
        "Drag a vertex, click an edge to insert one, Delete removes the chosen one.",
    ),
    "hint_vertex_lifted": Words(
        "移到新位置后放下（Enter 或空格），Esc 放弃。",
        "Put it down at its new place by Enter or Space; Esc leaves it.",
    ),
    "suggest_none": Words("请先选中一个网格。", "Choose a grid first."),
    "over_grid": Words("准星位于网格 {grid}", "Crosshair over grid {grid}"),
    "over_none": Words("准星位于网格之外", "Crosshair outside all grids"),
}
_PANEL: Final = {
    "title": Words("网格边界编辑", "Grid boundaries"),
    "author": Words("编制人 {author}", "Author {author}"),
    "tools": Words("工具", "Tools"),
    "view": Words("显示与绘制", "View and drawing"),
    "steps": Words("步骤", "Steps"),
    "map": Words(
        "网格地图；方向键移动，空格落点，加减号缩放",
        "Map of grids; arrows move, Space sets a point, plus and minus zoom",
    ),
    "find": Words("输入编号或名称", "Code or name"),
    "find_long": Words("按编号或名称查找网格", "Find a grid by code or name"),
    "not_found": Words("没有找到", "Nothing found"),
    "zoom_to": Words("定位到网格 {grid}", "Show grid {grid}"),
    "show": Words("定位", "Show"),
    "chosen": Words("本次操作的网格", "Grids of this operation"),
    "selected": Words("所选网格", "Chosen grids"),
    "none_chosen": Words("尚未选择", "None yet"),
    "keep": Words("保留编号", "Keep this id"),
    "frozen": Words("允许改动：", "May move:"),
    "moves_communities": Words("社区边界", "community borders"),
    "moves_outline": Words("外边界", "the outline"),
    "figures": Words("网格数据", "Figures"),
    "figures_preview": Words("试算，尚未执行", "trial, not done yet"),
    "figures_done": Words("上一步", "last step"),
    "figures_now": Words("与原状相比", "against the base"),
    "no_figures": Words(
        "选中网格或开始画线后，在此对比前后数据。",
        "Figures before and after stand here once a grid is chosen or a line drawn.",
    ),
    "now": Words("现状", "Now"),
    "was": Words("改前", "Before"),
    "is": Words("改后", "After"),
    "change": Words("增减", "Change"),
    "estimate": Words("按地面推算，尚未填写", "shared out by ground, not typed yet"),
    "created": Words("新设", "new"),
    "retired": Words("取消", "retired"),
    "new_grid": Words("新网格", "New grid"),
    "not_loaded": CAPTIONS["not_loaded"],
    "layers_missing": Words("未载入：{names}", "Not loaded: {names}"),
    "limit": Words("超出限值 {limit}", "beyond {limit}"),
    "limit_most": Words("高于上限 {most}", "above the limit of {most}"),
    "limit_least": Words("低于下限 {least}", "below the least of {least}"),
    "limit_both": Words(
        "应在 {least} 至 {most} 之间", "should be from {least} to {most}"
    ),
    "past": Words("改动步骤（{count}）", "Steps ({count})"),
    "nothing_changed": Words("尚无改动", "Nothing changed yet"),
    "refused": Words("未执行", "Not done"),
    "legend": Words("图例", "Legend"),
    "load_low": Words("轻于平均", "below the mean load"),
    "load_high": Words("重于平均", "above it"),
    "no_loads": Words("负荷未载入", "Load is not loaded"),
    "line_grid": Words("网格边界", "grid border"),
    "line_community": Words("社区边界", "community border"),
    "line_outline": Words("外边界", "outline"),
    "line_street": Words("道路、河道", "street, canal"),
    "line_drawn": Words("正在画、已改动", "drawn, changed"),
    "line_proposed": Words("试算后的边界", "border on trial"),
    "line_before": Words("改动前", "before"),
    "line_refused": Words("不能执行之处", "why it is refused"),
    "keys": Words("键盘操作", "Keys"),
    "keys_text": Words(
        "方向键移动准星，按住 Shift 为微调\n空格落点，Shift+空格沿线\nEnter 完成，"
        "Backspace 退一点，Esc 取消\n+ − 缩放，F 查找网格，B 显示原界\nL 跟线，N 吸附，"
        "按住 Alt 暂不吸附\n顶点：空格拿起，移动后 Enter 放下，Delete 删除\n"
        "Ctrl+Z 撤销，Ctrl+Y 重做，S 保存",
        "Arrows move the crosshair, finely with Shift\nSpace sets a point, Shift+Space "
        "along a line\nEnter finishes, Backspace takes a point back, Esc cancels\n"
        "+ − zoom, F finds a grid, B shows borders before\nL follows lines, N snaps, "
        "Alt does not snap for now\nVertex: Space picks up, Enter puts down, Delete "
        "removes\nCtrl+Z undo, Ctrl+Y redo, S save",
    ),
}
_NOTES: Final = {
    "note_redraw_border": Words(
        "重划 {a} 与 {b} 的边界", "Border of {a} and {b} redrawn"
    ),
    "note_split": Words("切分 {grid}", "{grid} split"),
    "note_carve": Words("从 {grid} 划出一格", "A grid carved out of {grid}"),
    "note_merge": Words("合并 {grids}，保留 {keep}", "{grids} merged, {keep} stays"),
    "note_transfer": Words("{a} 划转地块给 {b}", "Ground of {a} transferred to {b}"),
    "note_move_vertex": Words("移动顶点", "Vertex moved"),
    "note_insert_vertex": Words("插入顶点", "Vertex inserted"),
    "note_remove_vertex": Words("删除顶点", "Vertex removed"),
}

EDITOR: Final[Vocabulary] = MappingProxyType({**_TOOLS, **_HINTS, **_PANEL, **_NOTES})
"""Every text of the editor, by the key that its browser code asks for."""


def editor_words() -> dict[str, dict[str, str]]:
    """Return the texts of the editor by language and key, as browser code takes them.

    Examples
    --------
    >>> words = editor_words()
    >>> words["zh"]["split"], words["en"]["split"]
    ('切分', 'Split')
    """
    return {
        "zh": {key: words.zh for key, words in EDITOR.items()},
        "en": {key: words.en for key, words in EDITOR.items()},
    }
