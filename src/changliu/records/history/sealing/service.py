"""Sealing what is settled.

1. One transaction at a time seals a workspace; another one leaves it to that one. Nobody seals on
   where the chain no longer holds the newest seal remembered outside: the key would vouch for what
   was put behind the cut, and the memory of it would be written over.
2. The highest entry seen is the horizon. Numbers are given out before transactions end, so a lower
   entry may still come: while a transaction that could bring one is open, come back later.
3. Hash the entries up to the horizon in batches; each batch is one signed row that names the one
   before. Numbers nobody used stay unused: an entry found there later was put in by hand.
4. After the commit, note the newest seal in the data folder: a cut end of the chain is noticed.
"""

import hashlib
import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from changliu.kit import clock
from changliu.kit.db import Tx
from changliu.kit.failpoints import reach
from changliu.records.history.sealing import store
from changliu.records.history.sealing.keys import Head, SealKeys, keep_head, read_head, seal_keys
from changliu.records.history.sealing.model import Seal, genesis

log = logging.getLogger(__name__)

# Entries of one seal: 200 kB of leaves.
ENTRIES = 5_000
# Seals of one transaction; more history is sealed by further ones.
SEALS = 20
# Where a crash walk may kill the one who seals.
STEPS = ("seal.horizon", "seal.written", "seal.head")


@dataclass(frozen=True, slots=True)
class Horizon:
    """Everything up to entry `last` is settled once none of `writers` is open."""

    last: int
    writers: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one turn did: entries sealed, and what to wait for or go on with (None: all done).

    `cut` says that nothing was, because the chain is not the one remembered outside.
    """

    entries: int
    left: Horizon | None = None
    cut: bool = False


async def seal(tx: Tx, data: Path, until: Horizon | None = None, *, batch: int = ENTRIES) -> Sealed:
    """Seal settled history in this transaction, at most `SEALS` × `batch` entries.

    `until` is the horizon of an earlier turn. Returns without a trace when another one seals.
    """
    if not await store.try_lock(tx):
        return Sealed(0)
    if await is_cut(tx, data):
        log.error("history of %s is not sealed on: see `changliu audit verify`", tx.home)
        return Sealed(0, cut=True)
    before = await store.last_seal(tx)
    limit = await _horizon(tx, until, before.last if before else 0)
    if limit is None:
        return Sealed(0)
    reach("seal.horizon")
    if await store.still_writing(tx, limit.writers):
        return Sealed(0, limit)
    keys, count, at = seal_keys(data), 0, clock.real()
    for _ in range(SEALS):
        made = await _next(tx, (keys, at, batch), before, limit.last)
        if made is None:
            break
        await store.insert_seal(tx, made, at)
        before, count = made, count + made.entries
    reach("seal.written")
    if before is not None and count:
        _note(tx, data, before)
    done = before is None or before.last >= limit.last
    return Sealed(count, None if done else Horizon(limit.last))


async def is_cut(tx: Tx, data: Path) -> bool:
    """Say whether the chain lacks the newest seal that the data folder remembers, or has another
    one in its place."""
    head = read_head(data, tx.home)
    if head is None:
        return False
    there = await store.find_seal(tx, head.number)
    return there is None or there.digest(tx.schema) != head.digest


async def _horizon(tx: Tx, until: Horizon | None, sealed: int) -> Horizon | None:
    if until is None:
        last, writers = await store.horizon(tx)
        until = Horizon(last, writers) if last is not None else None
    return until if until is not None and until.last > sealed else None


async def _next(
    tx: Tx, how: tuple[SealKeys, datetime, int], before: Seal | None, last: int
) -> Seal | None:
    keys, at, batch = how
    after = before.last if before else 0
    count, highest, leaves = await store.leaves(tx, after, last, batch)
    if not count or highest is None:
        return None
    unsigned = Seal(
        number=before.number + 1 if before else 1,
        first=after + 1,
        last=highest,
        entries=count,
        root=hashlib.sha256(leaves).digest(),
        prev=before.digest(tx.schema) if before else genesis(tx.schema),
        at=f"{at.timestamp():.6f}",
        key=keys.name,
        signature=b"",
        leaves=leaves,
    )
    return replace(unsigned, signature=keys.sign(unsigned.header(tx.schema)))


def _note(tx: Tx, data: Path, newest: Seal) -> None:
    home, head = tx.home, Head(newest.number, newest.digest(tx.schema))

    def note() -> None:
        reach("seal.head")
        keep_head(data, home, head)

    tx.after_commit.append(note)
