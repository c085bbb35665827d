"""A line a column, in line, with its list in both languages."""

import re
from pathlib import Path

import pytest

from api.cli.text.columns import column_lines
from layers.files.layer_columns import FILE_LAYERS, LayerColumns
from layers.languages import in_language

ROOT = Path(__file__).parents[4]


@pytest.mark.parametrize("name", FILE_LAYERS)
def test_every_column_has_its_line(name: str) -> None:
    columns = FILE_LAYERS[name]
    head, *lines = column_lines(columns)
    assert head.startswith(f"{name} {columns.zh}")
    assert [line.split()[:2] for line in lines] == [
        [field.name, field.zh] for field in columns.fields
    ]
    assert [" required " in line for line in lines] == [
        field.required for field in columns.fields
    ]


def test_closed_list_is_named_in_both_languages() -> None:
    lines = column_lines(FILE_LAYERS["enterprises"])
    assert any("One of: low 低, medium 中, high 高." in line for line in lines)
    assert any("Usually: street_shop 沿街店铺," in line for line in lines)


@pytest.mark.parametrize("name", FILE_LAYERS)
def test_a_reader_of_chinese_is_told_every_column_in_chinese(name: str) -> None:
    for line in column_lines(FILE_LAYERS[name])[1:]:
        about = in_language(line, "zh").rsplit("  ", 1)[-1]
        assert re.match(r"[^a-z]*[\u4e00-\u9fff]", about), line


def row_of(columns: LayerColumns) -> str:
    """The row of a layer in the READMEs; bold is what a file must have."""
    cells = [
        f"**`{field.name}`** {field.zh}"
        if field.required
        else f"`{field.name}` {field.zh}"
        for field in columns.fields
    ]
    return f"| `{columns.name}` {columns.zh} | {', '.join(cells)} |"


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_readmes_list_the_columns_of_every_layer(readme: str) -> None:
    lines = (ROOT / readme).read_text(encoding="utf-8").splitlines()
    missing = [row_of(columns) for columns in FILE_LAYERS.values()]
    assert [row for row in missing if row not in lines] == []
