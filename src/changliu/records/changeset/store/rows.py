"""Bodies of steps 2 to 6: the input rows, the old rows, and the staged rows (`cand`)."""

from changliu.fields.model import Field
from changliu.fields.types.autonumber import AutonumberSettings
from changliu.formula import EmitEnv, emit, emit_condition
from changliu.formula.model import Column, walk
from changliu.records.changeset.locks import Strength
from changliu.records.changeset.model import Op
from changliu.records.changeset.participant import Clause, SetField
from changliu.records.changeset.store.numbers import drawn_number
from changliu.records.changeset.store.text import (
    HEAD,
    SENT_HEAD,
    column_of,
    columns,
    kept,
    listed,
    literal,
    quote,
    table_of,
    type_of,
)
from changliu.schema.model import Catalogue, Object
from changliu.schema.rollups import initial, kept_type

# Rounds of derive clauses (design §4): a chain longer than this is a mistake in the rules.
MAX_ROUNDS = 5


def input_rows(target: Object, limit: int | None) -> str:
    """`inp`: change number, group, id, expected version, what was sent (p), and it typed.

    A literal LIMIT gives the planner the size of a small batch (research P3).
    """
    typed = [f"{quote(name)} uuid" for name in SENT_HEAD]
    typed += [f"{column_of(f)} {type_of(f)}" for f in target.stored]
    sent = [quote(name) for name in SENT_HEAD] + [column_of(f) for f in target.stored]
    bound = "" if limit is None else f" LIMIT {limit}"
    return (
        f"SELECT t.i, t.grp, t.id, t.v, t.p, {listed('x', sent)}"
        " FROM jsonb_to_recordset(%(rows)s::jsonb)"
        " AS t(i integer, grp integer, id uuid, v integer, p jsonb)"
        f" CROSS JOIN LATERAL jsonb_to_record(t.p) AS x({', '.join(typed)}){bound}"
    )


def old_rows(catalogue: Catalogue, target: Object, op: Op) -> str:
    """`old`: the rows as they are, already locked by `lock_rows` in a statement before.

    A restore finds its rows in the trash, everything else outside it.
    """
    there = "IS NOT NULL" if op == "restore" else "IS NULL"
    return (
        f"SELECT {listed('t', columns(target))} FROM {table_of(catalogue, target)} t"
        f" WHERE t.id = ANY(%(ids)s::uuid[]) AND t.deleted_at {there}"
    )


# A reference and the deletion of what it points to exclude each other, as with foreign keys.
_HOLD = {
    Strength.REFER: "FOR KEY SHARE",
    Strength.UPDATE: "FOR NO KEY UPDATE",
    Strength.DELETE: "FOR UPDATE",
}


def lock_rows(catalogue: Catalogue, target: Object, strength: Strength) -> str:
    """Lock rows in id order; a statement of its own: the next sees what this one waited for."""
    return (
        f"SELECT t.id FROM {table_of(catalogue, target)} t"
        f" WHERE t.id = ANY($1::uuid[]) ORDER BY t.id {_HOLD[strength]}"
    )


def merged_rows(catalogue: Catalogue, target: Object, op: Op) -> str:
    """`base`: patch over old, or a new row; change number, group and p go along."""
    if op == "create":
        return _created(catalogue, target)
    keep = [f"o.{quote(name)}" for name, _ in HEAD if name not in SENT_HEAD]
    sent = [_patched(quote("owner"), "owner"), _patched_team(catalogue)]
    sent += [_patched(column_of(f), f.column or "") for f in target.stored]
    sent += [f"o.{name}" for name in kept(target)]
    if op == "delete":
        keep, sent = [], [listed("o", columns(target))]
    return f"SELECT i.i, i.grp, i.p, {', '.join(keep + sent)} FROM inp i JOIN old o ON o.id = i.id"


def _created(catalogue: Catalogue, target: Object) -> str:
    head = {
        "id": "i.id",
        "version": "1",
        "created_at": "%(now)s::timestamptz",
        "created_by": "%(me)s::uuid",
        "updated_at": "%(now)s::timestamptz",
        "updated_by": "%(me)s::uuid",
        "owner": "o.owner",
        "team": "CASE WHEN i.p ? 'team' THEN i.team ELSE "
        + _main_team(catalogue, "o.owner")
        + " END",
        "deleted_at": "NULL::timestamptz",
        "deleted_by": "NULL::uuid",
    }
    parts = [f"{head[name]} AS {quote(name)}" for name, _ in HEAD if name not in SENT_HEAD]
    parts += [f"{head[name]} AS {quote(name)}" for name in SENT_HEAD]
    parts += [f"i.{column_of(f)}" for f in target.stored]
    parts += [f"{_over_nothing(f)} AS {quote(f.kept or '')}" for f in target.kept]
    owner = "CASE WHEN i.p ? 'owner' THEN i.owner ELSE %(me)s::uuid END"
    return (
        f"SELECT i.i, i.grp, i.p, {', '.join(parts)} FROM inp i"
        f" CROSS JOIN LATERAL (SELECT {owner} AS owner) o"
    )


