"""What a room brings to have its configuration versioned: a kind; and the registry of kinds."""
# ruff: noqa: ARG002 -- the defaults of the protocol take what overriders need

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, ClassVar, Protocol, TypeVar

from pydantic import BaseModel

from changliu.definitions.model import Context, Effect, Use, UseRow
from changliu.definitions.words import describe_change, public
from changliu.identity.model import Right
from changliu.kit.db import Database, Tx, Workspace
from changliu.kit.errors import Fault, NotFound
from changliu.kit.labels import Language

Body = TypeVar("Body", bound=BaseModel)
T = TypeVar("T")


class DefinitionKind(Protocol[Body]):
    """A kind of definition. Subclass it: every function but `apply` has a sensible default.

    `right` guards every door of the kind. The order of a publish is: `model` validation,
    `prepare`, `check`, `uses`, then the version is stored and `apply` projects it. The definition's
    key is `context.key`.
    """

    name: ClassVar[str]
    label: ClassVar[dict[str, str]]
    right: ClassVar[Right]
    model: type[Body]

    async def prepare(self, context: Context, body: Body) -> Body:
        """Complete a body before it is checked and stored (compile formulas, give ids).

        Raises `Invalid` with faults when that cannot be done.
        """
        return body

    async def check(self, context: Context, body: Body) -> list[Fault]:
        """Return what is wrong with a prepared body; warnings do not stop a publish."""
        return []

    async def uses(self, context: Context, body: Body) -> set[Use]:
        """Return the objects and fields (stable ids) a prepared body names."""
        return set()

    async def apply(self, context: Context, old: Body | None, new: Body | None) -> None:
        """Project a change of the live version into the room's tables; None = none live.

        Runs in the publishing transaction. `new` is None when the definition is retired.
        """
        ...

    async def removes(self, context: Context, old: Body, new: Body | None) -> set[Use]:
        """Return the objects and fields that a publish (`new` None: a retirement) takes away."""
        return set()

    async def impact(self, context: Context, old: Body, new: Body | None) -> list[Effect]:
        """Return what else a publish would cost, such as records losing a value.

        Definitions that use what `removes` names are listed by the room itself.
        """
        return []

    def owns(self, key: str, row: UseRow) -> bool:
        """Say whether a user of a removed thing is a part of this definition (not listed)."""
        return False

    def without(self, body: Body, use: Use) -> Body | None:
        """Return the body without its use of a removed object or field, or None to retire it."""
        return None

    async def spoken(self, tx: Tx, body: Body) -> Body:
        """Return the body as `describe` tells it: names in place of ids people do not know."""
        return body

    def describe(self, old: Body | None, new: Body | None, language: Language) -> list[str]:
        """Return the difference of two bodies in business words."""
        return describe_change(old, new, language)

    async def shown(self, context: Context, body: Body) -> dict[str, Any]:
        """Return a body as people should see it: what is internal left out."""
        shown: dict[str, Any] = public(body)
        return shown

    def title(self, key: str, body: Body, language: Language) -> str:
        """Return what people call this definition: its label when it has one, else its key."""
        label = getattr(body, "label", None)
        return str(label.get(language, key)) if isinstance(label, dict) else key

    async def test(self, context: Context, body: Body, sample: Any) -> Any:
        """Try a body on a sample as the caller, without side effects; the answer is JSON-able."""
        raise NotFound(
            "definition.no_test",
            "这类定义没有试运行，直接保存为草稿再发布即可。",
            "This kind has no trial run; save a draft and publish it.",
        )

    async def run(
        self, database: Database, workspace: Workspace, work: Callable[[Tx], Awaitable[T]]
    ) -> T:
        """Run `work` in the transaction this kind publishes in, and commit it."""
        async with database.transaction(workspace) as tx:
            return await work(tx)


class KindRegistry:
    """The kinds of an installation, by name; main.py fills it."""

    def __init__(self, kinds: Iterable[DefinitionKind[Any]] = ()) -> None:
        self._kinds: dict[str, DefinitionKind[Any]] = {}
        for kind in kinds:
            self.add(kind)

    def add(self, kind: DefinitionKind[Any]) -> None:
        """Register a kind; raises ValueError when its name is taken."""
        if kind.name in self._kinds:
            raise ValueError(f"the kind '{kind.name}' is registered twice")
        self._kinds[kind.name] = kind

    def get(self, name: str) -> DefinitionKind[Any]:
        """Return the kind of that name; raises `NotFound` (code `definition.kind_unknown`)."""
        kind = self._kinds.get(name)
        if kind is None:
            known = ", ".join(sorted(self._kinds))
            raise NotFound(
                "definition.kind_unknown",
                f"没有“{name}”这类定义，可用的有：{known}。",
                f"There is no kind of definition '{name}'; known are: {known}.",
            )
        return kind

    def all(self) -> tuple[DefinitionKind[Any], ...]:
        """Return the kinds in the order of registration."""
        return tuple(self._kinds.values())
