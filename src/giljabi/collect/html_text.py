"""HTML into the text a reader would see."""

from __future__ import annotations

import re
from html.parser import HTMLParser

_UNSEEN = frozenset({"script", "style", "head", "title", "template", "noscript", "svg", "object", "iframe"})
_BREAKS = frozenset({
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li",
    "main", "nav", "ol", "p", "pre", "section", "table", "tr", "ul",
})  # fmt: skip
_APART = frozenset({"td", "th"})
_MARKUP = re.compile(r"<(?:[a-zA-Z/!][^>]*)>|&(?:[a-zA-Z]+|#\d+|#x[0-9a-fA-F]+);")


def text_of_html(html: str, quoted: bool = True) -> str:
    """Give the text of a piece of HTML, one line for each block; scripts and styles are left out.

    Parameters
    ----------
    html
        Sound or not.
    quoted
        Whether what stands in ``blockquote`` counts.
    """
    reader = _Reader(quoted)
    reader.feed(html)
    reader.close()
    return tidy("".join(reader.said))


def text_of(told: str) -> str:
    """Give the text of what may be HTML or plain text."""
    return text_of_html(told) if _MARKUP.search(told) else tidy(told)


def tidy(text: str) -> str:
    """Take out what nobody sees: blanks in a row, empty lines in a row, control characters."""
    text = re.sub(r"[\0-\x08\x0b\x0c\x0e-\x1f\x7f\u200b-\u200d\u2060\ufeff]", "", text).replace("\r\n", "\n")
    lines = (re.sub(r"[ \t\xa0\u3000]+", " ", line).strip() for line in text.replace("\r", "\n").split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


class _Reader(HTMLParser):
    """Collects what is seen. Elements that are not seen may be open within each other, or never be closed."""

    def __init__(self, quoted: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.said: list[str] = []
        self._unseen = _UNSEEN if quoted else _UNSEEN | {"blockquote"}
        self._hidden: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            self._hidden.clear()
        elif tag in self._unseen:
            self._hidden.append(tag)
        elif tag in _BREAKS:
            self.said.append("\n")
        elif tag in _APART:
            self.said.append(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS:
            self.said.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._hidden:
            while self._hidden.pop() != tag:
                pass
        elif tag in _BREAKS:
            self.said.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            # In HTML a line break is a blank.
            self.said.append(re.sub(r"\s+", " ", data))
