"""What every door asks of access: predicate trees and field rights, never SQL."""

from collections.abc import Mapping
from typing import Any, Protocol

from changliu.access.model import Verb
from changliu.formula.model import Node


class Access(Protocol):
    """One actor's rights at one identity and catalogue version."""

    @property
    def signature(self) -> str:
        """Equal for actors with the same predicates and field rights: a plan-cache key."""
        ...

    @property
    def params(self) -> Mapping[str, Any]:
        """Values of the predicates' parameters: `me` (member id), `my_teams`, `my_tree` (ids)."""
        ...

    def predicate(self, object_id: str, verb: Verb) -> Node | None:
        """Return which rows the verb reaches: a condition tree, or None when nothing is granted."""
        ...

    def readable(self, object_id: str, field_id: str) -> bool:
        """Say whether the actor may read a field on every row they reach (system fields: yes when
        the object is). What is published may name such fields only."""
        ...

    def shown(self, object_id: str, field_id: str) -> bool:
        """Say whether the actor may read a field on some rows; a door then asks which."""
        ...

    def readable_rows(self, object_id: str, field_id: str) -> Node | None:
        """Return on which of the rows they reach the actor may read a field: a condition tree,
        TRUE for all of them, None for none."""
        ...

    def exportable_rows(self, object_id: str, field_id: str) -> Node | None:
        """Return on which rows of all a field may be exported, its being readable aside: TRUE for
        all of them, None for none."""
        ...

    def opens(self, object_id: str, field_id: str) -> bool:
        """Say whether the actor may also read everything a computed field is made of; one granted
        by its own name shows its value only."""
        ...

    def masked(self, object_id: str, field_id: str) -> bool:
        """Say whether the actor sees only the ends of the field's values, and may not compute
        with them."""
        ...

    def writable(self, object_id: str, field_id: str, verb: Verb | None = None) -> bool:
        """Say whether the actor may write a field on some rows by `verb` (create, update; None:
        either)."""
        ...

    def writable_rows(self, object_id: str, field_id: str, verb: Verb) -> Node | None:
        """Return on which of the rows that `verb` reaches the actor may write a field."""
        ...
