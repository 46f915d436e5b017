"""Query strings and bodies: what is understood, what is refused, and where."""

import pytest

from changliu.kit.errors import BadRequest, Problem
from changliu.kit.secrets import Signer
from changliu.records.query.cursor import read_cursor, shape_of, write_cursor
from changliu.records.query.recent import Recent
from changliu.records.query.request import read_list, split_names


def test_names_split_at_commas_outside_brackets():
    assert split_names("-score, name ,[金额,含税].a,【a,b】") == (
        "-score",
        "name",
        "[金额,含税].a",
        "【a,b】",
    )
    assert split_names("") == ()


def test_a_list_request_has_the_contracts_defaults():
    request = read_list("deal", [])
    assert (request.limit, request.sort, request.fields, request.total) == (50, (), None, False)
    request = read_list("deal", [("fields", ""), ("count", "true"), ("limit", "7")])
    assert (request.fields, request.total, request.limit) == ((), True, 7)


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("filtre", "a=1", "request.parameter"),
        ("limit", "-1", "request.number"),
        ("limit", "1e3", "request.number"),
        ("limit", "99999999999", "request.number"),
        ("count", "maybe", "request.flag"),
        ("filter", "a\x00b", "request.nul"),
    ],
)
def test_a_parameter_that_is_not_understood_is_refused_by_name(name, value, code):
    with pytest.raises(BadRequest) as refused:
        read_list("deal", [(name, value)])
    assert refused.value.code == code
    assert refused.value.faults[0].path == name


def test_a_cursor_returns_its_values_to_the_same_request_only():
    signer, shape = Signer(b"k" * 32, "cursor"), shape_of("deal", "score>1", ("-score",))
    cursor = write_cursor(signer, shape, ["12.50", None, "a"])
    assert read_cursor(signer, shape, cursor) == ["12.50", None, "a"]
    for reader, asked in ((signer, shape_of("deal")), (Signer(b"x" * 32, "cursor"), shape)):
        with pytest.raises(Problem) as refused:
            read_cursor(reader, asked, cursor)
        assert refused.value.status == 400


@pytest.mark.parametrize(
    "text", ["", "x", "äö", "A" * 9_000, "====", "AAAAAAAAAAAAAAAAAAAAAAAAAAAA"]
)
def test_a_forged_cursor_is_refused(text):
    with pytest.raises(BadRequest) as refused:
        read_cursor(Signer(b"k" * 32, "cursor"), "s", text)
    assert refused.value.code == "cursor.bad"


def test_recent_forgets_what_was_not_used_for_longest():
    made, kept = [], Recent[int](2)

    def make(value: int):
        def build() -> int:
            made.append(value)
            return value

        return build

    for key in (1, 2, 1, 3, 1, 2):
        assert kept.get(key, make(key)) == key
    assert made == [1, 2, 3, 2]
