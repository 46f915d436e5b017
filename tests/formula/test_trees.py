"""Limits, cycles, rights to names, the browser's tree, JSON, printing and the functions page."""

from dataclasses import replace

import pytest
from tests.formula.sample import SampleWorld, make_world

from changliu.formula import (
    EmitEnv,
    FormulaError,
    Mode,
    compile_text,
    describe,
    emit,
    find_cycle,
    print_tree,
)
from changliu.formula.functions import FUNCTIONS, Topic
from changliu.formula.model import (
    Column,
    Compare,
    ExistsRows,
    InParam,
    Kind,
    Literal,
    Param,
    Slot,
    from_json,
    to_json,
)
from changliu.formula.reference import page
from changliu.formula.world import FieldFact

pytestmark = pytest.mark.feature("Z6")


def code(world: SampleWorld, text: str, object_id: str = "线索", mode: Mode = Mode.ROW) -> str:
    with pytest.raises(FormulaError) as refused:
        compile_text(text, world, object_id, mode)
    return refused.value.code


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("(" * 61 + "1" + ")" * 61, "deep"),
        ("(" * 3_000, "deep"),
        ("IF(TRUE," * 70 + "1" + ")" * 70, "deep"),
        ("-" * 3_999 + "1", "deep"),
        ("NOT " * 900 + "TRUE", "deep"),
        ("1" + "+1" * 150, "deep"),
        ("1" + "%" * 300, "deep"),
        ("1=1&1+1*1^(" * 59, "deep"),
        ("1" + "&1" * 600, "size"),
        ("CONCAT(" + "1," * 550 + "1)", "size"),
        ("1" * 4_001, "long"),
        ("=" + " " * 4_000, "long"),
    ],
)
def test_limits(world: SampleWorld, text: str, expected: str) -> None:
    assert code(world, text) == expected


def test_just_within_the_limits(world: SampleWorld) -> None:
    compile_text("(" * 60 + "1" + ")" * 60, world, "线索")
    compile_text("1" + "+1" * 100, world, "线索")
    compile_text("1" + "&1" * 490, world, "线索")
    compile_text(" OR ".join(["金额 = 1"] * 120), world, "线索")


def test_unreadable_names_do_not_exist(world: SampleWorld) -> None:
    hidden = world.object("线索").find("线索得分")
    assert hidden is not None

    def readable(_: str, field_id: str) -> bool:
        return field_id != hidden.id

    for text, start in (("线索得分 > 1", 0), ("线索等分 > 1", 0), ("1 + 线索得分", 4)):
        with pytest.raises(FormulaError) as refused:
            compile_text(text, world, "线索", readable=readable)
        assert refused.value.code == "field"
        assert refused.value.start == start
        assert refused.value.suggestion != "线索得分"
    assert compile_text("金额 > 1", world, "线索", readable=readable)


def test_unreadable_titles_are_not_shown(world: SampleWorld) -> None:
    title = world.object("用户").title

    def readable(object_id: str, field_id: str) -> bool:
        return (object_id, field_id) != ("用户", title)

    for text in ('负责人 & ""', "LEN(负责人)", "TITLE(负责人)"):
        with pytest.raises(FormulaError):
            compile_text(text, world, "线索", readable=readable)


def test_suggestions(world: SampleWorld) -> None:
    for text, wanted in (
        ("线索等分", "线索得分"),
        ("负责人.部们", "部门"),
        ('来源 = "官往"', "官网"),
        ("LENN(姓名)", "LEN"),
        ("求合(1)", "求和"),
    ):
        with pytest.raises(FormulaError) as refused:
            compile_text(text, world, "线索")
        assert refused.value.suggestion == wanted
        assert wanted in refused.value.zh
        assert wanted in refused.value.to_problem("en")["message"]
        assert set(refused.value.to_problem()) == {"code", "message", "start", "end"}


def test_dependencies(world: SampleWorld) -> None:
    made = compile_text('SUM(回款.金额, 回款.状态="已到账") / 客户.合同.金额'[:24], world, "合同")
    names = {
        (owner, world.object(owner).fields[field_id].names[0])
        for owner, field_id in made.dependencies
    }
    assert names == {
        ("合同", "回款"), ("回款", "合同"), ("回款", "金额"), ("回款", "状态"),
    }  # fmt: skip
    path = compile_text("客户.负责人.部门", world, "合同")
    assert {owner for owner, _ in path.dependencies} == {"合同", "客户", "用户"}


