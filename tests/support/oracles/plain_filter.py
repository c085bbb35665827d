"""Filters looked at row by row: True, False, or None where nobody knows."""

import datetime as dt
import math
import operator

import shapely

from layers.collections.filter_tree import Call, Constant, Property

COMPARISONS = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
ABSORBING = {"and": False, "between": False, "or": True}
"""What decides whatever else there is."""


def meets(node, row):
    """What a filter comes to for a row, a dictionary with None for no value."""
    if isinstance(node, Property):
        return row[node.name]
    if isinstance(node, Constant):
        return number_of_time(node.value)
    if not isinstance(node, Call):
        return node.geometry
    args = [meets(item, row) for item in node.args]
    if node.op == "between":
        item, low, high = args
        args = [compare(">=", item, low), compare("<=", item, high)]
    if node.op in ABSORBING:
        return joined(args, ABSORBING[node.op])
    if node.op == "isNull":
        return args[0] is None
    return of_times(node.op, args) if is_of_times(node.op) else plainly(node.op, args)


def is_of_times(op):
    """Whether an operation is an interval or a temporal function."""
    return op == "interval" or op.startswith("t_")


def of_times(op, args):
    """What an interval or a temporal function comes to."""
    if op == "interval":
        return tuple(args)
    return lie(op, *(a if isinstance(a, tuple) else (a, a) for a in args))


def plainly(op, args):
    """What an operation comes to that knows nothing of a missing value."""
    return None if None in args else known(op, args)


def number_of_time(value):
    """Days and moments as numbers; other values as they are."""
    if isinstance(value, dt.datetime):
        return round(value.timestamp() * 1000)
    return value.toordinal() if isinstance(value, dt.date) else value


LIES = {
    "t_after": ["0>3"],
    "t_before": ["1<2"],
    "t_contains": ["0<2", "1>3"],
    "t_during": ["0>2", "1<3"],
    "t_equals": ["0=2", "1=3"],
    "t_finishedBy": ["0<2", "1=3"],
    "t_finishes": ["0>2", "1=3"],
    "t_intersects": ["0<=3", "1>=2"],
    "t_meets": ["1=2"],
    "t_metBy": ["0=3"],
    "t_overlappedBy": ["0>2", "0<3", "1>3"],
    "t_overlaps": ["0<2", "1>2", "1<3"],
    "t_startedBy": ["0=2", "1>3"],
    "t_starts": ["0=2", "1<3"],
}
"""What the standard says of starts and ends: 0, 1 of one time, 2, 3 of another."""


def lie(op, one, other):
    """How two times lie to each other; None where that hangs on what nobody knows."""
    if op == "t_disjoint":
        meet = lie("t_intersects", one, other)
        return None if meet is None else not meet
    ends = [
        (-math.inf, math.inf)[n % 2] if end == ".." else end
        for n, end in enumerate((*one, *other))
    ]
    return joined(
        [
            compare(rule[1:-1], ends[int(rule[0])], ends[int(rule[-1])])
            for rule in LIES[op]
        ],
        False,
    )


def joined(args, last_word):
    """What has the last word, else what nobody knows, else the other."""
    if last_word in args:
        return last_word
    return None if None in args else not last_word


def compare(op, first, second):
    if first is None or second is None:
        return None
    return COMPARISONS[op](first, second)


def known(op, args):
    """What an operation comes to where no value is missing."""
    if op == "not":
        return not args[0]
    if op == "casei":
        return args[0].casefold()
    if op == "like":
        return is_like(*args)
    if op == "in":
        return args[0] in args[1:]
    if op == "s_intersects":
        return bool(shapely.intersects(*args))
    return COMPARISONS[op](*args)


def is_like(text, pattern):
    """Whether a text is like a pattern, by a table of all beginnings of both."""
    parts, escaped = [], False
    for sign in pattern:
        if sign == "\\" and not escaped:
            escaped = True
            continue
        parts.append((sign, sign in "%_" and not escaped))
        escaped = False
    reached = {0}
    for sign, is_wild in parts:
        if is_wild and sign == "%":
            reached = set(range(min(reached), len(text) + 1)) if reached else set()
        else:
            reached = {
                n + 1 for n in reached if n < len(text) and (is_wild or text[n] == sign)
            }
    return len(text) in reached
