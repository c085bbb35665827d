"""Refusals of edits in Chinese and English, from their kind and their values."""

import re
from functools import cache
from typing import Final

from gis.errors import EditError, GovernanceError
from layers.words import Words

REASONS: Final = (
    # lines, rings and places as they are drawn
    Words("线的坐标形状为 {shape}", "A line has the shape {shape}"),
    Words(
        "线上的点（{x}，{y}）不是经纬度",
        "A line has the corner ({x}, {y}), which is no lon and lat",
    ),
    Words("线太短，短于最小间距", "A line is shorter than the clearance"),
    Words(
        "围线没有围出地面，或与自身相交", "A ring encloses nothing or crosses itself"
    ),
    Words("线与自身相交，或没有长度", "The line crosses itself or has no length"),
    Words("线穿过了{what}", "The line crosses {what}"),
    Words("线只沿着边界走", "The line runs along borders only"),
    Words("线的端点落在网格内部", "The line ends inside a grid"),
    Words("线离开了本辖区", "The line leaves the town"),
    Words("点（{x}，{y}）不是经纬度", "The place ({x}, {y}) is no lon and lat"),
    Words("线或点的值为 {value}", "A line or place has {value}"),
    Words("线或点的坐标形状为 {shape}", "A line or place has the shape {shape}"),
    # operations
    Words("两个网格没有公共边界", "The grids have no common border"),
    Words("线没有把两个网格分开", "The line does not part the grids"),
    Words(
        "按此线会使网格分成几块，或一点不剩",
        "The line leaves a grid in pieces or none of it",
    ),
    Words("线把网格切了 {count} 次", "The line cuts the grid {count} times"),
    Words("线没有碰到该网格", "The line misses the grid"),
    Words("线只沿着该网格的边缘走", "The line runs along the edge of the grid"),
    Words("线的端点落在该网格内部", "The line ends inside the grid"),
    Words("线没有把该网格分开", "The line does not part the grid"),
    Words(
        "按此围线，原网格或新网格会分成几块，或一点不剩",
        "The ring leaves the grid or the new one in pieces or none of it",
    ),
    Words(
        "所围范围不含让出方的地面，或含其全部",
        "The area holds nothing of the giver or all of it",
    ),
    Words("按所围范围会使网格分成几块", "The area leaves a grid in pieces"),
    Words("网格 {grids} 不能合并为 {keep}", "Grids {grids} cannot be merged to {keep}"),
    Words("这些网格只在一点相接，或互不相邻", "The grids meet in a corner or nowhere"),
    Words("草案中没有网格 {grid}", "Grid {grid} is not in the draft"),
    Words("网格与自身没有边界", "A grid has no border with itself"),
    Words("{metres} 米内没有边界", "No border is within {metres} m"),
    Words("{metres} 米内没有界点", "No corner is within {metres} m"),
    Words("此处已有界点", "A corner is there already"),
    Words("多条边界在此界点相交", "Several borders meet in the corner"),
    Words("该边界只剩三个界点", "The border has no more than three corners"),
    Words(
        "两个网格没有公共边界，或容差为 {metres} 米",
        "Grids without a common border or a tolerance of {metres} m",
    ),
    Words(
        "边界上没有偏离小于 {metres} 米的界点",
        "The border has no corner that is off it by less than {metres} m",
    ),
    Words("没有名为 {name} 的操作", "The operation {name} is unknown"),
    Words(
        "操作 {name} 的参数为 {values}", "The operation {name} has the values {values}"
    ),
    Words(
        "操作 {name} 的参数 {key} 为 {value}",
        "The operation {name} has {value} as {key}",
    ),
    Words(
        "栏目 {column} 不能直接填写", "The column {column} cannot be set as a figure"
    ),
    Words("面的值为 {value}", "A polygon is {value}"),
    Words("新网格 {grids} 没有面", "The new grids {grids} have no polygon"),
    Words(
        "网格 {grids} 不能撤销，或没有给出面",
        "Grids {grids} cannot be retired, or no polygon came",
    ),
    Words(
        "{grids} 的面不能拼成完整覆盖：{text}",
        "The polygons of {grids} are no coverage: {text}",
    ),
    Words("编号 {grid} 为空或已用过", "The id {grid} is empty or was used before"),
    Words(
        "社区 {community} 的下一个编号是 {number}，超过 {digits} 位数能写的最大编号 "
        "{most}",
        "The next number of community {community} is {number}, past {most}, the last "
        "that {digits} digits can write",
    ),
    Words("此操作会移动{what}", "The edit would move {what}"),
    # what the planar map checks
    Words("边界有两个界点在同一处", "A border has two corners in one place"),
    Words("边界上有一点不是经纬度", "A border has a corner that is no lon and lat"),
    Words("边界两侧是同一个网格", "A border has one grid on both sides"),
    Words("两个界点之间的边界画了两次", "A border runs twice between two corners"),
    Words(
        "网格 {grid} 会成为无效的面（{words}）",
        "Grid {grid} would be no valid polygon ({words})",
    ),
    Words("新边界与另一条边界相交", "The new border meets another one"),
    Words(
        "新边界使界点与边线只相距 {distance} 米，小于 {least} 米",
        "The new border leaves {distance} m between a corner and a side, less than "
        "{least} m,",
    ),
    Words(
        "新边界穿过了另一条边界的界点",
        "The new border passes through a corner of another one",
    ),
    Words(
        "相接边界两侧的网格不一致",
        "The grids left and right of the borders that meet do not agree",
    ),
    Words(
        "各网格比外轮廓多出 {units} 个面积单位",
        "The grids cover {units} units of area more than the outline encloses",
    ),
    Words("外轮廓会压在网格上", "The outline would lie over a grid"),
    Words(
        "（{x}，{y}）附近的边界没有闭合",
        "The lines around an area near ({x}, {y}) do not close to rings",
    ),
    Words("边界在（{x}，{y}）断开", "A line ends at ({x}, {y}) where no other begins"),
    Words(
        "（{x}，{y}）附近的一块地有 {count} 条外圈，应为 1 条",
        "A piece near ({x}, {y}) has {count} outer rings, expected 1",
    ),
    Words("网格一点不剩", "Nothing is left of an area"),
    Words(
        "（{x}，{y}）处的洞在所属网格之外",
        "A hole at ({x}, {y}) lies outside the area that it is cut from",
    ),
    Words(
        "各网格合计 {total} 个面积单位，外轮廓为 {rim}",
        "The grids sum to {total} square units, their outline has {rim}",
    ),
    Words(
        "网格 {grid} 与邻格的边界不一致",
        "Grid {grid} has other borders than its neighbours",
    ),
    # drafts and changesets
    Words("这次编辑已经结束", "The edit is closed"),
    Words(
        "已有一次编辑未结束，或事由为 {note}、编辑人为 {author}",
        "An edit is open already, or has note {note} and author {author}",
    ),
    Words(
        "没有可以{word}的操作，或有编辑未结束",
        "There is nothing to {word}, or an edit is open",
    ),
    Words("变更文件无法读取：{text}", "The changeset cannot be read: {text}"),
    Words("草案已有 {count} 次编辑", "The draft has {count} edits"),
    Words(
        "变更文件依据版本 {base}、摘要 {digest}，草案依据 {other} 和 {own}",
        "The changeset is for version {base} with digest {digest}, the draft is on "
        "{other} with {own}",
    ),
    Words(
        "变更文件中{word}的形状与其操作所得不同",
        "The changeset has another geometry {word} than its operations give",
    ),
    Words(
        "变更文件的摘要为 {digest}，其操作所得为 {own}",
        "The changeset has digest {digest}, its operations give {own}",
    ),
    Words("草案没有保存的文件", "The draft has no file to be saved in"),
    # suggestions
    Words("没有可沿着画边界的线", "There are no lines to draw borders along"),
    Words("草案中没有网格 {grids}", "Grids {grids} are not in the draft"),
    Words("没有指定网格", "There is no grid to look at"),
    Words(
        "网格 {grid} 在本社区内没有可交换地面的邻格",
        "Grid {grid} has no neighbour to trade ground with in its community",
    ),
    Words(
        "在规定范围内，沿现有的线无法使 {count} 个网格更均衡",
        "No cut along the lines evens out the {count} grids within the bounds",
    ),
    Words(
        "没有线穿过这 {count} 个网格中有邻格的网格",
        "No line cuts one of the {count} grids that has another in its area",
    ),
    Words("{name} 未知：{count}", "Nobody knows the {name} of {count}"),
    Words(
        "负荷要用到 {layers}，尚未加载", "The load of grids counts {layers}, not loaded"
    ),
    Words(
        "建议的边界画不出来（{text}）",
        "A border that was suggested cannot be drawn ({text})",
    ),
    # keys
    Words(
        "密钥 {key}（{role}）只管 {paths}，此变更涉及其外的 {count}",
        "Key {key} of role {role} is for {paths}, the change touches {count} outside",
    ),
    # lines to follow
    Words("没有加载可沿用的线", "No lines are loaded"),
    Words("{metres} 米内没有可沿用的线", "No line is within {metres} m of the click"),
    Words("两处之间没有相连的线", "No lines lead from one place to the other"),
)
"""What was found, with gaps for values; `EditError.reason` in English."""

