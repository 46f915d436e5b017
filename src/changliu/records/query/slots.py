"""What a form cannot work out of a record by itself: the slots of its computed fields."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from changliu.formula.model import Kind, Literal, Node, TrueNode
from changliu.kit.db import Tx
from changliu.records.query.compiled import CompiledList, compiled_as
from changliu.records.query.paths import resolve
from changliu.records.query.plan import ListPlan, Output, sort_key
from changliu.records.query.reader import Reader
from changliu.records.query.service import compiled_rows, missing
from changliu.schema.form_trees import form_tree
from changliu.schema.model import Object

# A slot of these is counted or searched in by the part around it; by itself it has no value.
_NO_VALUE = (Kind.CHILDREN, Kind.BLANK)


async def slots_of(tx: Tx, reader: Reader, found: Object, record_id: UUID) -> dict[str, list[Any]]:
    """Return `{computed field: [value of slot 0, …]}` of a record, fields without slots left out.

    The trees are those `/meta` gives this caller. Every slot is computed as an expression of the
    caller's own would be, so it tells no more. Raises `NotFound` as the record would.
    """
    compiled = compiled_as(reader, ("slots", found.id), lambda: _compiled(reader, found))
    rows = await compiled_rows(tx, reader, compiled, {"ids": [record_id]}, after=None, limit=1)
    if not rows:
        raise missing()
    _, record = rows[0]
    made: dict[str, list[Any]] = {}
    for output in compiled.plan.outputs:
        key, _, _ = output.name.rpartition(".")
        made.setdefault(key, []).append(record["values"][output.name])
    return made


async def values_of(
    tx: Tx,
    reader: Reader,
    found: Object,
    record_id: UUID,
    nodes: Sequence[Node],
    *,
    name: tuple[Any, ...],
) -> list[Any]:
    """Return the values of trees on one record, each as an expression of the caller's own.

    `name` stands for these trees at this catalogue version. Raises `NotFound` as the record would.
    """

    def make() -> CompiledList:
        outputs = [_output(str(place), node) for place, node in enumerate(nodes)]
        return _listed(reader, found, outputs)

    compiled = compiled_as(reader, ("values", found.id, *name), make)
    rows = await compiled_rows(tx, reader, compiled, {"ids": [record_id]}, after=None, limit=1)
    if not rows:
        raise missing()
    _, record = rows[0]
    return [record["values"][str(place)] for place in range(len(nodes))]


def _compiled(reader: Reader, found: Object) -> CompiledList:
    outputs = []
    for field in found.fields:
        if field.tree is None or not reader.shown(found.id, field.id):
            continue
        world = reader.catalogue.world
        _, nodes = form_tree(world, found.id, field.id, reader.access.opens)
        outputs += [_output(f"{field.key}.{place}", node) for place, node in enumerate(nodes)]
    return _listed(reader, found, outputs)


def _listed(reader: Reader, found: Object, outputs: Sequence[Output]) -> CompiledList:
    newest = resolve(reader, found.id, "created_at", "sort")
    order = (sort_key(reader, newest, descending=True),)
    plan = ListPlan(found, tuple(outputs), order, reader.rows(found.id), TrueNode(), by_ids=True)
    return CompiledList(plan, ())


def _output(name: str, node: Node) -> Output:
    if node.kind in _NO_VALUE:
        return Output(name, Literal(None, kind=Kind.TEXT), Kind.TEXT)
    return Output(name, node, node.kind)
