"""The table as a picture: how far each line is from what it is to reach."""

import math
from xml.sax.saxutils import escape

from lines import number

WIDTH, LEFT, ROW, TOP = 900, 360, 26, 64
SCALE = 20  # a bar's end: so many times what is to be reached


def svg(rows, machine):
    """Bars on a logarithmic scale of the figure to its goal; left of the mark is better."""
    height = TOP + ROW * len(rows) + 24
    span = WIDTH - LEFT - 150

    def place(factor):
        share = (math.log(min(max(factor, 1 / SCALE), SCALE)) / math.log(SCALE) + 1) / 2
        return LEFT + span * share

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" font-family="sans-serif" font-size="13">',
        f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        '<text x="16" y="26" font-size="17" fill="#1f2328">Figure to goal, in one run</text>',
        f'<text x="16" y="46" fill="#59636e">{escape(machine)}</text>',
    ]
    for index, row in enumerate(rows):
        y = TOP + ROW * index
        factor = row["figure"] / row["reach"]
        if row["more_is_better"]:
            factor = 1 / factor
        start, end = sorted((place(1 / SCALE), place(factor)))
        colour = "#1a7f37" if row["met"] else "#bc4c00"
        parts.append(f'<text x="16" y="{y + 17}" fill="#1f2328">{escape(row["title"])}</text>')
        parts.append(f'<rect x="{start:.1f}" y="{y + 5}" width="{max(end - start, 2):.1f}" '
                     f'height="{ROW - 10}" rx="3" fill="{colour}"/>')
        parts.append(f'<text x="{end + 8:.1f}" y="{y + 17}" fill="#1f2328">'
                     f'{number(row["figure"])} {escape(row["unit"])}</text>')
    goal = place(1)
    parts.append(f'<line x1="{goal:.1f}" y1="{TOP - 4}" x2="{goal:.1f}" y2="{height - 20}" '
                 'stroke="#1f2328" stroke-dasharray="4 3"/>')
    parts.append(f'<text x="{goal:.1f}" y="{height - 6}" text-anchor="middle" fill="#59636e">goal</text>')
    return "\n".join(parts + ["</svg>", ""])
