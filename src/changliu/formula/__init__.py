"""Formulas: text → tokens → syntax → typed tree → SQL, pure and total.

`compile_text` checks what a user typed; `emit` and `emit_condition` turn the tree into SQL;
`print_tree` shows it with today's labels; `browser_tree` cuts it for the browser's evaluator.
"""

from changliu.formula.browser import browser_tree
from changliu.formula.compiler import Compiled, Mode, compile_text, describe
from changliu.formula.emitter.core import emit, emit_condition, functions_sql
from changliu.formula.emitter.fragment import EmitEnv, Fragment, Guard, Join, Joins, Veil
from changliu.formula.errors import FormulaError
from changliu.formula.expansion import find_cycle
from changliu.formula.printer import print_tree

__all__ = [
    "Compiled",
    "EmitEnv",
    "FormulaError",
    "Fragment",
    "Guard",
    "Join",
    "Joins",
    "Mode",
    "Veil",
    "browser_tree",
    "compile_text",
    "describe",
    "emit",
    "emit_condition",
    "find_cycle",
    "functions_sql",
    "print_tree",
]
