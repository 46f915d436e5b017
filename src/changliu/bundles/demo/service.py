"""The verbs of demo data: read a bundle's recipe, load what it makes as one import.

Everything is one transaction of several changesets under one id, through the same twelve steps as
any other write; taking that id back removes it. A bundle's demo is loaded once.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from changliu.bundles.demo.maker import World
from changliu.bundles.demo.recipe import Recipe, Words
from changliu.bundles.model import Bundle
from changliu.bundles.service import Told
from changliu.identity import service as identity
from changliu.identity.directory import teams_by_key
from changliu.kit.db import Database, Workspace
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
) -> Loaded | None:
    """Load a bundle's demo data; None when it is there already.

    Raises `Invalid` (`demo.refused`) with the first row that records refuse; nothing is written.
    """
    recipe, words = read_recipe(bundle.folder)
    began = time.monotonic()
    asked = demo_id(bundle.app.key)
    async with database.transaction(workspace) as tx:
        context = await context_for(tx, await identity.system_actor(tx), participants)
        if await _is_there(context, asked):
            return None
        people = await _hire(context, recipe)
        zone = ZoneInfo(workspace.timezone)
        lists = words.__pydantic_extra__ or {}
        dice = Random(wish.seed)
        world = World(recipe, lists, context.today, zone, people, dice, wish.scale)
        changes = list(_changes(world))
        for start in range(0, len(changes), BATCH):
            batch = changes[start : start + BATCH]
            await _write(context, asked, batch)
            told(batch[-1].object, start + len(batch), len(changes))
    return Loaded(asked, len(changes), time.monotonic() - began)


def _changes(world: World) -> Iterator[Change]:
    for part, rows in world.rows():
        assert part.object is not None
        for row in rows:
            yield Change("create", part.object, row.id, values=row.values)


async def _is_there(context: Context, asked: UUID) -> bool:
    try:
        found = await chain(context, asked, consequences=False)
    except NotFound:
        return False
    return any(line.taken_back is None for line in found)


async def _hire(context: Context, recipe: Recipe) -> dict[str, str]:
    """Make sure that everybody works here; returns their ids by name."""
    teams = await teams_by_key(context.tx)
    hired = {}
    for person in recipe.people:
        name, parent = teams[person.team]
        team = await identity.ensure_team(context.tx, person.team, name, parent)
        member = await identity.ensure_member(context.tx, person.name, team, [person.role])
        hired[person.name] = str(member)
    return hired


async def _write(context: Context, asked: UUID, batch: list[Change]) -> None:
    changeset = Changeset(batch, via="import", reason="演示数据 demo", parent=asked)
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
