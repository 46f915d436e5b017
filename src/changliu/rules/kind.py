"""Validation rules as definitions: checked as their author, live in the next write of any door."""

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, TypeVar

from changliu.access.model import Verb
from changliu.access.protocol import Access
from changliu.access.service import access_for
from changliu.definitions import service as definitions
from changliu.definitions.faults import invalid
from changliu.definitions.kind import DefinitionKind
from changliu.definitions.model import Context, Use
from changliu.formula.model import Aggregate, Column, Node, from_json, walk
from changliu.identity.model import Right
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.errors import Fault, NotFound
from changliu.rules.model import RuleBody
from changliu.rules.reading import Author, Reading, reprinted
from changliu.rules.store import RULES
from changliu.rules.trial import try_rule
from changliu.rules.wording import forget, print_message
from changliu.schema.catalogue import catalogue
from changliu.schema.model import Catalogue, Object
from changliu.schema.turns import run_turn
from changliu.schema.world import CHILDREN

T = TypeVar("T")


class RuleKind(DefinitionKind[RuleBody]):
    """A rule on an object's records; its key is the definition's key."""

    name: ClassVar[str] = "rule"
    label: ClassVar[dict[str, str]] = {"zh-CN": "校验规则", "en": "rule"}
    right: ClassVar[Right] = Right.RULES_CHANGE
    model: type[RuleBody] = RuleBody

    async def prepare(self, context: Context, body: RuleBody) -> RuleBody:
        """Read the conditions and the message; raises `Invalid` with their places."""
        return await _read(context, body, await self._known(context, body))

    async def _known(self, context: Context, body: RuleBody) -> RuleBody | None:
        """The same rule as it was read before: the version rolled back to, or the live one."""
        if context.rolling_back:
            return body
        try:
            live = await definitions.get(context.tx, self, context.key)
        except NotFound:
            return None
        known = RuleBody.model_validate(live.body)
        return known if known.object == body.object else None

    async def uses(self, context: Context, body: RuleBody) -> set[Use]:  # noqa: ARG002
        """Return the object and every field that conditions, message and place name."""
        return {Use(body.object_id or ""), *(Use(*pair) for pair in body.uses)}

    def without(self, body: RuleBody, use: Use) -> RuleBody | None:
        """Lose a place or a value of the message that goes; a condition cannot go on without."""
        trees = [from_json(tree) for tree in body.trees.values()]
        if not use.field or any(_names(tree, use.field) for tree in trees):
            return None
        gone = {at for at, tree in enumerate(body.values) if _names(from_json(tree), use.field)}
        message = forget(body.message, body.said, gone)
        place = None if body.field_id == use.field else body.field
        return body.model_copy(update={"message": message, "field": place})

    async def apply(self, context: Context, old: RuleBody | None, new: RuleBody | None) -> None:  # noqa: ARG002
        """Keep the table that writes read equal to the live version."""
        if new is None:
            await RULES.remove(context.tx, context.key)
            return
        assert new.object_id is not None
        body = definitions.dump(new)
        await RULES.save(context.tx, context.key, new.object_id, context.version, body)

    async def shown(self, context: Context, body: RuleBody) -> dict[str, Any]:
        """Print conditions and message with today's labels."""
        made = await super().shown(context, body)
        found = await catalogue(context.tx)
        target = found.by_key.get(body.object)
        if target is None:
            return made
        world, language = found.world, context.actor.language
        for part, tree in body.trees.items():
            made[part] = reprinted(from_json(tree), world, target.id, made[part], language)
        if body.said:
            values = [from_json(value) for value in body.values]
            made["message"] = print_message(body.said, values, world, target.id)
        return made

    async def test(self, context: Context, body: RuleBody, sample: Any) -> Any:  # noqa: ARG002
        """Count the records that break the rule as they are, with examples, as the caller."""
        return await try_rule(context, await _read(context, body, await self._known(context, body)))

    async def run(
        self, database: Database, workspace: Workspace, work: Callable[[Tx], Awaitable[T]]
    ) -> T:
        """Publish while no write runs, so that none is half under the old rules."""
        return await run_turn(database, workspace, work)


async def _read(context: Context, body: RuleBody, known: RuleBody | None) -> RuleBody:
    found = await catalogue(context.tx)
    access = await access_for(context.tx, context.actor, found)
    reading = Reading(found, _target(found, access, body.object), Author(access))
    made = reading.read(body, known)
    if reading.faults:
        raise invalid(reading.faults)
    return made


def _target(found: Catalogue, access: Access, key: str) -> Object:
    target = found.by_key.get(key)
    if target is None or access.predicate(target.id, Verb.READ) is None:
        zh, en = (
            f"没有“{key}”这个对象，请填对象标识。",
            f"There is no object '{key}'; give its key.",
        )
        raise invalid([Fault("object.unknown", zh, en, "object")])
    return target


def _names(tree: Node, field_id: str) -> bool:
    """Whether a tree names a field, also as the reference behind a child list."""
    for node in walk(tree):
        path = node.path if isinstance(node, Column | Aggregate) else ()
        if any(part.removesuffix(CHILDREN) == field_id for part in path):
            return True
    return False
