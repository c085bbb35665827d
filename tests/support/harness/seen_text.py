"""What a reader sees of a page in one of the languages that stand in it."""

from html.parser import HTMLParser

VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "path", "circle"})


class _Reader(HTMLParser):
    """Gathers the text outside elements of another language."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._language = language
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        language = dict(attrs).get("lang") if tag != "a" else None
        if self._hidden or language not in (None, self._language):
            self._hidden += 1

    def handle_endtag(self, tag: str) -> None:
        if self._hidden and tag not in VOID:
            self._hidden -= 1

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def seen_text(html: str, language: str) -> str:
    """Return the text of a part of a page that is seen in a language.

    Examples
    --------
    >>> seen_text('<p><b lang="en">One</b><b lang="zh-CN">一</b> 1</p>', "en")
    'One 1'
    """
    reader = _Reader(language)
    reader.feed(html)
    return " ".join("".join(reader.parts).split())
