"""The verbs of demo data: read a bundle's recipe, load what it makes as one import.

Everything is one transaction of several changesets under one id, through the same twelve steps as
any other write; taking that id back removes it. A bundle's demo is loaded once.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from changliu.bundles.demo.maker import World
from changliu.bundles.demo.recipe import Recipe, Words
from changliu.bundles.demo.store import noted as store
from changliu.bundles.model import Bundle, Team
from changliu.bundles.planner import team_names
from changliu.bundles.service import Told
from changliu.identity import service as identity
from changliu.identity.directory import members_named, teams_by_key
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.errors import Invalid, NotFound
from changliu.kit.yaml_lines import read_file
from changliu.kit.yaml_models import validated
from changliu.records.changeset.model import Change, Changeset
from changliu.records.changeset.participant import Participant
from changliu.records.changeset.revert import chain
from changliu.records.changeset.service import submit
from changliu.records.context import Context, context_for

# Rows of one changeset: enough for one plan to pay, few enough to tell progress.
BATCH = 2_000


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was written: the id to take it back by, rows, seconds."""

    id: UUID
    rows: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Wish:
    """How much of it (1: as the recipe says), and from which dice."""

    scale: float = 1
    seed: int = 1


async def _unasked(tx: Tx) -> None:
    """End a load that nobody follows."""


def demo_id(bundle: str) -> UUID:
    """Return the import id of a bundle's demo data, the same in every workspace."""
    return uuid5(NAMESPACE_URL, f"changliu:demo:{bundle}")


def read_recipe(folder: Path) -> tuple[Recipe, Words]:
    """Return the recipe of a bundle's folder; raises `NotFound` (`demo.missing`), `Invalid`."""
    file = folder / "demo" / "recipe.yaml"
    if not file.is_file():
        raise NotFound(
            "demo.missing",
            f"应用包“{folder.name}”没有演示数据（demo/recipe.yaml）。",
            f"The bundle '{folder.name}' brings no demo data (demo/recipe.yaml).",
        )
    words = folder / "demo" / "words.yaml"
    known = validated(read_file(words), Words) if words.is_file() else Words()
    return validated(read_file(file), Recipe), known


async def load(
    database: Database,
    workspace: Workspace,
    participants: tuple[Participant, ...],
    bundle: Bundle,
    wish: Wish,
    *,
    told: Told,
    ending: Callable[[Tx], Awaitable[None]] = _unasked,
) -> Loaded | None:
    """Load a bundle's demo data; None when it is there already.

    `ending` is the last thing done in the transaction; what it raises undoes all of it.
    Raises `Invalid` (`demo.refused`) with the first row that records refuse; nothing is written.
    """
    recipe, words = read_recipe(bundle.folder)
    began = time.monotonic()
    asked = demo_id(bundle.app.key)
    async with database.transaction(workspace) as tx:
        context = await context_for(tx, await identity.system_actor(tx), participants)
        if await loaded(context, bundle.app.key):
            return None
        people = await _hire(context, recipe, bundle)
        zone = ZoneInfo(workspace.timezone)
        lists = words.__pydantic_extra__ or {}
        # Records that stayed from another load keep their codes: these dice fall otherwise.
        left = len(await store.standing(tx, asked))
        dice = Random(wish.seed + left)
        world = World(recipe, lists, context.today, zone, people, dice, wish.scale)
        # Dice for 180,000 rows take their time; whoever else is served goes on meanwhile.
        changes = await asyncio.to_thread(lambda: list(_changes(world)))
        for start in range(0, len(changes), BATCH):
            batch = changes[start : start + BATCH]
            await _write(context, asked, batch)
            told(batch[-1].object, start + len(batch), len(changes))
        await ending(tx)
    return Loaded(asked, len(changes), time.monotonic() - began)


def _changes(world: World) -> Iterator[Change]:
    for part, rows in world.rows():
        assert part.object is not None
        for row in rows:
            yield Change("create", part.object, row.id, values=row.values)


async def loaded(context: Context, bundle: str) -> bool:
    """Say whether a bundle's demo data is there."""
    noted = await store.state(context.tx, bundle)
    if noted is not None and noted.removed_at is not None:
        return False
    try:
        found = await chain(context, demo_id(bundle), consequences=False)
    except NotFound:
        return False
    return any(line.taken_back is None for line in found)


async def _hire(context: Context, recipe: Recipe, bundle: Bundle) -> dict[str, str]:
    """Make sure that everybody works here, in their teams; returns their ids by name."""
    tx = context.tx
    used, known = _teams_of(recipe, bundle), await teams_by_key(tx)
    for team in used:
        if team.key not in known:
            await identity.ensure_team(tx, team.key, team_names(team)[0], team.parent)
    teams = await teams_by_key(tx)
    there = await members_named(tx, [person.name for person in recipe.people])
    hired = {}
    for person in recipe.people:
        if person.team not in teams:
            raise _no_team(person.name, person.team)
        name, parent = teams[person.team]
        home = await identity.ensure_team(tx, person.team, name, parent)
        hired[person.name] = await identity.ensure_member(tx, person.name, home, [person.role])
    made = [member for name, member in hired.items() if not there.get(name)]
    await store.note_loaded(tx, bundle.app.key, made, [team.key for team in reversed(used)])
    return {name: str(member) for name, member in hired.items()}


def _teams_of(recipe: Recipe, bundle: Bundle) -> list[Team]:
    """The bundle's example teams that the demo's people work in, with those above, from the top."""
    used = {person.team for person in recipe.people}
    found: list[Team] = []
    for team in reversed(bundle.teams):
        if team.key in used:
            found.append(team)
            used |= {team.parent} if team.parent else set()
    return found[::-1]


def _no_team(name: str, team: str) -> Invalid:
    return Invalid(
        "demo.invalid",
        f"演示成员“{name}”所在的团队“{team}”不存在；请在 teams.yaml 里写明。",
        f"The team '{team}' of the demo's '{name}' does not exist; name it in teams.yaml.",
    )


async def _write(context: Context, asked: UUID, batch: list[Change]) -> None:
    changeset = Changeset(batch, via="demo", parent=asked)
    try:
        await submit(context, changeset)
    except Invalid as refused:
        first = refused.faults[0] if refused.faults else refused
        named = batch[0].object
        raise Invalid(
            "demo.refused",
            f"演示数据没有写入，什么都没有改动（从 {named} 起）：{first.zh}",
            f"The demo was not loaded and nothing was changed (from {named} on): {first.en}",
            refused.faults,
        ) from refused
