"""How many records break a rule as they are, as the caller sees them; nothing is written."""

import secrets
from dataclasses import fields, replace
from typing import Any

from changliu.access.service import access_for
from changliu.definitions.model import Context
from changliu.formula import print_tree
from changliu.formula.model import PARTS, Change, Compare, Kind, Node, TrueNode, walk
from changliu.kit.secrets import Signer
from changliu.records.query.model import ListRequest
from changliu.records.query.service import list_records
from changliu.rules.model import RuleBody
from changliu.rules.reading import broken
from changliu.schema.catalogue import catalogue

EXAMPLES = 20


async def try_rule(context: Context, body: RuleBody) -> dict[str, Any]:
    """Return `{violating, checked, examples: [{id, title, version}], assumes_change}`.

    A rule that looks at the change itself (CHANGED, BECAME …) is asked as if every record had just
    come to be as it is.
    """
    found = await catalogue(context.tx)
    access = await access_for(context.tx, context.actor, found)
    target = found.object(body.object)
    condition = broken(body)
    still = as_if_changed(condition)
    text = print_tree(still, found.world, target.id)
    signer = Signer(secrets.token_bytes(32), "rule.test")

    async def ask(filter_: str, limit: int) -> Any:
        request = ListRequest(target.key, filter_, fields=(), limit=limit, total=True)
        return await list_records(context.tx, access, found, request, signer)

    broken_ones, everything = await ask(text, EXAMPLES), await ask("", 0)
    examples = [{k: r[k] for k in ("id", "title", "version")} for r in broken_ones.items]
    return {
        "violating": broken_ones.total,
        "checked": everything.total,
        "examples": examples,
        "assumes_change": any(isinstance(node, Change) for node in walk(condition)),
    }


def as_if_changed(node: Node) -> Node:
    """Return a condition over the row alone: what changed has changed, what was is what is."""
    if isinstance(node, Change):
        return as_if_changed(_settled(node))
    changes: dict[str, Any] = {}
    for name in PARTS[type(node)]:
        value = getattr(node, name)
        if isinstance(value, tuple):
            changes[name] = tuple(as_if_changed(item) for item in value)
        elif value is not None:
            changes[name] = as_if_changed(value)
    known = {f.name for f in fields(node)}
    return replace(node, **{k: v for k, v in changes.items() if k in known}) if changes else node


def _settled(node: Change) -> Node:
    if node.name in ("OLD", "BECAME"):
        return node.args[0]
    if node.name == "CHANGEDTO":
        return Compare("=", node.args[0], node.args[-1], kind=Kind.BOOL)
    return TrueNode()
