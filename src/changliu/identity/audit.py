"""What is written down when members, teams and ways in change; secrets never are.

`audited` compares a member or team before and after: whoever changes one cannot forget a field.
"""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Literal
from uuid import UUID

from changliu.identity.store import audit as store
from changliu.identity.store import members
from changliu.identity.store.audit import Entry
from changliu.kit import clock
from changliu.kit.db import Tx

Subject = Literal["member", "team"]
_TOLD: dict[Subject, tuple[str, ...]] = {
    "member": ("name", "main_team", "teams", "roles", "account"),
    "team": ("key", "name", "parent", "leader"),
}
# People can be erased, this cannot: of how to reach somebody it only says that it changed.
_UNTOLD = ("email", "phone")


@asynccontextmanager
async def audited(tx: Tx, kind: Subject, subject: UUID) -> AsyncIterator[None]:
    """Write down what a block does to one member or team; nothing when nothing changed."""
    before = await _found(tx, kind, subject)
    yield
    after = await _found(tx, kind, subject)
    diff = changes(before, after, _TOLD[kind])
    for name in _UNTOLD:
        if before.get(name) != after.get(name):
            diff[name] = {"changed": True}
    action = _action(before, after)
    if diff or action in ("disabled", "enabled"):
        named = str((after or before).get("name", ""))
        await record(tx, Entry(tx.acting, f"{kind}.{action}", kind, subject, named, diff))


async def record(tx: Tx, entry: Entry) -> None:
    """Append a line to the transaction's workspace."""
    await store.insert(tx, tx.schema, entry, clock.real())


async def record_elsewhere(tx: Tx, schema: str, entry: Entry) -> None:
    """Append a line to a workspace from a control transaction."""
    await store.insert_elsewhere(tx, schema, entry, clock.real())


def changes(
    before: Mapping[str, Any], after: Mapping[str, Any], names: tuple[str, ...]
) -> dict[str, Any]:
    """Return `{name: {from, to}}` of what differs; ids as text, blanks left out."""
    return {
        name: {
            side: _plain(row[name])
            for side, row in (("from", before), ("to", after))
            if row.get(name) not in (None, [])
        }
        for name in names
        if before.get(name) != after.get(name)
    }


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, UUID) else value


def _action(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    if not before:
        return "added"
    if not after:
        return "removed"
    if before.get("disabled") != after.get("disabled"):
        return "disabled" if after["disabled"] else "enabled"
    return "changed"


async def _found(tx: Tx, kind: Subject, subject: UUID) -> dict[str, Any]:
    if kind == "member":
        rows = await members.list_members(tx, member=subject)
        # Which account it is says nothing to readers; that there is one, does.
        return {**rows[0], "account": rows[0]["account"] is not None} if rows else {}
    return await members.team(tx, subject) or {}
