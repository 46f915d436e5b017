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
from changliu.records.query.store.text import conjunction, live, quoted, source, spaced
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
    return Statement(" UNION ALL ".join(arms), params)


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
    column = quoted("r", field.column or "")
    # Overlap with the bound array: the column's index answers it, and the planner, knowing the
    # ids, expects few rows (an EXISTS per id was seen to read 200,000 rows, 80 to 320 ms).
    conditions = [
        f"{column} && %(wanted)s::uuid[]",
        "each_held.id = ANY(%(wanted)s::uuid[])",
        live(fact),
    ]
    for where in (rows, reader.partly(item.id, field.id)):
        if where is not None and not isinstance(where, TrueNode):
            fragment = emit_condition(where, world, object_id=item.id, env=env)
            params.update(fragment.params)
            conditions.append(fragment.text)
    return spaced(
        "SELECT each_held.id FROM", source(fact, env),
        "CROSS JOIN LATERAL", f"unnest({column}) AS each_held(id)",
        "WHERE", conjunction(conditions),
    )  # fmt: skip


async def held(tx: Tx, statement: Statement, params: dict[str, Any]) -> set[UUID]:
    """Run a statement of `held_statement`; `params` with `wanted` and the caller's values."""
    rows = await tx.rows(statement.text, {**params, **statement.params})
    return {row[0] for row in rows}
