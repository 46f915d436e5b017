"""What a job is, how a room registers handlers and schedules; no I/O."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from changliu.kit.copies import Copy
from changliu.kit.db import Database, Tx, Workspace

# What a failure said may tell a value.
COPIES = (Copy("job", texts=("error",)),)
MAX_ATTEMPTS = 8
# A handler works set-based on at most this many records (design §4, Reactions).
RECORDS_PER_JOB = 1_000


@dataclass(frozen=True, slots=True)
class Job:
    """One row of work: `payload` is JSON, `run_at` business time, `attempts` the failures so far.

    `caused_by` is the changeset whose transaction wrote the job, if one did.
    """

    id: int
    kind: str
    lock_key: str | None
    payload: dict[str, Any]
    run_at: datetime
    attempts: int
    max_attempts: int
    caused_by: UUID | None
    created_at: datetime
    dedupe: str | None = None


@dataclass(frozen=True, slots=True)
class NewJob:
    """A job to be written; `run_at` None means now. See `service.enqueue` for the fields."""

    kind: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    run_at: datetime | None = None
    lock_key: str | None = None
    dedupe: str | None = None
    max_attempts: int = MAX_ATTEMPTS
    caused_by: UUID | None = None


Handler = Callable[[Tx, Job], Awaitable[None]]


class External(Protocol):
    """A kind with effects outside the database: at least once by nature, so it needs a key.

    The worker commits a lease, calls out with no transaction open, then finishes and deletes the
    job in one transaction. A worker that dies in between leaves the lease to run out.
    """

    lease: timedelta

    async def prepare(self, tx: Tx, job: Job) -> Any:
        """Read what the call needs; runs in the transaction that takes the lease."""
        ...

    async def call(self, prepared: Any, key: str) -> Any:
        """Do the outside effect; `key` is the same for every attempt of this job."""
        ...

    async def finish(self, tx: Tx, job: Job, answer: Any) -> None:
        """Record the answer; runs in the transaction that deletes the job."""
        ...


class LongWork(ABC):
    """A kind that needs many transactions, or changes tables: bounded steps under a lease.

    It runs with no transaction of its own open, must be able to begin again at any point, and
    should return within half its lease, having `finish` enqueue what is left.
    """

    lease: timedelta

    @abstractmethod
    async def work(self, database: Database, workspace: Workspace, job: Job) -> Any:
        """Do a part of it, committing as it goes."""

    @abstractmethod
    async def finish(self, tx: Tx, job: Job, answer: Any) -> None:
        """Record the answer; runs in the transaction that deletes the job."""


@dataclass(frozen=True, slots=True)
class Cron:
    """A schedule of the program itself: five cron fields in the workspace's time zone."""

    name: str
    schedule: str
    kind: str
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Registry:
    """Everything a worker can do: handlers, outside calls and long work by kind, schedules."""

    handlers: Mapping[str, Handler]
    externals: Mapping[str, External | LongWork] = field(default_factory=dict)
    crons: tuple[Cron, ...] = ()

    def __post_init__(self) -> None:
        if both := set(self.handlers) & set(self.externals):
            raise ValueError(f"registered twice: {sorted(both)}")
        known = set(self.handlers) | set(self.externals)
        if missing := {cron.kind for cron in self.crons} - known:
            raise ValueError(f"a schedule without a handler: {sorted(missing)}")


class Park(Exception):  # noqa: N818 -- an instruction to the worker, not a fault of the program
    """Raised by a handler: no retry can help; the job is set aside with this text."""


class Later(Exception):  # noqa: N818 -- an instruction to the worker
    """Raised by a handler: try again after `delay`, without counting a failure."""

    def __init__(self, delay: timedelta) -> None:
        super().__init__(f"again after {delay}")
        self.delay = delay
