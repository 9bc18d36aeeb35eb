"""SVG elements as text: escaped, numbers short, colours by class only.

A figure never carries a style attribute or a colour: the page's style sheet decides, so that the same
drawing serves light, dark, high contrast and paper. Dash patterns and hatch references are attributes.
"""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

DASH = "3 3"
"""The dash of what is unknown or past its limit."""

Attribute = str | float | None


def number(value: float) -> str:
    """A coordinate with at most one decimal.

    >>> number(3.0), number(289.24)
    ('3', '289.2')
    """
    return f"{value:.1f}".removesuffix(".0")


def element(tag: str, inside: str = "", /, **attributes: Attribute) -> Markup:
    """An element; ``inside`` is markup, attribute values are escaped, None leaves one out.

    An underscore in an attribute's name is a hyphen; ``class_`` is ``class``, ``view_box`` ``viewBox``.

    >>> element("line", x1=0, x2=9.96, class_="ax")
    Markup('<line x1="0" x2="10" class="ax"/>')
    """
    parts = [tag]
    for name, value in attributes.items():
        if value is None:
            continue
        text = escape(value) if isinstance(value, str) else number(value)
        parts.append(f'{_NAMES.get(name) or name.replace("_", "-")}="{text}"')
    opened = " ".join(parts)
    return Markup(f"<{opened}>{inside}</{tag}>" if inside else f"<{opened}/>")  # noqa: S704 - escaped above


_NAMES = {
    "class_": "class",
    "view_box": "viewBox",
    "preserve_aspect_ratio": "preserveAspectRatio",
}
"""Attributes whose names are not their own with hyphens."""


def text(x: float, y: float, words: str, class_: str | None = None, anchor: str | None = None) -> Markup:
    """A line of text; ``anchor`` is start, middle or end."""
    return element("text", escape(words), x=x, y=y, class_=class_, text_anchor=anchor)


def named(x: float, y: float, name: str, more: str, *, colour: str = "", anchor: str | None = None) -> Markup:
    """A name in bold with a few plain words after it, kept apart from what lies below by a halo."""
    bold = element("tspan", escape(name), class_=f"t-b {colour}".strip())
    plain = element("tspan", escape(more), class_=colour or "t-2", dx=5)
    return element("text", bold + plain if more else bold, x=x, y=y, class_="halo", text_anchor=anchor)


def line(x1: float, y1: float, x2: float, y2: float, class_: str, dash: str | None = None) -> Markup:
    """A straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_, stroke_dasharray=dash)


def circle(x: float, y: float, radius: float, class_: str, dash: str | None = None) -> Markup:
    """A circle."""
    return element("circle", cx=x, cy=y, r=radius, class_=class_, stroke_dasharray=dash)


def path(d: str, class_: str, dash: str | None = None) -> Markup:
    """A path of SVG commands."""
    return element("path", d=d, class_=class_, stroke_dasharray=dash)


def rect(
    x: float,
    y: float,
    width: float,
    height: float,
    class_: str | None,
    *,
    fill: str | None = None,
    dash: str | None = None,
) -> Markup:
    """A rectangle; ``fill`` may refer to a pattern."""
    return element(
        "rect", x=x, y=y, width=width, height=height, class_=class_, fill=fill, stroke_dasharray=dash
    )


def figure(
    parts: Iterable[Markup],
    *,
    width: float,
    height: float,
    key: str,
    title: str,
    description: str,
    class_: str | None = None,
    top: float = 0,
) -> Markup:
    """A whole figure that says what it shows to someone who cannot see it.

    Args:
        parts: the elements.
        width: px; drawn at this size and never below its text's.
        height: px.
        key: names the figure, unique in its page.
        title: what it shows, one line.
        description: what can be read from it.
        class_: a class of the figure.
        top: where its upper edge lies in its own coordinates.
    """  # fmt: skip
    said = element("title", escape(title), id=f"{key}-t") + element(
        "desc", escape(description), id=f"{key}-d"
    )
    box = f"0 {number(top)} {number(width)} {number(height)}"
    return element(
        "svg", said + Markup("").join(parts), view_box=box,
        width=width, height=height, role="img", aria_labelledby=f"{key}-t {key}-d", class_=class_,
    )  # fmt: skip


def beside(parts: Iterable[Markup], *, width: float, height: float, stretched: bool = False) -> Markup:
    """A small figure that stands beside its number and says nothing more: hidden from screen readers.

    Args:
        parts: the elements.
        width: px.
        height: px.
        stretched: it fills whatever width it is given, without keeping its proportions.
    """
    return element(
        "svg", Markup("").join(parts), view_box=f"0 0 {number(width)} {number(height)}",
        width=width, height=height, aria_hidden="true",
        preserve_aspect_ratio="none" if stretched else None,
    )  # fmt: skip


def width_of(words: str, size: float = 12, *, bold: bool = False) -> float:
    """About how wide a text is, in px, in the widest of the system fonts that the style sheet names.

    Used to keep labels apart; a little too wide is what is wanted.
    """
    em = sum(_EM.get(letter, 0.61) for letter in words)
    return em * size * (1.1 if bold else 1.0)


_EM = {
    **dict.fromkeys("il|'.,:;!jI ", 0.33),
    **dict.fromkeys("ftr()[]-/", 0.42),
    **dict.fromkeys("mwMW", 0.9),
    **dict.fromkeys("ABCDEGHKNOPQRSTUVXYZ", 0.7),
}
