"""Duplicate rules in every write: one clause for each group of terms."""

from collections.abc import Iterator, Sequence

from changliu.formula.model import TrueNode
from changliu.kit.db import Tx
from changliu.records.changeset.participant import Clause, Match, Placement, Violation
from changliu.rules.duplicates.model import DuplicateBody
from changliu.rules.store import DUPLICATES
from changliu.schema.model import Catalogue, Object

DUPLICATE = "record.duplicate"


class DuplicateParticipant:
    """Brings the live duplicate rules of an object."""

    async def clauses(self, tx: Tx, target: Object, catalogue: Catalogue) -> Sequence[Clause]:  # noqa: ARG002
        """Return a clause per group of each active rule of the object, by key."""
        rows = await DUPLICATES.of(tx, target.id)
        rules = [(key, version, DuplicateBody.model_validate(body)) for key, version, body in rows]
        return [
            clause
            for key, version, body in rules
            if body.active
            for clause in clauses_of(target, key, version, body)
        ]


def clauses_of(target: Object, key: str, version: int, body: DuplicateBody) -> Iterator[Clause]:
    """Yield the clauses of a prepared rule; a record from the trash is asked what a new one is."""
    ops: tuple[str, ...] = (*body.ops, "restore") if "create" in body.ops else body.ops
    for number, group in enumerate(body.match):
        terms = tuple((term.field_id or "", term.method) for term in group)
        field = target.by_id.get(terms[0][0])
        says = Violation(
            DUPLICATE,
            *_words(target, body),
            field.key if field else None,
            body.level != "warn",
            about=(("rule", key),),
        )
        name = f"duplicate:{key}" if number == 0 else f"duplicate:{key}:{number}"
        match = Match(terms, body.reveal_owner, body.at_least, body.level == "merge")
        yield Clause(name, Placement.CHECK, TrueNode(), says, ops, version, match)


def _words(target: Object, body: DuplicateBody) -> tuple[str, str]:
    """The message, with whose record it is where that is told."""
    label = target.label
    zh = f"已有相同的“{label['zh-CN']}”，请先查找并使用原有的记录，必要时申请合并。"
    en = f"There is such a '{label['en']}' record already; look for it and use it, or merge them."
    if body.message is not None:
        zh, en = body.message["zh-CN"], body.message["en"]
    if not body.reveal_owner:
        return zh, en
    return f"{_plain(zh)}（负责人：{{0}}）", f"{_plain(en)} (Owner: {{0}})"


def _plain(text: str) -> str:
    """A text in which numbers in braces are no places to fill."""
    return text.replace("{", "（").replace("}", "）")
