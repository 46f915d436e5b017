"""The statement that reads titles of referenced records, several objects at once."""

from collections.abc import Sequence
from typing import Any

from changliu.formula import emit, emit_condition
from changliu.formula.emitter.fragment import EmitEnv
from changliu.formula.model import FalseNode, TrueNode
from changliu.records.query.model import Statement
from changliu.records.query.plan import title_text
from changliu.records.query.reader import Reader
from changliu.records.query.store.text import conjunction, live, source, spaced


def titles_statement(reader: Reader, targets: Sequence[str]) -> Statement | None:
    """Write the statement: columns object id, record id, title; only rows the caller reads.

    Ids are bound as `ids0`, `ids1` … in the order of the targets. None when the caller reads no row
    of any of these objects.
    """
    parts: list[str] = []
    params: dict[str, Any] = {}
    for number, object_id in enumerate(targets):
        if isinstance(reader.rows(object_id), FalseNode):
            continue
        params[f"of{number}"] = object_id
        parts.append(_one(reader, object_id, number, params))
    return Statement(" UNION ALL ".join(parts), params) if parts else None


def _one(reader: Reader, object_id: str, number: int, params: dict[str, Any]) -> str:
    world = reader.catalogue.world
    fact, rows = world.object(object_id), reader.rows(object_id)
    env, scope = reader.env(f"f{number}"), reader.author_env(f"s{number}")
    title = "NULL"
    if (node := title_text(reader, object_id)) is not None:
        fragment = emit(node, world, object_id=object_id, env=env)
        params.update(fragment.params)
        title = fragment.text
    conditions = [f'"r"."id" = ANY(%(ids{number})s::uuid[])', live(fact)]
    if not isinstance(rows, TrueNode):
        fragment = emit_condition(rows, world, object_id=object_id, env=scope)
        params.update(fragment.params)
        conditions.append(fragment.text)
    _take_joins(params, env, scope)
    return spaced(
        "SELECT", f'%(of{number})s::text, "r"."id", ({title})::text',
        "FROM", source(fact, env, scope),
        "WHERE", conjunction(conditions),
    )  # fmt: skip


def _take_joins(params: dict[str, Any], *envs: EmitEnv) -> None:
    for env in envs:
        params.update(env.joins.params())
