"""The verbs of this room: what is there, what an install would do, install it, export it.

An install is one transaction: objects, fields, roles, teams together, or nothing. Installing the
same bundle again changes nothing; another version is merged with what was changed here.
"""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from pathlib import Path
from typing import Any
from uuid import UUID

from changliu.bundles import purging, store
from changliu.bundles.archive import unpacked
from changliu.bundles.bodies import Item
from changliu.bundles.export import Files, export_files
from changliu.bundles.model import App, Bundle
from changliu.bundles.own import own_files
from changliu.bundles.plan import Choices, Plan
from changliu.bundles.planner import Work, plan_install, team_names
from changliu.bundles.reader import (
    contents_of,
    find_bundles,
    locate,
    read_bundle,
    shipped_roots,
    unknown_bundle,
)
from changliu.bundles.removal import Part, plan_uninstall, retire_parts
from changliu.definitions import service as definitions
from changliu.definitions.impact import InUse
from changliu.definitions.kind import KindRegistry
from changliu.definitions.model import Effect, Impact
from changliu.fields.registry import FIELD_TYPES
from changliu.identity import service as identity
from changliu.identity.model import Actor, Right
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from changliu.kit.failpoints import reach
from changliu.kit.labels import DEFAULT_LANGUAGE, LANGUAGES, Language
from changliu.kit.yaml_lines import read_file
from changliu.kit.yaml_models import validated
from changliu.schema.catalogue import catalogue
from changliu.schema.kind import FIELD_KIND, OBJECT_KIND
from changliu.schema.retype.at_once import TypesAtOnce
from changliu.schema.turns import run_turn

INSTALLING = "bundle.install"
# Kinds whose definitions hold data: what once was here comes back with it.
REVIVED = frozenset({OBJECT_KIND.name, FIELD_KIND.name})

Told = Callable[[str, int, int], None]


def _quiet(text: str, done: int, total: int) -> None:
    """Report nothing."""


def open_bundle(name: str, roots: tuple[Path, ...] | None = None) -> Bundle:
    """Return a checked bundle by name, folder or zip file.

    Raises `NotFound`, and `Invalid` with every fault.
    """
    if name.endswith(".zip") and Path(name).is_file():
        return open_archive(Path(name).read_bytes())
    return read_bundle(locate(name, roots or shipped_roots()), FIELD_TYPES)


def open_shipped(name: str) -> Bundle:
    """Return a bundle that ships with the program, by name only: a door never takes a path."""
    found = find_bundles(shipped_roots())
    if name not in found:
        raise unknown_bundle(name, found)
    return read_bundle(found[name], FIELD_TYPES)


def open_archive(data: bytes) -> Bundle:
    """Return a checked bundle from a zip; raises `Invalid` for an archive that is not trusted."""
    with unpacked(data) as folder:
        return read_bundle(folder, FIELD_TYPES)


async def exported(tx: Tx, kinds: KindRegistry, app: App | str) -> Files:
    """Return the files of an installed app by key, or of a new one made of `app.objects`.

    Raises what `export_files` and `own_files` raise.
    """
    if isinstance(app, str):
        return await export_files(tx, kinds, app)
    return await own_files(tx, kinds, app)


@dataclass(frozen=True, slots=True)
class Listed:
    """A bundle there is: its `app.yaml`, how many definitions of each kind it has, and whether it
    brings demo data."""

    app: App
    contents: dict[str, int]
    demo: bool


def available(roots: tuple[Path, ...] | None = None) -> list[Listed]:
    """Return every bundle there is, for lists; those that do not read are left out."""
    found = []
    for folder in find_bundles(roots or shipped_roots()).values():
        with suppress(Invalid):
            app = validated(read_file(folder / "app.yaml"), App)
            demo = (folder / "demo" / "recipe.yaml").is_file()
            found.append(Listed(app, contents_of(folder), demo))
    return found


