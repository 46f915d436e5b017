"""Field paths as typed at a door (`owner.name`, `合同.客户.行业`) to columns of the tree."""

import re
from dataclasses import dataclass

from changliu.fields.model import Field
from changliu.formula import FormulaError, Mode, compile_text
from changliu.formula.model import Column, Kind
from changliu.formula.world import FieldFact
from changliu.kit.errors import Fault, Invalid
from changliu.records.query.reader import TITLE, Reader

_HOP = re.compile(r"\s*(?:\[([^\]]*)\]|【([^】]*)】|([^.\[\]【】]+))\s*(?:\.|$)")


@dataclass(frozen=True, slots=True)
class Path:
    """A resolved path: as typed, its tree, its kind and the last field.

    `field` is the catalogue's field at the end (None for system columns and people), `object` the
    id of the object that field belongs to. `veiled`: the row's own, read on some rows only.
    """

    text: str
    node: Column
    kind: Kind
    fact: FieldFact
    object: str
    field: Field | None
    veiled: bool = False

    @property
    def column(self) -> str | None:
        """The physical column, when the path is one of the row's own and read on every row."""
        return self.fact.column if len(self.node.path) == 1 and not self.veiled else None


def resolve(reader: Reader, object_id: str, text: str, place: str) -> Path:
    """Resolve one path among what the caller reads; `Invalid` names `place` and the remedy."""
    names = _hops(text)
    if not names:
        raise Invalid(*_FIELDS, [_not_a_path(text, place)])
    try:
        formula = ".".join(f"[{name}]" for name in names)
        compiled = compile_text(
            formula, reader.catalogue.world, object_id, Mode.ROW, reader.readable
        )
    except FormulaError as error:
        raise Invalid(*_FIELDS, [_formula_fault(error, text, place)]) from error
    if not isinstance(compiled.node, Column):
        raise Invalid(*_FIELDS, [_not_a_path(text, place)])
    return _path(reader, object_id, compiled.node.path, text)


def own_path(reader: Reader, object_id: str, field_id: str, text: str) -> Path:
    """Return the path of one field of the object itself, by id."""
    return _path(reader, object_id, (field_id,), text)


def formula_fault(error: FormulaError, path: str) -> Fault:
    """Return a formula's mistake as a fault with its place in the text."""
    code = f"formula.{error.code}"
    return Fault(code, error.zh, error.en, path, start=error.start, end=error.end)


def refused(path: str, error: FormulaError) -> Invalid:
    """Return the problem of a formula in the request's part `path`."""
    fault = formula_fault(error, path)
    return Invalid("formula.invalid", f"公式有误：{error.zh}", f"The formula: {error.en}", [fault])


_FIELDS = (
    "query.fields",
    "有字段无法使用，请按提示修改。",
    "Some fields cannot be used as written.",
)


def _hops(text: str) -> list[str]:
    names, at = [], 0
    while at < len(text) and (match := _HOP.match(text, at)):
        names.append(next(g for g in match.groups() if g is not None).strip())
        at = match.end()
    whole = at == len(text) and not text.endswith(".")
    return names if whole and all(names) else []


def _formula_fault(error: FormulaError, text: str, place: str) -> Fault:
    code = f"formula.{error.code}"
    return Fault(code, f"“{text}”：{error.zh}", f"'{text}': {error.en}", place)


def _not_a_path(text: str, place: str) -> Fault:
    return Fault(
        "query.path",
        f"“{text[:80]}”不是字段路径，请写成 字段 或 关联字段.字段。",
        f"'{text[:80]}' is not a field path: write field or reference.field.",
        place,
    )


def _path(reader: Reader, object_id: str, ids: tuple[str, ...], text: str) -> Path:
    owner, fact = _last(reader, object_id, ids)
    if fact.id == TITLE and isinstance(fact.tree, Column):
        # The column itself can be served by an index, and renders as its type.
        return _path(reader, object_id, (*ids[:-1], *fact.tree.path), text)
    known = reader.catalogue.by_id.get(owner)
    own_field = known.by_id.get(fact.id) if known else None
    veiled = reader.partly(object_id, ids[0]) is not None
    return Path(text, Column(ids, kind=fact.kind), fact.kind, fact, owner, own_field, veiled)


def _last(reader: Reader, object_id: str, path: tuple[str, ...]) -> tuple[str, FieldFact]:
    world = reader.catalogue.world
    fact = world.object(object_id).fields[path[0]]
    for field_id in path[1:]:
        object_id = fact.target or object_id
        fact = world.object(object_id).fields[field_id]
    return object_id, fact
