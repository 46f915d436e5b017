"""What the SQL looks like and how PostgreSQL takes it: joins, guards, indexes, constants."""

from decimal import Decimal
from typing import Any

import psycopg
import pytest
from tests.formula import database
from tests.formula.sample import SampleWorld, uuid_of
from tests.formula.test_cases import groups

from changliu.formula import (
    EmitEnv,
    Fragment,
    Guard,
    Join,
    Mode,
    compile_text,
    emit,
    emit_condition,
)
from changliu.formula.functions import FUNCTIONS
from changliu.formula.model import (
    And,
    Column,
    Compare,
    ExistsRows,
    FalseNode,
    InParam,
    Kind,
    Literal,
    Me,
    Node,
    Or,
    Param,
    Slot,
    TrueNode,
    walk,
)

pytestmark = pytest.mark.feature("Z6")


def condition(
    world: SampleWorld, object_id: str, text: str, guard: Guard | None = None
) -> tuple[str, dict[str, Any]]:
    env = EmitEnv(guard=guard)
    node = compile_text(text, world, object_id, Mode.CONDITION).node
    fragment = emit_condition(node, world, object_id=object_id, env=env)
    owner = world.object(object_id)
    table = f"{owner.schema}.{owner.table} r{env.joins.sql()}"
    params = database.SETTINGS | env.joins.params() | fragment.params
    return f"SELECT r.id FROM {table} WHERE {fragment.text} ORDER BY r.id", params


def ids(conn: psycopg.Connection[Any], text: str, params: dict[str, Any]) -> list[int]:
    return [row[0].int for row in conn.execute(text, params).fetchall()]  # type: ignore[call-overload]


def of_tree(conn: psycopg.Connection[Any], world: SampleWorld, name: str, node: Node) -> list[int]:
    env = EmitEnv()
    fragment = emit_condition(node, world, object_id=name, env=env)
    owner = world.object(name)
    source = f"{owner.schema}.{owner.table} r{env.joins.sql()}"
    params = database.SETTINGS | fragment.params | {"teams": [uuid_of(3), uuid_of(4)]}
    return ids(conn, f"SELECT r.id FROM {source} WHERE {fragment.text} ORDER BY 1", params)


def test_the_same_path_joins_once(world: SampleWorld) -> None:
    env = EmitEnv()
    for text in ('客户.行业 = "制造业"', "客户.负责人.姓名", "客户.负责人.部门 & 客户.名称"):
        node = compile_text(text, world, "合同").node
        fragment = emit(node, world, object_id="合同", env=env)
        assert {join.alias for join in fragment.joins} <= {j.alias for j in env.joins.all()}
    assert len(env.joins.all()) == 2


def test_a_fragment_names_only_its_own_joins(world: SampleWorld) -> None:
    env = EmitEnv()
    first = compile_text("客户.名称", world, "合同").node
    second = compile_text("金额 + 1", world, "合同").node
    assert len(emit(first, world, object_id="合同", env=env).joins) == 1
    assert emit(second, world, object_id="合同", env=env).joins == ()


def test_inlined_text_has_no_parameters(world: SampleWorld) -> None:
    for group in groups("values"):
        for text in group["values"]:
            node = compile_text(text, world, group["object"]).node
            fragment = emit(node, world, object_id=group["object"], env=EmitEnv(), inline=True)
            assert fragment.params == {}


