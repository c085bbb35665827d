"""Filters as trees, drawn by Hypothesis, and their CQL2 text."""

import datetime as dt

from hypothesis import strategies as st
from shapely.geometry import mapping

from layers.collections.filter_times import TEMPORAL
from layers.collections.filter_tree import (
    OPEN_END,
    Call,
    Constant,
    Property,
    box_of,
    join,
    shape_of,
)

KINDS = {
    "code": "text",
    "name": "text",
    "level": "number",
    "score": "number",
    "is_listed": "flag",
    "seen_at": "moment",
    "ended_at": "moment",
    "geometry": "geometry",
}
COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")
WORDS = (
    "",
    "a",
    "A",
    "ab",
    "Ab'c",
    "网格",
    "ß",
    "SS",
    "a%",
    "a_b",
    "a\\b",
    "x\ny",
    "%",
)
texts = st.sampled_from(WORDS).map(Constant)
numbers = (
    st.integers(-3, 3) | st.sampled_from([-1.5, 0.5, 1e3, 2.0, 12345678901234.5])
).map(Constant)
flags = st.booleans().map(Constant)
fields = {
    kind: st.sampled_from([n for n, k in KINDS.items() if k == kind]).map(Property)
    for kind in ("text", "number", "flag", "moment")
}
geometry = st.just(Property("geometry"))
patterns = st.lists(
    st.sampled_from(["a", "A", "b", "%", "_", "网", "\\%", "\\_", "\\\\", "'", "\n"]),
    max_size=5,
).map(lambda parts: Constant("".join(parts)))
steps = st.integers(0, 4)
FIRST_DAY = dt.date(2026, 9, 1)
days = steps.map(lambda n: Constant(FIRST_DAY + dt.timedelta(n)))
moments = steps.map(lambda n: Constant(moment(n)))
open_ends = st.just(Constant(OPEN_END))


def moment(step):
    """A moment, a millisecond or two after another."""
    return dt.datetime(2026, 9, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=step)


def is_ordered(pair):
    """Whether an interval does not end before it begins, as far as it says."""
    values = [item.value for item in pair if isinstance(item, Constant)]
    times = [value for value in values if value != OPEN_END]
    return len(times) < 2 or times[0] <= times[1]


def intervals(ends):
    """Intervals from one end to another."""
    pairs = st.tuples(ends, ends).filter(is_ordered)
    return pairs.map(lambda pair: Call("interval", pair))


def spans(instants, ends):
    """Instants and intervals."""
    return instants | intervals(ends | open_ends)


@st.composite
def shapes(draw):
    """Windows, points, lines and polygons of whole numbers."""
    x, y, wide, high = draw(steps), draw(steps), draw(steps), draw(steps)
    ring = [[x, y], [x + wide + 1, y], [x + wide + 1, y + high + 1], [x, y]]
    return draw(
        st.sampled_from(
            [
                box_of([x, y, x + wide, y + high], 1),
                shape_of("Point", [x, y], 1),
                shape_of("MultiPoint", [[x, y], [x + wide, y]], 1),
                shape_of("LineString", ring[:2], 1),
                shape_of("MultiLineString", [ring[:2], ring[1:3]], 1),
                shape_of("Polygon", [ring], 1),
                shape_of("MultiPolygon", [[ring]], 1),
            ]
        )
    )


def folded(nodes):
    """Texts whatever their case."""
    return nodes.map(lambda node: Call("casei", (node,)))


def calls(op, *args):
    return st.tuples(*args).map(lambda nodes: Call(op, nodes))


def lists(item, values):
    """Membership in a list of one to three values."""
    some = st.lists(values, min_size=1, max_size=3)
    return st.tuples(item, some).map(lambda pair: Call("in", (pair[0], *pair[1])))


