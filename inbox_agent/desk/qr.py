"""QR codes as SVG that a page with a strict policy may hold."""

import segno
from markupsafe import Markup

_QUIET = 4


def picture(text: str, title: str) -> Markup:
    """The code as a picture of black on white, whatever the page's colours; raises ValueError if too long."""
    rows = segno.make(text, micro=False, error="m", boost_error=False).matrix
    side = len(rows) + 2 * _QUIET
    dark = "".join(
        f"M{x + _QUIET} {y + _QUIET}h1v1h-1z"
        for y, row in enumerate(rows)
        for x, bit in enumerate(row)
        if bit
    )
    return Markup(
        '<svg class="qr" role="img" aria-label="{title}" viewBox="0 0 {side} {side}">'
        '<rect width="{side}" height="{side}" fill="#fff"/>'
        '<path fill="#000" shape-rendering="crispEdges" d="{dark}"/></svg>'
    ).format(title=title, side=side, dark=dark)