REMEDIES: Final = (
    Words(
        "给出两个以上的点，各有经度和纬度", "give two or more corners, lon and lat each"
    ),
    Words("使用经纬度，不要使用米", "give degrees, not metres"),
    Words("画长一些", "draw a longer one"),
    Words("围着地面画一圈", "draw it around the ground once"),
    Words("从一处画到另一处", "draw it from one place to another"),
    Words("只在所选网格之内画线", "keep it within the grids that it is for"),
    Words("让线穿过网格", "draw it through the grid"),
    Words("从边界画到边界", "draw it from border to border"),
    Words("在外轮廓上收笔", "end it on the outline"),
    Words("选择两个相邻网格", "name two neighbours"),
    Words("画得使每个网格保持完整", "draw it so that each grid stays whole"),
    Words("让线横穿网格一次", "draw it across the grid once"),
    Words("从边缘画到边缘", "draw it from edge to edge"),
    Words("只围住网格中的一块地", "draw it around one piece of the grid"),
    Words(
        "只围住一部分；要全部让出请合并",
        "draw it around a part; merge the grids to give all",
    ),
    Words(
        "画得使其与接收方相连，并使让出方保持完整",
        "draw it so that it touches the receiver and leaves the giver whole",
    ),
    Words(
        "选择两个以上网格，保留的网格须在其中",
        "name two or more, the one to keep among them",
    ),
    Words("合并有公共边界的网格", "merge grids that share a border"),
    Words("选择草案中的网格", "give a grid of it"),
    Words("在边界上另选一处", "choose a place on a border"),
    Words("移动它，或在界点之间另选一处", "move it, or choose a place between corners"),
    Words("移动它，或重画其中一条边界", "move it, or redraw one of the borders"),
    Words("改为把该网格与邻格合并", "merge the grid with its neighbour instead"),
    Words("选择两个相邻网格并给出米数", "name two neighbours and some metres"),
    Words("加大米数", "give more metres"),
    Words("选择边界上的界点", "choose a corner of a border"),
    Words("使用其中之一：{names}", "use one of {names}"),
    Words("给出 {names}", "give {names}"),
    Words(
        "编号写成文本，米数写成数字，数据按栏目填写",
        "give ids as texts, metres as a number and figures by column",
    ),
    Words("面写成 GeoJSON 几何", "give polygons as GeoJSON geometry"),
    Words("每个给出一个面", "give one of each"),
    Words(
        "撤销草案中没有给出面的网格，并给出其他网格的面",
        "retire grids of the draft that have no polygon, and give others",
    ),
    Words("在绘制处修补", "mend them where they were drawn"),
    Words("经度和纬度写成数字", "give lon and lat as numbers"),
    Words(
        "一处给出经度和纬度，一条线给出两处以上",
        "give lon and lat of a place, or two and more such of a line",
    ),
    Words(
        "换一个新编号，或不填而用下一个编号",
        "give a new one, or none for the next number",
    ),
    Words(
        "拆分该社区，或给新网格另起编号",
        "divide the community, or give the new grid another id",
    ),
    Words(
        "保持原样，或勾选允许移动 {name}", "keep it as it is, or name {name} in `moves`"
    ),
    Words("把界点分开", "draw it with corners apart"),
    Words("去掉它", "leave it out"),
    Words("只画一次", "draw it once"),
    Words("让边界只绕一圈", "draw its border so that it goes around once"),
    Words(
        "画到那条边界为止，或离开它一些",
        "draw it so that it ends on that border or keeps off it",
    ),
    Words(
        "让线经过那个界点，或离远一些", "draw it through that corner or further away"
    ),
    Words("在那里收笔", "end it there"),
    Words("两侧的边界一起改", "change the border for both sides"),
    Words("不要让边界互相压住", "draw borders that do not lie over each other"),
    Words("离其他网格远一些", "keep it off the other grids"),
    Words("给每个网格留下它那一侧的边界", "leave each grid its own side of the border"),
    Words("画得离边界远一些", "draw the line further from the borders"),
    Words("先修补缝隙和重叠", "mend gaps and overlaps of the coverage first"),
    Words("修补它的边界", "mend its border"),
    Words("另开一次编辑", "open another one"),
    Words(
        "结束未完的编辑，并写明事由和编辑人",
        "finish the open one, and say what the edit is for and whose",
    ),
    Words("先结束未完的编辑", "finish the open edit first"),
    Words("重新导出，文件可能不完整", "export it again; it may be cut"),
    Words("在新草案上重放变更文件", "replay a changeset on a fresh draft"),
    Words(
        "使用它所依据的版本，或改到新版本上（rebase）",
        "take the version that it was drawn on, or rebase it",
    ),
    Words("从它所属的草案重新导出", "export it again from the draft that it is of"),
    Words("加载道路、河道和巷道图层，或自己画线", "load a layer of streets and canals"),
    Words("点得离线近一些，或自己画线", "click nearer to one, or draw by hand"),
    Words(
        "加载道路、河道和巷道图层，或自己画边界",
        "load a layer of streets, canals and lanes, or draw the border",
    ),
    Words("选择草案中的网格（可多个）", "give grids of it"),
    Words("拆分它，或允许移动社区边界", "split it, or name 'communities' in `moves`"),
    Words(
        "允许更多负荷换手或边界更长，或自己画线穿过该网格",
        "let more of the load change hands or the borders be longer, or draw lines "
        "through the heavy grid",
    ),
    Words(
        "加载可选作边界的道路和巷道图层，或自己画几条",
        "load a layer of streets and lanes as borders to choose from, or draw some",
    ),
    Words("先填写", "type them first"),
    Words(
        "加载这些数据，或采用其工时为 0 的规模规则",
        "load that, or take a sizing rule with 0 hours for it",
    ),
    Words("换一个种子，或修补那里的线", "take another seed, or mend the line there"),
    Words(
        "不要涉及它们，或由管辖它们的密钥来做",
        "leave them out, or have it done by a key that has them",
    ),
    Words("打开编辑器时指定文件", "give one when the editor is opened"),
    Words("自己画这一段", "draw that stretch by hand"),
)
"""What to do, with gaps for values; `EditError.remedy` in English."""

