"""The statement that says which fields of given records the caller may read, where it differs."""

from typing import Any

from changliu.formula import emit_condition
from changliu.records.query.model import Statement
from changliu.records.query.reader import Reader
from changliu.records.query.store.text import source, spaced
from changliu.schema.model import Object


def veils_statement(reader: Reader, found: Object) -> tuple[tuple[str, ...], Statement] | None:
    """Write the statement over records `ids`, live or in the trash: id, then a yes or no per field.

    Returns the ids of those fields with it; None when every field shows on every row or on none.
    """
    veils = {f.id: rows for f in found.fields if (rows := reader.partly(found.id, f.id))}
    veils = {f: rows for f, rows in veils.items() if reader.shown(found.id, f)}
    if not veils:
        return None
    world, env = reader.catalogue.world, reader.author_env("v")
    params: dict[str, Any] = {}
    columns = []
    for rows in veils.values():
        fragment = emit_condition(rows, world, object_id=found.id, env=env)
        params.update(fragment.params)
        columns.append(f"({fragment.text}) IS TRUE")
    text = spaced(
        "SELECT", ", ".join(['"r"."id"', *columns]),
        "FROM", source(world.object(found.id), env),
        'WHERE "r"."id" = ANY(%(ids)s::uuid[])',
    )  # fmt: skip
    return tuple(veils), Statement(text, {**params, **env.joins.params()})
