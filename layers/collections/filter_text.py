"""CQL2 text, read into a tree by a grammar without recursion (LALR)."""

import re
from typing import Any, Final

from lark import Lark, Token, Transformer, UnexpectedCharacters, UnexpectedToken, v_args

from layers.collections.filter_times import TEMPORAL
from layers.collections.filter_tree import (
    MOST_LEVELS,
    Call,
    Constant,
    FilterError,
    Node,
    Property,
    Shape,
    box_of,
    day_of,
    end_of,
    interval_of,
    join,
    moment_of,
    number_of,
    refuse_long,
    shape_of,
    too_deep,
)

GRAMMAR: Final = r"""
?start: disjunction
?disjunction: conjunction | conjunction (OR conjunction)+ -> joined
?conjunction: negation | negation (AND negation)+ -> joined
?negation: predicate | NOT negation -> denial | "(" disjunction ")"
?predicate: truth
    | scalar COMPARISON scalar -> operation
    | scalar LIKE scalar -> operation
    | scalar NOT LIKE scalar -> denied_operation
    | scalar BETWEEN scalar "AND"i scalar -> operation
    | scalar NOT BETWEEN scalar "AND"i scalar -> denied_operation
    | scalar IN _items -> operation
    | scalar NOT IN _items -> denied_operation
    | scalar IS "NULL"i -> missing
    | scalar IS NOT "NULL"i -> present
    | S_INTERSECTS "(" geometry "," geometry ")" -> function
    | TEMPORAL "(" time "," time ")" -> temporal
_items: "(" scalar ("," scalar)* ")"
?scalar: property | truth
    | STRING -> text
    | NUMBER -> number
    | CASEI "(" scalar ")" -> function
    | DATE "(" STRING ")" -> day
    | TIMESTAMP "(" STRING ")" -> moment
?time: property
    | DATE "(" STRING ")" -> day
    | TIMESTAMP "(" STRING ")" -> moment
    | INTERVAL "(" end "," end ")" -> interval
?end: property | STRING -> bound
property: NAME | QUOTED
truth: TRUE | FALSE
?geometry: property
    | POINT position -> shape
    | (LINESTRING | MULTIPOINT) path -> shape
    | (POLYGON | MULTILINESTRING) surface -> shape
    | MULTIPOLYGON surfaces -> shape
    | BBOX "(" NUMBER ("," NUMBER)~3 ")" -> box
    | BBOX "(" NUMBER ("," NUMBER)~5 ")" -> box
position: "(" _numbers ")"
_numbers: NUMBER NUMBER NUMBER?
path: "(" _vertex ("," _vertex)* ")"
_vertex: bare | position
bare: _numbers
surface: "(" path ("," path)* ")"
surfaces: "(" surface ("," surface)* ")"

AND: "AND"i
OR: "OR"i
NOT: "NOT"i
LIKE: "LIKE"i
BETWEEN: "BETWEEN"i
IN: "IN"i
IS: "IS"i
TRUE: "TRUE"i
FALSE: "FALSE"i
CASEI: "CASEI"i
DATE: "DATE"i
TIMESTAMP: "TIMESTAMP"i
INTERVAL: "INTERVAL"i
S_INTERSECTS: "S_INTERSECTS"i
TEMPORAL.1: /(?:{T})(?![\w.:])/i
BBOX: "BBOX"i
POINT.1: /POINT{Z}/i
LINESTRING.1: /LINESTRING{Z}/i
POLYGON.1: /POLYGON{Z}/i
MULTIPOINT.1: /MULTIPOINT{Z}/i
MULTILINESTRING.1: /MULTILINESTRING{Z}/i
MULTIPOLYGON.1: /MULTIPOLYGON{Z}/i
COMPARISON: "<=" | ">=" | "<>" | "=" | "<" | ">"
NAME: /[^\W\d][\w.:]*/i
QUOTED: /"[^"]+"/
STRING: /'(?:[^'\\]|''|\\[\s\S])*'/
NUMBER: /[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:e[+-]?[0-9]+)?/i
%ignore /[ \t\r\n]+/
""".replace("{Z}", r"(?:[ \t\r\n]+Z)?(?![\w.:])").replace("{T}", "|".join(TEMPORAL))
"""Types of geometry are the words alone, or with a Z behind them."""
SIGNS: Final = {
    "NAME": "a name",
    "QUOTED": 'a name in "',
    "STRING": "a text in '",
    "NUMBER": "a number",
    "COMPARISON": "= <> < <= > >=",
    "TEMPORAL": "T_AFTER, T_BEFORE and the like",
    "LPAR": "(",
    "RPAR": ")",
    "COMMA": ",",
    "$END": "the end",
}
"""What tokens are that are no words."""
SIGNS_ZH: Final = {
    "NAME": "字段名",
    "QUOTED": '" 括起的字段名',
    "STRING": "' 括起的文本",
    "TEMPORAL": "T_AFTER、T_BEFORE 等",
    "NUMBER": "数字",
    "$END": "结尾",
}
ESCAPES: Final = {
    **dict(zip("abtnvfr", "\a\b\t\n\v\f\r", strict=True)),
    "'": "'",
    "\\": "\\",
}
r"""What stands for a sign behind a backslash; \% and \_ stay for LIKE."""
TEMPORAL_NAMES: Final = {name.lower(): name for name in TEMPORAL}
"""Names of temporal functions by their words in small letters."""
TYPES: Final = {
    "POINT": "Point",
    "LINESTRING": "LineString",
    "POLYGON": "Polygon",
    "MULTIPOINT": "MultiPoint",
    "MULTILINESTRING": "MultiLineString",
    "MULTIPOLYGON": "MultiPolygon",
}