async def installed(tx: Tx) -> list[dict[str, Any]]:
    """Return key, version, digest, label and time of every installed bundle."""
    return await store.installed(tx)


async def diff(
    tx: Tx,
    actor: Actor,
    kinds: KindRegistry,
    bundle: Bundle,
    choices: Choices | None = None,
) -> Plan:
    """Return what installing a bundle would do; changes nothing."""
    return (await plan_install(tx, actor, kinds, bundle, choices or {})).plan


@dataclass(frozen=True, slots=True)
class Wish:
    """How to install: which side where, the token of the impact list, only as a trial, in which
    language the example teams are named; how to uninstall: with the data, for whoever typed the
    app's name."""

    choices: Choices = dataclass_field(default_factory=dict)
    confirm: str | None = None
    dry_run: bool = False
    purge: str | None = None
    language: Language = DEFAULT_LANGUAGE


async def install(
    database: Database,
    workspace: Workspace,
    kinds: KindRegistry,
    bundle: Bundle,
    *,
    member: UUID | None = None,
    wish: Wish = Wish(),
    told: Told = _quiet,
) -> Plan:
    """Install a bundle or bring an installed one to this version; returns what was done.

    As a member (None: the system member). Raises `Invalid` (code `bundle.refused`) with file, line
    and remedy of everything a kind refuses, `InUse` when the impact list needs the token as
    `confirm`, and `Forbidden` without the right `bundles.install`; then nothing has changed.
    """

    async def work(tx: Tx) -> Plan:
        actor = await _actor(tx, member)
        await purging.check_still(tx, bundle.app.key)
        planned = await plan_install(tx, actor, kinds, bundle, wish.choices)
        if wish.confirm is None and not wish.dry_run and planned.plan.impact.effects:
            raise InUse(planned.plan.impact, bundle.app.key)
        plan = planned.plan
        if plan.changes or not await _is_current(tx, bundle):
            plan = await _apply(tx, actor, kinds, planned, told=told, language=wish.language)
        _settle(plan, wish)
        return plan

    return await _carried_out(database, workspace, work)


async def uninstall(
    database: Database,
    workspace: Workspace,
    kinds: KindRegistry,
    key: str,
    *,
    member: UUID | None = None,
    wish: Wish = Wish(),
) -> Plan:
    """Take an installed app away with all it brought; the data stays for 90 days, unless
    `wish.purge` is the app's name: then a job takes it away for good.

    Always asks for `wish.confirm`: raises `InUse` with what goes, and what uses it, until it has
    the token; `NotFound` when no such app is installed; what `purging.check_typed` raises.
    """

    async def work(tx: Tx) -> Plan:
        actor = await _actor(tx, member)
        planned, parts = await plan_uninstall(tx, actor, kinds, key)
        if wish.purge is not None:
            planned = await _with_losses(tx, actor, planned, parts, wish.purge)
        _settle(planned, wish)
        before = await catalogue(tx)
        await retire_parts(tx, actor, kinds, parts)
        reach(INSTALLING)
        await store.remove_bundle(tx, key)
        if wish.purge is not None:
            await purging.begin(tx, actor, key, parts, before)
        if wish.dry_run:
            raise _Rehearsed(planned)
        return planned

    return await _carried_out(database, workspace, work)


async def _with_losses(tx: Tx, actor: Actor, plan: Plan, parts: Sequence[Part], typed: str) -> Plan:
    """Say in a plan's impact that the data goes too, in place of its being kept."""
    rows = await store.installed(tx)
    purging.check_typed(actor, next(row for row in rows if row["key"] == plan.bundle), typed)
    kept = [e for e in plan.impact.effects if e.code not in ("bundle", "records")]
    return replace(plan, impact=Impact((*await purging.losses(tx, parts), *kept)))


class _Rehearsed(Exception):  # noqa: N818 -- no error: a trial comes to its end
    """Leaves a transaction that was only a trial, with what it would have done."""

    def __init__(self, plan: Plan) -> None:
        super().__init__("a trial changes nothing")
        self.plan = plan


