"""Maintained roll-ups: which roll-ups can be, what they read, and in which order they follow.

A write knows the rows it changes. It can keep a roll-up true when each child contributes by its
own columns alone; what reads the clock, the caller or other records changes without a write.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from changliu.fields.model import Field
from changliu.fields.protocol import Storage
from changliu.formula.expansion import is_calendar, is_personal, is_timed
from changliu.formula.model import (
    Aggregate,
    Change,
    Column,
    ExistsRows,
    Kind,
    Measure,
    Node,
    Param,
    Slot,
    children,
    walk,
)
from changliu.formula.world import ObjectFact, World
from changliu.kit.errors import Fault
from changliu.schema.body import FieldBody
from changliu.schema.model import Catalogue, Rollup
from changliu.schema.world import CatalogueWorld

# Column types by kind of value; the name of the column tells them apart, so a roll-up that turns
# from a sum into a date gets another column instead of a change of type.
_TYPES: Mapping[Kind, str] = {
    Kind.NUMBER: "numeric",
    Kind.TEXT: "text",
    Kind.BOOL: "boolean",
    Kind.DATE: "date",
    Kind.DATETIME: "timestamptz",
}
# What a child's contribution cannot be made of, and how deep formulas may stand on formulas.
_BEYOND = (Aggregate, ExistsRows, Measure, Change, Param, Slot)
MAX_TOWER = 50
_WHY: Mapping[str, tuple[str, str]] = {
    "time": (
        "它随时间变化（TODAY、NOW 或工作日历），没有写入也会变；"
        "请改用固定的日期字段或去掉“保持更新”。",
        "It changes with time (TODAY, NOW, the working calendar) without any write; compare with a"
        " stored date, or turn 'maintained' off.",
    ),
    "actor": (
        "它因查看的人而异（ME）；请去掉这个条件或去掉“保持更新”。",
        "It differs by who looks (ME); leave that condition out, or turn 'maintained' off.",
    ),
    "path": (
        "它还读取子记录以外的记录；请在子对象上加一个字段保存这个值，或去掉“保持更新”。",
        "It reads records beyond the children; keep that value in a field of the child, or turn"
        " 'maintained' off.",
    ),
    "list": (
        "只有单选关联的子记录才能保持更新；请改用单选关联或去掉“保持更新”。",
        "Only children that refer to one record can be followed; use such a reference, or turn"
        " 'maintained' off.",
    ),
    "self": (
        "汇总同一个对象的记录不能保持更新，请去掉“保持更新”。",
        "A roll-up over records of the same object cannot be maintained; turn 'maintained' off.",
    ),
    "circle": (
        "保持更新的汇总不能绕回自己的对象，请去掉其中一个的“保持更新”。",
        "Maintained roll-ups may not lead back to their own object; turn 'maintained' off on one.",
    ),
}


class Unmaintainable(Exception):  # noqa: N818 -- an answer, turned into a fault by who asked
    """Why a roll-up cannot be maintained, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en

    def fault(self, path: str = "maintained") -> Fault:
        """Return it as a fault (`rollup.unmaintainable`) at a setting."""
        return Fault("rollup.unmaintainable", self.zh, self.en, path)


@dataclass(slots=True)
class _Inputs:
    """What a child's contribution is made of: its columns, and fields by id."""

    columns: set[str] = field(default_factory=set)
    reads: set[str] = field(default_factory=set)


def kept_column(body: FieldBody) -> str | None:
    """Return the column of a maintained roll-up's body; None for everything else."""
    storage = kept_storage(body)
    return f"{body.id}_{storage.sql_type}" if storage else None


def kept_storage(body: FieldBody) -> Storage | None:
    """Return how a maintained roll-up's body is stored; None for everything else."""
    if body.type != "rollup" or body.shape is None or not body.settings.get("maintained"):
        return None
    return Storage(_TYPES[Kind(body.shape.kind)])


def initial(kept: Field) -> str | None:
    """Return what a maintained roll-up is over no children: "0", "false", or None for blank."""
    name = kept.tree.name if isinstance(kept.tree, Aggregate) else ""
    if name in ("SUM", "COUNT", "COUNTD"):
        return "0"
    return "false" if name == "EXISTS" else None


def kept_type(kept: Field) -> str:
    """Return the PostgreSQL type of a maintained roll-up's column."""
    assert kept.tree is not None
    return _TYPES[kept.tree.kind]


