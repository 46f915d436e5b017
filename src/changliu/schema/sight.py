"""What a caller may see of the catalogue; main.py registers who decides (the access room)."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from changliu.identity.model import Actor
from changliu.kit.db import Tx
from changliu.kit.labels import Language
from changliu.schema.model import Catalogue


class Sight(Protocol):
    """One caller's view of objects and fields at one catalogue and identity version."""

    @property
    def signature(self) -> str:
        """Equal for callers who see the same."""
        ...

    def verbs(self, object_id: str) -> tuple[str, ...]:
        """Return what the caller may do with an object; nothing: it does not exist for them."""
        ...

    def shown(self, object_id: str, field_id: str) -> bool:
        """Say whether the caller may read a field on some rows."""
        ...

    def readable(self, object_id: str, field_id: str) -> bool:
        """Say whether the caller may read a field on every row they reach."""
        ...

    def opens(self, object_id: str, field_id: str) -> bool:
        """Say whether the caller may read everything a computed field is made of."""
        ...

    def writable(self, object_id: str, field_id: str) -> bool:
        """Say whether the caller may write a field on some rows."""
        ...


@dataclass(frozen=True, slots=True)
class Sights:
    """The registry entry: how to get a caller's sight."""

    look: Callable[[Tx, Actor, Catalogue], Awaitable[Sight]]


class MetaChapter(Protocol):
    """What a room above adds to /meta."""

    async def stamp(self, tx: Tx, actor: Actor) -> str:
        """Return what changes when the chapter does, beside catalogue version and rights."""
        ...

    async def make(self, tx: Tx, actor: Actor, language: Language) -> Mapping[str, Any]:
        """Return the members it adds."""
        ...


@dataclass(frozen=True, slots=True)
class MetaChapters:
    """The registry entry: the chapters of /meta, in order."""

    items: tuple[MetaChapter, ...] = ()


@dataclass(frozen=True, slots=True)
class Designer:
    """Sees everything: who may change the structure must see all of it."""

    signature: str = "designer"

    def verbs(self, object_id: str) -> tuple[str, ...]:  # noqa: ARG002
        """No verbs on records follow from the right to change the structure."""
        return ("design",)

    def shown(self, object_id: str, field_id: str) -> bool:  # noqa: ARG002
        """Every field."""
        return True

    def readable(self, object_id: str, field_id: str) -> bool:  # noqa: ARG002
        """Every field."""
        return True

    def opens(self, object_id: str, field_id: str) -> bool:  # noqa: ARG002
        """Every field."""
        return True

    def writable(self, object_id: str, field_id: str) -> bool:  # noqa: ARG002
        """No field."""
        return False


@dataclass(frozen=True, slots=True)
class Stranger:
    """Sees nothing: what everybody is where nobody decides."""

    signature: str = "stranger"

    def verbs(self, object_id: str) -> tuple[str, ...]:  # noqa: ARG002
        """None."""
        return ()

    def shown(self, object_id: str, field_id: str) -> bool:  # noqa: ARG002
        """No field."""
        return False

    def readable(self, object_id: str, field_id: str) -> bool:  # noqa: ARG002
        """No field."""
        return False

    def opens(self, object_id: str, field_id: str) -> bool:  # noqa: ARG002
        """No field."""
        return False

    def writable(self, object_id: str, field_id: str) -> bool:  # noqa: ARG002
        """No field."""
        return False
