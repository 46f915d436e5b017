"""The job that makes indexes for lists agree with the catalogue."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from changliu.jobs.model import Cron, Job, LongWork
from changliu.jobs.service import enqueue
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.failpoints import reach
from changliu.schema.catalogue import catalogue
from changliu.schema.indexing import store
from changliu.schema.indexing.wanted import Wanted, wanted_indexes
from changliu.schema.matching import index_name

INDEX = "schema.index"
# The guarantee; whoever publishes a field asks at once.
CRONS = (Cron(INDEX, "*/10 * * * *", INDEX),)
log = logging.getLogger(__name__)


async def ask_for_indexes(tx: Tx) -> None:
    """Have the indexes looked at once this transaction has committed."""
    await enqueue(tx, INDEX, {}, dedupe=INDEX)


async def ask_for_keys(tx: Tx, owner: str, table: str, keys: Sequence[tuple[str, str]]) -> None:
    """Have indexes made on these (expression, method) in place of those the owner asked before."""
    wanted = [Wanted(index_name(table, key), table, key, method) for key, method in keys]
    await store.ask(tx, owner, list({w.name: w for w in wanted}.values()))
    await ask_for_indexes(tx)


class Indexing(LongWork):
    """The long work of `schema.index` jobs."""

    lease = timedelta(minutes=10)

    async def work(self, database: Database, workspace: Workspace, job: Job) -> None:  # noqa: ARG002
        """Drop what is not wanted or half-built, then build what is missing, one at a time."""
        async with store.alone(database, workspace) as conn:
            if conn is None:
                return
            async with database.transaction(workspace, write=False) as tx:
                listed = wanted_indexes(await catalogue(tx), workspace.timezone)
                wanted = {w.name: w for w in (*listed, *await store.asked(tx))}
                there = await store.present(tx)
            for index in there:
                if not index.valid or index.name not in wanted:
                    await store.drop(conn, workspace.schema, index.name)
            good = {index.name for index in there if index.valid}
            for name in wanted.keys() - good:
                reach("schema.indexing")
                if not await store.create(conn, workspace.schema, wanted[name]):
                    log.warning("no index %s: PostgreSQL takes its value for changeable", name)

    async def finish(self, tx: Tx, job: Job, answer: Any) -> None:
        """Nothing is left to record: the tables say it."""