TERMS: Final = {
    "a border": "另一条边界",
    "the outline and leaves the town": "外轮廓，离开了本辖区",
    "the outline": "外轮廓",
    "the border of a community": "社区边界",
    "outline": "外轮廓",
    "communities": "社区边界",
    "undo": "撤销",
    "redo": "重做",
    "before": "变更前",
    "after": "变更后",
}
"""English words that stand in gaps."""

OTHER_REFUSAL: Final = Words(
    "操作未被接受，草案没有改变：{text}", "Refused, the draft is as it was: {text}"
)
_COUNTED = re.compile(r"^([\d,]+) (?:area|grid)s?$")
_GAP = re.compile(r"\{(\w+)\}")


def refusal_words(error: GovernanceError) -> Words:
    """Return what a refusal says: found, where, and what to do.

    Parameters
    ----------
    error
        An `EditError`; the text of another error stays in English.

    Examples
    --------
    >>> text = "The line misses the grid"
    >>> refusal_words(EditError(text, grids=["A-1"], remedy="end it there")).zh
    '线没有碰到该网格（网格 A-1）；请在那里收笔。'
    """
    text = str(error)
    if not isinstance(error, EditError):
        return Words(
            OTHER_REFUSAL.zh.format(text=text), OTHER_REFUSAL.en.format(text=text)
        )
    reason = _chinese(error.reason, REASONS)
    if reason is None:
        return Words(OTHER_REFUSAL.zh.format(text=text), text)
    where = []
    if error.grids:
        where.append(f"网格 {'、'.join(error.grids)}")
    if error.place is not None:
        where.append(f"位置 {error.place[0]:.6f}，{error.place[1]:.6f}")
    remedy = _chinese(error.remedy, REMEDIES) if error.remedy else None
    zh = reason + (f"（{'；'.join(where)}）" if where else "")
    return Words(f"{zh}；请{remedy}。" if remedy else f"{zh}。", text)


