"""Compares a bundle with what is live: what an install would create, change, remove or leave.

Every definition is merged three ways: the body last installed (base), the one live here (mine),
the one in the files (theirs).
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel, ValidationError

from changliu.bundles import store
from changliu.bundles.bodies import Item, body_of, items_of, plain, whole
from changliu.bundles.merge import ABSENT, merge
from changliu.bundles.model import Bundle, Team
from changliu.bundles.plan import Choices, Plan, Step, choice_at
from changliu.bundles.removal import Part, part_of, planned_removals
from changliu.bundles.wording import name_in_words, place_in_words
from changliu.definitions import service as definitions
from changliu.definitions.impact import InUse
from changliu.definitions.kind import DefinitionKind, KindRegistry
from changliu.definitions.model import Context, Effect, Impact
from changliu.identity.directory import teams_by_key
from changliu.identity.model import Actor
from changliu.kit.db import Tx
from changliu.kit.errors import Invalid, NotFound, Problem
from changliu.kit.yaml_models import faults_of

Kind = DefinitionKind[Any]
Bodies = dict[store.PartName, dict[str, Any]]


@dataclass(frozen=True)
class Work:
    """A plan with what carrying it out needs: items to publish, teams, parts to retire.

    `bodies` are those of the new version, `gone` the parts it has no more, `former` those that
    this or an earlier install brought.
    """

    bundle: Bundle
    plan: Plan
    items: tuple[Item, ...]
    teams: tuple[Team, ...]
    bodies: Bodies
    removed: tuple[Part, ...] = ()
    gone: tuple[store.PartName, ...] = ()
    former: Set[store.PartName] = frozenset()


@dataclass(frozen=True)
class _Compared:
    """One item beside what is live: the step, what to publish (None: nothing), its effects."""

    step: Step
    theirs: dict[str, Any]
    publish: Item | None = None
    effects: tuple[Effect, ...] = ()


async def plan_install(
    tx: Tx, actor: Actor, kinds: KindRegistry, bundle: Bundle, choices: Choices
) -> Work:
    """Return what installing a bundle would do; `choices` settles places one way or the other.

    Raises `Invalid` for a body its kind cannot read, a bundle that needs another one first, and a
    choice about what neither the bundle nor the workspace has.
    """
    _check_needs(bundle, {row["key"] for row in await store.installed(tx)})
    base = await store.parts(tx, bundle.app.key)
    compared = [
        await _compare(tx, actor, kinds.get(item.kind), item, base=base, choices=choices)
        for item in items_of(bundle)
    ]
    names = [(c.step.kind, c.step.key) for c in compared]
    bodies: Bodies = {name: c.theirs for name, c in zip(names, compared, strict=True)}
    steps = [c.step for c in compared]
    teams = await _team_steps(tx, bundle, base, steps, bodies)
    gone = [name for name in base if name not in bodies]
    _check_choices(choices, {f"{kind}:{key}" for kind, key in [*bodies, *gone]})
    changing = {name for name, c in zip(names, compared, strict=True) if c.publish}
    parts = [await part_of(tx, kinds.get(kind), key, base[kind, key])
             for kind, key in gone if kind != "team"]  # fmt: skip
    removals = await planned_removals(tx, actor, kinds, parts, changing=changing, choices=choices)
    effects = [effect for c in compared for effect in c.effects] + list(removals.effects)
    plan = Plan(
        bundle.app.key,
        bundle.app.version,
        (*steps, *removals.steps),
        Impact(tuple(effects)),
    )
    items = tuple(c.publish for c in compared if c.publish)
    left = tuple(name for name in gone if name not in removals.kept)
    return Work(
        bundle,
        plan,
        items,
        tuple(teams),
        bodies,
        removals.parts,
        left,
        await store.ever(tx, bundle.app.key),
    )


async def _compare(
    tx: Tx, actor: Actor, kind: Kind, item: Item, *, base: Bodies, choices: Choices
) -> _Compared:
    live = await live_body(tx, kind, item.key)
    theirs = plain(_valid(kind, item))
    name = name_in_words(kind, item.key, item.label)
    before = base.get((item.kind, item.key))
    if live is None:
        return _not_here(item, theirs, name, before, choices)
    mine = plain(live)
    full = f"{item.kind}:{item.key}"
    sides = (_base(kind, before), mine, theirs)
    three = [body_of(side, sides) for side in sides]
    merged = merge(three[0], three[1], three[2], lambda path: choice_at(choices, full, path))
    wanted = whole(merged.value, mine)
    places = tuple(place_in_words(kind, item.key, mine | theirs, d) for d in merged.differences)
    words = f"{name[0]}：不变", f"{name[1]}: unchanged"
    step = Step("same", item.kind, item.key, *words, label=item.label)
    if wanted == mine:
        if places:
            kept = f"{name[0]}：您改过，保留您的", f"{name[1]}: changed here, left so"
            step = replace(step, action="keep", zh=kept[0], en=kept[1], places=places)
            step = _detailed(step)
        return _Compared(step, theirs)
    step = replace(step, action="change", zh=f"修改{name[0]}", en=f"change {name[1]}")
    step = _detailed(replace(step, places=places))
    publish = replace(item, body=_with_internals(wanted, mine, live))
    effects = await _effects(tx, actor, kind, publish)
    return _Compared(step, theirs, publish, effects)


def _detailed(step: Step) -> Step:
    zh, en = (p.zh for p in step.places), (p.en for p in step.places)
    return replace(step, details_zh=tuple(zh), details_en=tuple(en))


def _not_here(
    item: Item,
    theirs: dict[str, Any],
    name: tuple[str, str],
    before: dict[str, Any] | None,
    choices: Choices,
) -> _Compared:
    chosen = choice_at(choices, f"{item.kind}:{item.key}", ())
    side = chosen or ("theirs" if before is None else "mine")
    if side == "theirs":
        words = f"新建{name[0]}", f"create {name[1]}"
        step = Step("create", item.kind, item.key, *words, label=item.label)
        return _Compared(step, theirs, item)
    words = f"{name[0]}：您已移除，保持不变", f"{name[1]}: removed here, left so"
    return _Compared(Step("keep", item.kind, item.key, *words, label=item.label), theirs)


async def live_body(tx: Tx, kind: Kind, key: str) -> BaseModel | None:
    """Return the live body of a definition as its kind's model, None when there is none."""
    try:
        found = await definitions.get(tx, kind, key)
    except NotFound:
        return None
    model: BaseModel = kind.model.model_validate(found.body)
    return model


