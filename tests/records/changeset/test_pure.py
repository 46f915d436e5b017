"""Folding, grouping, ordering and reading of changes: no database."""

from uuid import UUID

import pytest

from changliu.kit.errors import Invalid, NotFound
from changliu.kit.ids import uuid7
from changliu.records.changeset.fold import batches, fold, groups
from changliu.records.changeset.model import Change
from changliu.records.changeset.parse import Staged
from changliu.records.changeset.request import read_change, read_changeset, read_id
from changliu.records.changeset.store.text import numbered
from changliu.schema.model import Object

LABEL = {"zh-CN": "对象", "en": "Object"}
ACCOUNT = Object("1", "account", LABEL, "o_1", (), rank=0)
DEAL = Object("2", "deal", LABEL, "o_2", (), rank=1)


def staged(op, target=ACCOUNT, record=None, row=0, **patch):
    return Staged(op, target, record or uuid7(), None, patch, [row])


def test_later_values_win_and_every_row_is_answered():
    record = uuid7()
    folded, faults = fold(
        [
            staged("update", record=record, row=0, f_1="a", f_2="x"),
            staged("update", record=record, row=1, f_1="b"),
        ]
    )
    assert faults == []
    assert [(s.patch, s.rows) for s in folded] == [({"f_1": "b", "f_2": "x"}, [0, 1])]


def test_create_and_update_is_a_create():
    record = uuid7()
    folded, faults = fold(
        [staged("create", record=record, f_1="a"), staged("update", record=record, row=1, f_1="b")]
    )
    assert (folded[0].op, folded[0].patch, faults) == ("create", {"f_1": "b"}, [])


def test_update_then_delete_is_a_delete():
    record = uuid7()
    folded, faults = fold([staged("update", record=record), staged("delete", record=record, row=1)])
    assert [(s.op, s.rows) for s in folded] == [("delete", [0, 1])]
    assert faults == []


@pytest.mark.parametrize(
    ("first", "second"),
    [("create", "create"), ("delete", "update"), ("create", "delete"), ("delete", "create")],
)
def test_contradictions_are_refused(first, second):
    record = uuid7()
    _, faults = fold([staged(first, record=record), staged(second, record=record, row=1)])
    assert [(f.code, f.row) for f in faults] == [("change.twice", 1)]


def test_deleting_twice_is_deleting():
    record = uuid7()
    folded, faults = fold([staged("delete", record=record), staged("delete", record=record, row=1)])
    assert [(s.op, s.rows) for s in folded] == [("delete", [0, 1])]
    assert faults == []


def test_what_points_to_a_new_record_shares_its_fate():
    parent, child, other = uuid7(), uuid7(), uuid7()
    numbers = groups(
        [
            Change("create", "account", parent),
            Change("create", "deal", child, None, {"account": str(parent)}),
            Change("update", "account", parent, None, {"name": "x"}),
            Change("create", "deal", other, None, {"tags": ["a"], "account": {"id": str(uuid7())}}),
            Change("create", "deal", None, None, {"accounts": [str(parent).upper()]}),
        ],
        [],
    )
    assert numbers[0] == numbers[1] == numbers[2] == numbers[4] != numbers[3]


def test_batches_work_updates_creates_then_deletes_backwards():
    work = batches(
        [
            staged("delete", ACCOUNT),
            staged("delete", DEAL),
            staged("create", DEAL),
            staged("create", ACCOUNT),
            staged("update", ACCOUNT),
        ]
    )
    assert [(b[0].op, b[0].target.key) for b in work] == [
        ("update", "account"),
        ("create", "account"),
        ("create", "deal"),
        ("delete", "deal"),
        ("delete", "account"),
    ]


def test_batches_are_in_id_order_whatever_the_order_of_changes():
    ids = sorted(uuid7() for _ in range(5))
    for order in (ids, ids[::-1], ids[2:] + ids[:2]):
        [batch] = batches([staged("update", record=i) for i in order])
        assert [s.id for s in batch] == ids


def test_numbered_names_each_parameter_once_and_undoubles_percent():
    found = numbered("a = %(x)s AND b = %(y)s OR c = %(x)s AND d LIKE '100%%'")
    assert found.text == "a = $1 AND b = $2 OR c = $1 AND d LIKE '100%'"
    assert found.names == ("x", "y")


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ([], "body"),
        ({"changes": {}}, "changes"),
        ({"changes": [1]}, "changes"),
        ({"changes": [], "mode": "some"}, "mode"),
        ({"changes": [], "dry_run": 1}, "dry_run"),
        ({"changes": [], "reason": 5}, "reason"),
        ({"changes": [], "chnages": []}, "chnages"),
        ({"changes": [{"op": "upsert", "object": "lead"}]}, "op"),
        ({"changes": [{"op": "create"}]}, "object"),
        ({"changes": [{"op": "create", "object": "lead", "values": []}]}, "values"),
        ({"changes": [{"op": "update", "object": "lead", "id": "x"}]}, "id"),
        ({"changes": [{"op": "update", "object": "lead", "version": 0}]}, "version"),
        ({"changes": [{"op": "update", "object": "lead", "version": True}]}, "version"),
        ({"changes": [{"op": "update", "object": "lead", "version": 2**31}]}, "version"),
        ({"changes": [{"op": "create", "object": "lead", "valeus": {}}]}, "valeus"),
    ],
)
def test_a_body_of_the_wrong_shape_names_the_place(body, path):
    with pytest.raises(Invalid) as caught:
        read_changeset(body, None, None)
    assert [fault.path for fault in caught.value.faults] == [path]


def test_a_record_body_gives_values_beside_id_and_version():
    record = uuid7()
    change = read_change("create", "lead", None, {"id": str(record), "version": 3, "name": "张三"})
    assert (change.id, change.version, change.values) == (record, 3, {"name": "张三"})


def test_an_address_that_is_no_id_is_a_missing_record():
    with pytest.raises(NotFound):
        read_id("1 or 1=1")
    assert read_id(str(UUID(int=5))) == UUID(int=5)
