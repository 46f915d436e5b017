"""Sealed history: nothing settled is left out, nothing open is sealed, everything altered is named.

Tampering is done as the owner, in a transaction that is checked from within and rolled back.
"""

import random
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest
import pytest_asyncio
from tests.records.history.tampering import COLUMNS, tamper

from changliu.kit import clock
from changliu.kit.db import Tx
from changliu.records.history.sealing import keys as sealing_keys
from changliu.records.history.sealing import store
from changliu.records.history.sealing.handlers import SEAL, handlers
from changliu.records.history.sealing.model import genesis
from changliu.records.history.sealing.service import seal
from changliu.records.history.sealing.verify import verify

pytestmark = pytest.mark.feature("Z12")


class Vault:
    """A house whose history is sealed in small batches, and the ways to look at it."""

    def __init__(self, house, data: Path):
        self.house, self.data = house, data

    async def seal(self, until=None, batch=4):
        async with self.house.platform.database.transaction(self.house.workspace) as tx:
            return await seal(tx, self.data, until, batch=batch)

    async def verify(self):
        async with self.house.platform.database.transaction(
            self.house.workspace, write=False
        ) as tx:
            return await verify(tx, self.data)

    @asynccontextmanager
    async def owner(self):
        """The owner's transaction on the workspace; whatever is done in it is undone."""
        dsn = self.house.platform.database.owner_dsn
        async with await psycopg.AsyncConnection.connect(dsn) as conn:
            await conn.execute(f"SET search_path = {self.house.workspace.schema}, pg_catalog")
            yield Tx(conn, clock.real(), self.house.workspace)
            await conn.rollback()

    async def found(self, *statements):
        """What a check finds after these statements: (code, seal, entry) in order."""
        async with self.owner() as tx:
            for statement in statements:
                await tx.execute(statement)
            report = await verify(tx, self.data)
        return [(f.code.removeprefix("audit."), f.seal, f.entry) for f in report.findings]

    async def work(self, count=6):
        for at in range(count):
            made = await self.house.ok(
                self.house.admin.post(
                    "/api/records/account",
                    json={"name": f"华东{at}", "phone": "13800138000", "extra": {"a": [at, "值"]}},
                )
            )
            await self.house.ok(
                self.house.admin.patch(f"/api/records/account/{made['id']}", json={"size": at + 1})
            )
        await self.house.ok(
            self.house.changeset(self.house.create("deal", title="一"), reason="批量建立")
        )


@pytest_asyncio.fixture(scope="module")
async def vault(house, tmp_path_factory):
    made = Vault(house, tmp_path_factory.mktemp("data"))
    await made.work()
    # A number that nobody used, as a refused write leaves it.
    async with made.owner() as tx:
        await tx.execute("SELECT nextval(pg_get_serial_sequence('history', 'seq'))")
    await made.work(1)
    sealed = await made.seal()
    assert sealed.left is None
    assert sealed.entries == (await house.rows("SELECT count(*) FROM {schema}.history"))[0][0]
    return made


async def test_untouched_history_is_as_it_was_sealed(vault):
    report = await vault.verify()
    assert report.ok
    assert (report.seals, report.entries, report.unsealed) == (4, 16, 0)
    assert await vault.found() == []


async def test_any_altered_byte_of_any_column_is_found_and_named(vault):
    """A single character of a value, in every column and in random places of it."""
    tried = dict.fromkeys(COLUMNS, 0)
    chance = random.Random(20261122)
    async with vault.owner() as tx:
        await tx.execute("ALTER TABLE history ALTER seq DROP IDENTITY")
        for turn in range(len(COLUMNS) * 12):
            place = COLUMNS[turn % len(COLUMNS)]
            await tx.execute("SAVEPOINT tampering")
            entries = await tamper(tx, place, chance)
            if entries is not None:
                tried[place] += 1
                first = (await verify(tx, vault.data)).findings[:1]
                assert first, f"{place} altered and not found"
                assert first[0].entry in entries, (place, first, entries)
            await tx.execute("ROLLBACK TO SAVEPOINT tampering")
    assert min(tried.values()) > 0, tried


async def test_a_removed_entry_is_named(vault):
    assert await vault.found("DELETE FROM history WHERE seq = 7") == [("entry_removed", 2, 7)]
    assert (await vault.found("DELETE FROM history WHERE seq BETWEEN 5 AND 9"))[0] == (
        "entry_removed", 2, 5,
    )  # fmt: skip


async def test_an_inserted_entry_is_named_where_no_number_was_used(vault):
    insert = (
        "INSERT INTO history OVERRIDING SYSTEM VALUE SELECT {number}, changeset, object, record,"
        " version, op, at, actor, via, diff, definitions FROM history WHERE seq = 2"
    )
    gap = (await vault.house.rows(
        "SELECT n FROM generate_series(1, 17) n WHERE n NOT IN (SELECT seq FROM {schema}.history)"
    ))[0][0]  # fmt: skip
    for number in (gap, 0, -5):
        found = await vault.found(insert.format(number=number))
        assert [(code, entry) for code, _, entry in found] == [("entry_inserted", number)]


