"""No sentence of the command line says "1 events": a noun goes with its count."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FILES = sorted(
    path
    for folder in ("api/cli", "api/service")
    for path in (ROOT / folder).rglob("*.py")
)
PLURAL = re.compile(r" (?!as\b|has\b|is\b|lies\b|was\b)[a-z]+s\b")
NEVER_ONE = {
    "report.rows / assigning",
    "self.most_bytes",
    "vertices",
    # what is more than one batch of events
    "len(events)",
}


def counted_by_hand(text: str) -> Iterator[str]:
    """Yield the parts of f-strings that write a number and a plural after it."""
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.JoinedStr):
            continue
        for value, after in zip(node.values, node.values[1:], strict=False):
            if not isinstance(value, ast.FormattedValue):
                continue
            source = ast.unparse(value.value)
            spec = value.format_spec and ast.unparse(value.format_spec)
            is_count = source.startswith("len(") or (spec and "," in spec)
            follows = after.value if isinstance(after, ast.Constant) else ""
            if is_count and source not in NEVER_ONE and PLURAL.match(str(follows)):
                yield f"{source}{follows}"


def test_the_look_finds_a_plural_after_any_number() -> None:
    text = (
        """f"{n:,} events checked: {len(faults)} faults, {n:>7,} in all, {n} rows" """
    )
    assert list(counted_by_hand(text)) == [
        "n events checked: ",
        "len(faults) faults, ",
    ]


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_noun_goes_with_its_count(path: Path) -> None:
    assert [*counted_by_hand(path.read_text(encoding="utf-8"))] == []