def has_words(text: str, table: tuple[Words, ...]) -> bool:
    """Return whether an English text of `REASONS` or `REMEDIES` has Chinese words."""
    return _chinese(text, table) is not None


def _chinese(text: str, table: tuple[Words, ...]) -> str | None:
    """Return the Chinese of an English text; None where there is none."""
    for pattern, zh in _patterns(table):
        match = pattern.fullmatch(text)
        if match:
            values = {name: _plain(value) for name, value in match.groupdict().items()}
            return zh.format(**values)
    return None


@cache
def _patterns(table: tuple[Words, ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return what finds each English text, those with the fewest gaps first."""
    ordered = sorted(table, key=lambda words: len(_GAP.findall(words.en)))
    return tuple((_pattern(words.en), words.zh) for words in ordered)


def _pattern(template: str) -> re.Pattern[str]:
    """Return what finds a text with values in its gaps."""
    parts = _GAP.split(template)
    return re.compile(
        "".join(
            f"(?P<{part}>.+)" if number % 2 else re.escape(part)
            for number, part in enumerate(parts)
        ),
        re.DOTALL,
    )


def _plain(value: str) -> str:
    """Return a value as a Chinese sentence has it."""
    bare = value.strip("'\"")
    return TERMS.get(bare) or _COUNTED.sub(r"\1 个", bare)
