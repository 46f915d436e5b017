"""An actor's rights in the workspace as it stands, cached until identity or catalogue moves."""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from changliu.access import store
from changliu.access.condition import usable
from changliu.access.model import EVERY, SCOPES, Grant, Scope, Verb
from changliu.access.rights import Rights
from changliu.access.scopes import MY_TEAMS, MY_TREE, SHARED_VERBS
from changliu.definitions import service as definitions
from changliu.formula.model import Node
from changliu.identity import service as identity
from changliu.identity.model import ADMIN_ROLE, Actor
from changliu.kit.db import Tx
from changliu.schema.model import Catalogue

# The administrator may do everything to every object, also future ones; no row can take that away.
ADMIN_GRANTS = tuple(Grant(ADMIN_ROLE, EVERY, verb, Scope.ALL) for verb in Verb)

# Role sets per workspace are few; some 20 kB each once every object has been asked about.
_KEPT = 2_000
# Members whose shares a process remembers, some 300 bytes each.
_MEMBERS = 8_192
Place = tuple[str, str, str, str]
Lent = frozenset[tuple[str, Verb]]
_Key = tuple[Place, int, int, frozenset[str], Lent]
_rights: OrderedDict[_Key, Rights] = OrderedDict()
_lent: OrderedDict[tuple[Place, UUID], tuple[int, Lent]] = OrderedDict()


@dataclass(frozen=True, slots=True)
class MemberAccess:
    """One actor's rights: those of the roles, with the actor's own ids as parameters."""

    rights: Rights
    params: Mapping[str, Any]

    @property
    def signature(self) -> str:
        """Equal for actors whose predicates and field rights are the same text."""
        return self.rights.signature

    def verbs(self, object_id: str) -> tuple[str, ...]:
        """Return the verbs granted on an object; none: it does not exist for the actor."""
        return tuple(verb.value for verb in Verb if self.predicate(object_id, verb) is not None)

    def predicate(self, object_id: str, verb: Verb) -> Node | None:
        """Return which rows the verb reaches, None when nothing is granted."""
        return self.rights.predicate(object_id, verb)

    def readable(self, object_id: str, field_id: str) -> bool:
        """Say whether the actor may read a field on every row they reach."""
        return self.rights.readable(object_id, field_id)

    def shown(self, object_id: str, field_id: str) -> bool:
        """Say whether the actor may read a field on some rows."""
        return self.rights.shown(object_id, field_id)

    def readable_rows(self, object_id: str, field_id: str) -> Node | None:
        """Return on which rows the actor may read a field: TRUE for all, None for none."""
        return self.rights.readable_rows(object_id, field_id)

    def exportable_rows(self, object_id: str, field_id: str) -> Node | None:
        """Return on which rows of all a field may be exported: TRUE for all, None for none."""
        return self.rights.exportable_rows(object_id, field_id)

    def opens(self, object_id: str, field_id: str) -> bool:
        """Say whether the actor may also read everything a computed field is made of."""
        return self.rights.opens(object_id, field_id)

    def masked(self, object_id: str, field_id: str) -> bool:
        """Say whether only the ends of a field's values are shown."""
        return self.rights.masked(object_id, field_id)

    def writable(self, object_id: str, field_id: str, verb: Verb | None = None) -> bool:
        """Say whether the actor may write a field on some rows by `verb` (None: create or
        update)."""
        return self.rights.writable(object_id, field_id, verb)

    def writable_rows(self, object_id: str, field_id: str, verb: Verb) -> Node | None:
        """Return on which rows the actor may write a field by `verb`: TRUE for all, None for
        none."""
        return self.rights.writable_rows(object_id, field_id, verb)


async def access_for(tx: Tx, actor: Actor, catalogue: Catalogue) -> MemberAccess:
    """Return an actor's rights in this catalogue.

    What this transaction has itself changed (roles, structure) is read afresh and never shared.
    """
    params = {"me": actor.member, MY_TEAMS: list(actor.teams), MY_TREE: list(actor.tree)}
    roles = frozenset(actor.roles)
    if tx.identity_version <= 0 or definitions.pending(tx).bumped:
        lent = await _read_lent(tx, actor)
        return MemberAccess(await _load(tx, roles, catalogue, lent), params)
    lent = await _known_lent(tx, actor)
    key = (_place(tx), tx.identity_version, catalogue.version, roles, lent)
    rights = _rights.get(key)
    if rights is None:
        rights = _rights[key] = await _load(tx, roles, catalogue, lent)
        if len(_rights) > _KEPT:
            _rights.popitem(last=False)
    else:
        _rights.move_to_end(key)
    return MemberAccess(rights, params)


async def _known_lent(tx: Tx, actor: Actor) -> Lent:
    """What is shared with a member, read once per identity version: every share raises it."""
    key = (_place(tx), actor.member)
    known = _lent.get(key)
    if known is not None and known[0] == tx.identity_version:
        return known[1]
    lent = await _read_lent(tx, actor)
    _lent[key] = (tx.identity_version, lent)
    if len(_lent) > _MEMBERS:
        _lent.popitem(last=False)
    return lent


async def _read_lent(tx: Tx, actor: Actor) -> Lent:
    rows = await store.lent_to(tx, actor.member, actor.teams)
    return frozenset(
        (object_id, verb)
        for object_id, level in rows
        for verb, levels in SHARED_VERBS.items()
        if level in levels
    )


def _place(tx: Tx) -> Place:
    info = tx.conn.info
    return info.host, str(info.port), info.dbname, tx.schema


async def _load(tx: Tx, roles: frozenset[str], catalogue: Catalogue, lent: Lent) -> Rights:
    known = await store.grants_of(tx, sorted(roles - {ADMIN_ROLE}))
    grants = [grant for grant in known if _stands(grant, catalogue)]
    if ADMIN_ROLE in roles:
        grants.extend(ADMIN_GRANTS)
    return Rights(grants, catalogue, lent)


def _stands(grant: Grant, catalogue: Catalogue) -> bool:
    """A condition that names something gone grants nothing."""
    tree = grant.condition
    return tree is None or usable(tree, catalogue, grant.object) is not None


async def ensure_admin_role(tx: Tx) -> None:
    """Make the administrator role (管理员) where it is missing; its grants are built in."""
    await identity.seed(tx)


def explain(access: MemberAccess, object_id: str, verb: Verb) -> list[Grant]:
    """Return the grants that decide how far a verb goes: those of the widest scope, formulas."""
    grants = access.rights.matching(object_id, verb)
    widest = max((SCOPES.index(g.scope) for g in grants if g.scope in SCOPES), default=-1)
    beside = widest != SCOPES.index(Scope.ALL)
    return [
        g
        for g in grants
        if (beside if g.scope is Scope.FORMULA else SCOPES.index(g.scope) == widest)
    ]
