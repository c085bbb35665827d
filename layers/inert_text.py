"""Data as text that nothing runs: control marks become visible, signs are escaped."""

_CONTROLS = (
    *range(0x09),
    *range(0x0B, 0x0D),
    *range(0x0E, 0x20),
    *range(0x7F, 0xA0),
    0x061C,
    *range(0x200E, 0x2010),
    *range(0x2028, 0x202F),
    *range(0x2066, 0x206A),
    0xFEFF,
    *range(0xD800, 0xE000),
    0xFFFE,
    0xFFFF,
)
"""Control, line-separator, direction and surrogate code points, and those that XML does
not know: shown, never obeyed."""

_VISIBLE = {code: f"[U+{code:04X}]" for code in _CONTROLS}
_ESCAPES = _VISIBLE | {
    # braces too: branca runs rendered text through a Jinja template a second time
    ord(sign): f"&#{ord(sign)};"
    for sign in "&<>\"'`$\\{}\n\r"
}


def visible_text(text: str) -> str:
    """Make control and direction marks of a data string visible.

    Examples
    --------
    >>> visible_text("G1\u202e")
    'G1[U+202E]'
    """
    return text.translate(_VISIBLE)


def escape_text(text: str) -> str:
    """Make a data string inert wherever folium may write it.

    The result is plain text to HTML (content and quoted attributes), to quoted and
    template literals of JavaScript, and to Jinja. Control and direction marks become
    visible, as in ``[U+202E]``; double slashes are escaped, so that data never look
    like an address or a comment.

    Examples
    --------
    >>> escape_text("<b>${x}`")
    '&#60;b&#62;&#36;&#123;x&#125;&#96;'
    """
    return text.translate(_ESCAPES).replace("//", "&#47;&#47;")
