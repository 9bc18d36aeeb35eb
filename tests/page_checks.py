"""What any page of paget must be: well-formed, self-contained, without script or style in place."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

VOID = frozenset({"meta", "br", "link", "img", "input", "hr", "wbr", "col"})
INLINE = frozenset({"a", "b", "span", "small", "sup", "tspan", "wbr", "code"})
ALLOWED = re.compile(r"#[\w-]+")


class Page(HTMLParser):
    """Reads a page and notes what is wrong with it.

    Attributes:
        problems: what is wrong.
        ids: every id.
        references: every id that something refers to.
        headings: levels of the headings, in order.
        words: all text outside of style.
    """

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.problems: list[str] = []
        self.ids: list[str] = []
        self.references: set[str] = set()
        self.headings: list[int] = []
        self.texts: list[str] = []
        self.style = ""
        self.policy = ""
        self._open: list[str] = []
        self.feed(html)
        self.close()
        self.problems += [f"never closed: {tag}" for tag in self._open]
        self.problems += [f"id twice: {name}" for name in {n for n in self.ids if self.ids.count(n) > 1}]
        self.problems += [f"refers to nothing: {name}" for name in sorted(self.references - set(self.ids))]
        digest = base64.b64encode(hashlib.sha256(self.style.encode()).digest()).decode()
        if f"style-src 'sha256-{digest}'" not in self.policy:
            self.problems.append("the style sheet is not the one of the policy")

    @property
    def words(self) -> str:
        """All text with single spaces."""
        return " ".join("".join(self.texts).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._look(tag, attrs)
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._look(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop() != tag:
            self.problems.append(f"closed out of order: {tag}")
        if tag not in INLINE:
            self.texts.append(" ")

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "style":
            self.style += data
        else:
            self.texts.append(data)

    def _look(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "link", "img", "iframe", "object", "embed", "base", "form"):
            self.problems.append(f"no {tag} belongs here")
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        values = {name: value or "" for name, value in attrs}
        if values.get("http-equiv", "").lower() == "content-security-policy":
            self.policy = values["content"]
        for name, value in values.items():
            if name == "id":
                self.ids.append(value)
            if name == "style" or name.startswith("on"):
                self.problems.append(f"{name} on {tag}")
            if name in ("href", "src", "xlink:href", "action"):
                if not ALLOWED.fullmatch(value):
                    self.problems.append(f"{tag} refers outside: {name}")
                else:
                    self.references.add(value[1:])
            if name in ("aria-labelledby", "aria-describedby"):
                self.references.update(value.split())
            self.references.update(re.findall(r"url\(#([\w-]+)\)", value))
