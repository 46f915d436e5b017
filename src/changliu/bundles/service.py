"""The verbs of this room: what is there, what an install would do, install it, export it.

An install is one transaction: objects, fields, roles, teams together, or nothing. Installing the
same bundle again changes nothing; what was changed locally stays as it is.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

from changliu.bundles import store
from changliu.bundles.bodies import Item
from changliu.bundles.model import App, Bundle, Plan
from changliu.bundles.planner import Work, plan_install, team_names
from changliu.bundles.reader import (
    find_bundles,
    locate,
    read_bundle,
    shipped_roots,
    unknown_bundle,
)
from changliu.definitions import service as definitions
from changliu.definitions.kind import KindRegistry
from changliu.fields.registry import FIELD_TYPES
from changliu.identity import service as identity
from changliu.identity.model import Actor, Right
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.errors import Fault, Forbidden, Invalid, NotFound
from changliu.kit.failpoints import reach
from changliu.kit.yaml_lines import read_file
from changliu.kit.yaml_models import validated
from changliu.schema.turns import run_turn

INSTALLING = "bundle.install"

Told = Callable[[str, int, int], None]


def _quiet(text: str, done: int, total: int) -> None:
    """Report nothing."""


def open_bundle(name: str, roots: tuple[Path, ...] | None = None) -> Bundle:
    """Return a checked bundle by name or path; raises `NotFound`, `Invalid` with every fault."""
    return read_bundle(locate(name, roots or shipped_roots()), FIELD_TYPES)


def open_shipped(name: str) -> Bundle:
    """Return a bundle that ships with the program, by name only: a door never takes a path."""
    found = find_bundles(shipped_roots())
    if name not in found:
        raise unknown_bundle(name, found)
    return read_bundle(found[name], FIELD_TYPES)


def available(roots: tuple[Path, ...] | None = None) -> list[App]:
    """Return the `app.yaml` of every bundle there is; those that do not read are left out."""
    found = []
    for folder in find_bundles(roots or shipped_roots()).values():
        try:
            found.append(validated(read_file(folder / "app.yaml"), App))
        except Invalid:
            continue
    return found


async def installed(tx: Tx) -> list[dict[str, Any]]:
    """Return key, version, digest, label and time of every installed bundle."""
    return await store.installed(tx)


async def diff(tx: Tx, kinds: KindRegistry, bundle: Bundle, *, overwrite: bool = False) -> Plan:
    """Return what installing a bundle would do."""
    return (await plan_install(tx, kinds, bundle, overwrite=overwrite)).plan


async def install(
    database: Database,
    workspace: Workspace,
    kinds: KindRegistry,
    bundle: Bundle,
    *,
    member: UUID | None = None,
    overwrite: bool = False,
    told: Told = _quiet,
) -> Plan:
    """Install a bundle as a member (None: the system member) and return what was done.

    Raises `Invalid` (code `bundle.refused`) with file, line and remedy of everything a kind
    refuses, and `Forbidden` without the right `bundles.install`; then nothing has changed.
    """

    async def work(tx: Tx) -> Plan:
        actor = await _actor(tx, member)
        planned = await plan_install(tx, kinds, bundle, overwrite=overwrite)
        if planned.plan.changes or not await _is_current(tx, bundle):
            await _apply(tx, actor, kinds, planned, told)
        return planned.plan

    return await run_turn(database, workspace, work)


async def _actor(tx: Tx, member: UUID | None) -> Actor:
    if member is None:
        return await identity.system_actor(tx)
    actor = await identity.actor(tx, member)
    if Right.BUNDLES_INSTALL not in actor.rights:
        raise Forbidden(
            "bundle.denied",
            "您没有安装应用包的权限（bundles.install），请联系管理员。",
            "You have no right to install bundles (bundles.install); ask an administrator.",
        )
    return actor


async def _is_current(tx: Tx, bundle: Bundle) -> bool:
    rows = await store.installed(tx)
    return any(r["key"] == bundle.app.key and r["digest"] == bundle.digest for r in rows)


async def _apply(tx: Tx, actor: Actor, kinds: KindRegistry, work: Work, told: Told) -> None:
    for team in work.teams:
        await identity.ensure_team(tx, team.key, team_names(team)[0], team.parent)
    waiting = list(work.items)
    while waiting:
        left = await _round(tx, actor, kinds, waiting, told)
        if len(left) == len(waiting):
            raise _refused([fault for faults in left.values() for fault in faults])
        waiting = [item for item in waiting if (item.kind, item.key) in left]
    reach(INSTALLING)
    bundle = work.bundle
    await store.save_bundle(tx, bundle.app, bundle.digest, actor.member)
    await store.save_parts(tx, bundle.app.key, work.bodies)


async def _round(
    tx: Tx, actor: Actor, kinds: KindRegistry, items: list[Item], told: Told
) -> dict[store.PartName, list[Fault]]:
    """Publish what can be; a computed field waits for those it reads. Returns what is left."""
    left: dict[store.PartName, list[Fault]] = {}
    for done, item in enumerate(items, start=1):
        try:
            await definitions.put(tx, actor, kinds.get(item.kind), item.key, item.body)
        except (Invalid, NotFound) as problem:
            faults = _located(item, problem)
            if item.kind == "object":
                raise _refused(faults) from problem
            left[item.kind, item.key] = faults
        else:
            told(item.key, done, len(items))
    return left


def _located(item: Item, problem: Invalid | NotFound) -> list[Fault]:
    faults = problem.faults or (Fault(problem.code, problem.zh, problem.en),)
    return [_at_line(item, fault) for fault in faults]


def _at_line(item: Item, fault: Fault) -> Fault:
    parts = [p for p in (fault.path or "").replace("[", ".").replace("]", "").split(".") if p]
    keys = [int(p) if p.isdecimal() else p for p in parts if p != "settings"]
    found = item.document.fault(fault.code, (*item.at, *keys), fault.zh, fault.en)
    return replace(found, start=fault.start, end=fault.end)


def _refused(faults: list[Fault]) -> Invalid:
    first, more = faults[0], len(faults) - 1
    return Invalid(
        "bundle.refused",
        f"应用包没有安装，什么都没有改动。{first.zh}" + (f"（另有 {more} 处）" if more else ""),
        f"The bundle was not installed; nothing was changed. {first.en}"
        + (f" (and {more} more)" if more else ""),
        faults,
    )
