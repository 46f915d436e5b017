"""The figures of an installation as Prometheus reads them (text format 0.0.4)."""

import hmac
import shutil
from collections.abc import Iterable, Iterator
from typing import Any

from starlette.requests import Request

from changliu.jobs.service import list_workers, overview
from changliu.kit.errors import Forbidden
from changliu.kit.platform import Platform
from changliu.kit.postgres.workspaces import list_workspaces
from changliu.kit.telemetry import BOUNDS, Caches, Requests
from changliu.operations import store
from changliu.operations.backup.daily import kept_backups
from changliu.operations.health import VERSION

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# Workspaces told one by one; an installation with more wants figures of its own.
WORKSPACES = 200
_LOCAL = ("127.0.0.1", "::1")
_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
Sample = tuple[dict[str, str], float]


def check_reader(request: Request, token: str | None) -> None:
    """Admit whoever has the token; without one, this machine and no proxy on it.

    Raises `Forbidden` (`figures.closed`).
    """
    given = request.headers.get("authorization", "").removeprefix("Bearer ").encode()
    here = request.client is not None and request.client.host in _LOCAL
    forwarded = any(name in request.headers for name in _FORWARDED)
    if hmac.compare_digest(given, token.encode()) if token else (here and not forwarded):
        return
    raise Forbidden(
        "figures.closed",
        "运行指标只对本机开放；从别处读取请设置 CHANGLIU_METRICS_TOKEN 并作为 Bearer 令牌发送。",
        "Figures are for this machine only: to read them from elsewhere set CHANGLIU_METRICS_TOKEN"
        " and send it as a bearer token.",
    )


async def figures(platform: Platform) -> str:
    """Return every figure; raises `Unavailable` while the database does not answer."""
    async with platform.database.transaction(write=False) as tx:
        server, workers = await store.figures(tx), await list_workers(tx)
    lines = [
        *_metric("info", "gauge", "The program's version.", [({"version": VERSION}, 1)]),
        *_metric("workers_alive", "gauge", "Worker processes heard of in the last 20 s.",
                 [({}, sum(bool(worker["alive"]) for worker in workers))]),
        *_metric("database_bytes", "gauge", "Size of the database.", [({}, server["bytes"])]),
        *_metric("changesets_total", "counter", "Changesets written, by workspace.",
                 [({"workspace": name}, n) for name, n in server["changesets"].items()]),
        *_metric("disk_free_bytes", "gauge", "Free space below the data folder.",
                 [({}, shutil.disk_usage(platform.settings.data).free)]),
        *_pools(platform),
        *_backups(platform),
        *_metric("cache_total", "counter", "Looks into a cache of this process, by outcome.",
                 [({"cache": cache, "outcome": outcome}, n)
                  for (cache, outcome), n in sorted(Caches.seen.items())]),
        *await _jobs(platform),
        *_requests(),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


async def _jobs(platform: Platform) -> list[str]:
    states: list[Sample] = []
    ages: list[Sample] = []
    behind = 0
    for entry in (await list_workspaces(platform.database))[:WORKSPACES]:
        behind += entry.state != "live"
        async with platform.database.transaction(entry.workspace, write=False) as tx:
            found, now = await overview(tx), tx.now
        name = {"workspace": entry.workspace.schema}
        for state in ("due", "waiting", "dead"):
            count = sum(int(kind[state]) for kind in found["kinds"])
            states.append(({**name, "state": state}, count))
        oldest = found["oldest_due"]
        ages.append((name, (now - oldest).total_seconds() if oldest else 0))
    return [
        *_metric("jobs", "gauge", "Background jobs by state.", states),
        *_metric("job_oldest_due_seconds", "gauge", "How long the oldest due job waits.", ages),
        *_metric("workspaces_behind", "gauge", "Workspaces not migrated.", [({}, behind)]),
    ]


def _pools(platform: Platform) -> Iterator[str]:
    samples: list[Sample] = []
    for pool, stats in platform.database.pools().items():
        for state, name in (("open", "pool_size"), ("idle", "pool_available"),
                            ("waiting", "requests_waiting")):  # fmt: skip
            samples.append(({"pool": pool, "state": state}, stats.get(name, 0)))
    return _metric("pool", "gauge", "Connections of this process, and who waits for one.", samples)


def _backups(platform: Platform) -> Iterator[str]:
    folder = platform.settings.backups
    times = [path.stat().st_mtime for path in kept_backups(folder)] if folder else []
    told: list[Sample] = [({}, max(times))] if times else []
    return _metric("backup_timestamp_seconds", "gauge", "When the newest daily backup ended.", told)


def _requests() -> Iterator[str]:
    yield "# HELP changliu_request_seconds How long requests took, by route."
    yield "# TYPE changliu_request_seconds histogram"
    for (method, route, status), spread in sorted(Requests.seen.items()):
        names = {"method": method, "route": route, "status": status}
        total = 0
        for bound, count in zip((*map(str, BOUNDS), "+Inf"), spread.counts, strict=True):
            total += count
            yield f"changliu_request_seconds_bucket{_labels({**names, 'le': bound})} {total}"
        yield f"changliu_request_seconds_sum{_labels(names)} {spread.seconds:.6f}"
        yield f"changliu_request_seconds_count{_labels(names)} {total}"


def _metric(name: str, kind: str, words: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP changliu_{name} {words}"
    yield f"# TYPE changliu_{name} {kind}"
    for names, value in samples:
        yield f"changliu_{name}{_labels(names)} {value:.15g}"


def _labels(names: dict[str, Any]) -> str:
    """Quote labels; ours hold no quotes, backslashes or line ends, routes' braces are fine."""
    inside = ",".join(f'{name}="{value}"' for name, value in names.items())
    return f"{{{inside}}}" if inside else ""
