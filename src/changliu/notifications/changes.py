"""What writes tell: a record was given to somebody, or one they follow has changed.

1. A clause in every write asks whether anybody but the writer may want to know: a job then gets the
ids, at most 1,000. 2. The job reads from history what changed and who follows. 3. Each member is
told what they read by now: a record of its own, or where many changed at once, how many.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from changliu.formula.model import And, Column, Compare, ExistsRows, Kind, Literal, Me, Node, Or
from changliu.jobs.model import Job
from changliu.kit.db import Tx
from changliu.notifications.delivery import deliver
from changliu.notifications.model import News
from changliu.records.changeset.participant import Clause, Enqueue, Placement
from changliu.records.context import Context
from changliu.records.following.relation import FOLLOW
from changliu.records.following.service import followers_of
from changliu.records.history.store import Heading, HistoryRow, heading_of, read_of_changesets
from changliu.records.query.readable import context_of, readable_records
from changliu.records.query.service import hidden_fields, reader_of
from changliu.schema.catalogue import catalogue as load_catalogue
from changliu.schema.model import Catalogue, Object

CHANGED = "notification.changed"
# Records of one changeset told one by one; more are told as a number.
ONE_BY_ONE = 5


class NotificationParticipant:
    """Asks in every write whether somebody else may want to know of it."""

    async def clauses(
        self,
        tx: Tx,  # noqa: ARG002 -- the protocol's
        target: Object,
        catalogue: Catalogue,  # noqa: ARG002
    ) -> Sequence[Clause]:
        """Return the clauses of an object; lines are told as a change of their record."""
        if target.lines_of is not None:
            return ()
        # At leisure: a save must not wake every worker for news that may wait a second.
        job = Enqueue(CHANGED, at_once=False)
        given, watched = _another("owner"), _watched(target.id)
        return (
            Clause("notification:given", Placement.REACT, given, job, ("create",)),
            Clause("notification:changed", Placement.REACT, watched, job, ("update",)),
        )


def _another(field: str) -> Node:
    """The field names a member, and not the one who writes."""
    who = Column((field,), kind=Kind.REF)
    return And((Compare("<>", who, Literal(None)), Compare("<>", who, Me())))


def _watched(object_id: str) -> Node:
    here = Compare("=", Column(("object",), kind=Kind.TEXT), Literal(object_id, kind=Kind.TEXT))
    others = And((here, _another("member")))
    followed = ExistsRows(FOLLOW, "record", Column(("id",), kind=Kind.REF), others)
    return Or((_another("owner"), _another("created_by"), followed))


async def tell_changes(tx: Tx, job: Job) -> None:
    """Tell the members whom a changeset's records concern."""
    object_id, changeset = job.payload["object"], UUID(job.payload["changeset"])
    found = (await load_catalogue(tx)).by_id.get(object_id)
    head = await heading_of(tx, changeset)
    if found is None or head is None:
        return
    records = [UUID(record) for record in job.payload["records"]]
    past = await read_of_changesets(tx, object_id, [(changeset, r) for r in records])
    rows = {record: row for (_, record), row in past.items()}
    followers = await followers_of(tx, found, list(rows))
    news: list[News] = []
    for member, (given, changed) in _concerned(rows, followers, head.actor).items():
        theirs = await context_of(tx, member)
        if theirs is None:
            continue
        reads = await readable_records(theirs, object_id, {*given, *changed})
        about = _About(member, found, changeset, head)
        news += about.given([r for r in given if r in reads])
        fields = await _seen(theirs, found, {r: rows[r] for r in changed if r in reads})
        news += about.changed(fields)
    await deliver(tx, news)


def _concerned(
    rows: dict[UUID, HistoryRow], followers: dict[UUID, dict[UUID, str]], actor: UUID
) -> dict[UUID, tuple[list[UUID], list[UUID]]]:
    """Member → the records given to them, and the other ones they follow that changed."""
    concerned: dict[UUID, tuple[list[UUID], list[UUID]]] = defaultdict(lambda: ([], []))
    for record, row in rows.items():
        owner = row.diff.get("owner", {}).get("n")
        given = UUID(owner) if owner is not None else None
        if given is not None and given != actor:
            concerned[given][0].append(record)
        if row.op == "update":
            for member in followers.get(record, {}):
                if member not in (actor, given):
                    concerned[member][1].append(record)
    return concerned


async def _seen(
    theirs: Context, found: Object, rows: dict[UUID, HistoryRow]
) -> dict[UUID, list[str]]:
    """Record → ids of the fields that changed and that the member reads there; none: left out."""
    if not rows:
        return {}
    reader = reader_of(theirs.tx, theirs.access, theirs.catalogue)
    veiled = await hidden_fields(theirs.tx, reader, found, list(rows))
    seen = {}
    for record, row in rows.items():
        hidden = veiled.get(record, frozenset())
        fields = [f for f in row.diff if f not in hidden and reader.shown(found.id, f)]
        if fields:
            seen[record] = fields
    return seen


@dataclass(frozen=True, slots=True)
class _About:
    """The news of one changeset for one member."""

    member: UUID
    found: Object
    changeset: UUID
    head: Heading

    def given(self, records: Sequence[UUID]) -> Iterable[News]:
        """That records are theirs from now on."""
        if self._many(records):
            yield self._news("owner", len(records))
            return
        for record in records:
            key = f"owner:{self.changeset}:{record}"
            yield News(self.member, "owner", key, self.head.actor, self.found.id, record)

    def changed(self, fields: dict[UUID, list[str]]) -> Iterable[News]:
        """That records they follow have changed; while unread, one piece of news a record."""
        if self._many(fields):
            yield self._news("changed", len(fields))
            return
        for record, ids in fields.items():
            key, about = f"changed:{record}", {"fields": ids}
            yield News(self.member, "changed", key, self.head.actor, self.found.id, record, about)

    def _many(self, records: Sequence[UUID] | dict[UUID, list[str]]) -> bool:
        """An import tells numbers, whatever the size of its batches."""
        return len(records) > ONE_BY_ONE or (self.head.parent is not None and bool(records))

    def _news(self, kind: str, count: int) -> News:
        whole = self.head.parent or self.changeset
        key = f"{kind}:{self.found.id}:{whole}"
        about = {"changeset": str(whole)}
        actor = self.head.actor
        assert kind in ("owner", "changed")
        return News(self.member, kind, key, actor, self.found.id, None, about, count)  # type: ignore[arg-type]
