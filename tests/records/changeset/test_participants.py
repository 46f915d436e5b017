"""Clauses other rooms bring: derive, check (blocking, warning), react; one statement each."""

import pytest

from changliu.formula import Mode, compile_text
from changliu.kit.errors import Invalid
from changliu.records.changeset.model import Change, Changeset
from changliu.records.changeset.participant import (
    Clause,
    Enqueue,
    Placement,
    SetField,
    Violation,
)
from changliu.records.changeset.service import submit
from changliu.records.context import context_for


class Rules:
    """A participant whose clauses are written as text: (placement, condition, outcome)."""

    def __init__(self, *rules):
        self.rules = rules

    async def clauses(self, tx, target, catalogue):
        assert tx.workspace
        if target.key != "account":
            return ()
        return tuple(
            Clause(
                f"t{k}",
                placement,
                self.tree(target, catalogue, text, Mode.TRIGGER),
                outcome(self, target, catalogue),
            )
            for k, (placement, text, outcome) in enumerate(self.rules)
        )

    def tree(self, target, catalogue, text, mode):
        return compile_text(text, catalogue.world, target.id, mode).node


def sets(key, text):
    return lambda rules, target, catalogue: SetField(
        target.by_key[key].id, rules.tree(target, catalogue, text, Mode.ROW)
    )


def says(code, blocking=True):
    return lambda *_: Violation(code, "不行", "No", "amount", blocking)


def enqueues(job):
    return lambda *_: Enqueue(job)


async def run(house, rules, *changes, **options):
    async with house.transaction() as (tx, actor):
        context = await context_for(tx, actor, (rules,))
        # Plans are cached per rights signature; another rule set is another catalogue in practice.
        house.forget_plans()
        result = await submit(context, Changeset(changes, **options))
    house.forget_plans()
    return result


def account(**values):
    return Change("create", "account", None, None, {"name": "规则", **values})


async def test_derive_sets_fields_in_rounds(house):
    rules = Rules(
        (Placement.DERIVE, "amount > 100", sets("size", "7")),
        (Placement.DERIVE, "size = 7", sets("code", '"大" & name')),
    )
    result = await run(
        house, rules, account(name="甲", amount="200"), account(name="乙", amount="5")
    )
    size, code = house.column("account", "size"), house.column("account", "code")
    query = f"SELECT {size}, {code} FROM {{schema}}.{house.table('account')} WHERE id = %s"
    got = [(await house.rows(query, [row.id]))[0] for row in result.rows]
    assert got == [(7, "大甲"), (None, None)]


@pytest.mark.parametrize("size", [1, 120])
async def test_check_blocks_and_warns(house, size):
    rules = Rules(
        (Placement.CHECK, "amount > 1000", says("rule.blocked")),
        (Placement.CHECK, "amount > 500", says("rule.warned", blocking=False)),
    )
    with pytest.raises(Invalid) as caught:
        await run(house, rules, *[account(amount="2000")] * size)
    assert {f.code for f in caught.value.faults} == {"rule.blocked"}
    result = await run(house, rules, *[account(amount="600")] * size)
    assert [[w.code for w in r.warnings] for r in result.rows] == [["rule.warned"]] * size


async def test_a_transition_is_seen_by_old_and_new(house):
    rules = Rules((Placement.CHECK, "BECAME(amount > 1000)", says("rule.became")))
    made = await run(house, rules, account(amount="10"))
    record = made.rows[0].id
    with pytest.raises(Invalid):
        await run(house, rules, Change("update", "account", record, None, {"amount": "2000"}))
    with pytest.raises(Invalid):
        await run(house, rules, account(amount="5000"))
    fine = await run(house, rules, Change("update", "account", record, None, {"amount": "900"}))
    assert fine.rows[0].version == 2


@pytest.mark.feature("Z9")
@pytest.mark.parametrize(("size", "jobs"), [(1, [1]), (3, [3]), (1500, [1000, 500])])
async def test_react_enqueues_once_per_thousand_records_in_the_same_transaction(house, size, jobs):
    rules = Rules((Placement.REACT, "amount > 10", enqueues(f"test.react{size}")))
    result = await run(house, rules, *[account(amount="11")] * size, account(amount="1"))
    rows = await house.rows(
        "SELECT payload FROM {schema}.job WHERE kind = %s ORDER BY id", [f"test.react{size}"]
    )
    assert sorted((len(p["records"]) for (p,) in rows), reverse=True) == jobs
    named = {record for (p,) in rows for record in p["records"]}
    assert named == {str(r.id) for r in result.rows[:size]}
    assert {p["changeset"] for (p,) in rows} == {str(result.id)}


async def test_a_refused_write_leaves_no_job(house):
    rules = Rules(
        (Placement.CHECK, "amount > 1000", says("rule.blocked")),
        (Placement.REACT, "TRUE", enqueues("test.refused")),
    )
    with pytest.raises(Invalid):
        await run(house, rules, account(amount="2000"), account(amount="1"))
    assert await house.rows("SELECT 1 FROM {schema}.job WHERE kind = 'test.refused'", []) == []
    result = await run(house, rules, account(amount="2000"), account(amount="1"), mode="each")
    [[payload]] = await house.rows(
        "SELECT payload FROM {schema}.job WHERE kind = 'test.refused'", []
    )
    assert payload["records"] == [str(result.rows[1].id)]


async def test_a_revert_withdraws_the_jobs_of_what_it_takes_back(house):
    rules = Rules((Placement.REACT, "amount > 10", enqueues("test.withdrawn")))
    made = await run(house, rules, account(amount="11"), account(amount="12"))
    mine, other = (str(row.id) for row in made.rows)
    kept = await house.admin.patch(f"/api/records/account/{mine}", json={"amount": "13"})
    assert kept.status_code == 200, kept.text
    path = f"/api/changesets/{made.id}/revert"
    told = (await house.admin.post(path, json={})).json()
    assert (told["records"], [k["id"] for k in told["kept"]], told["jobs"]) == (1, [mine], 0)
    assert await waiting(house, "test.withdrawn") == [[mine]], "what is kept still has its job"
    assert (await house.admin.get(f"/api/records/account/{other}")).status_code == 404


async def test_a_revert_that_takes_nothing_back_withdraws_nothing(house):
    rules = Rules((Placement.REACT, "amount > 10", enqueues("test.kept")))
    made = await run(house, rules, account(amount="11"))
    record = str(made.rows[0].id)
    await house.admin.patch(f"/api/records/account/{record}", json={"amount": "13"})
    path = f"/api/changesets/{made.id}/revert"
    told = (await house.admin.post(path, json={})).json()
    assert (told["records"], told["jobs"], told["changesets"][0]["id"]) == (0, 0, None)
    assert await waiting(house, "test.kept") == [[record]]
    await run(house, rules, account(amount="14"))
    latest = await run(house, rules, account(amount="15"))
    told = (await house.admin.post(f"/api/changesets/{latest.id}/revert", json={})).json()
    assert (told["records"], told["jobs"]) == (1, 1)
    assert len(await waiting(house, "test.kept")) == 2


async def waiting(house, kind):
    rows = await house.rows(
        "SELECT payload -> 'records' FROM {schema}.job WHERE kind = %s ORDER BY id", [kind]
    )
    return [records for (records,) in rows]
