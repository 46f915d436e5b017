"""Figures for Prometheus and lines for operators: right, readable, closed to strangers."""

import io
import logging
import re

import httpx
import orjson
import pytest
from tests.doors import open_client

from changliu.jobs.batch import names_of
from changliu.jobs.model import Job
from changliu.kit import clock, logs
from changliu.kit.db import Workspace
from changliu.kit.ids import uuid7
from changliu.kit.platform import Platform
from changliu.main import create_app

FIELDS = [{"key": "name", "label": "名", "type": "text"}]
PHONE = "13800138000"
ROUTE = 'method="GET",route="/api/records/{object_key}",status="4xx"'
LINE = re.compile(r'[a-z_]+(\{([a-z]+="[^"\\\n]*",?)+\})? -?[0-9.e+-]+')


async def test_figures_tell_requests_jobs_and_pools(admin: httpx.AsyncClient) -> None:
    before = (await admin.get("/api/health/prometheus")).text
    for _ in range(3):
        assert (await admin.get("/api/records/nothing_of_that_name")).status_code == 404
    answer = await admin.get("/api/health/prometheus")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert all(LINE.fullmatch(line) for line in answer.text.splitlines() if line[0] != "#")
    assert _value(answer.text, ROUTE) == _value(before, ROUTE) + 3
    assert "nothing_of_that_name" not in answer.text
    for part in (
        'changliu_jobs{workspace="ws_1",state="dead"} 0',
        'changliu_job_oldest_due_seconds{workspace="ws_1"}',
        'changliu_pool{pool="app",state="open"}',
        "changliu_workers_alive 0",
        "changliu_disk_free_bytes",
        'changliu_changesets_total{workspace="ws_1"}',
        'changliu_cache_total{cache="catalogue",outcome="hit"}',
    ):
        assert part in answer.text


def _value(text: str, labels: str) -> int:
    found = re.search(re.escape(f"changliu_request_seconds_count{{{labels}}}") + r" (\d+)", text)
    return int(found[1]) if found else 0


async def test_figures_are_closed_to_strangers(platform: Platform) -> None:
    async with open_client(platform) as here:
        assert (await here.get("/api/health/prometheus")).status_code == 200
        proxied = await here.get("/api/health/prometheus", headers={"x-forwarded-for": "1.2.3.4"})
        assert (proxied.status_code, proxied.json()["code"]) == (403, "figures.closed")
    far = httpx.ASGITransport(app=create_app(platform), client=("192.0.2.1", 1))
    async with httpx.AsyncClient(transport=far, base_url="http://testserver") as stranger:
        assert (await stranger.get("/api/health/prometheus")).status_code == 403
    given = platform.settings.model_copy(update={"metrics_token": "plain words"})
    app = create_app(Platform(platform.database, given, platform.registries))
    far = httpx.ASGITransport(app=app, client=("192.0.2.1", 1))
    async with httpx.AsyncClient(transport=far, base_url="http://testserver") as reader:
        for token, status in (("plain words", 200), ("plain word", 403), ("", 403)):
            sent = {"authorization": f"Bearer {token}"}
            answer = await reader.get("/api/health/prometheus", headers=sent)
            assert answer.status_code == status


@pytest.mark.parametrize("terminal", [True, False])
def test_lines_name_the_request_and_no_values(
    monkeypatch: pytest.MonkeyPatch, terminal: bool
) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: terminal)
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        logs.configure(stream)
        logs.begin(request="r-12345678")
        logs.belong(workspace="ws_1", member="m")
        try:
            raise ValueError(f"duplicate key\nDETAIL:  Key (f_1)=({PHONE}) already exists.")
        except ValueError:
            logging.getLogger("changliu.http").exception("it failed")
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    text = stream.getvalue()
    assert PHONE not in text
    assert "duplicate key" in text
    if terminal:
        assert "it failed" in text.splitlines()[0]
        assert "[r-12345678]" in text
        return
    line = orjson.loads(text)
    assert (line["level"], line["message"], line["logger"]) == (
        "error",
        "it failed",
        "changliu.http",
    )
    assert (line["request"], line["workspace"], line["member"]) == ("r-12345678", "ws_1", "m")


async def test_lines_of_a_job_name_the_changeset_that_caused_it() -> None:
    job = Job(7, "mail.send", None, {}, clock.real(), 0, 3, uuid7(), clock.real())
    stream = io.StringIO()
    logs.configure(stream)
    with logs.belonging(**names_of(Workspace(1, "甲", "ws_1"), job)):
        logs.belong(changeset="the one it writes")
        logging.getLogger("changliu.some").error("it failed")
    logging.getLogger("changliu.some").error("something else")
    first, second = (orjson.loads(line) for line in stream.getvalue().splitlines())
    assert (first["job"], first["kind"], first["workspace"]) == ("7", "mail.send", "ws_1")
    assert first["caused_by"] == str(job.caused_by)
    assert first["changeset"] == "the one it writes"
    assert "job" not in second


async def test_a_request_that_wrote_is_told_with_its_changeset(admin: httpx.AsyncClient) -> None:
    made = await admin.post("/api/objects", json={"key": "told", "label": "说", "fields": FIELDS})
    assert made.status_code == 201, made.text
    seen: list[dict[str, str]] = []

    def note(**names: str) -> None:
        seen.append(names)
        kept(**names)

    kept = logs.belong
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(logs, "belong", note)
        body = {"changes": [{"op": "create", "object": "told", "values": {"name": "x"}}]}
        answer = await admin.post("/api/changesets", json=body)
    assert {"changeset": answer.json()["id"]} in seen
