"""Reads a rendered page as a browser does: its texts, its tables, and what it would load."""

import re
from html.parser import HTMLParser

LOADS = {"src", "href", "data", "action", "poster", "srcset", "xlink:href", "background"}
VOID = {"meta", "br", "img", "link", "input", "hr"}


class Seen(HTMLParser):
    """A page's tags, ids, addresses, words, and tables as lists of rows of cells."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tags, self.ids, self.addresses, self.words = [], [], [], []
        self.attributes, self.tables, self._cell = set(), [], None
        self.feed(content.decode())

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        self.ids += [value for name, value in attrs if name == "id"]
        self.addresses += [value for name, value in attrs if name in LOADS]
        if tag == "table":
            self.tables.append([])
        if tag == "tr":
            self.tables[-1].append([])
        if tag in {"td", "th"}:
            self._cell = []

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        if tag in {"td", "th"}:
            self.tables[-1][-1].append(" ".join(" ".join(self._cell).split()))
            self._cell = None

    def handle_data(self, data):
        (self.words if self._cell is None else self._cell).append(data)
        if self._cell is not None:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    def table(self, first: str) -> list[dict[str, str]]:
        """Give the rows of the table whose head begins so."""
        head, *rows = next(table for table in self.tables if table[0][0] == first)
        return [dict(zip(head, row, strict=True)) for row in rows]


def assert_whole(content: bytes) -> Seen:
    """Hold a page to its promises: nothing is loaded, nothing runs, ids are single, anchors lead somewhere."""
    seen, text = Seen(content), content.decode()
    assert not {"script", "img", "link", "iframe", "object", "embed", "video"} & set(seen.tags)
    assert not re.search(r"https?:|//[a-z]|@import|url\((?!#)", text)
    assert len(seen.ids) == len(set(seen.ids))
    assert {address[1:] for address in seen.addresses if address.startswith("#")} <= set(seen.ids)
    assert set(re.findall(r'url\(#([^)]+)\)|href="#([^"]+)"', text)) <= {
        pair for one in seen.ids for pair in ((one, ""), ("", one))
    }
    assert not [name for name in seen.attributes if name.startswith("on")]
    return seen