@v_args(inline=True)
class _Tree(Transformer[Token, Node]):
    """Makes nodes while the text is read, the innermost first."""

    def joined(self, *parts: Any) -> Call:
        """Return conditions under one word; it stands between each two."""
        return join(parts[1].lower(), parts[::2], _place(parts[1]))

    def denial(self, word: Token, condition: Node) -> Call:
        return Call("not", (condition,), _place(word))

    def operation(self, first: Node, word: Token, *rest: Node) -> Call:
        return Call(word.lower(), (first, *rest), _place(word))

    def denied_operation(
        self, first: Node, no: Token, word: Token, *rest: Node
    ) -> Call:
        return Call("not", (self.operation(first, word, *rest),), _place(no))

    def missing(self, item: Node, word: Token) -> Call:
        return Call("isNull", (item,), _place(word))

    def present(self, item: Node, word: Token, _: Token) -> Call:
        return Call("not", (self.missing(item, word),), _place(word))

    def function(self, word: Token, *args: Node) -> Call:
        return Call(word.lower(), args, _place(word))

    def property(self, name: Token) -> Property:
        return Property(name.strip('"'), _place(name))

    def truth(self, word: Token) -> Constant:
        return Constant(word.type == "TRUE", _place(word))

    def text(self, token: Token) -> Constant:
        return Constant(_unquoted(token), _place(token))

    def number(self, token: Token) -> Constant:
        number = int(token) if token.lstrip("+-").isdigit() else float(token)
        return number_of(number, _place(token))

    def day(self, _: Token, token: Token) -> Constant:
        return day_of(_unquoted(token), _place(token))

    def moment(self, _: Token, token: Token) -> Constant:
        return moment_of(_unquoted(token), _place(token))

    def temporal(self, word: Token, first: Node, second: Node) -> Call:
        return Call(TEMPORAL_NAMES[word.lower()], (first, second), _place(word))

    def bound(self, token: Token) -> Constant:
        return end_of(_unquoted(token), _place(token))

    def interval(self, word: Token, start: Node, end: Node) -> Call:
        return interval_of(start, end, _place(word))

    def shape(self, word: Token, coordinates: list[Any]) -> Shape:
        return shape_of(TYPES[word.type], coordinates, _place(word))

    def box(self, word: Token, *numbers: Token) -> Shape:
        return box_of([*map(float, numbers)], _place(word))

    def position(self, *numbers: Token) -> list[float]:
        return [*map(float, numbers)]

    bare = position

    def path(self, *parts: Any) -> list[Any]:
        return [*parts]

    surface = surfaces = path


