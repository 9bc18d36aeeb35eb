"""Knowledge as Markdown: text on one line, tables, data of any shape, sources, outcomes, examples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


def examples(given: Sequence[Mapping[str, Any]]) -> str:
    """The examples of a file as a table."""
    rows = [
        (str(one.get("text", "")), inline(one["given"]) or "nothing", inline(one["expect"])) for one in given
    ]
    return table(("", "given", "expected"), rows) if rows else ""


def inline(data: Any) -> str:
    """Data in one line, as it stands in the file."""
    if isinstance(data, Mapping):
        return ", ".join(f"{str(key).replace('_', ' ')}: {inline(value)}" for key, value in data.items())
    if isinstance(data, list):
        return "[" + ", ".join(inline(one) for one in data) + "]"
    return (
        {True: "yes", False: "no", None: "none"}.get(data, str(data))
        if isinstance(data, bool | None)
        else str(data)
    )


def anything(data: Any, depth: int = 0) -> str:
    """Data of any shape: text, a list, or a table where a list holds several of one kind."""
    pad = "  " * depth
    if isinstance(data, Mapping):
        if "authors" in data:
            return source_line(data)
        return "\n".join(
            f"{pad}- {str(key).replace('_', ' ')}:{_under(value, depth)}" for key, value in data.items()
        )
    if isinstance(data, list):
        if not depth and all(isinstance(one, Mapping) and "authors" not in one for one in data):
            return _rows(data)
        return "\n".join(f"{pad}- {plain(inline(one))}" for one in data)
    return plain(inline(data))


def _rows(data: Sequence[Mapping[str, Any]]) -> str:
    """Several of one kind as a table; sources are written as a reader looks them up."""
    keys = list(dict.fromkeys(key for one in data for key in one))
    rows = [[_cell_of(key, one[key]) if key in one else "" for key in keys] for one in data]
    return table([key.replace("_", " ") for key in keys], rows)


def _cell_of(key: str, value: Any) -> str:
    if key == "source":
        return " ".join(source_line(one) for one in (value if isinstance(value, list) else [value]))
    if key == "score" and isinstance(value, list):
        return " to ".join(map(str, value))
    return inline(value)


def outcomes(tables: Sequence[Mapping[str, Any]]) -> str:
    """Published outcomes, one table after another, each with its source and whether it was read there."""
    parts = []
    for each in tables:
        about = [f"{each['endpoint']}, {each['unit']}"]
        about += [str(each["population"])] if "population" in each else []
        about += [f"n {each['n']}"] if "n" in each else []
        rows = []
        for row in each["rows"]:
            shares = row.get("percent", [""] * len(each.get("at", ())))
            whom = next(
                (_cell_of(key, row[key]) for key in ("score", "group", "class", "value") if key in row), ""
            )
            rest = [inline(row[key]) for key in ("n", "median", "note") if key in row]
            rows.append([whom, *map(str, shares), "; ".join(rest)])
        mark = "" if each["confirmed"] else " **Unconfirmed.**"
        note = f" {plain(str(each['note']))}." if "note" in each else ""
        parts += [
            f"**{plain('; '.join(about))}**",
            table(["", *map(str, each.get("at", ())), "n, median"], rows),
            f"{_cell_of('source', each['source'])}{mark}{note}",
        ]
    return "\n\n".join(parts)


def _under(value: Any, depth: int) -> str:
    flat = isinstance(value, list) and not any(isinstance(one, Mapping | list) for one in value)
    if flat:
        return " " + ", ".join(plain(inline(one)) for one in value)
    if isinstance(value, Mapping | list) and not (isinstance(value, Mapping) and "authors" in value):
        return "\n" + anything(value, depth + 1)
    return " " + anything(value)


def source_line(source: Mapping[str, Any]) -> str:
    """A source as a reader looks it up."""
    who = " ".join(str(source[key]) for key in ("authors", "year") if key in source)
    rest = [
        str(source[key]) for key in ("title", "journal", "edition", "note", "read_at", "url") if key in source
    ]
    numbers = [f"{word} {source[key]}" for key, word in (("pmid", "PMID"), ("doi", "doi")) if key in source]
    return plain(". ".join([who, *rest, *numbers]) + ".")


def section(title: str, text: str) -> str:
    """A text under its heading; nothing where there is no text."""
    return f"## {title}\n\n{text}" if text else ""


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return plain(text).replace("|", "\\|")


def plain(text: str) -> str:
    """A text of knowledge on one line, with what Markdown and HTML would read escaped."""
    return " ".join(text.split()).replace("<", "&lt;")
