"""The jobs that tell members, and the one that forgets what was told long ago."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from changliu.identity import members
from changliu.identity import service as identity
from changliu.identity.model import Right
from changliu.jobs.model import Cron, Handler, Job
from changliu.jobs.service import dead_kinds, enqueue
from changliu.kit.db import Tx
from changliu.kit.errors import Unauthenticated
from changliu.notifications import store
from changliu.notifications.changes import CHANGED, tell_changes
from changliu.notifications.delivery import deliver, readers_among
from changliu.notifications.model import Kind, News
from changliu.records.comments.service import ADDED, EDITED, find_comments
from changliu.records.following.service import followers_of
from changliu.records.merge.store import end_of_way
from changliu.schema.catalogue import catalogue as load_catalogue

COMMENT, SHARE, ENDED = "notification.comment", "notification.share", "notification.ended"
JOBS, SWEEP = "notification.jobs", "notification.sweep"

# Which facts become news.
SUBSCRIPTIONS: Mapping[str, tuple[str, ...]] = {
    ADDED: (COMMENT,),
    EDITED: (COMMENT,),
    "record.shared": (SHARE,),
    "import.finished": (ENDED,),
    "export.finished": (ENDED,),
}
CRONS = (Cron(JOBS, "*/5 * * * *", JOBS), Cron(SWEEP, "23 4 * * *", SWEEP))
# How long news stays: once it is settled (read, archived), and at all.
SETTLED, EVER = timedelta(days=90), timedelta(days=365)
SWEPT = 5_000
# Members read at a time.
PEOPLE = 500


def handlers(data: Path) -> Mapping[str, Handler]:  # noqa: ARG001 -- as every room's
    """Return the handlers by kind of job."""
    return {
        CHANGED: tell_changes,
        COMMENT: tell_comment,
        SHARE: tell_share,
        ENDED: tell_end,
        JOBS: tell_dead_jobs,
        SWEEP: sweep,
    }


async def tell_comment(tx: Tx, job: Job) -> None:
    """Tell who was mentioned; of a new comment also who follows its record."""
    wanted, payload = UUID(job.payload["comment"]), job.payload
    comment = (await find_comments(tx, [wanted])).get(wanted)
    found = (await load_catalogue(tx)).by_id.get(payload["object"])
    if comment is None or comment.deleted_at is not None or found is None:
        return
    record = await end_of_way(tx, found.id, comment.record)
    author, mentioned = comment.created_by, set(comment.mentions)
    others: set[UUID] = set()
    if payload["event"] == ADDED:
        others = set((await followers_of(tx, found, [record])).get(record, {})) - mentioned
    told = await readers_among(tx, (found.id, record), sorted((mentioned | others) - {author}))
    about = {"comment": str(wanted)}
    news = []
    for member in told:
        kind: Kind = "mention" if member in mentioned else "comment"
        news.append(News(member, kind, f"{kind}:{wanted}", author, found.id, record, about))
    await deliver(tx, news)


async def tell_share(tx: Tx, job: Job) -> None:
    """Tell the member, or the members of the team, with whom a record was shared."""
    payload = job.payload
    actor, place = UUID(payload["actor"]), (payload["object"], UUID(payload["record"]))
    if payload["member"] is not None:
        lent = [UUID(payload["member"])]
    else:
        lent = await _people(tx, UUID(payload["team"]))
    told = await readers_among(tx, place, [member for member in lent if member != actor])
    key = f"share:{payload['share']}"
    await deliver(tx, [News(m, "share", key, actor, *place) for m in told])


async def tell_end(tx: Tx, job: Job) -> None:
    """Tell a member that an import or export of theirs in the background has ended."""
    payload = job.payload
    kind = "import" if payload["event"] == "import.finished" else "export"
    about = {name: value for name, value in payload.items() if name not in ("actor", "event")}
    key = f"{kind}:{payload[kind]}:{job.id}"
    member = UUID(payload["actor"])
    news = News(member, kind, key, None, payload["object"], None, about)  # type: ignore[arg-type]
    await deliver(tx, [news])


async def tell_dead_jobs(tx: Tx, job: Job) -> None:  # noqa: ARG001 -- the protocol's
    """Tell who manages jobs of kinds of which more were set aside since they were told."""
    dead = {f"job:{kind}:{latest}": (kind, count) for kind, count, latest in await dead_kinds(tx)}
    fresh = set(dead) - await store.known(tx, dead)
    if not fresh:
        return
    people = await _managers(tx)
    for key in sorted(fresh):
        kind, count = dead[key]
        await store.supersede(tx, kind)
        about = {"kind": kind}
        await deliver(tx, [News(m, "job", key, about=about, count=count) for m in people])


async def _people(tx: Tx, team: UUID | None = None) -> list[UUID]:
    """The members of a team, or of the workspace, who are not disabled; read page by page."""
    system = await identity.system_actor(tx)
    found: list[UUID] = []
    after = None
    while True:
        rows = await members.list_members(
            tx, system, team=team, disabled=False, after=after, limit=PEOPLE
        )
        found += [row["id"] for row in rows]
        if len(rows) < PEOPLE:
            return found
        after = (rows[-1]["name"], rows[-1]["id"])


async def _managers(tx: Tx) -> list[UUID]:
    """Members who may manage jobs."""
    found = []
    for member in await _people(tx):
        try:
            actor = await identity.actor(tx, member)
        except Unauthenticated:
            continue
        if Right.JOBS_MANAGE in actor.rights:
            found.append(actor.member)
    return found


async def sweep(tx: Tx, job: Job) -> None:  # noqa: ARG001 -- the protocol's
    """Forget what was told long ago, so many at a time."""
    gone = await store.sweep(tx, tx.now - SETTLED, tx.now - EVER, SWEPT)
    if gone == SWEPT:
        await enqueue(tx, SWEEP, {})
