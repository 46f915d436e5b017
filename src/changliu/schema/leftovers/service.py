"""Verbs on what is left behind: compare with the catalogue, forget a person, drop what is due."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from changliu.jobs.model import Cron, Job, LongWork
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.failpoints import reach
from changliu.kit.retry import retry_locked
from changliu.schema.catalogue import catalogue
from changliu.schema.ddl import Turn, sequence_name, swap
from changliu.schema.leftovers import store
from changliu.schema.leftovers.store import Left
from changliu.schema.model import Catalogue
from changliu.schema.retype.model import KEPT

SWEEP = "schema.sweep"
CRONS = (Cron(SWEEP, "40 3 * * *", SWEEP),)
# How long a column stays: a removal may be undone for a quarter; a change that was not carried out
# leaves nothing anybody would look for.
# What was worked out can be worked out again.
LIFE = {
    "removed": timedelta(days=90),
    "replaced": KEPT,
    "unused": timedelta(days=1),
    "derived": timedelta(0),
}


@dataclass(slots=True)
class Structure:
    """Where tables and catalogue differ; all lists empty is well."""

    unknown: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    invalid: list[str] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        """Whether nothing is missing, half-built or without an owner (columns kept are no harm)."""
        return not (self.unknown or self.missing or self.invalid)


async def compare(tx: Tx) -> Structure:
    """Return where PostgreSQL's tables differ from the catalogue: `table` or `table.column`."""
    found = await catalogue(tx)
    there, known = await store.physical(tx), await store.objects(tx)
    made = Structure(left=await left_behind(tx), invalid=await store.invalid_indexes(tx))
    columns_of = ((o.table, f.column or "") for o in found.objects for f in o.fields)
    # A line object's place (p_, n_) comes and goes with its table.
    wanted = {(table, column) for table, column in columns_of if column.startswith("f_")}
    wanted |= _derived(found)
    kept = {(entry.table, entry.column) for entry in made.left}
    coming = await store.filling(tx)
    has = {(table, column) for table, columns in there.items() for column in columns}
    made.missing += sorted(o.table for o in found.objects if o.table not in there)
    made.missing += sorted(f"{table}.{column}" for table, column in wanted - has)
    made.unknown += sorted(there.keys() - known)
    going = await store.going(tx)
    odd = has - wanted - kept
    made.unknown += sorted(f"{t}.{c}" for t, c in odd if c not in coming and t not in going)
    counted = {sequence_name(column) for _, column in has}
    made.unknown += sorted(await store.sequences(tx) - counted)
    return made


async def left_behind(tx: Tx) -> list[Left]:
    """Return every column that no live field reads: of stored fields, oldest first, of roll-ups."""
    left, wanted = await store.left_columns(tx), _derived(await catalogue(tx))
    going = await store.going(tx)
    for table, columns in sorted((await store.physical(tx)).items()):
        if table in going:
            continue
        for column in sorted(columns):
            number, _, kind = column.removeprefix("f_").partition("_")
            if kind and (table, column) not in wanted:
                # It may repeat what a child said of a person.
                body = {"personal": True}
                left.append(Left(table, column, f"f_{number}", "derived", tx.now, body))
    return left


def _derived(found: Catalogue) -> set[tuple[str, str]]:
    """The columns maintained roll-ups are kept in, with their tables."""
    return {(found.by_id[r.parent].table, r.column) for r in found.rollups}


async def forget(tx: Tx, texts: Sequence[str]) -> None:
    """Blank these texts in columns that personal fields have left behind."""
    for entry in await left_behind(tx):
        if texts and entry.body.get("personal"):
            await store.blank(tx, entry, texts)


class Sweeping(LongWork):
    """The long work of `schema.sweep` jobs: drops columns whose time is over, one at a time."""

    lease = timedelta(minutes=5)

    async def work(self, database: Database, workspace: Workspace, job: Job) -> None:  # noqa: ARG002
        """Drop what is due, each in a moment of its own: nobody waits longer than 50 ms."""
        async with database.transaction(workspace, write=False) as tx:
            now = tx.now
            due = [e for e in await left_behind(tx) if e.since + LIFE[e.why] <= now]
        for entry in due:
            await retry_locked(lambda entry=entry: _drop(database, workspace, entry))  # type: ignore[misc]

    async def finish(self, tx: Tx, job: Job, answer: Any) -> None:
        """Nothing is left to record: the tables say it."""


async def _drop(database: Database, workspace: Workspace, entry: Left) -> None:
    async with database.ddl(workspace) as tx:
        # It may have been brought back since it was found due.
        if any(e.column == entry.column for e in await left_behind(tx)):
            # A roll-up's may be in a running writer's plan.
            await swap(tx, Turn())
            await store.drop(tx, entry)
        reach("schema.sweep")


async def drop_object(database: Database, workspace: Workspace, object_id: str) -> None:
    """Drop the table of a removed object that cannot come back; once gone it stays gone."""

    async def attempt() -> None:
        async with database.ddl(workspace) as tx:
            await swap(tx, Turn())
            await store.drop_table(tx, object_id)
            reach("schema.sweep")

    await retry_locked(attempt)


async def drop_fields(database: Database, workspace: Workspace, fields: Sequence[str]) -> None:
    """Drop the columns of removed fields (ids) whose objects stay, before their day."""
    async with database.transaction(workspace, write=False) as tx:
        due = [entry for entry in await store.left_columns(tx) if entry.field in fields]
    for entry in due:
        await retry_locked(lambda entry=entry: _drop(database, workspace, entry))  # type: ignore[misc]
