"""Which of some files a caller reads through records: one statement over all fields of files."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from changliu.fields.attached import is_file_field
from changliu.fields.model import Field
from changliu.formula import EmitEnv, emit_condition
from changliu.formula.model import FalseNode, TrueNode
from changliu.kit.db import Tx
from changliu.records.query.model import Statement
from changliu.records.query.reader import Reader
from changliu.records.query.store.text import conjunction, live, quoted, source
from changliu.schema.model import Object


def held_statement(reader: Reader) -> Statement | None:
    """Write the statement: those of `wanted` (ids) that a record and field the caller reads hold.

    None when the caller reads no field of files anywhere. A field shown only masked does not count.
    """
    arms: list[str] = []
    params: dict[str, Any] = {}
    for item, field in _readable_fields(reader):
        env = reader.author_env(f"h{len(arms)}")
        arms.append(_arm(reader, item, field, env, params))
        params.update(env.joins.params())
    if not arms:
        return None
    text = f"SELECT w.id FROM unnest(%(wanted)s::uuid[]) AS w(id) WHERE {' OR '.join(arms)}"
    return Statement(text, params)


def _readable_fields(reader: Reader) -> Iterator[tuple[Object, Field]]:
    for item in reader.catalogue.objects:
        if isinstance(reader.rows(item.id), FalseNode):
            continue
        for field in item.stored:
            if is_file_field(field) and reader.readable(item.id, field.id):
                yield item, field


def _arm(reader: Reader, item: Object, field: Field, env: EmitEnv, params: dict[str, Any]) -> str:
    world = reader.catalogue.world
    fact, rows = world.object(item.id), reader.rows(item.id)
    # Contained-in is what the column's index answers.
    conditions = [f"{quoted('r', field.column or '')} @> ARRAY[w.id]", live(fact)]
    if not isinstance(rows, TrueNode):
        fragment = emit_condition(rows, world, object_id=item.id, env=env)
        params.update(fragment.params)
        conditions.append(fragment.text)
    return f"EXISTS (SELECT 1 FROM {source(fact, env)} WHERE {conjunction(conditions)})"


async def held(tx: Tx, statement: Statement, params: dict[str, Any]) -> set[UUID]:
    """Run a statement of `held_statement`; `params` with `wanted` and the caller's values."""
    rows = await tx.rows(statement.text, {**params, **statement.params})
    return {row[0] for row in rows}
