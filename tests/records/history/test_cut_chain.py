"""A chain that was cut or replaced is not sealed on: a key of ours never vouches for a forgery."""

import psycopg
import pytest
import pytest_asyncio
from tests.records.history.test_seals import Vault

from changliu.records.history.sealing.keys import read_head
from changliu.records.history.sealing.service import is_cut

pytestmark = pytest.mark.feature("Z12")


@pytest_asyncio.fixture(scope="module")
async def sealed(house, tmp_path_factory):
    made = Vault(house, tmp_path_factory.mktemp("data"))
    await made.work()
    await made.seal()
    return made


async def forged(vault, *statements):
    """Alter the database for good, as its owner."""
    async with await psycopg.AsyncConnection.connect(vault.house.platform.database.owner_dsn) as c:
        await c.execute(f"SET search_path = {vault.house.workspace.schema}, pg_catalog")
        for statement in statements:
            await c.execute(statement)


async def test_history_forged_behind_a_cut_is_found_however_long_work_goes_on(sealed):
    assert not await cut(sealed)
    await forged(
        sealed,
        "UPDATE history SET via = 'import' WHERE seq = (SELECT max(last) FROM seal)",
        "DELETE FROM seal WHERE number = (SELECT max(number) FROM seal)",
    )
    remembered = head(sealed)
    for _ in range(3):
        await sealed.work(1)
        assert (await sealed.seal()).entries == 0
    assert head(sealed) == remembered, "what is remembered outside is not written over"
    assert await cut(sealed)
    report = await sealed.verify()
    assert [finding.code for finding in report.findings] == ["audit.chain_cut"]
    # Whoever has looked into it takes the memory away; the chain goes on from what is there.
    file = sealed.data / "seals" / f"{await home(sealed)}.head"
    file.rename(file.with_suffix(".old"))
    assert (await sealed.seal()).entries > 0
    assert (await sealed.verify()).ok
    file.with_suffix(".old").rename(file)
    assert await cut(sealed), "the seal of that number is another one now"
    assert (await sealed.seal()).entries == 0


async def cut(vault):
    async with vault.house.transaction(write=False) as (tx, _):
        return await is_cut(tx, vault.data)


async def home(vault):
    async with vault.house.transaction(write=False) as (tx, _):
        return tx.home


def head(vault):
    [file] = (vault.data / "seals").glob("*.head")
    return read_head(vault.data, file.name.removesuffix(".head"))
