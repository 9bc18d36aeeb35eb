"""Figures as SVG: course, body map, small lines, scores and signs of state; drawn, never computed."""

from paget.figures.body_map import BodyMap, Primary, body_map
from paget.figures.course import Bar, Dot, Interval, Moment, Series, Timeline, Track, When
from paget.figures.glyphs import State, glyph, sprite
from paget.figures.pips import pips, share_bar
from paget.figures.sparkline import Scale, Size, sparkline
from paget.figures.spots import Spot
from paget.figures.spread import Spread, spreads
from paget.figures.timeline import NARROW, WIDE, timeline

__all__ = [
    "NARROW",
    "WIDE",
    "Bar",
    "BodyMap",
    "Dot",
    "Interval",
    "Moment",
    "Primary",
    "Scale",
    "Series",
    "Size",
    "Spot",
    "Spread",
    "State",
    "Timeline",
    "Track",
    "When",
    "body_map",
    "glyph",
    "pips",
    "share_bar",
    "sparkline",
    "spreads",
    "sprite",
    "timeline",
]
