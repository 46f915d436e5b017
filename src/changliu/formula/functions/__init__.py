"""The functions a formula may call, one file per topic; FUNCTIONS is the whole table."""

from changliu.formula.functions.dates import DATES
from changliu.formula.functions.function import Form, Function, Parameter, Topic
from changliu.formula.functions.lists import LISTS
from changliu.formula.functions.logic import LOGIC
from changliu.formula.functions.math import MATH
from changliu.formula.functions.rollups import CHANGES, ROLLUPS
from changliu.formula.functions.text import TEXTS
from changliu.formula.functions.work import WORK
from changliu.formula.world import fold

__all__ = ["FUNCTIONS", "Form", "Function", "Parameter", "Topic", "find_function", "known_names"]

FUNCTIONS: dict[str, Function] = {
    function.name: function
    for function in (*MATH, *TEXTS, *DATES, *WORK, *LOGIC, *LISTS, *ROLLUPS, *CHANGES)
}
"""Every function by its canonical English name."""

_NAMES = {
    fold(name): function
    for function in FUNCTIONS.values()
    for name in (function.name, *function.aliases)
}


def find_function(name: str) -> Function | None:
    """The function of that name or alias (compared folded), or None."""
    return _NAMES.get(fold(name))


def known_names() -> dict[str, str]:
    """Every name and alias: compared form → shown form."""
    return {
        fold(name): name
        for function in FUNCTIONS.values()
        for name in (function.name, *function.aliases)
    }
