"""Who sees a record: members page by page, each with the reasons, and the roles that open it."""

from typing import Any
from uuid import UUID

from changliu.access import store
from changliu.access.explanation import ASKERS, grant_reasons, holding, share_reasons
from changliu.access.model import Scope, Verb
from changliu.access.scopes import OWN
from changliu.access.service import access_for
from changliu.access.standing import Standing
from changliu.formula.model import FalseNode
from changliu.identity import members
from changliu.identity import service as identity
from changliu.identity.model import ADMIN_ROLE
from changliu.kit.errors import Forbidden
from changliu.kit.labels import Language

Json = dict[str, Any]
# Members asked about at a time: three short statements each.
PAGE = 50


async def list_readers(
    standing: Standing, language: Language, cursor: str | None = None, limit: int = PAGE
) -> Json:
    """Return who sees a record that the actor reads: `{items, roles, next?}`.

    `items` are `{member: {id, title}, owner, reasons}` among the next `limit` members by name, so a
    page may be short or blank; `next` says whether to go on. `reasons` are those of `/access` that
    hold for reading. `roles` are `{key, label, scopes}` of every role that may read records of the
    object. Raises `Forbidden` (`access.readers`) unless the actor may share the record or ask about
    others' access, `BadRequest` (`cursor.invalid`).
    """
    _admit(standing)
    after = members.read_cursor(cursor)
    asked = await members.list_members(
        standing.tx, standing.actor, disabled=False, after=after, limit=limit
    )
    items = [await _reader(standing, member, language) for member in asked]
    found: Json = {
        "items": [item for item in items if item is not None],
        "roles": await _roles(standing),
    }
    token = members.next_cursor(asked, limit)
    return {**found, "next": token} if token is not None else found


def _admit(standing: Standing) -> None:
    if Verb.SHARE in standing.verbs or ASKERS & standing.actor.rights:
        return
    raise Forbidden(
        "access.readers",
        "只有能共享这条记录的人或管理员可以查看谁能看到它。",
        "Who sees a record is told to whoever may share it, and to administrators.",
    )


async def _reader(standing: Standing, member: Json, language: Language) -> Json | None:
    """A member who sees the record, with why; None for one who does not."""
    theirs = await identity.actor(standing.tx, UUID(str(member["id"])))
    access = await access_for(standing.tx, theirs, standing.catalogue)
    reads = access.predicate(standing.object.id, Verb.READ) or FalseNode()
    own = OWN if standing.object.lines_of is None else FalseNode()
    sees, owns = await holding(standing, access, (reads, own))
    if not sees:
        return None
    reasons = await grant_reasons(standing, access, language, (Verb.READ,))
    reasons += await share_reasons(standing, (theirs, access), language, (Verb.READ,))
    return {
        "member": {"id": member["id"], "title": member["name"]},
        "owner": owns,
        "reasons": [reason for reason in reasons if reason["holds"]],
    }


async def _roles(standing: Standing) -> list[Json]:
    scopes: dict[str, set[Scope]] = {ADMIN_ROLE: {Scope.ALL}}
    for role, scope in await store.reading_roles(standing.tx, standing.object.id):
        scopes.setdefault(role, set()).add(scope)
    labels = await store.role_labels(standing.tx, sorted(scopes))
    order = list(Scope)
    return [
        {
            "key": role,
            "label": labels.get(role),
            "scopes": [s.value for s in order if s in scopes[role]],
        }
        for role in sorted(scopes)
    ]