async def test_seals_that_were_removed_or_replaced_are_named(vault):
    assert (await vault.found("DELETE FROM seal WHERE number = 2"))[0] == ("seal_removed", 2, None)
    assert ("seal_removed", 1, None) in await vault.found("DELETE FROM seal WHERE number = 1")
    # The end of the chain is remembered outside the database.
    cut = await vault.found("DELETE FROM seal WHERE number >= 3", "DELETE FROM history WHERE seq>8")
    assert cut == [("chain_cut", 3, None)]
    assert await vault.found("DELETE FROM seal", "DELETE FROM history") == [("chain_cut", 1, None)]


async def test_a_wrong_signature_is_told_from_an_altered_seal(vault):
    flipped = "UPDATE seal SET signature = set_byte(signature, 9, get_byte(signature, 9) # 1)"
    for number in (1, 4):
        assert await vault.found(f"{flipped} WHERE number = {number}") == [
            ("signature_wrong", number, None)
        ]
    assert await vault.found("UPDATE seal SET key = 'ffffffffffffffff' WHERE number = 2") == [
        ("seal_altered", 2, None), ("seal_unlinked", 3, None),
    ]  # fmt: skip
    assert (await vault.found("UPDATE seal SET at = 'infinity' WHERE number = 4"))[0][:2] == (
        "seal_altered", 4,
    )  # fmt: skip


async def test_a_chain_made_anew_without_the_key_is_refused(vault, tmp_path):
    async with vault.owner() as tx:
        await tx.execute("UPDATE history SET via = 'import' WHERE seq = 3")
        await tx.execute("DELETE FROM seal")
        await seal(tx, tmp_path, batch=4)
        assert (await verify(tx, tmp_path)).ok
        codes = {finding.code for finding in (await verify(tx, vault.data)).findings}
        assert "audit.key_unknown" in codes


async def test_clear_personal_values_must_be_those_that_were_sealed(vault):
    found = await vault.found(
        "UPDATE history_personal SET new = '\"13900139000\"' WHERE changeset ="
        " (SELECT changeset FROM history WHERE seq = 3)"
    )
    assert found == [("clear_value_altered", 1, 3)]


async def test_what_is_still_open_is_not_sealed_before_its_time(vault):
    house = vault.house
    history = f"{house.workspace.schema}.history"
    text = (
        f"INSERT INTO {history} (changeset, object, record, version, op, at, actor, via, diff,"
        " definitions) SELECT changeset, object, record, 99, op, at, actor, via, diff, definitions"
        f" FROM {history} WHERE seq = 2 RETURNING seq"
    )
    async with house.transaction() as (tx, _):
        early = (await tx.rows(text))[0][0]
        await vault.work(1)
        waiting = await vault.seal()
        assert (waiting.entries, len(waiting.left.writers)) == (0, 1)
        assert (await vault.seal(waiting.left)).entries == 0
    sealed = await vault.seal(waiting.left)
    assert (sealed.entries, sealed.left) == (4, None)
    report = await vault.verify()
    assert report.ok
    assert report.unsealed == 0
    assert (await vault.found(f"DELETE FROM history WHERE seq = {early}"))[0][0] == "entry_removed"


async def test_one_seals_at_a_time(vault):
    await vault.work(1)
    async with vault.house.transaction() as (tx, _):
        assert (await seal(tx, vault.data)).entries > 0
        assert (await vault.seal()).entries == 0
    assert (await vault.verify()).ok


async def test_the_job_seals_and_goes_on_later_when_writes_are_open(vault):
    house = vault.house
    handle = handlers(vault.data)[SEAL]
    await vault.work(1)
    jobs = "SELECT payload FROM {schema}.job WHERE kind = 'history.seal'"
    async with house.transaction():
        async with house.transaction() as (tx, _):
            await handle(tx, Told({}))
        payload = (await house.rows(jobs))[0][0]
        assert payload["writers"]
    async with house.transaction() as (tx, _):
        await handle(tx, Told(payload))
    report = await vault.verify()
    assert (report.ok, report.unsealed) == (True, 0)


async def test_the_program_itself_cannot_alter_history_or_seals(vault):
    for table in ("history", "changeset", "seal"):
        for statement in (f"DELETE FROM {{schema}}.{table}", f"TRUNCATE {{schema}}.{table}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                await vault.house.rows(statement)
    for text in ("history SET via = 'x'", "seal SET key = 'x'", "changeset SET via = 'x'"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            await vault.house.rows("UPDATE {schema}." + text)


async def test_the_route_is_for_those_who_may_read_the_audit(vault):
    house = vault.house
    assert (await house.anonymous.get("/api/audit/verify")).status_code == 401
    assert (await house.rep.get("/api/audit/verify")).status_code == 403
    answer = await house.ok(house.admin.get("/api/audit/verify"))
    # The application's own data folder has another key and seals nothing here.
    assert set(answer) == {"ok", "seals", "entries", "unsealed", "findings"}
    assert answer["findings"][0]["code"].startswith("audit.")


async def test_first_seal_starts_from_the_workspace(vault):
    async with vault.owner() as tx:
        first = await anext(store.seals(tx))
        assert (first.number, first.prev) == (1, genesis(vault.house.workspace.schema))
    assert sealing_keys.seal_keys(vault.data).name == first.key
    key = vault.data / "secrets" / "seal.key"
    assert key.stat().st_mode & 0o777 == 0o600


class Told:
    """A job as far as the handler looks at it."""

    def __init__(self, payload):
        self.payload = payload
