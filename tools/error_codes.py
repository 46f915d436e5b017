"""Collects every error code with its status and sentences out of the source."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from changliu.formula.messages import MESSAGES
from changliu.kit import errors

_CODE = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Calls whose dotted names are facts, not refusals.
NOT_ERRORS = {"_event", "Event"}
STATUS = {
    name: kind.status
    for name, kind in vars(errors).items()
    if isinstance(kind, type) and issubclass(kind, errors.Problem)
}


@dataclass(frozen=True, slots=True, order=True)
class Code:
    """One error: stable code, HTTP status (None: a place within a problem), both sentences."""

    code: str
    status: int | None
    zh: str
    en: str


def codes(folder: Path) -> list[Code]:
    """Return every code raised below a folder, in order; raises SystemExit without a sentence."""
    found: dict[tuple[str, int | None], Code] = {}
    for file in sorted(folder.rglob("*.py")):
        for code in _in_file(ast.parse(file.read_text("utf-8"))):
            found.setdefault((code.code, code.status), code)
    problems = {code for code, status in found if status is not None}
    return sorted(
        (c for c in found.values() if c.status is not None or c.code not in problems),
        key=lambda c: (c.code, c.status or 0),
    )


def errors_page(folder: Path) -> str:
    """Return the page of error codes."""
    lines = [
        "# Errors",
        "",
        "Every refusal is a problem document (RFC 9457) with a stable `code`, a sentence in the",
        "caller's language, and `errors`: the places that are wrong, each with a code of its own.",
        "`…` stands for the value at hand.",
        "",
        "| Code | Status | 中文 | English |",
        "|---|---|---|---|",
    ]
    for code in codes(folder):
        status = str(code.status) if code.status else "place"
        lines.append(f"| `{code.code}` | {status} | {_cell(code.zh)} | {_cell(code.en)} |")
    lines += ["", *_formula_lines()]
    return "\n".join(lines) + "\n"


def _formula_lines() -> list[str]:
    head = [
        "## Formulas",
        "",
        "A refused formula names its place as `start` and `end`: characters from 0.",
        "",
        "| Code | 中文 | English |",
        "|---|---|---|",
    ]
    return head + [f"| `{c}` | {_cell(zh)} | {_cell(en)} |" for c, (zh, en) in MESSAGES.items()]


def _in_file(tree: ast.Module) -> Iterator[Code]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = ast.unparse(node.func).rpartition(".")[2]
        if name in NOT_ERRORS:
            continue
        given = [*node.args, *(keyword.value for keyword in node.keywords)]
        texts = [text for text in map(_text, given) if text is not None]
        code = next((text for text in texts if _CODE.fullmatch(text)), None)
        chinese = next((text for text in texts if _CHINESE.search(text)), None)
        if code is None or chinese is None:
            continue
        after = texts[texts.index(chinese) + 1 :]
        if not after:
            if name in STATUS:
                raise SystemExit(f"{code} has no English sentence")
            continue
        yield Code(code, STATUS.get(name), chinese, after[0])


def _text(node: ast.expr) -> str | None:
    """Return a literal's text, with `…` for what is filled in; None for anything else."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else None
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) or "…" for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _text(node.left), _text(node.right)
        return None if left is None and right is None else f"{left or '…'}{right or '…'}"
    return None


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