def _over_nothing(rollup: Field) -> str:
    """What a new record's maintained roll-up is before its children are there."""
    value = initial(rollup)
    return f"{'NULL' if value is None else literal(value)}::{kept_type(rollup)}"


def _main_team(catalogue: Catalogue, owner: str) -> str:
    member = quote(catalogue.schema, "member")
    return f"(SELECT m.main_team FROM {member} m WHERE m.id = {owner})"


def _patched(column: str, name: str) -> str:
    return f"CASE WHEN i.p ? {literal(name)} THEN i.{column} ELSE o.{column} END AS {column}"


def _patched_team(catalogue: Catalogue) -> str:
    moved = "i.p ? 'owner' AND i.owner IS DISTINCT FROM o.owner"
    return (
        "CASE WHEN i.p ? 'team' THEN i.team"
        f" WHEN {moved} THEN {_main_team(catalogue, 'i.owner')} ELSE o.team END AS team"
    )


def defaulted_rows(catalogue: Catalogue, target: Object, env: EmitEnv) -> str | None:
    """`cand` of a create: defaults and numbers where nothing was sent; None when there are none."""
    filled = {f.id: _default(catalogue, target, f, env) for f in target.stored}
    if not any(filled.values()):
        return None
    fields = [
        f"{text} AS {column_of(f)}" if (text := filled[f.id]) else f"n.{column_of(f)}"
        for f in target.stored
    ]
    head = listed("n", ["i", "grp", "p", *(quote(name) for name in _order())])
    fields += [f"n.{name}" for name in kept(target)]
    return f"SELECT {', '.join([head, *fields])} FROM stage0 n{env.joins.sql()}"


def _order() -> list[str]:
    return [name for name, _ in HEAD if name not in SENT_HEAD] + list(SENT_HEAD)


def _default(catalogue: Catalogue, target: Object, field: Field, env: EmitEnv) -> str | None:
    """The value where nothing was sent. Constant defaults are put in when values are parsed."""
    if isinstance(field.settings, AutonumberSettings):
        # Without gaps, the number comes once it is known that the row may be written.
        return None if field.settings.no_gaps else drawn_number(catalogue, field, env.timezone)
    if field.default is None or field.default.tree is None:
        return None
    value = emit(
        field.default.tree, catalogue.world, object_id=target.id, env=env, alias="n", inline=True
    )
    column = column_of(field)
    sent = f"n.p ? {literal(field.column or '')}"
    return f"CASE WHEN {sent} THEN n.{column} ELSE ({value.text})::{type_of(field)} END"


def derived_rows(
    catalogue: Catalogue, target: Object, clauses: tuple[Clause, ...], source: str, env: EmitEnv
) -> str:
    """One round of derive clauses over the rows of `source`; the first that holds sets a field."""
    arms: dict[str, list[str]] = {}
    for clause in clauses:
        if not isinstance(clause.outcome, SetField):
            continue
        where = emit_condition(
            clause.condition, catalogue.world, object_id=target.id, env=env, alias="n",
            inline=True, old_alias="o",
        )  # fmt: skip
        tree = emit(
            clause.outcome.tree, catalogue.world, object_id=target.id, env=env, alias="n",
            inline=True, old_alias="o",
        )  # fmt: skip
        field = target.by_id[clause.outcome.field]
        arm = f"WHEN {where.text} THEN ({tree.text})::{type_of(field)}"
        arms.setdefault(field.id, []).append(arm)
    fields = [
        f"CASE {' '.join(arms[f.id])} ELSE n.{column_of(f)} END AS {column_of(f)}"
        if f.id in arms
        else f"n.{column_of(f)}"
        for f in target.stored
    ]
    head = listed("n", ["i", "grp", "p", *(quote(name) for name in _order())])
    fields += [f"n.{name}" for name in kept(target)]
    return (
        f"SELECT {', '.join([head, *fields])} FROM {source} n"
        f" LEFT JOIN old o ON o.id = n.id{env.joins.sql()}"
    )


def derive_rounds(clauses: tuple[Clause, ...]) -> int:
    """How many rounds the derive clauses need: one, or the bound when they feed each other."""
    written = {c.outcome.field for c in clauses if isinstance(c.outcome, SetField)}
    if not written:
        return 0
    read: set[str] = set()
    for clause in clauses:
        trees = [clause.condition]
        if isinstance(clause.outcome, SetField):
            trees.append(clause.outcome.tree)
        nodes = (node for tree in trees for node in walk(tree))
        read |= {node.path[0] for node in nodes if isinstance(node, Column)}
    return MAX_ROUNDS if written & read else 1
