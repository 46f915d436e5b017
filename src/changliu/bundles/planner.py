"""Compares a bundle with what is live: what an install would create, change, or leave alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from changliu.bundles import store
from changliu.bundles.bodies import Item, items_of, plain
from changliu.bundles.model import Bundle, Plan, Step, Team
from changliu.definitions import service as definitions
from changliu.definitions.kind import DefinitionKind, KindRegistry
from changliu.identity.directory import teams_by_key
from changliu.kit.db import Tx
from changliu.kit.errors import Invalid, NotFound
from changliu.kit.yaml_models import faults_of
from changliu.schema.body import FieldBody

Kind = DefinitionKind[Any]
Bodies = dict[store.PartName, dict[str, Any]]


@dataclass(frozen=True)
class Work:
    """A plan with what carrying it out needs: the items and teams behind its steps."""

    bundle: Bundle
    plan: Plan
    items: tuple[Item, ...]
    teams: tuple[Team, ...]
    bodies: Bodies


async def plan_install(
    tx: Tx, kinds: KindRegistry, bundle: Bundle, *, overwrite: bool = False
) -> Work:
    """Return what installing a bundle would do; `overwrite` takes local changes back too."""
    base = await store.parts(tx, bundle.app.key)
    steps: list[Step] = []
    items: list[Item] = []
    bodies: Bodies = {}
    for item in items_of(bundle):
        kind = kinds.get(item.kind)
        live = await _live(tx, kind, item.key)
        wanted = _wanted(kind, item, live)
        desired = plain(wanted)
        bodies[item.kind, item.key] = desired
        step = _step(kind, item, live, wanted, base, overwrite=overwrite)
        steps.append(step)
        if step.action in {"create", "change"}:
            items.append(item)
    teams = await _team_steps(tx, bundle, base, steps, bodies)
    plan = Plan(bundle.app.key, bundle.app.version, tuple(steps))
    return Work(bundle, plan, tuple(items), tuple(teams), bodies)


async def _live(tx: Tx, kind: Kind, key: str) -> BaseModel | None:
    try:
        found = await definitions.get(tx, kind, key)
    except NotFound:
        return None
    model: BaseModel = kind.model.model_validate(found.body)
    return model


def _wanted(kind: Kind, item: Item, live: BaseModel | None) -> BaseModel:
    try:
        wanted: BaseModel = kind.model.model_validate(item.body)
    except ValidationError as error:
        faults = faults_of(item.document, kind.model, error, item.at)
        raise Invalid("bundle.invalid", faults[0].zh, faults[0].en, faults) from error
    if isinstance(wanted, FieldBody) and isinstance(live, FieldBody):
        # Someone may have moved the field on the form; its place is not the bundle's business.
        wanted = wanted.model_copy(update={"position": live.position})
    return wanted


def _step(
    kind: Kind,
    item: Item,
    live: BaseModel | None,
    wanted: BaseModel,
    base: Bodies,
    *,
    overwrite: bool,
) -> Step:
    name = _name(kind, item)
    before = base.get((item.kind, item.key))
    if live is None:
        if before is not None and not overwrite:
            zh, en = f"{name[0]}：本地已移除，保持不变", f"{name[1]}: removed here, left so"
            return Step("keep", item.kind, item.key, zh, en)
        return Step("create", item.kind, item.key, f"新建{name[0]}", f"create {name[1]}")
    current, desired = plain(live), plain(wanted)
    if _same(current, desired):
        return Step("same", item.kind, item.key, f"{name[0]}：不变", f"{name[1]}: unchanged")
    words_zh, words_en = (tuple(_words(kind, live, wanted, lang)) for lang in ("zh-CN", "en"))
    local = before is not None and not _same(current, before)
    if local and not overwrite:
        zh, en = f"{name[0]}：本地改过，保持不变", f"{name[1]}: changed here, left so"
        return Step("keep", item.kind, item.key, zh, en, words_zh, words_en)
    zh, en = f"修改{name[0]}", f"change {name[1]}"
    return Step("change", item.kind, item.key, zh, en, words_zh, words_en)


def _same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    place = {"position": None}
    return {**one, **place} == {**other, **place}


def _words(kind: Kind, old: BaseModel, new: BaseModel, language: Any) -> Iterator[str]:
    yield from kind.describe(old, new, language)


def _name(kind: Kind, item: Item) -> tuple[str, str]:
    label = item.label or {"zh-CN": item.key, "en": item.key}
    return (
        f"{kind.label['zh-CN']}“{label['zh-CN']}”（{item.key}）",
        f"{kind.label['en'].lower()} '{label['en']}' ({item.key})",
    )


async def _team_steps(
    tx: Tx, bundle: Bundle, base: Bodies, steps: list[Step], bodies: Bodies
) -> list[Team]:
    existing = await teams_by_key(tx)
    made: list[Team] = []
    for team in bundle.teams:
        bodies["team", team.key] = team.model_dump(mode="json")
        zh, en = team_names(team)
        if team.key in existing or ("team", team.key) in base:
            text = f"团队“{zh}”：不变", f"team '{en}': unchanged"
            steps.append(Step("same", "team", team.key, *text))
        else:
            text = f"新建团队“{zh}”", f"create team '{en}'"
            steps.append(Step("create", "team", team.key, *text))
            made.append(team)
    return made


def team_names(team: Team) -> tuple[str, str]:
    """Return a team's Chinese and English name."""
    if isinstance(team.name, str):
        return team.name, team.name
    return team.name["zh-CN"], team.name["en"]
