"""A picture as PNG, for places that show no SVG: letters, chats, slides.

Drawn by resvg, which shapes Arabic and keeps right-to-left text in order. Its fonts are
the machine's; without any, text would be missing, which is refused.
"""

import re
from typing import Final

import resvg_py

from bot.content.picture.svg import FONTS

ZOOM: Final = 2.0
"""Twice the size in pixels: sharp on screens and in print."""

MOST_PIXELS: Final = 120_000_000
"""Larger pictures are drawn smaller: half a gigabyte of memory is enough for one."""

_SIZE: Final = re.compile(r'<svg [^>]*?width="([\d.]+)" height="([\d.]+)"')
_PROBE: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40">'
    '<rect width="40" height="40" fill="#fff"/>{}</svg>'
)


class NoFonts(Exception):
    """There is no font to write with on this machine: install Noto Sans, or use --format svg."""


def png(svg: str) -> bytes:
    """Return the picture `svg`, made by this package, as PNG. Raises NoFonts."""
    if not _writes():
        raise NoFonts(NoFonts.__doc__)
    found = _SIZE.search(svg)
    if found is None:
        raise ValueError("a picture says how large it is")
    wide, high = (float(part) for part in found.groups())
    zoom = min(ZOOM, (MOST_PIXELS / (wide * high)) ** 0.5)
    return resvg_py.svg_to_bytes(svg_string=svg, zoom=zoom)


def _writes() -> bool:
    """Whether a letter leaves anything on paper."""
    letter = f'<text x="4" y="32" font-size="32" font-family="{FONTS}">M</text>'
    empty, written = (
        resvg_py.svg_to_bytes(svg_string=_PROBE.format(inner)) for inner in ("", letter)
    )
    return empty != written
