"""Filters looked at row by row: True, False, or None where nobody knows."""

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
        return node.value
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
    return None if None in args else known(node.op, args)


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
