"""Messages of rules: names in braces to fields by id, and back to today's labels."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from changliu.formula import Compiled, FormulaError, compile_text, print_tree
from changliu.formula.model import Column, Kind, Node, from_json
from changliu.formula.scope import Readable
from changliu.formula.world import World
from changliu.kit.errors import Fault
from changliu.kit.labels import LANGUAGES, Language

# Fields one message may name; the template numbers them.
MAX_VALUES = 20
GONE = "…"

_NAME = re.compile(r"\{([^{}]*)\}")
_BRACE = re.compile(r"[{}]")
_BRACKET = re.compile(r"[\[\]【】]")
_UNTOLD = (Kind.JSON, Kind.CHILDREN, Kind.UUIDS)


@dataclass(slots=True)
class Wording:
    """A message by language with numbers in place of names, the fields behind them, and faults."""

    said: dict[str, str] = field(default_factory=dict)
    values: list[Column] = field(default_factory=list)
    uses: set[tuple[str, str]] = field(default_factory=set)
    faults: list[Fault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Reader:
    """Resolves the names of messages among the fields their author may read.

    `known` are names resolved before: they keep their meaning, whatever they are called today.
    """

    world: World
    object_id: str
    readable: Readable
    known: Mapping[str, Node]

    def read(self, message: Mapping[str, str]) -> Wording:
        """Return a message with numbers in place of names; faults say what could not be read."""
        made = Wording()
        for language in LANGUAGES:
            text = message[language]
            made.said[language] = _NAME.sub(partial(self._numbered, made, language), text)
            if _BRACE.search(_NAME.sub("", text)):
                made.faults.append(_at(_BRACES, language))
        if len(made.values) > MAX_VALUES:
            made.faults.append(_at(_MANY, LANGUAGES[0]))
        return made

    def _numbered(self, made: Wording, language: Language, match: re.Match[str]) -> str:
        try:
            found = self._compiled(match[1])
        except FormulaError as error:
            made.faults.append(_formula_fault(error, match, language))
            return match[0]
        tree = _told(found, self.world, self.object_id)
        if tree is None:
            made.faults.append(_at(_NOT_A_FIELD, language, match))
            return match[0]
        made.uses |= found.dependencies
        if tree not in made.values:
            made.values.append(tree)
        return f"{{{made.values.index(tree)}}}"

    def _compiled(self, name: str) -> Compiled:
        before = self.known.get(name)
        if before is not None:
            with suppress(KeyError):
                text = print_tree(before, self.world, self.object_id)
                return compile_text(text, self.world, self.object_id)
        if not _BRACKET.search(name):
            # A label may hold spaces; in braces it is clear where it ends.
            plain = ".".join(f"[{part.strip()}]" for part in name.split("."))
            with suppress(FormulaError):
                return compile_text(plain, self.world, self.object_id, readable=self.readable)
        return compile_text(name, self.world, self.object_id, readable=self.readable)


def known_names(
    message: Mapping[str, str], said: Mapping[str, str], values: Sequence[dict[str, Any]]
) -> dict[str, Node]:
    """Return what the names in a message that was read before stood for."""
    trees = [from_json(value) for value in values]
    found: dict[str, Node] = {}
    for language, numbered in said.items():
        names, numbers = _NAME.findall(message[language]), _NAME.findall(numbered)
        found |= {n: trees[int(at)] for n, at in zip(names, numbers, strict=True)}
    return found


def print_message(
    said: Mapping[str, str], values: Sequence[Node], world: World, object_id: str
) -> dict[str, str]:
    """Return a message with the labels of today; a field that is gone reads `…`."""
    shown: dict[str, str] = {}
    for language in LANGUAGES:
        names = [_name(value, world, object_id, language) for value in values]
        shown[language] = _replaced(said[language], [names[n] for n in _numbers(said[language])])
    return shown


def _name(value: Node, world: World, object_id: str, language: Language) -> str:
    try:
        return "{" + print_tree(value, world, object_id, language) + "}"
    except KeyError:
        return GONE


def _told(found: Compiled, world: World, object_id: str) -> Column | None:
    """The column a message can tell: a plain path; a reference is told by its title."""
    tree = found.node
    if not isinstance(tree, Column) or tree.kind in _UNTOLD:
        return None
    if tree.kind is not Kind.REF:
        return tree
    target = _target(tree, world, object_id)
    title = world.object(target).title if target else None
    return Column((*tree.path, title), kind=Kind.TEXT) if title else None


def _target(tree: Column, world: World, object_id: str) -> str | None:
    here: str | None = object_id
    for field_id in tree.path:
        here = world.object(here or "").fields[field_id].target
    return here


_BRACES = Fault(
    "rule.braces",
    "提示中的花括号要成对，里面写字段名，例如 {金额}。",
    "Braces in a message come in pairs with a field's name inside, such as {amount}.",
)
_MANY = Fault(
    "rule.values",
    f"一条提示最多引用 {MAX_VALUES} 个字段，请减少。",
    f"A message names at most {MAX_VALUES} fields; use fewer.",
)
_NOT_A_FIELD = Fault(
    "rule.not_a_field",
    "花括号里只能写单个字段（可经关联），不能写算式或列表。",
    "Braces hold one field, if need be through references; no expression and no list.",
)


def _at(fault: Fault, language: Language, match: re.Match[str] | None = None) -> Fault:
    start, end = match.span(1) if match else (None, None)
    return replace(fault, path=f"message.{language}", start=start, end=end)


def _formula_fault(error: FormulaError, match: re.Match[str], language: Language) -> Fault:
    start = match.start(1)
    place = f"message.{language}"
    code = f"formula.{error.code}"
    return Fault(code, error.zh, error.en, place, None, start + error.start, start + error.end)


def forget(message: Mapping[str, str], said: Mapping[str, str], gone: set[int]) -> dict[str, str]:
    """Return a message with `…` in place of the values of these numbers."""
    made: dict[str, str] = {}
    for language, text in message.items():
        names, numbers = _NAME.findall(text), _numbers(said[language])
        kept = [
            GONE if number in gone else f"{{{name}}}"
            for name, number in zip(names, numbers, strict=True)
        ]
        made[language] = _replaced(text, kept)
    return made


def _numbers(said: str) -> list[int]:
    return [int(number) for number in _NAME.findall(said)]


def _replaced(text: str, words: Sequence[str]) -> str:
    """Put words in place of what stands in braces, in order."""
    left = iter(words)
    return _NAME.sub(lambda _: next(left), text)