def maintained(found: Catalogue) -> Catalogue:
    """Return the catalogue with its maintained roll-ups, each after those it reads.

    One that cannot be followed after all (publishing refuses that) is computed on read.
    """
    world = upkeep = found.world
    assert isinstance(world, CatalogueWorld)
    assert isinstance(upkeep, CatalogueWorld)
    pairs = [(owner, kept) for owner in found.objects for kept in owner.kept]
    for owner, kept in pairs:
        fact = upkeep.object(owner.id).fields[kept.id]
        if fact.column is None:
            upkeep = upkeep.with_field(owner.id, replace(fact, column=kept.kept))
    made: dict[str, Rollup] = {}
    for owner, kept in pairs:
        try:
            made[kept.id] = follow(kept, upkeep, owner.id)
        except Unmaintainable:
            fact = world.object(owner.id).fields[kept.id]
            world = world.with_field(owner.id, replace(fact, column=None))
    levels: dict[str, int] = {}
    rollups = [replace(r, level=_level(r, made, levels)) for r in made.values()]
    rollups.sort(key=lambda r: (r.level, r.parent, r.child, r.via))
    return replace(found, world=world, rollups=tuple(rollups), upkeep=upkeep)


def _level(rollup: Rollup, known: Mapping[str, Rollup], levels: dict[str, int]) -> int:
    """How many maintained roll-ups lie below; publishing refuses circles."""
    found = levels.get(rollup.field.id)
    if found is None:
        below = [known[name] for name in rollup.reads if name in known]
        found = max((_level(other, known, levels) + 1 for other in below), default=0)
        levels[rollup.field.id] = found
    return found


def follow(kept: Field, upkeep: World, parent: str) -> Rollup:
    """Return what keeps a roll-up true; raises `Unmaintainable` when no write can."""
    tree = kept.tree
    if not isinstance(tree, Aggregate) or len(tree.path) != 1 or tree.level:
        raise _because("list")
    listed = upkeep.object(parent).fields[tree.path[0]]
    child = upkeep.object(listed.target or "")
    if not listed.is_list or listed.via is None or listed.only:
        raise _because("list")
    via = child.fields[listed.via]
    if via.holds_ids or via.column is None:
        raise _because("list")
    if child.id == parent:
        raise _because("self")
    inputs = _Inputs({via.column}, {via.id})
    for part in (tree.value, *tree.filters):
        if part is not None:
            _read(part, child, inputs, 0)
    columns, reads = frozenset(inputs.columns), frozenset(inputs.reads)
    return Rollup(kept, parent, child.id, via.column, tree, columns, reads)


def _read(node: Node, child: ObjectFact, inputs: _Inputs, tower: int) -> None:
    if is_timed(node) or is_calendar(node):
        raise _because("time")
    if is_personal(node):
        raise _because("actor")
    if isinstance(node, Column):
        _read_column(node, child, inputs, tower)
    elif isinstance(node, _BEYOND) or tower > MAX_TOWER:
        raise _because("path")
    for part in children(node):
        _read(part, child, inputs, tower)


def _read_column(node: Column, child: ObjectFact, inputs: _Inputs, tower: int) -> None:
    if node.level or len(node.path) != 1:
        raise _because("path")
    fact = child.fields[node.path[0]]
    inputs.reads.add(child.title or fact.id if fact.id == "title" else fact.id)
    if fact.column is not None:
        inputs.columns.add(fact.column)
    elif isinstance(fact.tree, Aggregate):
        name = fact.names[1] if len(fact.names) > 1 else fact.names[0]
        zh = f"它读取汇总“{name}”，请先把“{name}”也设为保持更新。"
        en = f"It reads the roll-up '{fact.names[-1]}'; set 'maintained' on that one first."
        raise Unmaintainable(zh, en)
    elif fact.tree is not None:
        _read(fact.tree, child, inputs, tower + 1)
    else:
        raise _because("path")


def _because(why: str) -> Unmaintainable:
    return Unmaintainable(*_WHY[why])


def circle(rollup: Rollup, others: Sequence[Rollup]) -> Unmaintainable | None:
    """Return why a roll-up may not read these others: a way down that comes to its own parent."""
    known = {other.field.id: other for other in others}
    waiting, seen = [rollup], set[str]()
    while waiting:
        current = waiting.pop()
        if current.child == rollup.parent:
            return _because("circle")
        for name in current.reads & known.keys() - seen:
            seen.add(name)
            waiting.append(known[name])
    return None


def reads_kept(node: Node, found: Catalogue, object_id: str) -> frozenset[str]:
    """Return the object's own maintained roll-ups (field ids) that a tree reads."""
    mine = {r.field.id for r in found.rollups if r.parent == object_id}
    if not mine:
        return frozenset()
    facts, hits, seen = found.world.object(object_id).fields, set[str](), set[str]()
    waiting: list[Node] = [node]
    while waiting:
        for part in walk(waiting.pop()):
            if not isinstance(part, Column) or len(part.path) != 1 or part.path[0] in seen:
                continue
            seen.add(part.path[0])
            fact = facts.get(part.path[0])
            if part.path[0] in mine:
                hits.add(part.path[0])
            elif fact is not None and fact.column is None and fact.tree is not None:
                waiting.append(fact.tree)
    return frozenset(hits)