async def _carried_out(
    database: Database, workspace: Workspace, work: Callable[[Tx], Awaitable[Plan]]
) -> Plan:
    try:
        return await run_turn(database, workspace, work)
    except _Rehearsed as end:
        return end.plan


def _settle(plan: Plan, wish: Wish) -> None:
    """End a trial here; else refuse what would cost something that is not confirmed."""
    if wish.dry_run:
        raise _Rehearsed(plan)
    if plan.impact.effects and wish.confirm != plan.impact.token:
        raise InUse(plan.impact, plan.bundle)


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


async def _apply(
    tx: Tx, actor: Actor, kinds: KindRegistry, work: Work, *, told: Told, language: Language
) -> Plan:
    """Carry a plan out; returns it with the effects that only showed on the way."""
    for team in work.teams:
        name = team_names(team)[LANGUAGES.index(language)]
        await identity.ensure_team(tx, team.key, name, team.parent)
    publishing = _Publishing(tx, actor, kinds, TypesAtOnce(tx, actor, kinds), told)
    for item in work.items:
        if (item.kind, item.key) in work.former and item.kind in REVIVED:
            await publishing.revive(item)
    waiting = list(work.items)
    while waiting:
        left = await publishing.round(waiting)
        if len(left) == len(waiting):
            raise _refused([fault for faults in left.values() for fault in faults])
        waiting = [item for item in waiting if (item.kind, item.key) in left]
    effects = [*publishing.effects, *await publishing.types.settle(), *publishing.types.effects]
    effects += await retire_parts(tx, actor, kinds, work.removed)
    reach(INSTALLING)
    bundle = work.bundle
    await store.save_bundle(tx, bundle.app, bundle.digest, actor.member)
    await store.save_parts(tx, bundle.app.key, work.bodies)
    await store.drop_parts(tx, bundle.app.key, work.gone)
    known = work.plan.impact.effects
    return replace(work.plan, impact=Impact((*known, *(e for e in effects if e not in known))))


@dataclass(slots=True)
class _Publishing:
    """Definitions on their way in; `effects` are what the whole install has to confirm."""

    tx: Tx
    actor: Actor
    kinds: KindRegistry
    types: TypesAtOnce
    told: Told
    effects: list[Effect] = dataclass_field(default_factory=list)

    async def revive(self, item: Item) -> None:
        """Bring back what this bundle once brought, with the data it held, before it is changed."""
        kind = self.kinds.get(item.kind)
        versions = await definitions.versions(self.tx, kind, item.key)
        last = next((each for each in versions if each.state != "draft"), None)
        if last is not None and last.state == "retired":
            with suppress(Invalid, Conflict, NotFound):
                await definitions.rollback(self.tx, self.actor, kind, item.key, last.version)

    async def round(self, items: list[Item]) -> dict[store.PartName, list[Fault]]:
        """Publish what can be; a computed field waits for those it reads. Returns what is left."""
        left: dict[store.PartName, list[Fault]] = {}
        for done, item in enumerate(items, start=1):
            try:
                await self._put(item)
            except (Invalid, NotFound) as problem:
                faults = _located(item, problem)
                if item.kind == OBJECT_KIND.name:
                    raise _refused(faults) from problem
                left[item.kind, item.key] = faults
            else:
                self.told(item.key, done, len(items))
        return left

    async def _put(self, item: Item) -> None:
        if item.kind != FIELD_KIND.name:
            await self._publish(item)
            return
        async with self.types.moving(item.key, item.body):
            await self._publish(item)

    async def _publish(self, item: Item) -> None:
        kind = self.kinds.get(item.kind)
        try:
            await definitions.put(self.tx, self.actor, kind, item.key, item.body)
        except InUse as problem:
            token = problem.impact.token
            await definitions.put(self.tx, self.actor, kind, item.key, item.body, confirm=token)
            self.effects += problem.impact.effects


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
