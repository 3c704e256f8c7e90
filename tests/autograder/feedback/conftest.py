"""Reports as the grader makes them, and pages as a browser and a screen reader take them in."""

from html.parser import HTMLParser

import pytest

from autograder.checks.engine import ItemResult
from autograder.course import Course
from autograder.grading import Report
from autograder.sandbox.modes import Isolation

from ..conftest import REPOSITORY

EVIL = '<script>alert(1)</script><img src=x onerror="alert(1)">\'&amp; </td></table></style>'
NAMES = [
    "ada",
    "Ada",
    EVIL,
    "x" * 300,
    "שלום עולם",
    "a\u202egnp.exe",
    "\ud800\x00\x1b[31m",
    "../../passwd",
    "con",
    "",
    ".a",
]
ISOLATED = Isolation("landlock", True, 7).describe()
VOID = {"meta", "br", "img"}
#: All that pages are made of: anything else would have been slipped in.
KNOWN = {
    *("html", "head", "meta", "title", "style", "body", "header", "main", "section", "p", "h1", "h2", "h3"),
    *("b", "strong", "br", "bdi", "code", "a", "ul", "ol", "li", "div", "span", "i", "dl", "dt", "dd"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "figure", "figcaption", "img", "details", "summary"),
    *("svg", "defs", "g", "path", "rect", "use", "text", "clippath"),
}


def item(id, verdict="correct", points=0.0, most=5.0, message="Right.", hint="", mistake="", seconds=0.5):
    return ItemResult(id, verdict, points, most, message, hint, mistake, seconds)


def report_of(name="ada", items=(), isolation=ISOLATED, notes=()):
    return Report(name, "assignment1", tuple(items), isolation, tuple(notes), "cafe")


@pytest.fixture(scope="session")
def assignment():
    return Course(REPOSITORY).assignment("assignment1")


class Element:
    """An element of a page: its tag, attributes, children, and text."""

    def __init__(self, tag, attributes, parent=None):
        self.tag, self.attributes, self.parent, self.parts = tag, attributes, parent, []

    def __getitem__(self, name):
        return self.attributes.get(name, "")

    @property
    def text(self):
        text = "".join(part if isinstance(part, str) else part.text for part in self.parts)
        return f"{text} " if self.tag in ("p", "div", "td", "th", "br") else text

    def all(self, *tags):
        for part in self.parts:
            if isinstance(part, Element):
                if not tags or part.tag in tags:
                    yield part
                yield from part.all(*tags)


class Page(HTMLParser):
    """A page as elements; every element that is opened is closed."""

    def __init__(self, text):
        super().__init__()
        self.source = text
        self.root = self._open = Element("", {})
        self.feed(text)
        self.close()
        assert self._open is self.root, f"<{self._open.tag}> is not closed"

    def handle_starttag(self, tag, attrs):
        assert len(dict(attrs)) == len(attrs), f"<{tag}> has an attribute twice"
        element = Element(tag, dict(attrs), self._open)
        self._open.parts.append(element)
        if tag not in VOID:
            self._open = element

    def handle_startendtag(self, tag, attrs):
        self._open.parts.append(Element(tag, dict(attrs), self._open))

    def handle_endtag(self, tag):
        assert self._open.tag == tag, f"</{tag}> closes <{self._open.tag}>"
        self._open = self._open.parent

    def handle_data(self, data):
        self._open.parts.append(data)

    def all(self, *tags):
        return list(self.root.all(*tags))

    @property
    def text(self):
        return " ".join("".join(part.text for part in self.all("body")).split())


def check_page(text, links=()):
    """Parse a page; what holds for all of them: it is well formed, accessible, self-contained, and runs nothing."""
    page = Page(text)
    assert text.startswith("<!doctype html>\n<html lang=")
    assert text.encode("utf-8")
    assert [e["content"] for e in page.all("meta") if e["name"] == "viewport"] == [
        "width=device-width, initial-scale=1"
    ]
    assert page.all("title")[0].text.strip()
    # no script, nothing from elsewhere
    policy = next(e["content"] for e in page.all("meta") if e["http-equiv"] == "Content-Security-Policy")
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
    assert {e.tag for e in page.all()} <= KNOWN, {e.tag for e in page.all()} - KNOWN
    ids = [e["id"] for e in page.all() if "id" in e.attributes]
    assert len(ids) == len(set(ids))
    for element in page.all():
        assert not [name for name in element.attributes if name.startswith("on")]
        for name in ("src", "href", "xlink:href"):
            url = element[name]
            assert url in ("", *links) or url.startswith("data:image/png;base64,") or url.removeprefix("#") in ids, url
        assert "url(" not in element["style"].replace("url(#", "")
    assert "@import" not in text
    assert "//" not in text.split("<body>")[0].replace("<!doctype html>", "")
    # headings in order, tables with headers, pictures with words
    levels = [int(e.tag[1]) for e in page.all("h1", "h2", "h3", "h4")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in zip(levels, levels[1:], strict=False))
    assert all(e.text.strip() for e in page.all("h1", "h2", "h3"))
    for table in page.all("table"):
        header, *rows = table.all("tr")
        assert [cell["scope"] for cell in header.all("th", "td")] == ["col"] * len(list(header.all("th", "td")))
        for row in rows:
            cells = list(row.all("th", "td"))
            assert len(cells) == len(list(header.all("th")))
            assert [cell["scope"] for cell in cells if cell.tag == "th"] == ["row"]
            assert {cell["role"] for cell in cells} == {"cell", "rowheader"}  # rows are no table rows on narrow screens
    for picture in page.all("img"):
        assert picture["alt"].strip()
        assert picture["width"]
        assert picture["height"]
    for element in page.all("svg"):
        assert element["role"] == "img"
        assert element["aria-label"]
    for element in page.all():  # a name for what is a picture by role
        assert element["role"] != "img" or element["aria-label"]
    return page