def test_time_and_actor_are_seen_through_computed_fields() -> None:
    world = make_world()
    for text, timed, personal in (("TODAY()", True, False), ("ISME(account.负责人)", False, True)):
        tree = compile_text(text, world, "商机").node
        give(world, "level", FieldFact("x", ("level",), tree.kind, tree=tree))
        made = compile_text("ISBLANK(level) AND AGE(close, close) > 1", world, "商机")
        assert (made.time_dependent, made.actor_dependent) == (timed, personal)
    assert compile_text("AGE(close)", world, "商机").time_dependent
    assert describe(made.node, world, "商机", made.mode) == made


def give(world: SampleWorld, name: str, fact: FieldFact) -> None:
    owner = world.object("商机")
    old = owner.find(name)
    assert old is not None
    fields = dict(owner.fields) | {old.id: replace(fact, id=old.id)}
    world.objects["商机"] = replace(owner, fields=fields)


def test_cycles_name_their_chain() -> None:
    world = make_world()
    deal = world.object("商机")
    profit, rating = deal.find("profit"), deal.find("rating")
    assert profit is not None
    assert rating is not None
    looped = compile_text("LEN(rating)", world, "商机").node
    with pytest.raises(FormulaError) as refused:
        find_cycle(world, "商机", profit.id, looped)
    assert refused.value.code == "cycle"
    assert "毛利 → 评级 → 等级 → 毛利" in refused.value.zh
    own = compile_text("profit + 1", world, "商机").node
    with pytest.raises(FormulaError):
        find_cycle(world, "商机", profit.id, own)
    find_cycle(world, "商机", rating.id, compile_text("profit + 1", world, "商机").node)
    find_cycle(world, "商机", "new", looped)
    back = compile_text("SUM(tasks.商机.profit)", world, "商机").node
    with pytest.raises(FormulaError):
        find_cycle(world, "商机", profit.id, back)


def test_towers_of_formulas_are_bounded() -> None:
    world = make_world()
    text = "+".join(["profit"] * 60)
    tree = compile_text(text, world, "商机").node
    give(world, "profit", FieldFact("x", ("profit",), Kind.NUMBER, tree=tree))
    with pytest.raises(FormulaError) as refused:
        compile_text(text, world, "商机")
    assert refused.value.code == "size"


def test_json_refuses_what_is_no_tree() -> None:
    for bad in (
        {},
        {"is": "Nothing"},
        {"is": "Column"},
        {"is": "Column", "path": ["a"], "kind": "x"},
        {"is": "Literal", "kind": "number", "value": "x"},
        {"is": "Not", "item": {"is": 5}},
    ):
        with pytest.raises(ValueError, match=r"not a formula tree|is not a valid Kind"):
            from_json(bad)


def test_json_is_small_and_plain() -> None:
    world = make_world()
    node = compile_text('stage = "赢单"', world, "商机").node
    stage = world.object("商机").find("stage")
    assert stage is not None
    assert to_json(node) == {
        "is": "Compare",
        "op": "=",
        "left": {"is": "Column", "kind": "choice", "path": [stage.id]},
        "right": {"is": "Literal", "kind": "choice", "value": "won", "of": ["商机", stage.id]},
    }


