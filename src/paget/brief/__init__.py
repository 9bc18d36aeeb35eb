"""The board brief: data first, then the page, the terminal and JSON."""

from paget.brief.as_html import html
from paget.brief.as_text import renderable, text
from paget.brief.contents import Notes, data
from paget.brief.page import BriefData, as_json

__all__ = ["BriefData", "Notes", "as_json", "data", "html", "renderable", "text"]
