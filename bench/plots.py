"""The results as a picture: SVG, a row for each case, a dot for each series."""

import math
from html import escape

_LEFT, _WIDTH, _ROW, _TOP = 250, 560, 18, 60
#: What the axis shows; ratios are seen best in powers of ten.
_LEAST, _MOST = 0.003, 2.0
_MARKS = (0.003, 0.01, 0.03, 0.1, 0.3, 1)
_COLOURS = {"2.3": "#c2571a", "2.4": "#1f6f8b"}
_STYLE = "text{font:12px sans-serif;fill:#333}.end{text-anchor:end}" \
    ".mid{text-anchor:middle}.grid{stroke:#ddd}.stock{stroke:#888}" \
    ".bound{stroke:#333;stroke-width:2}"


def _x(ratio):
    part = math.log(min(max(ratio, _LEAST), _MOST) / _LEAST)
    return _LEFT + _WIDTH * part / math.log(_MOST / _LEAST)


def _text(x, y, text, kind):
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}">{escape(text)}</text>'


def _line(x, top, bottom, kind):
    return f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top:.1f}" ' \
           f'y2="{bottom:.1f}" class="{kind}"/>'


def _dot(x, y, name):
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" ' \
           f'fill="{_COLOURS[name]}" fill-opacity="0.8"/>'


def _rows(found):
    """{case: (bound, {series: ratio})} of cases that are about a multiple."""
    rows = {}
    for name, one in found.items():
        for result in one["results"]:
            if result.get("ratio") and result["limit"] <= _MOST and \
               not result["allowed"]:
                row = rows.setdefault(result["case"], (result["limit"], {}))
                row[1][name] = result["ratio"][result["judged"]]
    return rows


def _head(bottom):
    for mark in _MARKS:
        yield _line(_x(mark), _TOP, bottom, "stock" if mark == 1 else "grid")
        yield _text(_x(mark), _TOP - 8, f"{mark:g}", "mid")
    yield _text(_LEFT, 18, "Winnow's cost as a multiple of what stands beside "
                "it (1: the same). Bar: at most.", "")
    for number, name in enumerate(_COLOURS):
        yield _dot(20 + 70 * number, 14, name)
        yield _text(30 + 70 * number, 18, name, "")


def _row(y, case, bound, ratios):
    yield _text(_LEFT - 12, y + 4, case, "end")
    yield _line(_x(bound), y - 6, y + 6, "bound")
    for name, ratio in ratios.items():
        yield _dot(_x(ratio), y, name)


def draw(found):
    rows = _rows(found)
    bottom = _TOP + _ROW * len(rows) + 4
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="'
             f'{_LEFT + _WIDTH + 30}" height="{bottom + 10}">',
             f"<style>{_STYLE}</style>",
             '<rect width="100%" height="100%" fill="#fff"/>', *_head(bottom)]
    for number, (case, (bound, ratios)) in enumerate(rows.items()):
        parts += _row(_TOP + _ROW * number + 12, case, bound, ratios)
    return "\n".join([*parts, "</svg>", ""])
