"""The results as text."""


def _compared(result):
    return result.get("ratio") or result["difference"]


def verdict(result):
    if result["answers"] == "differ":
        return "ANSWERS DIFFER"
    return "MISSED" if result["missed"] else "ok"


def passed(found):
    return all(verdict(result) == "ok" for one in found.values()
               for result in one["results"])


def _row(cells):
    widths = (15, 10, 10, 10, 7, 7, 7)
    return cells[0].ljust(widths[0]) + "".join(
        str(cell).rjust(width) for cell, width in zip(cells[1:], widths[1:])) \
        + "  " + cells[-1]


def _number(value):
    return f"{value:.3g}" if value < 100 else f"{value:.0f}"


def _limit(result):
    return str(result["limit"]) + \
        (f"+{result['allowed']}" if result["allowed"] else "")


def _lines(result):
    first, second, *beside = result["series"]
    for name, ratio in _compared(result).items():
        judged = name == result["judged"]
        yield _row([result["case"] if judged else "", name] +
                   [_number(one["median"][name]) for one in (first, second)] +
                   [f"{ratio:.3f}", _limit(result) if judged else "",
                    _number(beside[0]["median"][name]) if beside else "",
                    verdict(result) if judged else ""])


def render(found):
    lines = []
    for one in found.values():
        lines += ["", f"Dovecot {one['dovecot']}",
                  _row(["case", "unit", "winnow", "stock", "ratio", "limit",
                        "beside", ""])]
        for result in one["results"]:
            lines += _lines(result)
    loads = [load for one in found.values() for result in one["results"]
             for load in result["load"]]
    lines += ["", "load average while measuring: "
              f"{min(loads):.1f} to {max(loads):.1f}"]
    return "\n".join(lines)
