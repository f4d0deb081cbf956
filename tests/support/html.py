"""A page as a test reads it: what it loads, what stands inline, what is marked, and its visible text."""

import re
from html.parser import HTMLParser

_ADDRESSES = {"href", "src", "action", "formaction", "hx-get", "hx-post"}
_UNLABELLED = {"hidden", "submit"}
_VOID = {"meta", "link", "input", "br", "hr", "img", "rect"}

Attributes = dict[str, str | None]


class Page(HTMLParser):
    """A parsed page.

    `inline` lists scripts, styles and handlers in the page; `foreign` addresses that are not our own; `unlabelled`
    form fields without a label.
    """

    def __init__(self, text: str) -> None:
        """Parse a page."""
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, Attributes]] = []
        self.inline: list[str] = []
        self.foreign: list[str] = []
        self.ids: list[str] = []
        self.marked: list[str] = []
        self.text = ""
        self._open: list[str] = []
        self._labelled: set[str] = set()
        self._fields: list[str] = []
        self.unlabelled: list[str] = []
        self.feed(text)
        self.close()
        self.unlabelled += [name for name in self._fields if name not in self._labelled]

    def all(self, tag: str, css_class: str | None = None) -> list[Attributes]:
        """Return the attributes of every element with a tag, and a class if one is given."""
        found = [attributes for name, attributes in self.tags if name == tag]
        return [one for one in found if css_class is None or css_class in (one.get("class") or "").split()]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element."""
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if tag == "style" or (tag == "script" and "src" not in attributes):
            self.inline.append(tag)
        self.inline += [name for name in attributes if name == "style" or name.startswith(("on", "hx-on"))]
        self.foreign += [
            value or ""
            for name, value in attributes.items()
            if name in _ADDRESSES and not re.match(r"(?:/(?!/)|#)", value or "")
        ]
        if identity := attributes.get("id"):
            self.ids.append(identity)
        if tag == "label" and (target := attributes.get("for")):
            self._labelled.add(target)
        named = tag in {"textarea", "select"} or (tag == "input" and attributes.get("type") not in _UNLABELLED)
        if named and "label" not in self._open:
            self._fields.append(attributes.get("id") or f"{tag} without id")
        if tag == "mark":
            self.marked.append("")
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if tag in self._open:
            while self._open.pop() != tag:
                pass

    def handle_data(self, data: str) -> None:
        """Take text."""
        self.text += data
        if "mark" in self._open:
            self.marked[-1] += data
