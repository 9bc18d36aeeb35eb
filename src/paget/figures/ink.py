"""What a class of a drawing looks like: written into a file that stands alone, or as rules for a page.

A drawing names classes only. On a page the page's style sheet decides; a file that leaves the house carries
the same look as attributes, which every viewer, word processor and printer understands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

SANS: Final = (
    "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif"
)

TOKENS: Final[Mapping[str, tuple[str, str]]] = {
    "paper": ("#ffffff", "#12171b"),
    "wash": ("#f5f6f4", "#1a2026"),
    "wash-2": ("#e9ebe8", "#242c33"),
    "ink": ("#12181d", "#e8ecef"),
    "ink-2": ("#434e58", "#bac4cc"),
    "ink-3": ("#5d6872", "#98a4ae"),
    "rule": ("#d8dcdf", "#2e373f"),
    "rule-2": ("#85919b", "#6d7a85"),
    "unknown": ("#855000", "#e8b96c"),
    "no": ("#9c2f1d", "#f2a08d"),
    "o1": ("#0b5871", "#74c5da"),
    "o2": ("#b04a14", "#f0a272"),
    "o3": ("#66478f", "#bda6e6"),
    "o4": ("#5d6872", "#98a4ae"),
    "o5": ("#a08300", "#d9c25a"),
    "o6": ("#12181d", "#e8ecef"),
    "o5-text": ("#766000", "#d9c25a"),
}
"""Colours on white and on black. Groups differ by a distance that the colour-blind see, and by dash."""

GROUPS: Final = 6
"""How many groups have a colour and a dash of their own; further ones begin anew."""

DASHES: Final = (None, "7 3", "2 2.5", "10 3 2 3", "14 4", "5 2 1 2 1 2")
"""The line of each group; the first is solid."""

_LINE = {"fill": "none", "stroke-linejoin": "round"}

CLASSES: Final[Mapping[str, Mapping[str, str]]] = {
    "t-s": {"font-size": "11"},
    "t-big": {"font-size": "18"},
    "t-2": {"fill": "ink-2"},
    "t-3": {"fill": "ink-3"},
    "t-u": {"fill": "unknown"},
    "t-no": {"fill": "no"},
    "t-b": {"font-weight": "bold"},
    "halo": {
        "paint-order": "stroke",
        "stroke": "paper",
        "stroke-width": "4",
        "stroke-linejoin": "round",
    },
    "ax": {"stroke": "rule-2", "stroke-width": "1", "fill": "none", "shape-rendering": "crispEdges"},
    "grid": {"stroke": "rule", "stroke-width": "1", "fill": "none", "shape-rendering": "crispEdges"},
    "l": {"stroke": "ink", "stroke-width": "1.5", "fill": "none"},
    "l2": {"stroke": "ink-2", "stroke-width": "1", "fill": "none"},
    "l-thin": {"stroke": "ink-3", "stroke-width": "1", "fill": "none"},
    "l-no": {"stroke": "no", "stroke-width": "1.5", "fill": "none"},
    "l-u": {"stroke": "unknown", "stroke-width": "1.5", "fill": "none"},
    "hatch-l": {"stroke": "unknown", "stroke-width": "1.6"},
    "hatch-k": {"stroke": "ink-2", "stroke-width": "1.4"},
    "none-u": {"fill": "none", "stroke": "unknown", "stroke-width": "1.5"},
    "none": {"fill": "none", "stroke": "ink-2", "stroke-width": "1"},
    "f": {"fill": "ink"},
    "f2": {"fill": "ink-2"},
    "f3": {"fill": "rule-2"},
    "f-no": {"fill": "no"},
    "f-paper": {"fill": "paper"},
    "f-wash": {"fill": "wash"},
    "f-wash2": {"fill": "wash-2"},
    "ring": {"fill": "paper", "stroke": "ink", "stroke-width": "1.5"},
    **{f"s{k}": {"stroke": f"o{k}", "stroke-width": "2", **_LINE} for k in range(1, GROUPS + 1)},
    **{f"p{k}": {"fill": f"o{k}"} for k in range(1, GROUPS + 1)},
    **{f"p{k}t": {"fill": "o5-text" if k == 5 else f"o{k}"} for k in range(1, GROUPS + 1)},
    "few": {"stroke-width": "1"},
    "tick": {"stroke-width": "1.2"},
    "edge": {"stroke-width": "0.6", "stroke-opacity": "0.5"},
    "band": {"fill-opacity": "0.15"},
    "area": {"fill-opacity": "0.32"},
}
"""What each class sets; a later class of an element wins."""

_TAG = re.compile(r"<(\w+)([^<>]*?)(/?)>")
_ATTRIBUTE = re.compile(r"([\w-]+)=\"")
_CLASS = re.compile(r' class="([^"]*)"')


def dash_of(place: int) -> str | None:
    """The dash of a group by its place, from 0."""
    return DASHES[place % GROUPS]


def group_of(place: int) -> int:
    """The number in the classes of a group, from 1, by its place, from 0.

    >>> [group_of(place) for place in (0, 5, 6)]
    [1, 6, 1]
    """
    return place % GROUPS + 1


def inked(drawing: str) -> str:
    """The drawing with its look as attributes on white; an attribute that an element has stays as it is.

    >>> inked('<line x1="0" class="grid"/>')
    '<line x1="0" stroke="#d8dcdf" stroke-width="1" fill="none" shape-rendering="crispEdges"/>'
    >>> inked('<rect fill="url(#hatch)" class="f2"/>')
    '<rect fill="url(#hatch)"/>'
    """
    return _TAG.sub(lambda found: _tag(found[1], found[2], found[3]), drawing)


def _tag(name: str, attributes: str, closed: str) -> str:
    named = _CLASS.search(attributes)
    if not named:
        return f"<{name}{attributes}{closed}>"
    rest = _CLASS.sub("", attributes)
    there = set(_ATTRIBUTE.findall(rest))
    look: dict[str, str] = {}
    for one in named[1].split():
        look |= CLASSES.get(one, {})
    added = "".join(
        f' {key}="{TOKENS[value][0] if value in TOKENS else value}"'
        for key, value in look.items()
        if key not in there
    )
    return f"<{name}{rest}{added}{closed}>"


def style_sheet() -> str:
    """The same look as CSS for a page, light and dark; a page's own colour tokens win.

    >>> "svg.drawn .s1" in style_sheet()
    True
    """
    lines = [
        f"svg.drawn text {{ font-family: var(--sans, {SANS}); font-size: 12px; fill: {_colour('ink')}; }}",
        "svg.drawn text { font-variant-numeric: tabular-nums; }",
        "svg.drawn { max-width: 100%; height: auto; }",
    ]
    for name, look in CLASSES.items():
        rules = " ".join(f"{key}: {_unit(key, _colour(value))};" for key, value in look.items())
        text = "text" if name.startswith("t-") or name.endswith("t") else ""
        lines.append(f"svg.drawn {text}.{name} {{ {rules} }}")
        if text:
            lines.append(f"svg.drawn tspan.{name} {{ {rules} }}")
    return "\n".join(lines) + "\n"


def _colour(value: str) -> str:
    if value not in TOKENS:
        return value
    light, dark = TOKENS[value]
    return f"var(--{value}, light-dark({light}, {dark}))"


def _unit(key: str, value: str) -> str:
    return f"{value}px" if key in {"font-size", "stroke-width"} else value