def test_a_stored_column_stands_bare_in_a_comparison(
    conn: psycopg.Connection[Any], world: SampleWorld
) -> None:
    owner = world.object("商机")
    table = f"{owner.schema}.{owner.table}"
    for name, text in (
        ("close", "TODAY() - close > 30"),
        ("close", "close - TODAY() <= 7"),
        ("close", "-3 > close - TODAY()"),
        ("close", 'close >= "2025-01-01"'),
        ("close", "THISMONTH(close)"),
        ("quantity", "quantity > 3"),
        ("stage", 'stage = "赢单"'),
        ("amount", "BETWEEN(amount, 1, 5)"),
        ("touched", "NOW() - touched > 1"),
        ("touched", "THISWEEK(touched)"),
        ("name", 'STARTSWITH(name, "一")'),
        ("account", 'account = "00000000-0000-0000-0000-000000000003"'),
    ):
        fact = owner.find(name)
        assert fact is not None
        with conn.transaction(force_rollback=True):
            conn.execute(f'CREATE INDEX probe ON {table} ("{fact.column}")')
            conn.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
            query, params = condition(world, "商机", text)
            query = query.removesuffix(" ORDER BY r.id")
            plan = "\n".join(row[0] for row in conn.execute(f"EXPLAIN {query}", params))  # type: ignore[call-overload]
        assert "Index Cond" in plan, (text, plan)


def test_row_formulas_can_be_indexed(conn: psycopg.Connection[Any], world: SampleWorld) -> None:
    """Every function without clock, actor or subquery is immutable for PostgreSQL."""
    tried = 0
    for function in FUNCTIONS.values():
        for example in function.examples:
            made = compile_text(example.formula, world, example.object)
            own = all(not isinstance(p, Column) or len(p.path) == 1 for p in walk(made.node))
            if made.time_dependent or made.actor_dependent or not own:
                continue
            fragment = emit(
                made.node, world, object_id=example.object, env=EmitEnv(), alias="r", inline=True
            )
            if "SELECT" in fragment.text:
                continue
            owner = world.object(example.object)
            text = fragment.plain.replace("r.", "")
            with conn.transaction(force_rollback=True):
                conn.execute(
                    f"CREATE INDEX probe ON {owner.schema}.{owner.table} (({text}))".encode()
                )
            tried += 1
    assert tried > 130


def test_guard_hides_hops_and_child_rows(conn: psycopg.Connection[Any], world: SampleWorld) -> None:
    payment, client = world.object("回款"), world.object("客户")
    amount = payment.find("金额")
    assert amount is not None

    def guard(object_id: str, alias: str) -> Fragment | Node | None:
        if object_id == payment.id:
            return Compare("<", Column((amount.id,)), number("60"))
        if object_id == client.id:
            return Fragment(f"{alias}.id <> %(hidden)s", {"hidden": uuid_of(3)})
        return None

    assert ids(conn, *condition(world, "合同", "COUNT(回款) = 3")) == [5]
    assert ids(conn, *condition(world, "合同", "COUNT(回款) = 2", guard)) == [5]
    assert ids(conn, *condition(world, "合同", '客户.行业 = "制造业"')) == [5]
    assert ids(conn, *condition(world, "合同", '客户.行业 = "制造业"', guard)) == []
    assert ids(conn, *condition(world, "合同", "客户.行业 = BLANK()", guard)) == [5, 6]
    assert ids(conn, *condition(world, "合同", "COUNT(客户.合同.回款) > 0", guard)) == []


def test_a_guard_may_use_paths_of_its_own(
    conn: psycopg.Connection[Any], world: SampleWorld
) -> None:
    """The guard computes over all rows: no guard inside the guard."""

    def guard(object_id: str, _: str) -> Fragment | Node | None:
        if object_id == "合同":
            return compile_text('客户.负责人.部门 = "华东"', world, "合同").node
        if object_id == "客户":
            return FalseNode()
        return None

    assert ids(conn, *condition(world, "回款", "合同.金额 > 1", guard)) == [1, 2, 3]
    assert ids(conn, *condition(world, "回款", "合同.客户.名称 <> BLANK()", guard)) == []


def test_a_guard_fragment_brings_its_joins(
    conn: psycopg.Connection[Any], world: SampleWorld
) -> None:
    client = world.object("客户")
    table = f"{client.schema}.{client.table}"

    def guard(object_id: str, alias: str) -> Fragment | None:
        if object_id != "合同":
            return None
        reference = world.object("合同").find("客户")
        assert reference is not None
        on = f'g.id = {alias}."{reference.column}" AND g.id = %(g)s'
        join = Join("g", f"LEFT JOIN {table} g ON {on}", {"g": uuid_of(3)})
        return Fragment("g.id IS NOT NULL", {}, (join,))

    assert ids(conn, *condition(world, "回款", "合同.金额 > 1", guard)) == [1, 2, 3]


