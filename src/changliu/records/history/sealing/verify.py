"""Checking history against its seals: what is not as it was sealed, first entry first.

Each seal in turn: its number and `prev` continue the chain; a trusted key signed its header; its
leaves hash to its root; every entry of its stretch hashes to its leaf; none is missing but what a
purge took, which an entry tells; none was added; clear personal values hash to the digests in
their entries. At the end the chain must hold the newest seal this installation remembers outside
the database.
"""

import hashlib
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

from changliu.kit.db import Tx
from changliu.records.history.sealing import store
from changliu.records.history.sealing import words as say
from changliu.records.history.sealing.keys import Head, SealKeys, read_head, seal_keys
from changliu.records.history.sealing.model import Finding, Report, Seal, genesis, split_leaves
from changliu.records.purging.model import Stretches
from changliu.records.purging.store import gone_entries

# Findings of one report: the first matters, the others show how far it goes.
FINDINGS = 100
LOWEST = -(2**63)


def _quiet(report: Report) -> None:
    """Tell nobody."""
    del report


async def verify(tx: Tx, data: Path, told: Callable[[Report], None] = _quiet) -> Report:
    """Check a workspace's whole history and return what was found; writes nothing.

    `told` is called after each seal with the report so far.
    """
    report, keys = Report(), seal_keys(data)
    head, gone = read_head(data, tx.home), Stretches(await gone_entries(tx))
    before: Seal | None = None
    async for seal, after in _pairs(tx):
        for finding in _chain(tx.schema, seal, before, head):
            report.findings.append(finding)
        known = _confirmed(tx.schema, seal, after, head)
        report.findings += _signature(tx.schema, keys, seal, confirmed=known)
        report.findings += await _entries(tx, seal, before, gone)
        report.seals, report.entries = report.seals + 1, report.entries + seal.entries
        before = seal
        told(report)
        if len(report.findings) >= FINDINGS:
            del report.findings[FINDINGS:]
            return report
    if head is not None and (before is None or before.number < head.number):
        report.findings.append(say.cut(before.number if before else 0, head.number))
    report.unsealed = await store.count_after(tx, before.last if before else LOWEST)
    return report


async def _pairs(tx: Tx) -> AsyncIterator[tuple[Seal, Seal | None]]:
    """Yield each seal with the one after it."""
    last: Seal | None = None
    async for seal in store.seals(tx):
        if last is not None:
            yield last, seal
        last = seal
    if last is not None:
        yield last, None


def _chain(schema: str, seal: Seal, before: Seal | None, head: Head | None) -> Iterator[Finding]:
    """The seal follows the one before, and is the one remembered outside."""
    number, first = (before.number + 1, before.last + 1) if before else (1, 1)
    if seal.number != number:
        yield say.gone(number, seal.number)
    elif seal.prev != (before.digest(schema) if before else genesis(schema)) or seal.first != first:
        yield say.unlinked(seal.number)
    if head is not None and head.number == seal.number and head.digest != seal.digest(schema):
        yield say.altered(seal.number)


def _confirmed(schema: str, seal: Seal, after: Seal | None, head: Head | None) -> bool | None:
    """Say whether what else names the seal's header agrees; None when nothing does."""
    digest = seal.digest(schema)
    if head is not None and head.number == seal.number:
        return head.digest == digest
    return None if after is None else after.prev == digest


def _signature(schema: str, keys: SealKeys, seal: Seal, *, confirmed: bool | None) -> list[Finding]:
    if keys.is_signed(seal.key, seal.signature, seal.header(schema)):
        return []
    if confirmed is not False and seal.key not in keys.trusted:
        return [say.unknown_key(seal.number, seal.key)]
    return [say.unsigned(seal.number) if confirmed else say.altered(seal.number)]


async def _entries(tx: Tx, seal: Seal, before: Seal | None, gone: Stretches) -> list[Finding]:
    after = before.last if before else LOWEST
    _, _, now = await store.leaves(tx, after, seal.last, None)
    found: list[Finding] = []
    root_of_now = hashlib.sha256(now).digest()
    if hashlib.sha256(seal.leaves).digest() != seal.root:
        found.append(say.leaves_altered(seal.number))
    if root_of_now != seal.root and now != seal.leaves:
        found += await _differing(tx, seal, now, gone)
    for entry, changeset, target, record, field in await store.false_clear_values(
        tx, after, seal.last, FINDINGS
    ):
        place = (changeset, target, record)
        found.append(say.false_clear(seal.number, entry, place, field))
    return found


async def _differing(tx: Tx, seal: Seal, now: bytes, gone: Stretches) -> list[Finding]:
    """Name the entries whose hash is not the sealed one, lowest first; those of a purge are told
    by an entry of their own."""
    sealed, present = dict(split_leaves(seal.leaves)), dict(split_leaves(now))
    wrong = sorted(
        n for n in sealed.keys() | present.keys()
        if sealed.get(n) != present.get(n) and (n in present or n not in gone)
    )  # fmt: skip
    wrong = wrong[:FINDINGS]
    places = await store.entries(tx, wrong)
    found = []
    for entry in wrong:
        if entry not in present:
            found.append(say.removed(seal.number, entry))
        elif entry not in sealed:
            found.append(say.inserted(seal.number, entry, places[entry]))
        else:
            found.append(say.entry_altered(seal.number, entry, places[entry]))
    return found
