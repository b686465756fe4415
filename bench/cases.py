"""The list of all cases, in the order in which they run."""

import importlib
from pathlib import Path

#: name: (groups, function that takes a Lab and gives a Result)
CASES = {}


def case(name, *groups):
    """Makes a function a case that is known by its name and its groups."""
    def enlist(function):
        CASES[name] = (groups, function)
        return function
    return enlist


def chosen(words):
    """Names of the cases that a list of names and groups means; [] is all."""
    for module in sorted(Path(__file__).parent.glob("case_*.py")):
        importlib.import_module(module.stem)    # they enlist themselves
    unknown = [word for word in words if not any(
        word == name or word in groups for name, (groups, _) in CASES.items())]
    if unknown:
        raise ValueError(f"no case or group {' '.join(unknown)}; there are: "
                         + " ".join(CASES))
    return [name for name, (groups, _) in CASES.items()
            if not words or name in words or set(words) & set(groups)]


def run(name, lab):
    result = CASES[name][1](lab)
    result.case = name
    return result