def test_trees_made_without_text(conn: psycopg.Connection[Any], world: SampleWorld) -> None:
    """What `access` builds: no text, no kinds on columns."""
    contract, client = world.object("合同"), world.object("客户")
    reference, owner = contract.find("客户"), client.find("负责人")
    back = reference
    assert reference is not None
    assert owner is not None
    assert back is not None
    teams = Param("teams", kind=Kind.UUIDS)
    mine = Compare("=", Column((reference.id, owner.id), kind=Kind.REF), Me())
    assert of_tree(conn, world, "合同", mine) == [5]
    assert of_tree(conn, world, "合同", InParam(Column((reference.id,)), teams)) == [5]
    assert of_tree(conn, world, "合同", And((TrueNode(), mine))) == [5]
    assert of_tree(conn, world, "合同", And(())) == [5, 6]
    assert of_tree(conn, world, "合同", Or(())) == []
    assert of_tree(conn, world, "合同", Or((FalseNode(), mine))) == [5]
    used = ExistsRows("合同", back.id, Column(("id",), kind=Kind.REF))
    assert of_tree(conn, world, "客户", used) == [3]
    dear = Compare(">", Column((contract.find("金额").id,), kind=Kind.NUMBER), number("99999999"))  # type: ignore[union-attr]
    assert of_tree(conn, world, "客户", ExistsRows("合同", back.id, Column(("id",)), dear)) == []
    helpers = world.object("商机").find("helpers")
    assert helpers is not None
    helped = ExistsRows("商机", helpers.id, Column(("id",), kind=Kind.REF))
    assert of_tree(conn, world, "用户", helped) == [7, 8]


def number(text: str) -> Literal:
    return Literal(Decimal(text), kind=Kind.NUMBER)


def test_deleted_rows_are_left_out(conn: psycopg.Connection[Any], world: SampleWorld) -> None:
    payment = world.object("回款")
    with conn.transaction(force_rollback=True):
        conn.execute(
            f"UPDATE {payment.schema}.{payment.table} SET deleted_at = created_at WHERE id = %s",
            [uuid_of(1)],
        )
        assert ids(conn, *condition(world, "合同", "SUM(回款.金额) = 57.5")) == [5]


def test_percent_signs_survive(conn: psycopg.Connection[Any], world: SampleWorld) -> None:
    for inline in (False, True):
        node = compile_text('"100%s %(x)s" & "%"', world, "线索").node
        found = database.evaluate(conn, world, [("线索", node)], inline=inline)
        assert found[0][1] == "100%s %(x)s%"


def test_what_cannot_be_emitted(world: SampleWorld) -> None:
    old = compile_text("CHANGED(金额)", world, "线索", Mode.TRIGGER).node
    with pytest.raises(ValueError, match="old_alias"):
        emit(old, world, object_id="线索", env=EmitEnv())
    with pytest.raises(ValueError, match="Slot"):
        emit(Slot(0, kind=Kind.NUMBER), world, object_id="线索", env=EmitEnv())


def test_huge_products_become_blank(conn: psycopg.Connection[Any], world: SampleWorld) -> None:
    text = "*".join(["金额"] * 110)
    node = compile_text(text, world, "线索").node
    assert "changliu_fx.times" in emit(node, world, object_id="线索", env=EmitEnv()).text
    lead = world.object("线索")
    column = lead.find("金额")
    assert column is not None
    with conn.transaction(force_rollback=True):
        conn.execute(f'UPDATE {lead.schema}.{lead.table} SET "{column.column}" = 1e999')
        found = database.evaluate(conn, world, [("线索", node)], inline=False)
        assert found[0][1] is None
