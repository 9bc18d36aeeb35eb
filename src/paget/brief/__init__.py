"""The board brief: data first, then the page, the terminal and JSON. The room itself can be called."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import Any

from paget.brief.as_html import html
from paget.brief.as_text import renderable, text
from paget.brief.contents import Notes, data
from paget.brief.of_record import of_record
from paget.brief.page import BriefData, as_json

__all__ = ["BriefData", "Notes", "as_json", "data", "html", "of_record", "renderable", "text"]


class _Callable(ModuleType):
    """``paget.brief(record)`` is :func:`of_record`, though ``paget.brief`` is a room."""

    def __call__(self, *args: Any, **options: Any) -> BriefData:
        return of_record(*args, **options)


sys.modules[__name__].__class__ = _Callable
