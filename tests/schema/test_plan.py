"""The planner: from one physical state to another; pure."""

import itertools

from changliu.fields.protocol import Storage
from changliu.schema.plan import Cost, Index, Physical, plan_field

TEXT = Storage("text")
UNIQUE = Index("u_1", unique=True, key="casefold")
PLAIN = Index("i_1")


def state(*indexes: Index, sequence: int | None = None) -> Physical:
    return Physical("o_1", "f_1", TEXT, indexes, sequence)


def ops(old: Physical | None, new: Physical | None) -> list[tuple[str, str]]:
    steps = plan_field(old, new)
    return [(s.op, s.index.name if s.index else s.column) for s in steps]


def test_a_new_field_gets_its_column_before_its_index() -> None:
    assert ops(None, state(UNIQUE)) == [("add_column", "f_1"), ("add_index", "u_1")]
    assert ops(None, state(sequence=5)) == [("add_column", "f_1"), ("create_sequence", "f_1")]


def test_a_removed_field_keeps_its_column() -> None:
    assert ops(state(UNIQUE), None) == [("drop_index", "u_1")]
    assert ops(state(), None) == []


def test_computed_fields_need_nothing() -> None:
    computed = Physical("o_1", "f_1", None)
    assert ops(None, computed) == ops(computed, computed) == ops(computed, None) == []


def test_every_change_of_indexes_ends_where_it_should() -> None:
    choices = [(), (UNIQUE,), (PLAIN,), (UNIQUE, PLAIN), (Index("u_1", unique=True),)]
    for old, new in itertools.product(choices, repeat=2):
        there = set(old)
        for step in plan_field(state(*old), state(*new)):
            assert step.index is not None
            if step.op == "drop_index":
                there.remove(step.index)
            else:
                assert step.cost is Cost.INDEX
                assert step.index.name not in {i.name for i in there}
                there.add(step.index)
        assert there == set(new)


def test_steps_speak_both_languages() -> None:
    for step in plan_field(None, state(UNIQUE, sequence=1)):
        assert step.as_json("zh-CN")["message"] != step.as_json("en")["message"]
        assert step.as_json("en")["words"]
