"""Changing types in tests: an object with values, jobs run to their end, what records hold then."""

from typing import Any

import httpx

from changliu.jobs.model import Registry
from changliu.jobs.worker import Worker
from changliu.kit.platform import Platform


async def make(
    admin: httpx.AsyncClient, key: str, field: dict[str, Any], values: list[Any]
) -> list[str]:
    """Create an object with the field `x` and a record per value; returns the records' ids."""
    fields = [
        {"key": "name", "label": "名称", "type": "text"},
        {"key": "x", "label": "值", **field},
    ]
    body = {"key": key, "label": key, "fields": fields}
    made = await admin.post("/api/objects", json=body)
    assert made.status_code == 201, made.text
    changes = [
        {"op": "create", "object": key, "values": {"name": f"n{i}", "x": value}}
        for i, value in enumerate(values)
    ]
    saved = await admin.post("/api/changesets", json={"mode": "all", "changes": changes})
    assert saved.status_code in (200, 201), saved.text
    return [result["id"] for result in saved.json()["results"]]


async def begin(admin: httpx.AsyncClient, key: str, patch: dict[str, Any]) -> httpx.Response:
    """Change the type of `x`, confirming what would be lost."""
    url = f"/api/objects/{key}/fields/x"
    answer = await admin.patch(url, json=patch)
    if answer.status_code == 409 and answer.json().get("confirm"):
        confirm = {"confirm": answer.json()["confirm"]}
        answer = await admin.patch(url, json=patch, params=confirm)
    return answer


async def retype(
    admin: httpx.AsyncClient, platform: Platform, key: str, patch: dict[str, Any]
) -> dict[str, Any]:
    """Change the type of `x` to the end; returns the progress then."""
    answer = await begin(admin, key, patch)
    assert answer.status_code == 202, answer.text
    await drain(platform)
    return await progress(admin, key)


async def drain(platform: Platform) -> None:
    """Run every job that is due."""
    await Worker(platform.database, platform.registry(Registry)).drain()


async def progress(admin: httpx.AsyncClient, key: str) -> dict[str, Any]:
    """What the door says of the newest change of type of `x`."""
    found: dict[str, Any] = (await admin.get(f"/api/objects/{key}/fields/x/retype")).json()
    return found


async def held(admin: httpx.AsyncClient, key: str, ids: list[str]) -> list[Any]:
    """The values of `x`, record by record."""
    answer = await admin.get(f"/api/records/{key}", params={"limit": 500})
    assert answer.status_code == 200, answer.text
    found = {record["id"]: record["values"].get("x") for record in answer.json()["items"]}
    return [found[record] for record in ids]
