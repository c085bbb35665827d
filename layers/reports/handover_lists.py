"""Hand-over lists of a change: what each post gives and gets, with lines to sign."""

from collections.abc import Iterator
from hashlib import sha256
from typing import Final
from urllib.parse import quote

import pandas as pd

from layers.figures.review import HandedOver, RecordKind, Review
from layers.files.spreadsheets import csv_bytes
from layers.words import Words
from layers.words.vocabulary import CAPTIONS

LONGEST_NAME: Final = 160
"""Signs of an id in a file name; file systems take 255 in all."""
COLUMNS: Final = (
    "岗位 Post",
    "交接 Hand-over",
    "类别 Kind",
    "编号 Id",
    "说明 What",
    "原网格 Grid before",
    "新网格 Grid after",
    "对方岗位 Other post",
    "生效 Valid from",
)
GIVES: Final = Words("移出", "gives")
GETS: Final = Words("接收", "gets")
KINDS: Final[dict[RecordKind | str, Words]] = {
    "place": Words("场所", "place"),
    "event": Words("未办结事件", "open event"),
    "check": Words("到期检查", "due check"),
    "post": Words("岗位", "post"),
}
SIGNED_BY: Final = (
    Words("移交人签字", "Handed over by"),
    Words("接收人签字", "Received by"),
    Words("监交人签字", "Witnessed by"),
    CAPTIONS["date"],
)
Row = tuple[str, ...]


def handover_lists(review: Review) -> dict[str, bytes]:
    """Return a list for each post that gives or gets something, or itself changes.

    They hold ids and no person; open events of sensitive kinds stand in none of them.
    Records of a grid that no post answers for stand in a list of the grid. A record
    that stays with its post is in no list, though its grid is another one.

    Parameters
    ----------
    review
        What changes hands.

    Returns
    -------
    files
        ``handover_post_<post>.csv`` and ``handover_grid_<grid>.csv``, in order of name.
    """
    rows: dict[tuple[str, str], list[Row]] = {}
    for holder, row in (*_post_rows(review), *_record_rows(review)):
        rows.setdefault(holder, []).append(row)
    return {
        _file_name(holder): _list(holder[1], rows[holder], review)
        for holder in sorted(rows)
    }


def _record_rows(review: Review) -> Iterator[tuple[tuple[str, str], Row]]:
    """Yield the rows of records, once for who gives and once for who gets."""
    case = review.caseload
    for kind, record in case.moves():
        giver = _holder(case.leaders_before.get(record.before or ""), record.before)
        getter = _holder(case.leaders_after.get(record.after or ""), record.after)
        if giver == getter:
            continue
        for own, other, words in ((giver, getter, GIVES), (getter, giver, GETS)):
            if own[1]:
                yield own, (words.line, *_record(kind, record), _named(other))


def _holder(post: str | None, grid: str | None) -> tuple[str, str]:
    """Return whose a record is: a post, else its grid, else nobody."""
    return ("post", post) if post else ("grid", grid or "")


def _named(holder: tuple[str, str]) -> str:
    return holder[1] if holder[0] == "post" else "—"


def _record(kind: RecordKind, record: HandedOver) -> tuple[str, ...]:
    return (
        KINDS[kind].line,
        record.record_id,
        record.what.line,
        record.before or "—",
        record.after or "—",
    )


def _post_rows(review: Review) -> Iterator[tuple[tuple[str, str], Row]]:
    """Yield a row for each post that ends, moves or is new."""
    plan, kind = review.plan, KINDS["post"].line
    for post in review.posts or ():
        key = ("post", str(post.post_id))
        if post.post_id in plan.ended:
            what = Words("岗位终止", "ends").line
            yield key, (GIVES.line, kind, key[1], what, post.area_id, "—", "—")
        elif post.post_id in plan.moved:
            what = Words("岗位调整", "moves").line
            area = plan.moved[post.post_id]
            yield key, (GETS.line, kind, key[1], what, post.area_id, area, "—")
    for post in plan.created:
        what = Words("新设岗位", "is new").line
        row = (GETS.line, kind, str(post.post_id), what, "—", post.area_id, "—")
        yield ("post", str(post.post_id)), row


def _list(name: str, rows: list[Row], review: Review) -> bytes:
    """Return the list of one post, what is not loaded and lines to sign at its end."""
    texts = [(name, *row, review.since) for row in rows]
    for kind, records in review.caseload.records.items():
        if records is None:
            words = (review.caseload.lack(kind).line, KINDS[kind].line)
            texts.append((name, *words, *[""] * (len(COLUMNS) - 3)))
    blank = [""] * (len(COLUMNS) - 1)
    texts += [(f"{words.line}：", *blank) for words in SIGNED_BY]
    return csv_bytes(pd.DataFrame(texts, columns=list(COLUMNS)))


def _file_name(holder: tuple[str, str]) -> str:
    """Return the name of a file, a long id by its digest."""
    kind, name = holder
    text = quote(name, safe="")
    if len(text) > LONGEST_NAME:
        digest = sha256(name.encode()).hexdigest()[:16]
        text = f"{text[: LONGEST_NAME - len(digest) - 1]}-{digest}"
    return f"handover_{kind}_{text}.csv"
