"""Trees for the browser: what stays, what becomes a slot, and what a slot says of itself."""

from dataclasses import replace
from typing import Any

import pytest
from tests.formula.sample import SampleWorld, make_world
from tests.formula.test_trees import give

from changliu.formula import browser_tree, compile_text
from changliu.formula.model import (
    Aggregate,
    Column,
    InParam,
    Kind,
    Param,
    Slot,
    from_json,
    walk,
)
from changliu.formula.world import FieldFact

pytestmark = pytest.mark.feature("Z6")


def test_browser_tree_cuts_what_the_browser_cannot_know(world: SampleWorld) -> None:
    text = 'IF(amount > 1 AND account.行业 = "制造业", COUNT(tasks), profit + COUNT(tasks))'
    node = compile_text(text, world, "商机").node
    tree, slots = browser_tree(node, world, "商机")
    assert [type(slot) for slot in slots] == [Column, Aggregate]
    back = from_json(tree)
    assert [part.index for part in walk(back) if isinstance(part, Slot)] == [0, 1, 1]
    amount = world.object("商机").find("amount")
    assert amount is not None
    assert sum(isinstance(part, Column) for part in walk(back)) == 2
    tree, slots = browser_tree(node, world, "商机", lambda _, field_id: field_id != amount.id)
    assert not any(isinstance(part, Column) for part in walk(from_json(tree)))
    assert Column((amount.id,), kind=Kind.NUMBER) in slots


def test_browser_tree_of_access_trees(world: SampleWorld) -> None:
    node = InParam(Column(("id",), kind=Kind.REF), Param("teams", kind=Kind.UUIDS))
    tree, slots = browser_tree(node, world, "商机")
    assert tree == {"v": 1, "is": "Slot", "kind": "bool", "index": 0, "reads": ["id"]}
    assert slots == [node]
    broken = FieldFact("x", ("level",), Kind.TEXT)
    empty = make_world()
    give(empty, "level", broken)
    tree, slots = browser_tree(compile_text('level & ""', empty, "商机").node, empty, "商机")
    assert len(slots) == 1


def cut(world: SampleWorld, text: str, **limits: Any) -> tuple[Any, list[Any]]:
    tree, slots = browser_tree(compile_text(text, world, "商机").node, world, "商机", **limits)
    return from_json(tree), slots


def carry(world: SampleWorld, name: str) -> str:
    fact = world.object("商机").find(name)
    assert fact is not None
    given = dict(world.object("商机").fields) | {fact.id: replace(fact, carried=True)}
    world.objects["商机"] = replace(world.object("商机"), fields=given)
    return fact.id


def test_lines_are_counted_in_the_browser(world: SampleWorld) -> None:
    lined = make_world()
    listed = carry(lined, "tasks")
    tree, slots = cut(lined, "SUM(tasks.工时, tasks.工时 < amount) / 2")
    assert slots == []
    assert any(isinstance(part, Aggregate) and part.path == (listed,) for part in walk(tree))
    for text in (
        'COUNT(tasks, account.行业 = "制造业")',  # one value per line would be needed
        "SUM(tasks.工时, COUNT(account.合同) > 0)",
        "COUNT(tasks, profit > 1)",  # computed, of the row outside
    ):
        _, slots = cut(lined, text)
        assert [type(slot) for slot in slots] == [Aggregate], text
    _, slots = cut(lined, "SUM(tasks.工时)", readable=lambda _, field_id: field_id != listed)
    assert len(slots) == 1
    _, slots = cut(world, "SUM(tasks.工时)")
    assert len(slots) == 1


def test_a_stored_roll_up_follows_lines_only() -> None:
    lined = make_world()
    for text, kept in (("COUNT(tasks)", Column), ("COUNT(account.合同)", Column)):
        node = compile_text(text, lined, "商机").node
        stored = FieldFact("x", ("profit",), Kind.NUMBER, column="kept", tree=node)
        give(lined, "profit", stored)
        tree, slots = cut(lined, "profit")
        assert (type(tree), slots) == (kept, [])
    give(lined, "profit", replace(stored, tree=compile_text("COUNT(tasks)", lined, "商机").node))
    carry(lined, "tasks")
    assert type(cut(lined, "profit")[0]) is Aggregate
    assert type(cut(lined, "profit", opens=lambda *_: False)[0]) is Column


def test_a_slot_says_where_it_starts_and_whose_options_it_has(world: SampleWorld) -> None:
    tree, _ = cut(world, 'account.行业 = "制造业" AND COUNT(account.合同, 金额 > amount) > 1')
    here, there = world.object("商机"), world.object("客户")
    account, trade, amount = here.find("account"), there.find("行业"), here.find("amount")
    assert account is not None
    assert trade is not None
    assert amount is not None
    first, second = (part for part in walk(tree) if isinstance(part, Slot))
    assert (first.reads, first.of) == ((account.id,), ("客户", trade.id))
    assert (second.reads, second.of) == ((account.id, amount.id), None)
    tree, _ = cut(world, "SUM(amount, 1) > 2", readable=lambda _, field_id: field_id != amount.id)
    assert [part.reads for part in walk(tree) if isinstance(part, Slot)] == [()]


def test_a_yes_no_that_may_be_blank_is_asked_of_the_server(world: SampleWorld) -> None:
    deep = replace(compile_text("是否有效", world, "线索").node, kind=Kind.BLANK)
    hidden = deep.path[0]  # type: ignore[attr-defined]
    for text in ("ISBLANK(是否有效)", "是否有效 = BLANK()", "IFBLANK(是否有效, TRUE)"):
        node = compile_text(text, world, "线索").node
        tree, slots = browser_tree(node, world, "线索", lambda _, field_id: field_id != hidden)
        assert (tree["is"], slots) == ("Slot", [node]), text
    tree, slots = browser_tree(deep, world, "线索")
    assert (tree["kind"], slots) == ("bool", [])


def test_an_opened_field_keeps_its_kind() -> None:
    known = make_world()
    node = compile_text("stage", known, "商机").node
    give(known, "level", FieldFact("x", ("level",), Kind.TEXT, tree=node))
    tree, _ = cut(known, "level")
    assert (tree.name, tree.kind) == ("IFBLANK", Kind.TEXT)
