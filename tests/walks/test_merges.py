"""A merge under fire: at every step it is there whole or not at all, and so is its undoing."""

from itertools import pairwise

import httpx
import pytest
from tests.doors import sign_in
from tests.walks.harness import PASSWORD, new_server, new_site
from tests.walks.invariants import hold
from tests.walks.points import KILLED

from changliu.records.changeset.steps import COMMITTED

NAME = {"key": "name", "label": "名称", "type": "text"}
FIRM = {"key": "firm", "label": "企业", "type": "reference", "object": "firm",
        "inverse": {"key": "people"}}  # fmt: skip
LINE = {"key": "item", "label": "产品", "type": "text"}


@pytest.mark.feature("Z1")
async def test_a_merge_is_whole_at_every_step() -> None:
    async with new_site(workspace=False) as site:
        server = new_server(site, "--workers", "0")
        await server.restart()
        async with httpx.AsyncClient(base_url=server.url, timeout=15) as client:
            await sign_in(client, "admin", PASSWORD)
            stays, goes, person = await _furnish(client)
            apart = await _state(client, stays, goes, person)
            merge = {"op": "merge", "object": "firm", "id": stays, "from": [goes]}
            for step, following in pairwise((*KILLED["saves"], "")):
                merging = client.post("/api/changesets", json={"changes": [merge]})
                await server.die(step, merging, then=following)
                now = await _state(client, stays, goes, person)
                whole = (["甲", "乙"], None, stays)
                assert now == (whole if step == COMMITTED else apart), step
            history = await client.get(f"/api/records/firm/{stays}/history")
            done = history.json()["items"][0]["changeset"]
            # A revert begins by reading history.
            undoing = [s for s in KILLED["saves"] if s not in ("admit", "parse", "fold")]
            for step, following in pairwise((*undoing, "")):
                revert = client.post(f"/api/changesets/{done}/revert", json={})
                await server.die(step, revert, then=following)
            assert await _state(client, stays, goes, person) == apart
        await hold(site)


async def _furnish(client: httpx.AsyncClient) -> tuple[str, str, str]:
    lines = {"key": "lines", "label": "明细", "type": "lines", "object": "firm_line"}
    for path, body in (
        ("objects", {"key": "firm", "label": "企业", "fields": [NAME]}),
        ("objects", {"key": "firm_line", "label": "行", "lines_of": "firm", "fields": [LINE]}),
        ("objects/firm/fields", lines),
        ("objects", {"key": "person", "label": "人", "fields": [NAME, FIRM]}),
    ):
        made = await client.post(f"/api/{path}", json=body)
        assert made.status_code == 201, made.text
    ids = []
    for item in ("甲", "乙"):
        made = await client.post("/api/records/firm", json={"lines": [{"item": item}]})
        ids.append(made.json()["id"])
    person = await client.post("/api/records/person", json={"firm": ids[1]})
    return ids[0], ids[1], person.json()["id"]


async def _state(
    client: httpx.AsyncClient, stays: str, goes: str, person: str
) -> tuple[list[str], list[str] | None, str]:
    firm = (await client.get(f"/api/records/person/{person}")).json()["values"]["firm"]["id"]
    return await _items(client, stays) or [], await _items(client, goes), firm


async def _items(client: httpx.AsyncClient, firm: str) -> list[str] | None:
    answer = await client.get(f"/api/records/firm/{firm}")
    if answer.status_code == 404:
        return None
    return [line["item"] for line in answer.json()["values"]["lines"]]