@pytest.mark.parametrize(
    ("object_id", "text", "zh", "en"),
    [
        ("商机", 'Stage="won"', '阶段 = "赢单"', 'Stage = "Won"'),
        ("商机", "amount*30%+1", "预计金额 * 30% + 1", "Amount * 30% + 1"),
        ("线索", "(1+2)*3", "(1 + 2) * 3", "(1 + 2) * 3"),
        ("线索", "-(1+2)^2", "-(1 + 2) ^ 2", "-(1 + 2) ^ 2"),
        ("线索", "[金额（元）]>800万", "[金额（元）] > 800万", "[金额（元）] > 800万"),
        ("线索", '姓名&"a""b"', '姓名 & "a""b"', '姓名 & "a""b"'),
        ("线索", "AND(TRUE)", "AND(TRUE)", "AND(TRUE)"),
        ("线索", "非 真 或 假", "NOT TRUE OR FALSE", "NOT TRUE OR FALSE"),
        ("线索", '来源 属于 ("官网")', '来源 IN ("官网")', '来源 IN ("官网")'),
        ("线索", "ME()=负责人", "ME() = 负责人", "ME() = 负责人"),
        ("线索", "空()", "BLANK()", "BLANK()"),
        (
            "合同",
            'SUM(回款.金额,状态="待收")',
            'SUM(回款.金额, 回款.状态 = "待收")',
            'SUM(回款.金额, 回款.状态 = "待收")',
        ),
        ("合同", "COUNT(客户.合同)", "COUNT(客户.合同)", "COUNT(客户.合同)"),
        (
            "客户",
            "COUNT(合同, COUNT(回款, 金额>1)>0)",
            "COUNT(合同, COUNT(合同.回款, 合同.回款.金额 > 1) > 0)",
            "COUNT(合同, COUNT(合同.回款, 合同.回款.金额 > 1) > 0)",
        ),
        ("合同", "JOIN(回款.金额)", 'JOIN(回款.金额, "、")', 'JOIN(回款.金额, "、")'),
    ],
)
def test_printing(world: SampleWorld, object_id: str, text: str, zh: str, en: str) -> None:
    node = compile_text(text, world, object_id).node
    assert print_tree(node, world, object_id) == zh
    assert print_tree(node, world, object_id, "en") == en


def test_a_choice_without_options_takes_any_key() -> None:
    world = make_world()
    stage = world.object("商机").find("stage")
    assert stage is not None
    give(world, "stage", replace(stage, options=()))
    node = compile_text('stage = "anything" AND OPTIONINDEX(stage) > 0', world, "商机").node
    text = emit(node, world, object_id="商机", env=EmitEnv()).text
    assert "NULL::numeric" in text


def test_a_computed_field_without_tree_is_blank() -> None:
    world = make_world()
    give(world, "level", FieldFact("x", ("level",), Kind.TEXT))
    node = compile_text('level & "!"', world, "商机").node
    assert "NULL::text" in emit(node, world, object_id="商机", env=EmitEnv()).text


def test_built_trees_have_dependencies(world: SampleWorld) -> None:
    condition = Compare(">", Column(("f3_1",), kind=Kind.NUMBER), Column(("id",), level=1))
    node = ExistsRows("合同", "f3_3", Column(("id",), kind=Kind.REF), condition)
    made = describe(node, world, "客户")
    assert made.dependencies == {("合同", "f3_3"), ("合同", "f3_1"), ("客户", "id")}


def test_printing_measures_and_changes(world: SampleWorld) -> None:
    for text, mode in (
        ('SUM(预计金额, 阶段 = "赢单") / COUNT()', Mode.AGGREGATE),
        ("CHANGED(预计金额) AND OLD(预计金额) > 1", Mode.TRIGGER),
    ):
        node = compile_text(text, world, "商机", mode).node
        assert print_tree(node, world, "商机") == text


def test_a_rename_changes_only_the_print() -> None:
    world = make_world()
    node = compile_text("amount > 5", world, "商机").node
    amount = world.object("商机").find("amount")
    assert amount is not None
    give(world, "amount", replace(amount, names=("amount", "合同金额 (含税]", "and")))
    assert print_tree(node, world, "商机") == "[合同金额 (含税]]] > 5"
    assert print_tree(node, world, "商机", "en") == "[and] > 5"
    for lang in ("zh", "en"):
        assert compile_text(print_tree(node, world, "商机", lang), world, "商机").node == node


def test_trees_without_text_print_too(world: SampleWorld) -> None:
    teams = Param("teams", kind=Kind.UUIDS)
    for node in (
        teams,
        InParam(Column(("id",), kind=Kind.REF), teams),
        ExistsRows("合同", "id", Column(("id",), kind=Kind.REF)),
        Slot(0),
    ):
        assert print_tree(node, world, "商机").startswith("[:")
    shown = Compare("=", Column(("id",), kind=Kind.REF), Literal("x", kind=Kind.TEXT))
    assert print_tree(shown, world, "商机") == 'id = "x"'


def test_every_function_is_documented() -> None:
    for function in FUNCTIONS.values():
        assert function.zh
        assert function.en
        assert function.aliases, function.name
        assert function.examples or function.topic is Topic.CHANGE, function.name
    assert len(FUNCTIONS) >= 90
    for lang in ("zh-CN", "en"):
        text = page(lang)
        assert all(f"`{f.name}(" in text for f in FUNCTIONS.values())