any_text = fields["text"] | folded(fields["text"])
any_word = texts | folded(texts)
predicates = st.one_of(
    *(calls(op, any_text, any_word) for op in COMPARISONS),
    *(calls(op, fields["number"], numbers) for op in COMPARISONS),
    *(calls(op, numbers, fields["number"]) for op in COMPARISONS),
    *(calls(op, fields["flag"], flags) for op in COMPARISONS[:2]),
    calls("=", fields["number"], fields["number"]),
    calls("<", fields["text"], fields["text"]),
    calls("like", any_text, patterns | folded(patterns)),
    calls("between", fields["number"], numbers, numbers | fields["number"]),
    lists(any_text, any_word),
    lists(fields["number"], numbers),
    calls("isNull", st.sampled_from([*KINDS]).map(Property)),
    calls("s_intersects", geometry, shapes()),
    calls("s_intersects", shapes(), geometry),
    *(
        calls(op, times, times)
        for op in TEMPORAL
        for times in (
            spans(fields["moment"] | moments, fields["moment"] | moments),
            spans(days, days),
        )
    ),
    *(calls(op, fields["moment"], moments) for op in COMPARISONS),
    flags,
)
trees = st.recursive(
    predicates,
    lambda inner: st.one_of(
        calls("not", inner),
        *(
            st.lists(inner, min_size=2, max_size=3).map(
                lambda nodes, op=op: join(op, nodes, 1)
            )
            for op in ("and", "or")
        ),
    ),
    max_leaves=6,
)


def text_of(node):
    """The CQL2 text of a tree."""
    if isinstance(node, Property):
        return f'"{node.name}"' if node.name == "name" else node.name
    if isinstance(node, Constant):
        return constant_text(node.value)
    if not isinstance(node, Call):
        return shape_text(node)
    return interval_text(node) if node.op == "interval" else call_text(node)


def interval_text(node):
    ends = [end_document(item) for item in node.args]
    texts = (e["property"] if isinstance(e, dict) else f"'{e}'" for e in ends)
    return "INTERVAL({}, {})".format(*texts)


def call_text(node):
    """The CQL2 text of an operation."""
    args = [text_of(item) for item in node.args]
    if node.op in ("and", "or"):
        return f"({f' {node.op.upper()} '.join(args)})"
    if node.op == "in":
        return f"{args[0]} IN ({', '.join(args[1:])})"
    forms = {
        "not": "NOT {}",
        "isNull": "{} IS NULL",
        "between": "{} BETWEEN {} AND {}",
        "like": "{} LIKE {}",
        "casei": "CASEI({})",
        "s_intersects": "S_INTERSECTS({}, {})",
        **{op: f"{op.upper()}({{}}, {{}})" for op in TEMPORAL},
    }
    return forms.get(node.op, f"{{}} {node.op} {{}}").format(*args)


def time_text(value):
    """A day or a moment as it is written."""
    if isinstance(value, dt.datetime):
        unit = "milliseconds" if value.microsecond else "seconds"
        return value.isoformat(timespec=unit).replace("+00:00", "Z")
    return value.isoformat()


def constant_text(value):
    if isinstance(value, dt.date):
        word = "TIMESTAMP" if isinstance(value, dt.datetime) else "DATE"
        return f"{word}('{time_text(value)}')"
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, str):
        return "'{}'".format(value.replace("\\", "\\\\").replace("'", "''"))
    return repr(value)


def shape_text(shape):
    if shape.is_box:
        return f"BBOX({', '.join(f'{n:g}' for n in shape.geometry.bounds)})"
    return shape.geometry.wkt


def document_of(node):
    """The CQL2 JSON of a tree."""
    if isinstance(node, Property):
        return {"property": node.name}
    if isinstance(node, Constant):
        return constant_document(node.value)
    return call_document(node) if isinstance(node, Call) else shape_document(node)


def constant_document(value):
    if not isinstance(value, dt.date):
        return value
    name = "timestamp" if isinstance(value, dt.datetime) else "date"
    return {name: time_text(value)}


def shape_document(shape):
    if shape.is_box:
        return {"bbox": [*shape.geometry.bounds]}
    return plain_lists(mapping(shape.geometry))


def call_document(node):
    """The CQL2 JSON of an operation."""
    if node.op == "interval":
        return {"interval": [end_document(item) for item in node.args]}
    args = [document_of(item) for item in node.args]
    if node.op == "in":
        args = [args[0], args[1:]]
    return {"op": node.op, "args": args}


def end_document(end):
    """An end of an interval in JSON: a text or a property."""
    if isinstance(end, Property):
        return {"property": end.name}
    return OPEN_END if end.value == OPEN_END else time_text(end.value)


def plain_lists(part):
    """Lists where shapely has tuples."""
    if isinstance(part, dict):
        return {name: plain_lists(value) for name, value in part.items()}
    return [*map(plain_lists, part)] if isinstance(part, tuple | list) else part
