"""Views and forms as definitions: read as their author, seen by each reader in their own way."""

from collections.abc import Collection
from typing import Any, ClassVar, Protocol, TypeVar
from uuid import UUID

from changliu.access.service import access_for
from changliu.definitions import service as definitions
from changliu.definitions.faults import invalid
from changliu.definitions.kind import DefinitionKind
from changliu.definitions.model import Context, Use
from changliu.definitions.words import public
from changliu.formula.model import from_json
from changliu.identity.directory import role_holders, team_parents, team_row
from changliu.identity.model import Right
from changliu.kit.db import Tx
from changliu.kit.errors import Fault, NotFound
from changliu.kit.labels import Language
from changliu.schema.catalogue import catalogue
from changliu.views import store
from changliu.views.form_model import FormBody
from changliu.views.form_reading import read_form
from changliu.views.losing import form_without, view_without
from changliu.views.model import ViewBody
from changliu.views.reading import Reading, reads, reprinted
from changliu.views.telling import form_changes, view_changes
from changliu.views.view_reading import read_view

B = TypeVar("B", ViewBody, FormBody)
# The members of a body, at any depth, that hold formulas.
_FORMULAS = frozenset({"filter", "formula", "visible", "required", "read_only"})


class _Shown(DefinitionKind[B], Protocol[B]):
    """What views and forms do alike as definitions."""

    right: ClassVar[Right] = Right.VIEWS_CHANGE

    def read(self, reading: Reading, body: B, roles: Collection[str]) -> B:
        """Return the body with what was read; the reading's faults say what could not be."""
        ...

    async def prepare(self, context: Context, body: B) -> B:
        """Find every name; raises `Invalid` with the places of those that are wrong."""
        found = await catalogue(context.tx)
        access = await access_for(context.tx, context.actor, found)
        target = found.by_key.get(body.object)
        if target is None or not reads(access, target.id):
            raise invalid([no_object(body.object)])
        known = body if context.rolling_back else await self._live(context)
        if known is not None and known.object != body.object:
            known = None
        reading = Reading(found, target, access, known)
        made = self.read(reading, body, set(await role_holders(context.tx)))
        if reading.faults:
            raise invalid(reading.faults)
        return made

    async def _live(self, context: Context) -> B | None:
        try:
            live = await definitions.get(context.tx, self, context.key)
        except NotFound:
            return None
        return self.model.model_validate(live.body)

    async def uses(self, context: Context, body: B) -> set[Use]:  # noqa: ARG002
        """Return the object and every field named."""
        return {Use(body.object_id or ""), *(Use(*pair) for pair in body.uses)}

    async def apply(self, context: Context, old: B | None, new: B | None) -> None:  # noqa: ARG002
        """Keep the table that readers read equal to the live version."""
        if new is None:
            await store.remove(context.tx, self.name, context.key)
            return
        place = store.Place(self.name, context.key, new.object_id or "")
        await store.save(context.tx, place, context.version, definitions.dump(new))

    async def shown(self, context: Context, body: B) -> dict[str, Any]:
        """Print formulas with today's labels."""
        made: dict[str, Any] = public(body)
        found = await catalogue(context.tx)
        target = found.by_key.get(body.object)
        if target is None or not body.trees:
            return made
        texts = {
            text: reprinted(from_json(tree), found, target.id, text, context.actor.language)
            for text, tree in body.trees.items()
        }
        said: dict[str, Any] = _replaced(made, texts)
        return said


class ViewKind(_Shown[ViewBody]):
    """A view shared with everybody, with roles, with teams; its key is the definition's key.

    `maker` is the member in whose name a new one is made: it stays theirs, whoever changes it.
    """

    name: ClassVar[str] = "view"
    label: ClassVar[dict[str, str]] = {"zh-CN": "视图", "en": "view"}
    model: type[ViewBody] = ViewBody

    def __init__(self, maker: UUID | None = None) -> None:
        self.maker = maker

    async def prepare(self, context: Context, body: ViewBody) -> ViewBody:
        """Find every name and every team, and say whose it is."""
        live = await self._live(context)
        parents = await team_parents(context.tx) if body.teams else {}
        held = live.teams if live else ()
        gone = [at for at, team in enumerate(body.teams) if team not in parents]
        faults = [no_team(f"teams.{at}") for at in gone if body.teams[at] not in held]
        if faults and not context.rolling_back:
            raise invalid(faults)
        made = await super().prepare(context, body)
        kept = live or (body if context.rolling_back else None)
        return made.model_copy(update={"maker": kept.maker if kept else self.maker})

    def read(self, reading: Reading, body: ViewBody, roles: Collection[str]) -> ViewBody:
        """Read a view."""
        return read_view(reading, body, roles)

    def without(self, body: ViewBody, use: Use) -> ViewBody | None:
        """Lose the columns and the like that show a field; without what decides, retire."""
        return view_without(body, use.field) if use.field else None

    async def spoken(self, tx: Tx, body: ViewBody) -> ViewBody:
        """Name the teams it is shared with; one that is gone keeps its id."""
        if not body.teams:
            return body
        rows = [await team_row(tx, team) for team in body.teams]
        told = tuple(
            row["name"] if row else str(t) for row, t in zip(rows, body.teams, strict=True)
        )
        # For reading only: what is stored keeps the ids.
        return body.model_copy(update={"teams": told})

    def describe(self, old: ViewBody | None, new: ViewBody | None, language: Language) -> list[str]:
        """Return what differs, column by column."""
        return view_changes(old, new, language)


class FormKind(_Shown[FormBody]):
    """How records of an object are laid out; its key is the definition's key."""

    name: ClassVar[str] = "form"
    label: ClassVar[dict[str, str]] = {"zh-CN": "表单", "en": "form"}
    model: type[FormBody] = FormBody

    def read(self, reading: Reading, body: FormBody, roles: Collection[str]) -> FormBody:
        """Read a form."""
        return read_form(reading, body, roles)

    def without(self, body: FormBody, use: Use) -> FormBody | None:
        """Lose a field that goes, and the conditions that name it; an empty form retires."""
        return form_without(body, use.field) if use.field else None

    def describe(self, old: FormBody | None, new: FormBody | None, language: Language) -> list[str]:
        """Return what differs, field by field."""
        return form_changes(old, new, language)


def no_object(key: str) -> Fault:
    """Return the fault of an object that is not there, or not for this author."""
    zh = f"没有“{key}”这个对象，请填对象标识。"
    return Fault("object.unknown", zh, f"There is no object '{key}'; give its key.", "object")


def no_team(place: str) -> Fault:
    """Return the fault of a team that is not there."""
    zh = "没有这个团队，请刷新后重选。"
    return Fault("team.unknown", zh, "There is no such team; reload and choose again.", place)


def _replaced(value: Any, texts: dict[str, str], name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _replaced(each, texts, key) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_replaced(each, texts, name) for each in value]
    return texts.get(value, value) if name in _FORMULAS and isinstance(value, str) else value