def _valid(kind: Kind, item: Item) -> BaseModel:
    try:
        wanted: BaseModel = kind.model.model_validate(item.body)
    except ValidationError as error:
        faults = faults_of(item.document, kind.model, error, item.at)
        raise Invalid("bundle.invalid", faults[0].zh, faults[0].en, faults) from error
    return wanted


def _base(kind: Kind, body: dict[str, Any] | None) -> Any:
    """The body last installed as it would be written today: settings have been added since."""
    if body is None:
        return ABSENT
    try:
        return plain(kind.model.model_validate(body))
    except ValidationError:
        return body


def _with_internals(wanted: Any, mine: Any, live: BaseModel) -> dict[str, Any]:
    """Give what stays as it is back what was compiled of it: labels may have changed since."""
    made = _restored(wanted, mine, definitions.dump(live))
    assert isinstance(made, dict)
    return made


def _restored(wanted: Any, mine: Any, stored: Any) -> Any:
    if isinstance(wanted, dict) and isinstance(mine, dict) and isinstance(stored, dict):
        return {k: _restored(v, mine.get(k), stored.get(k)) for k, v in wanted.items()}
    if isinstance(wanted, list) and isinstance(mine, list) and isinstance(stored, list):
        return [stored[mine.index(e)] if isinstance(e, dict) and e in mine else e for e in wanted]
    return wanted


async def _effects(tx: Tx, actor: Actor, kind: Kind, item: Item) -> tuple[Effect, ...]:
    """What a change would cost that its kind asks to confirm, such as options records hold."""
    try:
        model = kind.model.model_validate(item.body)
        await kind.prepare(Context(tx, actor, item.key), model)
    except InUse as problem:
        return problem.impact.effects
    except (Problem, ValidationError):
        pass  # it reads what is still to come; publishing says what is wrong
    return ()


async def _team_steps(
    tx: Tx, bundle: Bundle, base: Mapping[Any, Any], steps: list[Step], bodies: Bodies
) -> list[Team]:
    existing = await teams_by_key(tx)
    made: list[Team] = []
    for team in bundle.teams:
        bodies["team", team.key] = team.model_dump(mode="json")
        zh, en = team_names(team)
        label = {"zh-CN": zh, "en": en}
        if team.key in existing or ("team", team.key) in base:
            text = f"团队“{zh}”：不变", f"team '{en}': unchanged"
            steps.append(Step("same", "team", team.key, *text, label=label))
        else:
            text = f"新建团队“{zh}”", f"create team '{en}'"
            steps.append(Step("create", "team", team.key, *text, label=label))
            made.append(team)
    return made


def team_names(team: Team) -> tuple[str, str]:
    """Return a team's Chinese and English name."""
    if isinstance(team.name, str):
        return team.name, team.name
    return team.name["zh-CN"], team.name["en"]


def _check_needs(bundle: Bundle, here: set[str]) -> None:
    missing = [key for key in bundle.app.requires if key not in here]
    if missing:
        fault = bundle.documents["app.yaml"].fault(
            "bundle.requires",
            ("requires",),
            f"需要先安装应用包：{'、'.join(missing)}。",
            f"install these bundles first: {', '.join(missing)}.",
        )
        raise Invalid("bundle.requires", fault.zh, fault.en, [fault])


def _check_choices(choices: Choices, known: set[str]) -> None:
    for place in choices:
        if place and place.split("/", 1)[0] not in known:
            raise Invalid(
                "bundle.choice",
                f"应用包里没有“{place}”；位置请照试运行结果里的 at 填写，"
                "例如 field:lead.company/label。",
                f"The bundle has no '{place}'; name places as `at` in the plan does, such as"
                " field:lead.company/label.",
            )
