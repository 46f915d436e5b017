"""Duplicate rules as definitions: live in the next write of any door, each key with an index."""

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, TypeVar

from changliu.access.model import Verb
from changliu.access.service import access_for
from changliu.definitions import service as definitions
from changliu.definitions.faults import invalid
from changliu.definitions.kind import DefinitionKind
from changliu.definitions.model import Context, Use
from changliu.identity.model import Right
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.errors import Fault
from changliu.records.context import context_for
from changliu.rules.duplicates.bulk import store as bulk
from changliu.rules.duplicates.finding import find_groups
from changliu.rules.duplicates.model import DuplicateBody, Term
from changliu.rules.reading import Author
from changliu.rules.store import DUPLICATES
from changliu.schema.catalogue import catalogue
from changliu.schema.indexing.work import ask_for_keys
from changliu.schema.matching import compares, has_several, match_key
from changliu.schema.model import Object
from changliu.schema.turns import run_turn

T = TypeVar("T")


class DuplicateKind(DefinitionKind[DuplicateBody]):
    """When two records of an object are the same; its key is the definition's key."""

    name: ClassVar[str] = "duplicate"
    label: ClassVar[dict[str, str]] = {"zh-CN": "查重规则", "en": "duplicate rule"}
    right: ClassVar[Right] = Right.RULES_CHANGE
    model: type[DuplicateBody] = DuplicateBody

    async def prepare(self, context: Context, body: DuplicateBody) -> DuplicateBody:
        """Find the fields by their keys; raises `Invalid` with the places of what is wrong."""
        found = await catalogue(context.tx)
        access = await access_for(context.tx, context.actor, found)
        target = found.by_key.get(body.object)
        if target is None or access.predicate(target.id, Verb.READ) is None:
            zh = f"没有“{body.object}”这个对象，请填对象标识。"
            en = f"There is no object '{body.object}'; give its key."
            raise invalid([Fault("object.unknown", zh, en, "object")])
        author, faults, groups = Author(access), [], []
        for number, group in enumerate(body.match):
            terms = []
            for at, term in enumerate(group):
                place = f"match.{number}.{at}"
                fault = _wrong(target, author, term, place)
                if fault is not None:
                    faults.append(fault)
                    continue
                field = target.by_key[term.field]
                terms.append(term.model_copy(update={"field_id": field.id}))
            groups.append(tuple(terms))
        if faults:
            raise invalid(faults)
        return body.model_copy(update={"object_id": target.id, "match": tuple(groups)})

    async def uses(self, context: Context, body: DuplicateBody) -> set[Use]:  # noqa: ARG002
        """Return the object and the fields that are compared."""
        here = body.object_id or ""
        return {Use(here), *(Use(here, t.field_id or "") for group in body.match for t in group)}

    def without(self, body: DuplicateBody, use: Use) -> DuplicateBody | None:
        """Lose the groups that compare a field that goes; without any there is no rule."""
        if not use.field:
            return None
        left = tuple(g for g in body.match if all(t.field_id != use.field for t in g))
        return body.model_copy(update={"match": left}) if left else None

    async def apply(
        self,
        context: Context,
        old: DuplicateBody | None,  # noqa: ARG002
        new: DuplicateBody | None,
    ) -> None:
        """Keep the table that writes read equal to the live version, and ask for its indexes."""
        owner = f"duplicate:{context.key}"
        if new is None or new.object_id is None:
            await DUPLICATES.remove(context.tx, context.key)
            await bulk.forget(context.tx, context.key)
            await ask_for_keys(context.tx, owner, "", [])
            return
        body = definitions.dump(new)
        await DUPLICATES.save(context.tx, context.key, new.object_id, context.version, body)
        found = await catalogue(context.tx)
        target = found.by_id[new.object_id]
        keys = [_key(target, group) for group in new.match] if new.active else []
        await ask_for_keys(context.tx, owner, target.table, keys)

    async def test(self, context: Context, body: DuplicateBody, sample: Any) -> Any:  # noqa: ARG002
        """Find the records that are alike as they are, as the caller sees them."""
        prepared = await self.prepare(context, body)
        here = await context_for(context.tx, context.actor)
        return await find_groups(here, here.catalogue.by_id[prepared.object_id or ""], prepared)

    async def run(
        self, database: Database, workspace: Workspace, work: Callable[[Tx], Awaitable[T]]
    ) -> T:
        """Publish while no write runs, so that none is half under the old rules."""
        return await run_turn(database, workspace, work)


def _key(target: Object, group: tuple[Term, ...]) -> tuple[str, str]:
    """The key of a group and the method of its index."""
    named = [(f'"{target.by_id[t.field_id or ""].column}"', t.method) for t in group]
    return match_key(named), "gin" if has_several(named) else "btree"


def _wrong(target: Object, author: Author, term: Term, place: str) -> Fault | None:
    field = target.by_key.get(term.field)
    if field is None or not author.readable(target.id, field.id):
        zh = f"对象“{target.label['zh-CN']}”没有“{term.field}”这个字段，请填字段标识。"
        en = f"'{target.label['en']}' has no field '{term.field}'; give a field's key."
        return Fault("field.unknown", zh, en, f"{place}.field")
    if not compares(field, term.method):
        zh = f"“{field.label['zh-CN']}”不能用“{term.method}”比较，请换一种方式或换一个字段。"
        en = f"'{field.label['en']}' cannot be compared by '{term.method}'; choose another."
        return Fault("duplicate.method", zh, en, f"{place}.method")
    return None
