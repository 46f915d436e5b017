"""Row 1 of the performance page, its second line: 20 validations and 30 automations on a save.

Ours is a PATCH through the whole application; the floor is the bare UPDATE of the same row in a
transaction of its own. What counts is the database's CPU time above the floor.
"""

from dataclasses import replace
from itertools import count
from typing import Any

from psycopg import sql

from benchmarks.asgi import Door
from benchmarks.harness import Comparison, compare, world
from benchmarks.save import PASSWORD, Made, furnished
from changliu import main
from changliu.definitions import service as definitions
from changliu.formula import Mode, compile_text
from changliu.identity import provision
from changliu.records.changeset.participant import Clause, Enqueue, Participants, Placement
from changliu.rules.kind import RuleKind
from changliu.rules.participant import RuleParticipant
from changliu.schema.turns import run_turn

_numbers = count(1)
VALIDATIONS: tuple[tuple[str | None, str], ...] = (
    ("amount > 1000万", "NOTBLANK(note) AND NOTBLANK(company)"),
    ('level = "A"', "score >= 0"),
    ("CHANGED(amount)", "amount >= 0"),
    ('BECAME(level = "C")', "NOTBLANK(note)"),
    ("NOTBLANK(wanted)", "wanted >= DATE(2000,1,1)"),
    ('source = "web" AND CHANGED(source)', "NOTBLANK(mail)"),
    (None, "LEN(name) <= 200"),
    (None, 'NOT(CONTAINS(name, "测试专用"))'),
    ("NOTBLANK(mail)", "ISEMAIL(mail)"),
    (None, "score <= 1000000"),
    ("OLD(amount) > 100万", "amount > 0"),
    ('city = "苏州"', "LEN(company) < 500"),
    ("amount > 50万 AND score < 0", 'level IN ("A","B")'),
    ("ISBLANK(phone)", "NOTBLANK(mail) OR NOTBLANK(name)"),
    ('CHANGEDTO(level, "A")', "score > -1"),
    (None, "IFBLANK(amount, 0) < 100亿"),
    ("wanted < TODAY() - 36500", "FALSE"),
    ('title = "采购经理" AND amount < 0', "FALSE"),
    (None, "owner = owner"),
    ('STARTSWITH(name, "客户")', "amount * 2 >= amount - 1"),
)


class Automations:
    """Thirty react clauses, one of which holds for every save."""

    async def clauses(self, tx: Any, target: Any, known: Any) -> tuple[Clause, ...]:
        """Return the clauses, compiled as those of automations would be."""
        del tx
        texts = [f'CHANGED(score) AND score = -{i} AND level = "A"' for i in range(1, 15)]
        texts += [f"BECAME(amount > {i}亿)" for i in range(20, 35)]
        texts.append("TRUE")
        trees = [compile_text(t, known.world, target.id, Mode.TRIGGER).node for t in texts]
        return tuple(
            Clause(f"bench:{i}", Placement.REACT, tree, Enqueue("bench"))
            for i, tree in enumerate(trees)
        )


async def run(scale: int) -> list[Comparison]:
    """Measure one changed lead beside `scale` leads, with and without rules."""
    async with world() as bench, furnished(bench, scale) as made:
        record = await _any_lead(made)

        def bare() -> Any:
            return _update(made, record)

        plain = await compare(bench, "change one lead, one job", lambda: _patch(made.rep, record),
                              bare)  # fmt: skip
        await _publish(made)
        registries = {
            **main.registries(bench.platform.settings),
            Participants: Participants((RuleParticipant(), Automations())),
        }
        app = main.create_app(replace(bench.platform, registries=registries))
        ruled = Door(app)
        await ruled.sign_in("rep", PASSWORD)
        name = f"change one lead, {len(VALIDATIONS)} rules, 30 automations"
        full = await compare(bench, name, lambda: _patch(ruled, record), bare)
        for line in (plain, full):
            assert line.floor is not None
            over = line.ours.database_cpu - line.floor.database_cpu
            line.notes["database_ms_over_bare_update"] = round(over, 2)
        full.notes["database_ms_of_rules"] = round(
            full.ours.database_cpu - plain.ours.database_cpu, 2
        )
        return [plain, full]


async def _publish(made: Made) -> None:
    database, workspace = made.bench.platform.database, made.bench.workspace

    async def work(tx: Any) -> None:
        actor = await provision.acting(tx)
        for i, (when, must) in enumerate(VALIDATIONS):
            body = {
                "label": f"r{i}", "object": "lead", "must": must, "message": "{Name}: {Amount}",
                **({"when": when} if when else {}),
            }  # fmt: skip
            await definitions.put(tx, actor, RuleKind(), f"r{i}", body)

    await run_turn(database, workspace, work)


async def _any_lead(made: Made) -> str:
    answer = await made.rep.call("GET", "/api/records/lead", params={"limit": "1"})
    return str(answer["items"][0]["id"])


async def _patch(door: Door, record: str) -> None:
    await door.call("PATCH", f"/api/records/lead/{record}", {"amount": str(next(_numbers))})


async def _update(made: Made, record: str) -> None:
    query = sql.SQL("UPDATE {t} SET {amount} = %s, version = version + 1 WHERE id = %s").format(
        t=made.table, amount=sql.Identifier(made.columns["amount"])
    )
    async with made.bench.platform.database.transaction(made.bench.workspace) as tx:
        await tx.execute(query, [next(_numbers), record])
