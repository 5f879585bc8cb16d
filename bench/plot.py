"""Draws bars on a logarithmic scale, as SVG."""

import math
from xml.sax.saxutils import escape

COLOURS = ("#0b6e4f", "#5b7db1", "#d99a2b", "#b5533c", "#8b6bb1", "#777777")
WIDTH, LEFT, RIGHT, BAR, GAP, TOP = 900, 290, 110, 13, 14, 74
FONT = 'font-family="Helvetica, Arial, sans-serif" font-size='


def text(x, y, said, size=12, anchor="start", extra=""):
    return f'<text x="{x:.1f}" y="{y:.1f}" {FONT}"{size}" text-anchor="{anchor}" {extra}>{escape(said)}</text>'


def bars(title, series, groups):
    """A picture of `groups`, pairs of a name and a list with a value (or None: failed) for each of
    `series`. Values must be greater than 0."""
    values = [value for _, row in groups for value in row if value is not None]
    low = math.floor(math.log10(min(values, default=1)))
    high = max(math.ceil(math.log10(max(values, default=1))), low + 1)
    height = TOP + len(groups) * (len(series) * BAR + GAP) + 30
    bottom = height - 30

    def x_of(value):
        return LEFT + (math.log10(value) - low) / (high - low) * (WIDTH - LEFT - RIGHT)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        text(16, 24, title, 15, extra='font-weight="bold"'),
    ]
    x = 16
    for name, colour in zip(series, COLOURS):
        parts.append(f'<rect x="{x}" y="38" width="12" height="12" fill="{colour}"/>')
        parts.append(text(x + 17, 48, name))
        x += 40 + 7 * len(name)
    for power in range(low, high + 1):
        at = x_of(10.0**power)
        parts.append(
            f'<line x1="{at:.1f}" y1="{TOP - 8}" x2="{at:.1f}" y2="{bottom}" stroke="#dddddd"/>'
        )
        parts.append(text(at, bottom + 18, f"{10.0**power:g}", 11, "middle"))
    y = TOP
    for name, row in groups:
        parts.append(text(LEFT - 10, y + len(series) * BAR / 2 + 4, name, 12, "end"))
        for value, colour in zip(row, COLOURS):
            if value is None:
                parts.append(text(LEFT + 4, y + BAR - 3, "no figure", 10, extra='fill="#777777"'))
            else:
                end = x_of(value)
                parts.append(
                    f'<rect x="{LEFT}" y="{y}" width="{max(1.0, end - LEFT):.1f}" '
                    f'height="{BAR - 2}" fill="{colour}"/>'
                )
                parts.append(text(max(end, LEFT + 1) + 4, y + BAR - 3, f"{value:.3g}", 10))
            y += BAR
        y += GAP
    return "\n".join(parts + ["</svg>", ""])