PARSER: Final = Lark(GRAMMAR, parser="lalr", lexer="basic", transformer=_Tree())


def read_filter_text(text: str) -> Node:
    """Return the tree of a filter in CQL2 text.

    Parameters
    ----------
    text
        Basic CQL2, LIKE, BETWEEN, IN, CASEI, S_INTERSECTS with WKT or BBOX, and the
        temporal functions such as T_DURING.

    Raises
    ------
    FilterError
        With the character where it is wrong.

    Examples
    --------
    >>> tree = read_filter_text("residents >= 40 AND name NOT LIKE '%村'")
    >>> tree.op, [item.op for item in tree.args]
    ('and', ['>=', 'not'])
    >>> read_filter_text("residents IS")
    Traceback (most recent call last):
    ...
    layers.collections.filter_tree.FilterError: The filter is wrong at character 13: \
it ends there, expected NOT or NULL.
    """
    refuse_long(text)
    try:
        _refuse_parentheses(text)
        tree: Node = PARSER.parse(text)  # type: ignore[assignment]
    except UnexpectedCharacters as error:
        raise _unknown_sign(text, error.pos_in_stream or 0) from None
    except UnexpectedToken as error:
        raise _misplaced(text, error) from None
    return tree


def _refuse_parentheses(text: str) -> None:
    """Refuse too many parentheses within each other."""
    levels = 0
    for token in PARSER.lex(text):
        levels += (token.type == "LPAR") - (token.type == "RPAR")
        if levels > MOST_LEVELS:
            raise too_deep(_place(token))


def _unknown_sign(text: str, position: int) -> FilterError:
    sign = text[position]
    if sign in "'\"":
        return FilterError(
            position + 1,
            f"the text that begins with {sign} is not closed, expected another {sign}",
            f"以 {sign} 开头的文本没有结束，请补上 {sign}",
        )
    return FilterError(
        position + 1,
        f"{sign!r} is no sign of CQL2, expected a name, an operator or a value; texts "
        "stand in '",
        f"{sign} 不是 CQL2 的符号，文本应写在 ' 之间",
    )


def _misplaced(text: str, error: UnexpectedToken) -> FilterError:
    """Return the refusal of what stands where something else was expected."""
    token: Token = error.token
    is_end = token.type == "$END"
    names = sorted(error.accepts)
    words = sorted(SIGNS.get(name, name) for name in names)
    words_zh = [SIGNS_ZH.get(name, SIGNS.get(name, name)) for name in names]
    place = len(text.rstrip()) + 1 if is_end else _place(token)
    *most, last = words
    expected = f"{', '.join(most)} or {last}" if most else last
    written = token if len(token) <= 40 else f"{token[:40]}…"
    return FilterError(
        place,
        f"it ends there, expected {expected}"
        if is_end
        else f"{str(written)!r} cannot stand there, expected {expected}",
        f"{'条件没有写完' if is_end else f'此处不应为 {written}'}，"
        f"应为 {'、'.join(words_zh)}{' 之一' if most else ''}",
    )


def _unquoted(token: Token) -> str:
    """Return what a text in quotes says."""
    return re.sub(r"''|\\[\s\S]", _plain_sign, token[1:-1])


def _plain_sign(match: re.Match[str]) -> str:
    return ESCAPES.get(match[0][1], match[0])


def _place(token: Token) -> int:
    return (token.start_pos or 0) + 1
