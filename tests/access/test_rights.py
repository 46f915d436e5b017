"""Rights computed from grants agree with a naive reading of the same grants."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.access.small_house import (
    CONDITIONS,
    FORMULAS,
    Person,
    Row,
    holds,
    id_of,
    naively_reached,
    small_catalogue,
)

from changliu.access.kind import RoleBody, grants_of, merged
from changliu.access.model import EVERY, SCOPES, Grant, Scope, Verb
from changliu.access.protocol import Access
from changliu.access.rights import Rights
from changliu.access.scopes import SHARED_VERBS
from changliu.access.service import ADMIN_GRANTS, MemberAccess, explain
from changliu.access.sources import Sources
from changliu.formula.model import Column, Compare, ExistsRows, Node, TrueNode, walk

ACCOUNT, DEAL = "o_1", "o_2"
PLAIN = ["f_1", "f_2", "f_3", "f_4"]
teams = st.frozensets(st.sampled_from(["t1", "t2"]))


def person_of(me: str, mine: frozenset[str], below: frozenset[str]) -> Person:
    """Someone whose teams are part of the tree below them, as identity says."""
    return Person(me, mine, mine | below)


people = st.builds(person_of, st.sampled_from(["ann", "bob"]), teams, teams | st.just({"t3"}))
field_sets = st.frozensets(st.sampled_from([*PLAIN, EVERY]), max_size=3)
VERBS = [Verb.READ, Verb.UPDATE, Verb.CREATE, Verb.TRANSFER]
ways = st.sampled_from(["all", "listed"])
scoped = st.builds(
    Grant,
    st.sampled_from(["rep", "boss"]),
    st.sampled_from([ACCOUNT, DEAL, EVERY]),
    st.sampled_from(VERBS),
    st.sampled_from(SCOPES),
    ways,
    field_sets,
    field_sets,
)
formulas = st.builds(
    Grant,
    st.sampled_from(["rep", "boss"]),
    st.sampled_from([ACCOUNT, DEAL]),
    st.sampled_from(VERBS),
    st.just(Scope.FORMULA),
    ways,
    field_sets,
    field_sets,
    st.sampled_from(list(CONDITIONS)),
)
grants = scoped | formulas
ROWS = [Row(owner, team) for owner in ("ann", "bob", None) for team in ("t1", "t2", "t3", None)]
ROWS += [Row(owner, None, name) for owner in ("ann", None) for name in ("x", "y")]
LENT = [Row("bob", "t9", name, level) for name in ("", "x") for level in ("read", "write")]


def rights_of(*given_grants: Grant) -> Rights:
    return Rights(given_grants, small_catalogue())


def reading(target: str, scope: Scope, *fields: str) -> Grant:
    read = frozenset(fields)
    return Grant("rep", target, Verb.READ, scope, "listed" if fields else "all", read)


@pytest.mark.feature("Z5")
@settings(max_examples=300, deadline=None)
@given(held=st.lists(grants, max_size=6), person=people)
def test_rows_reached_are_those_some_grant_reaches(held: list[Grant], person: Person) -> None:
    rights = rights_of(*held)
    for target in (ACCOUNT, DEAL, "o_99"):
        for verb in Verb:
            tree = rights.predicate(target, verb)
            for row in (*ROWS, *LENT):
                reached = naively_reached(held, person, target, verb, row)
                assert holds(tree, person, row) == reached


@pytest.mark.feature("Z5")
@settings(max_examples=300, deadline=None)
@given(held=st.lists(grants, max_size=6), person=people)
def test_a_field_is_read_or_written_on_the_rows_of_the_grants_that_name_it(
    held: list[Grant], person: Person
) -> None:
    rights = rights_of(*held)
    reads = [g for g in held if g.verb is Verb.READ]
    for field in PLAIN:
        shown = [g for g in reads if {EVERY, field} & g.readable]
        agrees(rights.readable_rows(ACCOUNT, field), shown, (reads, person, Verb.READ))
        for verb in (Verb.CREATE, Verb.UPDATE):
            naming = [g for g in held if {EVERY, field} & g.writable]
            agrees(rights.writable_rows(ACCOUNT, field, verb), naming, (held, person, verb))


def agrees(tree: Node | None, naming: list[Grant], of: tuple[list[Grant], Person, Verb]) -> None:
    """Of the rows that some grant reaches, those of the grants that name the field; lent rows count
    for every grant. TRUE exactly where that is every row reached, else no fast way is taken."""
    held, person, verb = of
    for row in (*ROWS, *LENT):
        if naively_reached(held, person, ACCOUNT, verb, row):
            assert holds(tree, person, row) == naively_reached(naming, person, ACCOUNT, verb, row)
    assert (tree is None) == (not [g for g in naming if g.verb is verb and _speaks(g)])


def _speaks(grant: Grant) -> bool:
    unwritten = grant.scope is Scope.FORMULA and grant.condition is None
    return grant.object in (ACCOUNT, EVERY) and not unwritten


@settings(max_examples=300, deadline=None)
@given(held=st.lists(grants, max_size=5), other=st.lists(grants, max_size=5))
def test_equal_signatures_mean_equal_rights(held: list[Grant], other: list[Grant]) -> None:
    first, second = rights_of(*held), rights_of(*other)
    assert rights_of(*reversed(held)).signature == first.signature
    assert rights_of(*held, *held).signature == first.signature
    if first.signature == second.signature:
        for target in (ACCOUNT, DEAL):
            assert [first.predicate(target, v) for v in Verb] == [
                second.predicate(target, v) for v in Verb
            ]
            for field in (*PLAIN, "f_5", "f_20"):
                one, two = (each.readable_rows(target, field) for each in (first, second))
                assert one == two
                for verb in (Verb.CREATE, Verb.UPDATE):
                    one, two = (r.writable_rows(target, field, verb) for r in (first, second))
                    assert one == two


def test_signatures_differ_with_scope_field_and_verb_but_not_with_the_role() -> None:
    plain = reading(ACCOUNT, Scope.OWN, "f_1")
    same = Grant("boss", ACCOUNT, Verb.READ, Scope.OWN, "listed", frozenset({"f_1"}))
    others = [
        reading(ACCOUNT, Scope.TEAM, "f_1"),
        reading(ACCOUNT, Scope.OWN, "f_1", "f_2"),
        reading(ACCOUNT, Scope.OWN),
        reading(DEAL, Scope.OWN, "f_1"),
        Grant("rep", ACCOUNT, Verb.UPDATE, Scope.OWN, "listed", frozenset({"f_1"})),
    ]
    assert rights_of(plain).signature == rights_of(same).signature
    seen = {rights_of(plain).signature, *(rights_of(other).signature for other in others)}
    assert len(seen) == 1 + len(others)


@pytest.mark.feature("Z5")
def test_a_narrower_grant_adds_its_fields_on_its_rows() -> None:
    wide = reading(ACCOUNT, Scope.ALL, "f_1", "f_2")
    same = rights_of(wide, reading(ACCOUNT, Scope.OWN, "f_2"))
    assert same.signature == rights_of(wide).signature
    wide = reading(ACCOUNT, Scope.ALL, "f_1")
    both = rights_of(wide, reading(ACCOUNT, Scope.OWN, "f_1", "f_2"))
    assert both.signature != rights_of(wide).signature
    assert both.predicate(ACCOUNT, Verb.READ) == TrueNode()
    assert both.readable_rows(ACCOUNT, "f_1") == TrueNode()
    assert both.shown(ACCOUNT, "f_2")
    assert not both.readable(ACCOUNT, "f_2")
    assert both.readable_rows(ACCOUNT, "f_3") is None


@pytest.mark.feature("Z5")
def test_nothing_is_granted_by_default() -> None:
    nobody = rights_of()
    for target in (ACCOUNT, DEAL):
        assert all(nobody.predicate(target, verb) is None for verb in Verb)
        assert not nobody.readable(target, "id")
        assert not nobody.writable(target, "owner")


def test_the_administrator_may_do_everything_also_to_objects_not_there_yet() -> None:
    admin = rights_of(*ADMIN_GRANTS)
    for verb in Verb:
        assert admin.predicate(ACCOUNT, verb) == admin.predicate("o_99", verb) == TrueNode()
    for key, (owner, _) in FORMULAS.items():
        expected = key != "address"  # nobody's address is a field of another's record
        assert admin.readable(*id_of(f"{owner}.{key}")) is expected


@pytest.mark.feature("Z5")
def test_colleagues_are_named_but_not_called() -> None:
    nobody = rights_of()
    assert nobody.predicate("member", Verb.READ) == TrueNode()
    assert nobody.predicate("member", Verb.UPDATE) is None
    assert nobody.readable("member", "name")
    assert not nobody.readable("member", "phone")
    assert nobody.readable("team", "name")


OWN_ROW = ("account.double", "account.again", "deal.keeper", "deal.reach")
OTHER_ROWS = ("account.above", "account.total", "account.costly", "deal.through")


@pytest.mark.feature("Z5")
@pytest.mark.parametrize("path", OWN_ROW)
def test_a_field_made_of_its_own_row_is_read_with_the_row(path: str) -> None:
    narrow = rights_of(reading(ACCOUNT, Scope.OWN), reading(DEAL, Scope.OWN))
    assert narrow.readable(*id_of(path))


@pytest.mark.feature("Z5")
@pytest.mark.parametrize("path", OTHER_ROWS)
def test_a_field_made_of_other_rows_is_read_by_those_who_read_all_of_them(path: str) -> None:
    narrow = rights_of(reading(ACCOUNT, Scope.OWN), reading(DEAL, Scope.OWN))
    wide = rights_of(reading(ACCOUNT, Scope.ALL), reading(DEAL, Scope.ALL))
    assert not narrow.readable(*id_of(path))
    assert wide.readable(*id_of(path))


@pytest.mark.feature("Z5")
def test_a_computed_field_shows_no_source_that_is_hidden() -> None:
    every = [f.id for f in small_catalogue().object("account").fields if f.key != "secret"]
    listed = [key for key in every if key not in {id_of(f"account.{k}")[1] for k in FORMULAS}]
    sources = rights_of(reading(ACCOUNT, Scope.ALL, *listed), reading(DEAL, Scope.ALL))
    assert not sources.readable(*id_of("account.hidden"))
    assert not sources.readable(*id_of("account.double"))  # not listed, nothing listed it


@pytest.mark.feature("Z5")
def test_granting_a_computed_field_by_name_is_an_act_of_its_own() -> None:
    field = id_of("account.hidden")[1]
    named = rights_of(reading(ACCOUNT, Scope.OWN, "f_1", field))
    assert named.readable(ACCOUNT, field)
    assert not named.readable(ACCOUNT, "f_3")


def test_child_lists_and_titles_follow_the_field_behind_them() -> None:
    listed = rights_of(reading(ACCOUNT, Scope.ALL, "f_2"), reading(DEAL, Scope.ALL, "f_5"))
    assert not listed.readable(ACCOUNT, "title")
    assert listed.readable(DEAL, "title")
    assert not listed.readable(ACCOUNT, "f_7:children")
    assert rights_of(reading(ACCOUNT, Scope.ALL), reading(DEAL, Scope.OWN)).readable(
        ACCOUNT, "f_7:children"
    )
    assert not listed.readable(ACCOUNT, "f_99:children")
    assert not listed.readable("o_99", "title")
    assert not listed.readable("o_99", "f_1")


def test_owner_and_team_are_given_by_create_and_changed_by_transfer() -> None:
    every = {verb: Grant("rep", ACCOUNT, verb, Scope.OWN) for verb in Verb}
    update = rights_of(every[Verb.READ], every[Verb.UPDATE])
    assert update.writable(ACCOUNT, "f_1", Verb.UPDATE)
    assert not update.writable(ACCOUNT, "f_1", Verb.CREATE)
    assert not update.writable(ACCOUNT, "owner", Verb.UPDATE)
    assert rights_of(every[Verb.TRANSFER]).writable(ACCOUNT, "team", Verb.UPDATE)
    assert rights_of(every[Verb.CREATE]).writable(ACCOUNT, "owner")
    assert not update.writable(*id_of("account.double"))
    assert not update.writable(ACCOUNT, "created_at")


def test_writing_a_field_lets_one_read_it_by_the_same_grant() -> None:
    write = frozenset({"f_2"})
    grant = Grant("rep", ACCOUNT, Verb.READ, Scope.OWN, "listed", frozenset({"f_1"}), write)
    assert rights_of(grant).readable(ACCOUNT, "f_2")


def test_the_explanation_names_the_grants_that_decide() -> None:
    wide, narrow = reading(ACCOUNT, Scope.ALL), reading(ACCOUNT, Scope.OWN)
    access = MemberAccess(rights_of(narrow, wide), {"me": None})
    assert explain(access, ACCOUNT, Verb.READ) == [wide]
    assert explain(access, ACCOUNT, Verb.DELETE) == []
    assert access.verbs(ACCOUNT) == ("read",)
    same: Access = access
    assert same.signature == access.rights.signature


def test_a_formula_that_names_a_field_which_is_gone_stays_hidden() -> None:
    catalogue = small_catalogue()
    broken = Rights([reading(ACCOUNT, Scope.ALL), reading(DEAL, Scope.ALL)], catalogue)
    without = type(catalogue)(
        catalogue.schema, 2, tuple(o for o in catalogue.objects if o.key == "deal"), catalogue.world
    )
    assert broken.readable(*id_of("deal.through"))
    assert not Rights(broken.grants, without).readable(*id_of("deal.through"))


@pytest.mark.feature("Z5")
def test_a_question_about_other_rows_needs_all_of_them() -> None:
    asked = Compare(">", Column(("f_6",)), Column(("f_2",), level=1))
    tree = ExistsRows(DEAL, "f_7", Column(("id",)), asked)
    world = small_catalogue().world
    for deals, budget, expected in (
        (Scope.ALL, "f_2", True),
        (Scope.OWN, "f_2", False),
        (Scope.ALL, "f_1", False),
    ):
        rights = rights_of(reading(ACCOUNT, Scope.OWN, budget), reading(DEAL, deals))
        assert Sources(rights, world).all_readable(tree, ACCOUNT) is expected
    unasked = ExistsRows(DEAL, "f_7", Column(("id",)))
    rights = rights_of(reading(ACCOUNT, Scope.OWN), reading(DEAL, Scope.ALL))
    assert Sources(rights, world).all_readable(unasked, ACCOUNT)
    assert not Sources(rights, world).all_readable(ExistsRows(DEAL, "f_99", asked), ACCOUNT)


def test_a_formula_scope_without_its_condition_gives_nothing() -> None:
    later = rights_of(Grant("rep", ACCOUNT, Verb.READ, Scope.FORMULA))
    assert later.predicate(ACCOUNT, Verb.READ) is None
    assert later.signature == rights_of().signature


@pytest.mark.feature("Z5")
def test_a_formula_beside_a_scope_adds_its_fields_on_its_rows() -> None:
    condition = next(tree for tree in CONDITIONS if tree is not None)
    read = frozenset({"f_1", "f_2"})
    beside = Grant("boss", ACCOUNT, Verb.READ, Scope.FORMULA, "listed", read, condition=condition)
    both = rights_of(reading(ACCOUNT, Scope.OWN, "f_1", "f_3"), beside)
    assert both.readable(ACCOUNT, "f_1")
    for field in ("f_2", "f_3"):
        assert both.shown(ACCOUNT, field)
        assert not both.readable(ACCOUNT, field)
    assert not both.reads_all(ACCOUNT)
    alone = rights_of(beside)
    assert alone.readable(ACCOUNT, "f_2")
    assert alone.signature != both.signature
    whole = rights_of(reading(ACCOUNT, Scope.ALL, "f_1", "f_2"), beside)
    assert whole.signature == rights_of(reading(ACCOUNT, Scope.ALL, "f_1", "f_2")).signature


@pytest.mark.feature("Z5")
def test_a_field_made_of_fields_read_by_row_is_read_where_they_are() -> None:
    double = id_of("account.double")[1]
    mixed = rights_of(reading(ACCOUNT, Scope.ALL, "f_1", double), reading(ACCOUNT, Scope.OWN))
    assert mixed.readable(ACCOUNT, double)  # named for every row
    by_row = rights_of(
        reading(ACCOUNT, Scope.TEAM), Grant("rep", ACCOUNT, Verb.READ, Scope.ALL, "listed",
                                            frozenset({"f_1"})),
    )  # fmt: skip
    assert by_row.readable_rows(ACCOUNT, double) == by_row.readable_rows(ACCOUNT, "f_2")
    assert not by_row.readable(ACCOUNT, double)


@pytest.mark.feature("Z5")
def test_a_share_lends_reading_and_writing_and_nothing_else() -> None:
    held = rights_of(*(Grant("rep", ACCOUNT, verb, Scope.OWN) for verb in Verb))
    lent = {verb for verb in Verb if verb in SHARED_VERBS}
    assert lent == {Verb.READ, Verb.UPDATE}
    for verb in Verb:
        tree = held.predicate(ACCOUNT, verb)
        assert tree is not None
        assert any(isinstance(part, ExistsRows) for part in walk(tree)) is (verb in lent)


def test_lines_of_a_role_that_say_the_same_unite_their_fields() -> None:
    line = {"object": "account", "object_id": ACCOUNT, "verbs": ["read"], "scope": "own"}
    ids = {"name": "f_1", "budget": "f_2"}
    first = {**line, "read": ["name"], "ids": ids}
    second = {**line, "write": ["budget"], "ids": ids}
    body = RoleBody.model_validate({"label": "x", "grants": [first, second]})
    (grant,) = merged(grants_of("x", body))
    assert (grant.readable, grant.writable) == (frozenset({"f_1", "f_2"}), frozenset({"f_2"}))


def test_field_lists_of_an_open_role_narrow_only_what_they_name() -> None:
    line = {"object": "*", "verbs": ["read", "update"], "scope": "all", "write": []}
    body = RoleBody.model_validate({"label": "x", "fields": "all", "grants": [line]})
    rights = rights_of(*grants_of("x", body))
    assert rights.readable(ACCOUNT, "f_3")
    assert not rights.writable(ACCOUNT, "f_3")
