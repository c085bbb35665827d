"""How the compiled index lies in memory: one array of 8-byte words.

A point finds its cell in the root block; the entry of the cell is the answer, or
leads to a smaller block, or to a record of the few edges that touch the cell::

    root block                  block                     record
    +----+----+----+----+       +----+----+----+          +------------------------+
    | a  | a  | *--|----|-----> | a  | *--|----|--------> | rows a, b, ...         |
    +----+----+----+----+       +----+----+----+          | base mask              |
    | a  | *  | b  | b  |       | b  | b  | b  |          | edges, each with the   |
    +----+----+----+----+       +----+----+----+          | mask of rows it bounds |
                                                          +------------------------+

    header  0 words in all   1 near zero   8 root block
    block   0 x origin   1 y origin   2 x scale   3 y scale   4 columns | rows << 32
            5 one int32 entry for each cell, row after row
    record  0 base mask | slots << 32 | has next << 38 | edges << 39
            1 word of the next record, only where there is one
            int32 row of each slot, int32 mask of each edge, from a whole word on
            x and y of each vertex of one path through all the edges

Entries from -4 up are answers, ``row << 2 | relation`` with row -1 for none. Below
stand pointers, counted in pairs of words, with a bit that tells blocks from records.
Of a record's slots a mask keeps one bit each, 32 in all; where more polygons own edges
in one cell, further records follow.
"""

from gis.index.compiling import compiled

ROOT = 8  # word of the root block
NEAR_ZERO = 1  # word that is 1 where points of magnitude below 1e-9 can be met
BLOCK_HEAD = 5
SLOTS = 32
NOWHERE = -4  # the answer of row -1, Relation.OUTSIDE
NEXT_BIT = 38
EDGES_SHIFT = 39
MOST_WORDS = 2**31 - 16
MOST_EDGES = 1 << 20  # that touch one cell; a path has up to 4 edges for each

_BLOCK_BIT = 1


@compiled
def answer_entry(row: int, relation: int) -> int:
    """Return the entry of a cell that has one answer; row -1 goes with OUTSIDE."""
    return row * 4 + relation


@compiled
def is_answer(entry: int) -> bool:
    """Return whether an entry is an answer, not a pointer."""
    return entry >= NOWHERE


@compiled
def pointer_entry(word: int, is_block: int) -> int:
    """Return the entry that leads to a word, which is even."""
    return NOWHERE - 1 - (word | is_block)


@compiled
def word_of(entry: int) -> int:
    """Return the word that a pointer leads to."""
    return (NOWHERE - 1 - entry) & ~_BLOCK_BIT


@compiled
def block_bit(entry: int) -> int:
    """Return 1 if a pointer leads to a block, 0 if to a record."""
    return (NOWHERE - 1 - entry) & _BLOCK_BIT
