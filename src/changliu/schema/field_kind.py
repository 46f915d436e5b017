"""The definition kind `field`: key `<object>.<field>`, body as typed in the designer."""

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, TypeVar

from pydantic import ValidationError

from changliu.definitions import service as definitions
from changliu.definitions.kind import DefinitionKind
from changliu.definitions.model import Context, Use
from changliu.definitions.words import describe_change, describe_values
from changliu.fields.registry import FIELD_TYPES
from changliu.fields.types.lines import LINES
from changliu.formula import print_tree
from changliu.formula.model import from_json
from changliu.identity.model import Right
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.errors import Fault
from changliu.kit.labels import Language
from changliu.schema import ddl, store
from changliu.schema.body import FieldBody
from changliu.schema.catalogue import catalogue
from changliu.schema.field_checks import check_field
from changliu.schema.field_prepare import prepare_field
from changliu.schema.filling import start_over
from changliu.schema.indexing.work import ask_for_indexes
from changliu.schema.model import Object
from changliu.schema.names import split_field_key
from changliu.schema.physical import physical_change, typed_settings
from changliu.schema.plan import plan_field
from changliu.schema.searching import ask_for_keys
from changliu.schema.store import FieldRow
from changliu.schema.turns import run_turn, turn_of
from changliu.schema.world import MEMBER, TEAM

T = TypeVar("T")


class FieldKind(DefinitionKind[FieldBody]):
    """A field of an object: its column, indexes and place in the catalogue follow the body."""

    name: ClassVar[str] = "field"
    label: ClassVar[dict[str, str]] = {"zh-CN": "字段", "en": "field"}
    right: ClassVar[Right] = Right.SCHEMA_CHANGE
    model: type[FieldBody] = FieldBody

    async def prepare(self, context: Context, body: FieldBody) -> FieldBody:
        """Check type and settings, give an id, compile formulas; see `field_prepare`."""
        return await prepare_field(context, body)

    async def check(self, context: Context, body: FieldBody) -> list[Fault]:
        """Return what is wrong with required, unique, default, references and dependants."""
        return await check_field(context, body)

    async def uses(self, context: Context, body: FieldBody) -> set[Use]:
        """Return the object referred to, and what the formula and the default read."""
        found = await catalogue(context.tx)
        shapes = [s for s in (body.shape, body.default_shape) if s]
        used = {Use(*pair) for shape in shapes for pair in shape.uses}
        target = found.by_key.get(str(body.settings.get("object")))
        if body.type in ("reference", LINES) and target is not None:
            used.add(Use(target.id))
        return {use for use in used if use.field != body.id and use.object not in (MEMBER, TEAM)}

    async def removes(self, context: Context, old: FieldBody, new: FieldBody | None) -> set[Use]:
        """Return the field itself when it is retired."""
        owner = await _owner(context)
        return {Use(owner.id, old.id or "")} if new is None else set()

    def without(self, body: FieldBody, use: Use) -> FieldBody | None:
        """Lose a default that read something removed; a formula or reference cannot go on."""
        hit = body.default_shape is not None and (use.object, use.field) in body.default_shape.uses
        if hit and (body.shape is None or (use.object, use.field) not in body.shape.uses):
            return body.model_copy(update={"default": None, "default_shape": None})
        return None

    async def apply(self, context: Context, old: FieldBody | None, new: FieldBody | None) -> None:
        """Run the physical steps and write the row the catalogue is loaded from."""
        _, field_key = split_field_key(context.key)
        tx, turn = context.tx, turn_of(context.tx)
        either = new or old
        assert either is not None
        assert either.id is not None
        owner = await _owner(context)
        table = owner.id
        same = old if old and old.id == either.id else None
        await ddl.run(tx, turn, plan_field(*physical_change(table, same, new)))
        await start_over(tx, table, old, new)
        if _bears_on_search(old, new):
            await ask_for_keys(tx)
        if new is None:
            await store.remove_field(tx, either.id)
            await ask_for_indexes(tx)
            return
        row = FieldRow(either.id, table, field_key, context.version, definitions.dump(new))
        await store.save_field(tx, row)
        if _bears_on_indexes(old, new):
            await ask_for_indexes(tx)
        if owner.extra.get("title") == field_key:
            # The object was published first: only now can its title be noted as a use.
            await definitions.add_use(tx, "object", owner.key, Use(owner.id, either.id))

    async def shown(self, context: Context, body: FieldBody) -> dict[str, Any]:
        """Print formulas with today's labels."""
        made = await super().shown(context, body)
        owner = (await catalogue(context.tx)).by_key.get(split_field_key(context.key)[0])
        if body.shape is not None and body.type == "formula" and owner is not None:
            world = (await catalogue(context.tx)).world
            text = print_tree(from_json(body.shape.tree), world, owner.id, context.actor.language)
            made["settings"] = {**made["settings"], "formula": text}
        return made

    def describe(
        self, old: FieldBody | None, new: FieldBody | None, language: Language
    ) -> list[str]:
        """Name settings by the titles their type gives them."""
        if old is None or new is None:
            return describe_change(old, new, language)
        bare: dict[str, dict[str, str]] = {"settings": {}}
        lines = describe_change(old.model_copy(update=bare), new.model_copy(update=bare), language)
        return lines + _settings_changes(old, new, language)

    async def run(
        self, database: Database, workspace: Workspace, work: Callable[[Tx], Awaitable[T]]
    ) -> T:
        """Publish in a change of structure."""
        return await run_turn(database, workspace, work)


def _bears_on_indexes(old: FieldBody | None, new: FieldBody) -> bool:
    """An index may be asked for, no more, or read a formula or column that is another now."""
    before = (old.indexed, old.place, old.shape) if old else (False, new.place, new.shape)
    return before != (new.indexed, new.place, new.shape)


def _bears_on_search(old: FieldBody | None, new: FieldBody | None) -> bool:
    """Records may be found by it no more, or by values that are there already."""
    if old is None or new is None:
        return old is not None
    return (old.searchable, old.type, old.place) != (new.searchable, new.type, new.place)


def _settings_changes(old: FieldBody, new: FieldBody, language: Language) -> list[str]:
    if old.type != new.type or old.type not in FIELD_TYPES:
        return describe_values(old.settings, new.settings, "settings", language)
    try:
        before, after = typed_settings(old), typed_settings(new)
    except ValidationError:  # a draft may hold settings its type refuses
        return describe_values(old.settings, new.settings, "settings", language)
    return describe_change(before, after, language)


async def _owner(context: Context) -> Object:
    object_key, _ = split_field_key(context.key)
    return (await catalogue(context.tx)).object(object_key)
